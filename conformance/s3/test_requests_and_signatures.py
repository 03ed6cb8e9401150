"""How a request is read, who is believed to have sent it, and what the answers look like."""

import base64
import hashlib
import json
import zlib

from wire import ALGORITHM, EMPTY, UNSIGNED, Wire, encode, md5


def crc32(body):
    return base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()


def keys(wire, bucket, query=""):
    return wire.get(f"/{bucket}?list-type=2{query}").texts("Contents/Key")


def test_01_canonical_uri_is_the_wire_path(wire, bucket):
    """The path that is signed is the one that is sent, encoded once: nothing in it is normalised, nothing encoded twice.

    API/sig-v4-header-based-auth.html"""
    paths = {
        "a//b": b"a//b", "a/../b": b"a/../b", "a/./b": b"a/./b", "/lead": b"/lead", "%61bc": b"abc", "p%2Fq": b"p/q",
        "%252F": b"%2F", "r!(s)'*": b"r!(s)'*", "caf%C3%A9": "café".encode(), "tilde~%7E": b"tilde~~"}
    for path, key in paths.items():
        assert wire.put(f"/{bucket}/{path}", key).status == 200, path
        assert wire.get(f"/{bucket}/{path}").body == key
    assert sorted(key.encode() for key in keys(wire, bucket)) == sorted(paths.values())


def test_02_plus_is_itself_in_a_path_and_a_space_in_a_query(wire, bucket):
    """In a path `+` and `%2B` are the same and `%20` is the space; query parameters are signed decoded, encoded and sorted.

    API/sig-v4-header-based-auth.html"""
    assert wire.put(f"/{bucket}/a+b", b"plus").status == 200
    assert wire.put(f"/{bucket}/a%20b", b"space").status == 200
    assert wire.get(f"/{bucket}/a%2Bb").body == b"plus"
    for query, found in (("&prefix=a%2Bb", ["a+b"]), ("&prefix=a%20b", ["a b"]), ("&prefix=a+b", ["a b"])):
        assert keys(wire, bucket, query) == found, query
    # Sent out of order, a value with what must be escaped, a tilde that must not, a name that stands twice.
    answer = wire.get(f"/{bucket}?start-after=%7e&prefix=a%2B&list-type=2&delimiter=%2f&x-id=b&x-id=a")
    assert answer.status == 200, answer


def test_03_keys_are_any_bytes_of_utf8(wire, s3, bucket):
    """Keys are stored and listed as they are, whatever stands in them; a path without a key is the bucket.

    userguide/object-keys.html"""
    wanted = ["/", "//", "/a", "a//b", "a=b&c", "q\"'<>", " space ", "dot.", "..", "é", "e\u0301", "\U0001f701", "%", "?#", "a\tb"]
    for key in wanted:
        assert wire.put(f"/{bucket}/{encode(key)}", key.encode()).status == 200, key
    assert keys(wire, bucket) == sorted(wanted, key=str.encode)
    for key in wanted:
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()
    assert wire.get(f"/{bucket}/").xml.tag == "ListBucketResult"


def test_04_a_slash_after_the_bucket_changes_nothing(wire, bucket):
    """`/bucket` and `/bucket/` name the bucket.

    userguide/VirtualHosting.html"""
    wire.put(f"/{bucket}/k", b"x")
    assert keys(wire, bucket) == keys(wire, f"{bucket}/") == ["k"]
    for path in (f"/{bucket}", f"/{bucket}/"):
        assert wire.send("HEAD", path).status == 200
    assert wire.put("/made-with-a-slash/").status == 200
    assert wire.delete("/made-with-a-slash").status == 204


def test_05_virtual_hosts_and_paths(wire, s3, bucket):
    """The bucket stands in the host or in the path; the host is signed as it was sent, with its port, even the default one.

    userguide/VirtualHosting.html"""
    wire.put(f"/{bucket}/k", b"by path")
    for port in ("", ":80", f":{wire.address[1]}"):
        host = f"{bucket}.s3.localhost{port}"
        assert wire.get("/k", host=host).body == b"by path", host
        assert wire.get("/?list-type=2", host=host).texts("Contents/Key") == ["k"]
    assert wire.get(f"/{bucket}/k", host="s3.localhost").body == b"by path"
    s3.create_bucket(Bucket="with.dots")
    assert wire.put("/with.dots/k", b"x").status == 200
    assert wire.get("/with.dots/k").body == b"x"


def test_06_the_wrong_region_is_told_the_right_one(store, abroad, bucket):
    """A scope of another region: 400 AuthorizationHeaderMalformed, and `<Region>` says which it should be.

    API/ErrorResponses.html"""
    wrong = Wire(store, region="eu-central-1")
    answer = wrong.get(f"/{bucket}")
    assert answer.outcome == (400, "AuthorizationHeaderMalformed"), answer
    assert answer.text("Region") == "us-east-1"
    answer = wrong.presigned("GET", f"/{bucket}")
    assert answer.outcome == (400, "AuthorizationQueryParametersError"), answer
    assert answer.text("Region") == "us-east-1"
    answer = Wire(abroad.store).get("/")
    assert (answer.outcome, answer.text("Region")) == ((400, "AuthorizationHeaderMalformed"), "eu-central-1")
    assert abroad.get("/").status == 200
    # Tools learn the region of a bucket from a HEAD that they may not make.
    for wire in (wrong, Wire(store)):
        answer = wire.send("HEAD", f"/{bucket}", signed=wire is wrong)
        assert (answer.status in (400, 403), answer["x-amz-bucket-region"]) == (True, "us-east-1"), answer
    assert Wire(store).send("HEAD", "/no-such-bucket")["x-amz-bucket-region"] is None


def test_07_who_is_not_known_and_who_does_not_sign_well(store, wire, bucket):
    """An unknown key, a wrong secret and no signature are three refusals; that of the second helps to find the fault.

    API/ErrorResponses.html"""
    assert Wire(store, key="CFUNKNOWNUNKNOWN0000").get(f"/{bucket}").outcome == (403, "InvalidAccessKeyId")
    answer = Wire(store, secret="wrong").get(f"/{bucket}?prefix=p")
    assert answer.outcome == (403, "SignatureDoesNotMatch")
    assert answer.text("StringToSign").startswith(f"{ALGORITHM}\n")
    assert answer.text("CanonicalRequest").startswith(f"GET\n/{bucket}\nprefix=p\n")
    assert answer.text("AWSAccessKeyId") == store.key
    assert answer.text("SignatureProvided")
    assert store.secret.encode() not in answer.body
    assert wire.get(f"/{bucket}", signed=False).outcome == (403, "AccessDenied")


def test_08_clocks(store, wire, bucket):
    """Fifteen minutes are allowed; x-amz-date outranks Date; the day of the scope is the day of the request.

    API/ErrorResponses.html"""
    for shift in (-16 * 60, 16 * 60):
        assert Wire(store, shift=shift).get(f"/{bucket}").outcome == (403, "RequestTimeTooSkewed"), shift
    for shift in (-14 * 60, 14 * 60):
        assert Wire(store, shift=shift).get(f"/{bucket}").status == 200, shift
    assert wire.get(f"/{bucket}", [("Date", "Wed, 01 Jan 2003 00:00:00 GMT")]).status == 200
    signer = wire.signer
    signer.scope = f"20200101/{wire.region}/s3/aws4_request"
    fields, _ = signer.header("GET", f"/{bucket}", [("Host", wire.host)], EMPTY)
    answer = wire.exchange(wire.head("GET", f"/{bucket}", fields))
    assert answer.outcome == (400, "AuthorizationHeaderMalformed"), answer


def test_09_how_long_presigned_urls_last(store, wire, bucket):
    """X-Amz-Expires is 1 to 604,800 seconds: more and less is 403, no number 400; later is 403 "Request has expired".

    A lifetime of 0 is one that has ended: 403. AWS answers more and less with 400 and the same code; the public suite
    wants 403. API/sigv4-query-string-auth.html"""
    wire.put(f"/{bucket}/k", b"x")
    for expires in (1, 604_800):
        assert wire.presigned("GET", f"/{bucket}/k", expires=expires).body == b"x", expires
    for expires, status in ((-1, 403), (604_801, 403), ("a", 400), ("1.5", 400), (2**64, 400)):
        answer = wire.presigned("GET", f"/{bucket}/k", expires=expires)
        assert answer.outcome == (status, "AuthorizationQueryParametersError"), (expires, answer)
    assert wire.presigned("GET", f"/{bucket}/k", expires=0).outcome == (403, "AccessDenied")
    late = Wire(store, shift=-120).presigned("GET", f"/{bucket}/k", expires=60)
    assert late.outcome == (403, "AccessDenied")
    assert late.text("Message") == "Request has expired"
    assert late.text("Expires") and late.text("ServerTime")


def test_10_urls_presigned_with_version_2(wire, s3, store, bucket):
    """Version 2 in the query still comes from SDKs: it is judged like Version 4.

    API/RESTAuthentication.html"""
    wire.put(f"/{bucket}/k", b"x")
    path = f"/{bucket}/k"
    assert wire.get(wire.signer.version2("GET", path, path), signed=False).body == b"x"
    assert wire.get(wire.signer.version2("GET", path, path, expires=-5), signed=False).outcome == (403, "AccessDenied")
    assert wire.get(wire.signer.version2("PUT", path, path), signed=False).outcome == (403, "SignatureDoesNotMatch")
    assert wire.get(wire.signer.version2("GET", path, f"/{bucket}/l"), signed=False).outcome == (403, "SignatureDoesNotMatch")
    acl = wire.signer.version2("GET", f"{path}?acl", f"{path}?acl")
    assert wire.get(acl, signed=False).xml.tag == "AccessControlPolicy"
    url = store.boto3(signature_version="s3").generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    assert "AWSAccessKeyId" in url
    assert wire.get(url.removeprefix(store.s3), signed=False).body == b"x"


def test_11_a_url_for_get_is_none_for_head(wire, bucket):
    """The method is signed: a URL that was made for GET answers HEAD with 403.

    API/sigv4-query-string-auth.html"""
    wire.put(f"/{bucket}/k", b"x")
    for made, sent in (("GET", "HEAD"), ("HEAD", "GET"), ("GET", "PUT"), ("PUT", "DELETE")):
        assert wire.presigned(made, f"/{bucket}/k", sent=sent).status == 403, (made, sent)
    assert wire.presigned("HEAD", f"/{bucket}/k").status == 200
    assert wire.get(f"/{bucket}/k").body == b"x"


def test_12_the_digest_of_the_payload(wire, bucket):
    """Another body than was signed: 400 XAmzContentSHA256Mismatch; no digest and no name: 400 InvalidArgument.

    API/sig-v4-header-based-auth.html"""
    path = f"/{bucket}/k"
    answer = wire.put(path, b"body", payload=EMPTY)
    assert answer.outcome == (400, "XAmzContentSHA256Mismatch"), answer
    assert answer.text("S3ComputedContentSHA256") == hashlib.sha256(b"body").hexdigest()
    for malformed in ("abc", "STREAMING", EMPTY[:-1], "unsigned-payload"):
        assert wire.put(path, b"body", payload=malformed).outcome == (400, "InvalidArgument"), malformed
    assert wire.get(path).outcome == (404, "NoSuchKey")
    assert wire.put(path, b"body", payload=UNSIGNED).status == 200
    assert wire.stream(path, [b"one"]).status == 200
    assert wire.stream(path, [b"two"], trailer=("x-amz-checksum-crc32", crc32(b"two"))).status == 200
    assert wire.stream_unsigned(path, [b"three"], ("x-amz-checksum-crc32", crc32(b"three"))).status == 200
    assert wire.get(path).body == b"three"


def test_13_bodies_in_chunks(wire, bucket):
    """Every chunk's signature, the trailer's and the decoded length are checked.

    API/sigv4-streaming.html, API/sigv4-streaming-trailers.html"""
    path, pieces = f"/{bucket}/k", [b"a" * 8192, b"b" * 8192, b"c"]
    assert wire.stream(path, pieces).status == 200
    assert wire.get(path).body == b"".join(pieces)
    wire.delete(path)
    trailer = ("x-amz-checksum-crc32", crc32(b"".join(pieces)))
    refusals = [
        (wire.stream(path, pieces, alter=lambda body: body.replace(b"b" * 8192, b"B" * 8192)), "SignatureDoesNotMatch"),
        (wire.stream(path, pieces, length=16386), "IncompleteBody"),
        (wire.stream(path, pieces, length=16384), None),
        (wire.stream(path, [b"a" * 100, b"b" * 100]), "InvalidChunkSizeError"),
        (wire.stream(path, pieces, alter=lambda body: body[:-90]), None),
        (wire.stream(path, pieces, trailer=trailer, alter=lambda body: body.replace(b"trailer-signature:", b"trailer-signature:0")),
         None),
        (wire.stream(path, pieces, trailer=(trailer[0], crc32(b"other"))), "BadDigest"),
    ]
    for answer, code in refusals:
        assert answer.status in (400, 403), answer
        assert code in (None, answer.code), answer
        assert wire.get(path).status == 404
    assert wire.stream(path, pieces, trailer=trailer).status == 200


def test_14_aws_chunked_is_no_coding_of_the_object(wire, bucket):
    """The token tells how the body comes; what else stands in Content-Encoding is the object's.

    API/sigv4-streaming.html"""
    for sent, kept in (("aws-chunked", None), ("aws-chunked,gzip", "gzip"), ("gzip, aws-chunked", "gzip"), ("gzip", "gzip")):
        for put in (lambda e: wire.stream(f"/{bucket}/k", [b"x"], e), lambda e: wire.put(f"/{bucket}/k", b"x", e)):
            assert put({"Content-Encoding": sent}).status == 200
            answer = wire.send("HEAD", f"/{bucket}/k")
            assert answer["content-encoding"] == kept, (sent, answer)


def test_15_bodies_without_a_length(wire, bucket):
    """Transfer-Encoding: chunked needs no Content-Length; with neither a PUT is 411 MissingContentLength.

    API/ErrorResponses.html"""
    framed = b"3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n"
    fields, _ = wire.signer.header("PUT", f"/{bucket}/k", [("Host", wire.host)], UNSIGNED)
    answer = wire.exchange(wire.head("PUT", f"/{bucket}/k", [*fields, ("Transfer-Encoding", "chunked")]) + framed)
    assert answer.status == 200, answer
    assert wire.get(f"/{bucket}/k").body == b"abcdefg"
    assert wire.put(f"/{bucket}/l", framing=()).outcome == (411, "MissingContentLength")
    assert wire.get(f"/{bucket}/l").status == 404


def test_16_refusals_come_before_the_body(wire, bucket):
    """A client that waits for 100 Continue gets the refusal instead, and keeps its body.

    API/RESTCommonRequestHeaders.html"""
    wire.put(f"/{bucket}/k", b"x")
    body = b"y" * 100_000
    expecting = [("Expect", "100-continue"), ("Content-Length", str(len(body)))]

    def ask(path, headers=(), signed=True):
        fields = [("Host", wire.host), *headers]
        if signed:
            fields, _ = wire.signer.header("PUT", path, fields, UNSIGNED)
        return wire.exchange(wire.head("PUT", path, [*fields, *expecting]), "PUT")

    assert (ask(f"/{bucket}/n", signed=False).interim, ask(f"/{bucket}/n", signed=False).status) == ([], 403)
    for path, headers, outcome in (
            ("/no-such-bucket/k", [], (404, "NoSuchBucket")),
            (f"/{bucket}/k", [("If-None-Match", "*")], (412, "PreconditionFailed")),
            (f"/{bucket}/n", [("Content-MD5", "no digest")], (400, "InvalidDigest"))):
        answer = ask(path, headers)
        assert (answer.interim, answer.outcome) == ([], outcome), answer
    path = f"/{bucket}/n"
    fields, _ = wire.signer.header("PUT", path, [("Host", wire.host)], UNSIGNED)
    with wire.open() as connection:
        connection.sendall(wire.head("PUT", path, [*fields, *expecting]))
        assert connection.recv(4096).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        assert wire.answer(connection, "PUT").status == 200
    assert wire.get(path).body == body


def test_17_content_md5(wire, bucket):
    """No digest: 400 InvalidDigest; another body's: 400 BadDigest; nothing is stored.

    API/API_PutObject.html"""
    path = f"/{bucket}/k"
    for value in ("", "YWJj", "not base64!", md5(b"x")[:-2]):
        assert wire.put(path, b"x", {"Content-MD5": value}).outcome == (400, "InvalidDigest"), value
    assert wire.put(path, b"x", {"Content-MD5": md5(b"y")}).outcome == (400, "BadDigest")
    assert wire.get(path).status == 404
    assert wire.put(path, b"x", {"Content-MD5": md5(b"x")}).status == 200


def test_18_checksums(wire, bucket):
    """No checksum: 400 InvalidRequest; a wrong one: 400 BadDigest; two: 400 InvalidRequest; in headers and trailers.

    userguide/checking-object-integrity.html"""
    path, body = f"/{bucket}/k", b"checked"
    sha1 = base64.b64encode(hashlib.sha1(body).digest()).decode()
    good, name = crc32(body), "x-amz-checksum-crc32"
    assert wire.put(path, body, {name: "!!"}).outcome == (400, "InvalidRequest")
    assert wire.put(path, body, {name: crc32(b"other")}).outcome == (400, "BadDigest")
    assert wire.put(path, body, {name: good, "x-amz-checksum-sha1": sha1}).outcome == (400, "InvalidRequest")
    assert wire.put(path, body, {name: good, "x-amz-sdk-checksum-algorithm": "SHA1"}).outcome == (400, "InvalidRequest")
    for stream in (wire.stream, lambda *a, trailer: wire.stream_unsigned(*a, trailer)):
        assert stream(path, [body], trailer=(name, "!!")).outcome == (400, "InvalidRequest")
        assert stream(path, [body], trailer=(name, crc32(b"other"))).outcome == (400, "BadDigest")
    # A trailer of HTTP's own, after a body of unknown length, is as good.
    fields, _ = wire.signer.header("PUT", path, [("Host", wire.host), ("x-amz-trailer", name)], UNSIGNED)
    head = wire.head("PUT", path, [*fields, ("Transfer-Encoding", "chunked"), ("Trailer", name)])
    for value, outcome in ((crc32(b"other"), (400, "BadDigest")), ("!!", (400, "InvalidRequest")), (None, (400, "InvalidRequest"))):
        trailer = f"{name}: {value}\r\n".encode() if value else b""
        assert wire.exchange(head + b"7\r\nchecked\r\n0\r\n" + trailer + b"\r\n").outcome == outcome, value
    assert wire.get(path).status == 404
    assert wire.exchange(head + b"7\r\nchecked\r\n0\r\n" + f"{name}: {good}\r\n\r\n".encode()).status == 200
    wire.delete(path)
    assert wire.put(path, body, {name: good}).status == 200
    assert wire.send("HEAD", path, {"x-amz-checksum-mode": "ENABLED"})[name] == good


def test_19_documents_come_with_a_digest(wire, bucket):
    """A list of deletions or a configuration may come with Content-MD5 or any checksum, and either is checked.

    AWS refuses a document with neither; here the digest that every signature covers is enough, since clients exist that
    send no other. API/API_DeleteObjects.html"""
    document = b"<Delete><Object><Key>k</Key></Object></Delete>"
    good = [{"Content-MD5": md5(document)}, {"x-amz-checksum-crc32": crc32(document)}, {}]
    for headers in good:
        wire.put(f"/{bucket}/k", b"x")
        answer = wire.send("POST", f"/{bucket}?delete", headers, document)
        assert (answer.status, answer.texts("Deleted/Key")) == (200, ["k"]), answer
    wire.put(f"/{bucket}/k", b"x")
    for headers in ({"Content-MD5": md5(b"")}, {"x-amz-checksum-crc32": crc32(b"")}):
        assert wire.send("POST", f"/{bucket}?delete", headers, document).outcome == (400, "BadDigest")
    assert wire.get(f"/{bucket}/k").body == b"x"
    tags = b"<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
    assert wire.put(f"/{bucket}?tagging", tags, {"x-amz-checksum-crc32": crc32(b"")}).outcome == (400, "BadDigest")
    assert wire.put(f"/{bucket}?tagging", tags, {"Content-MD5": md5(tags)}).status in (200, 204)


def test_20_what_is_not_known_is_not_taken_for_something_else(wire, bucket):
    """A sub-resource that nobody knows is 501 NotImplemented: never a listing, never an object.

    API/ErrorResponses.html"""
    wire.put(f"/{bucket}/k", b"kept")
    for method in ("GET", "PUT", "POST", "DELETE"):
        for path in (f"/{bucket}?rumour", f"/{bucket}/k?rumour", f"/{bucket}/k?lifecycle", f"/{bucket}?torrent"):
            answer = wire.send(method, path, body=b"other" if method in ("PUT", "POST") else b"")
            assert answer.status in (501, 405), (method, path, answer)
    assert wire.get(f"/{bucket}/k").body == b"kept"
    # A parameter with a value is no sub-resource: tools add their own.
    assert wire.get(f"/{bucket}/k?x-tool=1").body == b"kept"


def test_21_errors_are_documents(wire, bucket):
    """A refusal is XML with a code, a sentence, what it is about and two ids, of which the header has the first.

    API/ErrorResponses.html"""
    for path, about in ((f"/{bucket}/k", "Key"), ("/no-such-bucket", "BucketName"), (f"/{bucket}?policy", "BucketName")):
        answer = wire.get(path)
        assert answer["content-type"] == "application/xml"
        assert answer.xml.tag == "Error"
        assert answer.text("Code") and answer.text("Message") and answer.text(about) and answer.text("HostId")
        assert answer.text("RequestId") == answer["x-amz-request-id"]
    hostile = wire.get(f"/{bucket}/%3Ca%3E%26%22")
    assert hostile.text("Key") == '<a>&"'
    assert wire.get(f"/{bucket}")["x-amz-request-id"] != wire.get(f"/{bucket}")["x-amz-request-id"]


def test_22_head_has_no_body(wire, bucket):
    """An answer to HEAD has a status and fields and no body, also when it refuses.

    API/API_HeadObject.html"""
    wire.put(f"/{bucket}/k", b"content")
    for path, headers, status in (
            (f"/{bucket}/k", {}, 200), (f"/{bucket}/no", {}, 404), ("/no-such-bucket", {}, 404), (f"/{bucket}/no-such-key?versionId=x", {}, 400),
            (f"/{bucket}/k", {"If-Match": '"x"'}, 412), (f"/{bucket}/k", {"If-None-Match": "*"}, 304)):
        answer = wire.send("HEAD", path, headers)
        assert (answer.status, answer.body) == (status, b""), answer
        assert answer["x-amz-request-id"]
    answer = wire.send("HEAD", f"/{bucket}/k", signed=False)
    assert (answer.status, answer.body) == (403, b"")


def test_23_who_may_not_list_does_not_learn_what_is_missing(wire, s3, bucket):
    """Without leave to list the bucket, a missing key is 403 AccessDenied.

    API/API_GetObject.html"""
    wire.put(f"/{bucket}/k", b"x")

    def opened(*actions):
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": list(actions),
             "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]}]}))
        return [wire.get(f"/{bucket}/{key}", signed=False).status for key in ("k", "missing")]

    assert opened("s3:GetObject") == [200, 403]
    assert wire.send("HEAD", f"/{bucket}/missing", signed=False).status == 403
    assert opened("s3:GetObject", "s3:ListBucket") == [200, 404]
