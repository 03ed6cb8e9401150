"""Requests that nobody sends by mistake: each is refused in the right words, leaves nothing behind, and the server goes on."""

import base64
import json
import socket

import pytest
from wire import ALGORITHM, EMPTY, UNSIGNED, md5

HUNDRED_MEGABYTES = 100 << 20
RUN = 1 << 20


@pytest.fixture(autouse=True)
def untouched(wire, bucket):
    """After every test: the bucket is empty, without configuration, and takes objects."""
    yield
    assert wire.get(f"/{bucket}?versions").texts("Version/Key") == []
    assert wire.get(f"/{bucket}?policy").outcome == (404, "NoSuchBucketPolicy")
    assert wire.put(f"/{bucket}/alive", b"x").status == 200


def policy(**fields):
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*", **fields}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}).encode()


BOMBS = {
    "nested arrays": b'{"Version":"2012-10-17","Statement":' + b"[" * 200_000,
    "nested and closed": b'{"Version":"2012-10-17","Statement":' + b"[" * 9_000 + b"]" * 9_000 + b"}",
    "nested objects": b'{"a":' * 4_000 + b"1" + b"}" * 4_000,
    "many statements": json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Deny"}] * 50_000}).encode(),
    "many actions": policy(Action=["s3:GetObject"] * 20_000),
    "a long name": policy(Resource="arn:aws:s3:::" + "a" * 500_000),
    "a name twice": b'{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}',
    "a number of many digits": b'{"Version":' + b"9" * 19_000 + b"}",
    "a large exponent": b'{"Version":1e999999999}',
    "an endless string": b'{"Version":"' + b"\\u0041" * 3_000,
    "half a surrogate": b'{"Version":"\\ud800"}',
    "no UTF-8": b'{"Version":"\xff\xfe"}',
    "a NUL": b'{"Version":"2012-10-17\0"}',
    "five megabytes of white space": b" " * (5 << 20) + b"{}",
}


@pytest.mark.parametrize("name", BOMBS)
def test_policy_bombs(wire, bucket, name):
    """A policy has at most 20 KB and is JSON: else 400, before it can cost anything.

    userguide/bucket-policies.html"""
    answer = wire.put(f"/{bucket}?policy", BOMBS[name])
    assert answer.status == 400, answer
    assert answer.code in ("MalformedPolicy", "MaxMessageLengthExceeded", "PolicyTooLarge", "EntityTooLarge"), answer


def test_patterns_that_take_forever_elsewhere(wire, other, bucket):
    """Wildcards are compared in time that grows with the lengths only.

    userguide/access-policy-language-overview.html"""
    hard = f"arn:aws:s3:::{bucket}/" + "*a" * 60 + "*b"
    assert wire.put(f"/{bucket}?policy", policy(Resource=[hard] * 50)).status in (200, 204)
    assert other.get(f"/{bucket}/" + "a" * 1000).outcome == (403, "AccessDenied")
    assert wire.delete(f"/{bucket}?policy").status == 204


def begin(wire, path):
    return wire.send("POST", f"{path}?uploads").text("UploadId")


def test_ten_thousand_and_one_parts(wire, bucket):
    """A list of more parts than an upload can have is refused, and makes nothing.

    userguide/qfacts.html"""
    upload = begin(wire, f"/{bucket}/k")
    tag = wire.put(f"/{bucket}/k?partNumber=1&uploadId={upload}", b"x")["etag"]
    for numbers in (range(1, 10_002), [1] * 10_001):
        parts = "".join(f"<Part><PartNumber>{n}</PartNumber><ETag>{tag}</ETag></Part>" for n in numbers)
        body = f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode()
        answer = wire.send("POST", f"/{bucket}/k?uploadId={upload}", (), body)
        assert answer.outcome in ((400, "MalformedXML"), (400, "InvalidArgument")), answer
    assert wire.get(f"/{bucket}/k").status == 404


@pytest.mark.parametrize("number", ["0", "10001", "-1", "+1", "0x1", "1e1", "01x", "99999999999999999999"])
def test_part_numbers_that_are_none(wire, bucket, number):
    """1 to 10,000 in decimal digits, for parts that are sent and parts that are copied.

    API/API_UploadPart.html"""
    upload = begin(wire, f"/{bucket}/k")
    target = f"/{bucket}/k?partNumber={number.replace('+', '%2B')}&uploadId={upload}"
    assert wire.put(target, b"x").outcome == (400, "InvalidArgument")
    assert wire.put(target, b"", {"x-amz-copy-source": f"/{bucket}/missing"}).status in (400, 404)
    assert wire.get(f"/{bucket}/k?uploadId={upload}").texts("Part/PartNumber") == []


def test_copy_ranges_that_overlap(wire, bucket):
    """Each part copies its own range: overlapping ones give the bytes twice, and the source stays what it was.

    API/API_UploadPartCopy.html"""
    size = 12 << 20
    body = bytes(range(256)) * (size // 256)
    wire.put(f"/{bucket}/source", body)
    upload, tags = begin(wire, f"/{bucket}/source"), []
    spans = [(0, (8 << 20) - 1), (5, (7 << 20) + 3), (4 << 20, size - 1)]
    for number, (first, last) in enumerate(spans, 1):
        headers = {"x-amz-copy-source": f"/{bucket}/source", "x-amz-copy-source-range": f"bytes={first}-{last}"}
        answer = wire.put(f"/{bucket}/source?partNumber={number}&uploadId={upload}", b"", headers)
        assert answer.status == 200, answer
        tags.append(answer.text("ETag"))
    for several in ("bytes=0-5,3-8", "bytes=0-5, 0-5"):
        headers = {"x-amz-copy-source": f"/{bucket}/source", "x-amz-copy-source-range": several}
        answer = wire.put(f"/{bucket}/source?partNumber=4&uploadId={upload}", b"", headers)
        assert answer.outcome == (400, "InvalidArgument"), answer
    assert wire.get(f"/{bucket}/source").body == body
    parts = "".join(f"<Part><PartNumber>{n}</PartNumber><ETag>{tag}</ETag></Part>" for n, tag in enumerate(tags, 1))
    document = f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode()
    assert wire.send("POST", f"/{bucket}/source?uploadId={upload}", (), document).status == 200
    assert wire.get(f"/{bucket}/source").body == b"".join(body[first:last + 1] for first, last in spans)
    assert wire.delete(f"/{bucket}/source").status == 204


DOCUMENTS = ["delete", "tagging", "cors", "lifecycle", "policy", "acl", "website", "versioning", "encryption", "object-lock"]


@pytest.mark.parametrize("word", DOCUMENTS)
@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_a_document_of_a_hundred_megabytes(wire, bucket, word, framing):
    """It is refused, whether its length is announced or not, and no more of it is kept than of a small one.

    API/ErrorResponses.html"""
    method, target = "POST" if word == "delete" else "PUT", f"/{bucket}?{word}"
    fields, _ = wire.signer.header(method, target, [("Host", wire.host)], UNSIGNED)
    if framing == "length":
        fields.append(("Content-Length", str(HUNDRED_MEGABYTES)))
    else:
        fields.append(("Transfer-Encoding", "chunked"))

    def runs():
        yield wire.head(method, target, fields)
        for number in range(HUNDRED_MEGABYTES // RUN):
            run = (b"<Delete>" if number == 0 else b"").ljust(RUN)
            yield run if framing == "length" else b"%x\r\n%s\r\n" % (RUN, run)
        yield b"" if framing == "length" else b"0\r\n\r\n"

    answer = wire.exchange(runs(), method)
    assert answer.status == 400, answer
    assert answer.code in ("MaxMessageLengthExceeded", "EntityTooLarge", "MalformedXML", "MalformedPolicy", "MalformedACLError"), answer


@pytest.mark.parametrize("word", DOCUMENTS)
def test_documents_that_grow_when_they_are_read(wire, bucket, word):
    """No entity is expanded and nothing outside is read; depth and number of elements have limits.

    API/ErrorResponses.html"""
    method = "POST" if word == "delete" else "PUT"
    laughs = b'<!DOCTYPE d [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 9) for n in range(15)) + b"]><Delete>&p;</Delete>"
    for body in (laughs, b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Delete>&x;</Delete>', b"<Delete>" * 10_000,
                 b"<Delete>" + b"<a/>" * 30_000 + b"</Delete>", b"<Delete " + b" ".join(b'a%d=""' % n for n in range(5_000)) + b"/>",
                 b"", b"\xff\xfe<\0D\0", b"<Delete xmlns:x='y'><x:Object/></Delete>"):
        answer = wire.send(method, f"/{bucket}?{word}", {"Content-MD5": md5(body)}, body)
        assert answer.status == 400, (body[:60], answer)
        assert b"root:" not in answer.body and b"haha" not in answer.body


@pytest.mark.parametrize("header,value", [
    ("x-amz-copy-source", "/{bucket}/secret"), ("x-amz-acl", "public-read"), ("x-amz-meta-a", "b"), ("x-amz-tagging", "a=b"),
    ("x-amz-storage-class", "GLACIER"), ("x-amz-grant-read", 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'),
    ("x-amz-server-side-encryption", "AES256"), ("x-amz-website-redirect-location", "http://evil.test/")])
def test_headers_that_a_presigned_url_does_not_sign(wire, bucket, header, value):
    """Every x-amz-* field must be signed: one that was added to a presigned URL is 403 AccessDenied.

    API/sigv4-query-string-auth.html"""
    wire.put(f"/{bucket}/secret", b"secret")
    answer = wire.presigned("PUT", f"/{bucket}/k", {header: value.format(bucket=bucket)}, b"x")
    assert answer.outcome == (403, "AccessDenied"), answer
    assert header in answer.text("HeadersNotSigned")
    answer = wire.put(f"/{bucket}/k", b"x", added={header: value.format(bucket=bucket)})
    assert answer.outcome == (403, "AccessDenied"), answer
    assert wire.get(f"/{bucket}/k").status == 404
    wire.delete(f"/{bucket}/secret")


def test_what_is_done_to_presigned_urls(wire, bucket):
    """A parameter that was added, changed, doubled or taken away breaks the signature.

    API/sigv4-query-string-auth.html"""
    target = wire.signer.query("PUT", f"/{bucket}/k", wire.host)
    signature = target[target.index("X-Amz-Signature="):]
    altered = [
        target + "&x-amz-acl=public-read", target + "&acl", target + f"&{signature}", target.replace("Expires=900", "Expires=9000"),
        target.replace(f"/{bucket}/k?", f"/{bucket}/other?"), target.replace("SignedHeaders=host", "SignedHeaders="),
        target.replace("X-Amz-Signature=", "X-Amz-Signature=0"), target[:-1], target[:-1] + ("1" if target[-1] == "0" else "0"), target.replace(f"&{signature}", ""),
        target.replace("HMAC-SHA256", "HMAC-SHA1"), target.replace("X-Amz-Date=2", "X-Amz-Date=1"), target + "&uploadId=x&partNumber=1"]
    for attempt in altered:
        answer = wire.send("PUT", attempt, (), b"x", signed=False)
        assert answer.status in (400, 403), (attempt, answer)
    for key in ("k", "other"):
        assert wire.get(f"/{bucket}/{key}").status == 404


def test_forms_without_a_policy(wire, bucket):
    """A form that nobody signed stores nothing in a bucket that is not open; half a signature is none.

    API/sigv4-HTTPPOSTForms.html"""
    signed = wire.signer.form([{"bucket": bucket}, {"key": "k"}])
    assert wire.post(bucket, {"key": "k"}, b"x").outcome == (403, "AccessDenied")
    for missing in signed:
        fields = {"key": "k", **{name: value for name, value in signed.items() if name != missing}}
        answer = wire.post(bucket, fields, b"x")
        assert answer.status in (400, 403), (missing, answer)
    for name, value in (("policy", ""), ("policy", "!!"), ("policy", "e30="), ("x-amz-signature", "0" * 64), ("x-amz-algorithm", "none")):
        answer = wire.post(bucket, {"key": "k", **signed, name: value}, b"x")
        assert answer.status in (400, 403), (name, value, answer)
    for kind, body in (
            ("multipart/form-data", b"x"), ("multipart/form-data; boundary=", b"x"), ("multipart/form-data; boundary=b", b"--b\r\n\r\nx"),
            ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=key\r\n\r\nk\r\n--b--\r\n"),
            ("text/plain", b"key=k"), ("application/x-www-form-urlencoded", b"key=k&file=x")):
        answer = wire.send("POST", f"/{bucket}", {"Content-Type": kind}, body, signed=False)
        assert answer.status in (400, 403, 412, 415), (kind, body, answer)
    assert wire.get(f"/{bucket}/k").status == 404


@pytest.mark.parametrize("name,policy,code", [
    ("nested arrays", b"[" * 10_000, "InvalidPolicyDocument"), ("nested objects", b'{"a":' * 2_000, "InvalidPolicyDocument"),
    ("many conditions", b'{"expiration":"2099-01-01T00:00:00Z","conditions":[%s]}' % b",".join([b'{"key":"k"}'] * 1_000), "InvalidPolicyDocument"),
    ("no end", b'{"conditions":[{"key":"k"}]}', "InvalidPolicyDocument"),
    ("more than a form may have", b" " * 30_000, "MaxPostPreDataLengthExceededError")])
def test_bombs_in_the_policy_of_a_form(wire, bucket, name, policy, code):
    """A signature does not make a policy good: what is no policy is 400, what is too long is not read at all.

    API/sigv4-HTTPPOSTConstructPolicy.html"""
    signer, text = wire.signer, base64.b64encode(policy).decode()
    fields = {"x-amz-algorithm": ALGORITHM, "x-amz-credential": f"{signer.key}/{signer.scope}", "x-amz-date": signer.time}
    answer = wire.post(bucket, {"key": "k", "policy": text, **fields, "x-amz-signature": signer.sign(text)}, b"x")
    assert answer.outcome == (400, code), answer


@pytest.mark.parametrize("framing", ["length", "chunked", "both", "none"])
@pytest.mark.parametrize("signed", [True, False])
def test_a_request_in_the_body_of_another(wire, bucket, framing, signed):
    """What follows a request that was refused is its body, and never a request of its own.

    API/ErrorResponses.html"""
    path = f"/{bucket}/kept"
    wire.put(path, b"x")
    fields, _ = wire.signer.header("DELETE", path, [("Host", wire.host)], EMPTY)
    inner = wire.head("DELETE", path, fields)
    outer = [("Host", wire.host), ("Content-MD5", "none")]
    if signed:
        outer, _ = wire.signer.header("PUT", f"/{bucket}/k", outer, UNSIGNED)
    if framing in ("length", "both"):
        outer.append(("Content-Length", str(len(inner))))
    if framing in ("chunked", "both"):
        outer.append(("Transfer-Encoding", "chunked"))
    head = wire.head("PUT", f"/{bucket}/k", outer).replace(b"Connection: close\r\n", b"")
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(inner), inner) if framing == "chunked" else inner
    with wire.open() as connection:
        connection.sendall(head + body)
        connection.shutdown(socket.SHUT_WR)
        answer = wire.answer(connection)
    assert 400 <= answer.status < 500, answer
    if framing != "none":
        # Without a length there is no body: what follows is a request, and a good one.
        assert wire.get(path).body == b"x"
    wire.delete(path)


PIECES = [b"a" * 65_536, b"b" * 65_536, b"end"]
TAMPERING = {
    "a byte of the first chunk": lambda body: body.replace(b"aaaa\r\n", b"aaab\r\n"),
    "a byte of the last chunk": lambda body: body.replace(b"end\r\n", b"enD\r\n"),
    "a signature": lambda body: body.replace(b";chunk-signature=", b";chunk-signature=0", 1),
    "the final signature": lambda body: body[:-5] + (b"0" if body[-5:-4] != b"0" else b"1") + body[-4:],
    "no signatures": lambda body: b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*PIECES, b""]),
    "chunks change places": lambda body: swapped(body),
    "a chunk twice": lambda body: body[:65_536 + 90] + body,
    "a chunk left out": lambda body: body[len(b"10000;chunk-signature=") + 64 + 2 + 65_536 + 2:],
    "no end": lambda body: body[:body.rindex(b"0;chunk")],
    "a size that is none": lambda body: b"zz" + body,
    "a size beyond all numbers": lambda body: b"f" * 40 + body,
    "a negative size": lambda body: b"-" + body,
    "a long extension": lambda body: body.replace(b";chunk", b";" + b"x" * 100_000 + b";chunk", 1),
}


def swapped(body):
    length = len(b"10000;chunk-signature=") + 64 + 2 + 65_536 + 2
    return body[length:2 * length] + body[:length] + body[2 * length:]


@pytest.mark.parametrize("name", TAMPERING)
def test_chunks_that_somebody_changed(wire, bucket, name):
    """Every chunk is signed at its place; what does not fit is refused and nothing of it stored.

    API/sigv4-streaming.html"""
    answer = wire.stream(f"/{bucket}/k", PIECES, alter=TAMPERING[name])
    assert answer.status in (400, 403), answer
    assert answer.code in ("SignatureDoesNotMatch", "IncompleteBody", "InvalidChunkSizeError", "InvalidRequest", "MalformedTrailerError"), answer
    assert wire.get(f"/{bucket}/k").status == 404


def test_trailers_that_were_not_announced(wire, bucket):
    """A trailer that x-amz-trailer does not name is refused, and so is one that it names and that does not come.

    API/sigv4-streaming-trailers.html"""
    path, good, other = f"/{bucket}/k", ("x-amz-checksum-crc32", "AAAAAA=="), ("x-amz-checksum-sha256", "A" * 43 + "=")
    for send in (wire.stream, wire.stream_unsigned):
        for answer in (
                send(path, [b""], trailer=good, announce=False),
                send(path, [b""], trailer=good, announce=False, headers={"x-amz-trailer": other[0]}),
                send(path, [b""], trailer=("x-amz-meta-a", "b"), announce=False, headers={"x-amz-trailer": good[0]}),
                send(path, [b""], trailer=("x-amz-acl", "public-read"), announce=False)):
            assert answer.status == 400, answer
            assert answer.code in ("MalformedTrailerError", "InvalidRequest"), answer
    answer = wire.stream_unsigned(path, [b"x"], headers={"x-amz-trailer": good[0]})
    assert answer.outcome in ((400, "MalformedTrailerError"), (400, "InvalidRequest")), answer
    assert wire.get(path).status == 404


def test_two_of_what_there_is_one_of(wire, bucket):
    """Two Hosts, two Authorizations, two dates or two digests are refused: nobody may choose the one that suits.

    API/sig-v4-header-based-auth.html"""
    path = f"/{bucket}/k"
    fields, _ = wire.signer.header("PUT", path, [("Host", wire.host)], EMPTY)
    length = ("Content-Length", "0")
    for extra in (("Host", "evil.test"), ("Authorization", "AWS4-HMAC-SHA256 Credential=x"), ("x-amz-date", "20200101T000000Z"),
                  ("x-amz-content-sha256", UNSIGNED), ("Content-Length", "5")):
        answer = wire.exchange(wire.head("PUT", path, [*fields, length, extra]))
        assert answer.status in (400, 403), (extra, answer)
    target = wire.signer.query("PUT", path, wire.host)
    assert wire.exchange(wire.head("PUT", target, [*fields, length])).outcome == (400, "InvalidArgument")
    assert wire.get(path).status == 404
