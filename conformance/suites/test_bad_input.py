"""Malformed and extreme requests, over raw sockets where a client would hide the fault: the right 4xx, alive, nothing stored."""

import socket
import urllib.parse

import pytest
from botocore.exceptions import ClientError

LIMIT = 1 << 20


def raw(base, data, wait=20):
    """What the server says to these bytes, up to its closing the connection or going silent."""
    url = urllib.parse.urlsplit(base)
    with socket.create_connection((url.hostname, url.port), timeout=wait) as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        answer = b""
        try:
            while len(answer) < LIMIT and (run := connection.recv(65536)):
                answer += run
        except OSError:
            pass
    return answer


def status(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else None


def head(store, *lines, method="PUT", path="/bad.bin", host=True):
    fields = [f"{method} {path} HTTP/1.1"] + ([f"Host: {urllib.parse.urlsplit(store.delivery).netloc}"] if host else [])
    fields += [f"Authorization: Bearer {store.secret}", *lines]
    return "\r\n".join(fields).encode("latin-1") + b"\r\n\r\n"


def refused(store, answer, *allowed):
    code = status(answer)
    assert code is None and not allowed or code in (allowed or range(400, 500)) or code in (501, 505), answer[:300]
    assert store.get("/bad.bin").status == 404
    assert store.put("/alive.txt", b"yes").status == 201


FRAMING = {
    "two lengths": (["Content-Length: 3", "Content-Length: 4"], b"abc"),
    "length and chunked": (["Content-Length: 3", "Transfer-Encoding: chunked"], b"0\r\n\r\n"),
    "signed length": (["Content-Length: +3"], b"abc"),
    "negative length": (["Content-Length: -3"], b"abc"),
    "overflowing length": (["Content-Length: 99999999999999999999"], b"abc"),
    "unknown coding": (["Transfer-Encoding: gzip"], b"abc"),
    "overflowing chunk": (["Transfer-Encoding: chunked"], b"fffffffffffffffff\r\nabc\r\n0\r\n\r\n"),
    "chunk without size": (["Transfer-Encoding: chunked"], b"xyz\r\n"),
    "negative chunk": (["Transfer-Encoding: chunked"], b"-1\r\nabc\r\n0\r\n\r\n"),
    "folded header": (["X-Folded: a\r\n b", "Content-Length: 3"], b"abc"),
    "NUL in a value": (["X-Nul: a\0b", "Content-Length: 3"], b"abc"),
    "space before the colon": (["X-Space : a", "Content-Length: 3"], b"abc"),
}


@pytest.mark.parametrize("name", FRAMING)
def test_framing(store, name):
    lines, body = FRAMING[name]
    refused(store, raw(store.delivery, head(store, *lines) + body))


def test_short_body_stores_nothing(store):
    raw(store.delivery, head(store, "Content-Length: 1000") + b"only this")
    assert store.get("/bad.bin").status == 404


def test_short_chunk_stores_nothing(store):
    raw(store.delivery, head(store, "Content-Length: 100", "Content-Range: bytes 0-99/200") + b"only this")
    assert store.request("GET", "/bad.bin?upload").status == 404


def test_headers_without_end(store):
    refused(store, raw(store.delivery, b"GET / HTTP/1.1\r\nHost: a\r\n" + b"".join(
        b"X-%d: %s\r\n" % (n, b"y" * 1000) for n in range(2000))))
    refused(store, raw(store.delivery, b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n"))


@pytest.mark.parametrize("data", [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"G@T / HTTP/1.1\r\nHost: a\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"\0" * 4096, b"\r\r\n", b"\r\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"])
def test_lines_that_are_not_http(store, data):
    refused(store, raw(store.delivery, data))


@pytest.mark.parametrize("path", [
    "/a/../b", "/./a", "/a/..", "/%2e%2e/a", "/a%00b", "/a%0ab", "/%ff%fe", "/%c0%af", "/%zz", "/%2", "/", "/" + "a" * 1025,
    "/a/%2e/b"])
@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_keys_that_are_no_keys(store, path, method):
    answer = raw(store.delivery, head(store, "Content-Length: 1", method=method, path=path) + b"x")
    assert status(answer) in (400, 404, 405, 414), answer[:300]
    if method == "PUT":
        assert status(answer) in (400, 405, 414), answer[:300]
    listed = store.boto3().list_objects_v2(Bucket=store.bucket).get("Contents", [])
    assert not [k for k in listed if ".." in k["Key"] or "\0" in k["Key"]]


@pytest.mark.parametrize("value", [
    "bytes=0-9223372036854775807", "bytes=9223372036854775807-", "bytes=18446744073709551616-", "bytes=-0", "bytes=5-1",
    "bytes=a-b", "bytes=", "bytes=--1", "pages=1-2", "bytes=" + ",".join("0-0" for _ in range(10000)), "bytes=-99999999999999999999"])
def test_ranges(store, value):
    store.put("/ranged.bin", b"0123456789")
    answer = store.get("/ranged.bin", {"Range": value})
    assert answer.status in (200, 206, 416, 400, 431), answer
    if answer.status == 200:
        assert answer.body == b"0123456789"
    store.request("DELETE", "/ranged.bin")


def mutations(query):
    yield query.replace("signature=", "signature=A")
    yield query[:-1]
    yield query[:-1] + ("A" if query[-1] != "A" else "B")
    yield query + "&signature=x"
    yield query + "&download=1&other=2"
    yield query.replace("method=put", "method=get")
    yield query.replace("expiry=", "expiry=9")
    yield query.replace("expiry=", "expiry=%2B")
    yield query.replace("expiry=", "expiry=-")
    yield query.split("&signature=")[0]
    yield query.replace("signature=", "Signature=")
    yield query.replace("&", ";")


def test_signatures(store):
    path, query = store.signed("/bad.bin", "put").split("?")
    for mutated in mutations(query):
        answer = store.put(f"{path}?{mutated}", b"x", key=False)
        assert answer.status in (400, 401, 403), (mutated, answer)
    for other in ("/bad.bin/", "//bad.bin", "/bad%2Ebin2", "/other.bin"):
        assert store.put(f"{other}?{query}", b"x", key=False).status in (400, 401, 403, 404)
    assert store.request("DELETE", f"{path}?{query}", key=False).status in (401, 403)
    assert store.get("/bad.bin").status == 404
    assert store.put(f"{path}?{query}", b"x", key=False).status == 201
    store.request("DELETE", "/bad.bin")


def xml(store, path, body):
    import botocore.auth
    import botocore.awsrequest
    import botocore.credentials
    request = botocore.awsrequest.AWSRequest("POST", store.s3 + path, data=body)
    botocore.auth.S3SigV4Auth(botocore.credentials.Credentials(store.key, store.secret), "s3", "us-east-1").add_auth(request)
    return store.request("POST", path, body, dict(request.headers), key=False, base=store.s3)


BOMB = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % ((98 + n,) + (97 + n,) * 8) for n in range(20)) + b"]><Delete>&u;</Delete>"


@pytest.mark.parametrize("body", [
    BOMB, b"<Delete>" * 5000, b'<!DOCTYPE d SYSTEM "file:///etc/passwd"><Delete/>', b"", b"not xml", b"<Delete><Object>",
    b"<Delete>" + b"<Object><Key>k</Key></Object>" * 1001 + b"</Delete>", b"\xff\xfe<\0D\0", b"<Delete a='" + b"x" * 100000 + b"'/>"])
def test_xml(store, body):
    answer = xml(store, f"/{store.bucket}?delete", body)
    assert answer.status == 400, answer
    assert b"root:" not in answer.body
    assert store.put("/alive.txt", b"yes").status == 201


def test_xml_of_a_hundred_megabytes_is_refused_early(store):
    answer = xml(store, f"/{store.bucket}?delete", b"<Delete>" + b" " * (100 << 20) + b"</Delete>")
    assert answer.status in (400, 413)


@pytest.mark.parametrize("header,value", [
    ("x-amz-copy-source", "/demo/alive.txt"), ("x-amz-acl", "public-read"), ("x-amz-meta-a", "b"), ("x-amz-tagging", "a=b")])
def test_headers_that_are_not_signed_are_not_obeyed(store, header, value):
    url = store.boto3(signature_version="s3v4").generate_presigned_url("put_object", Params={"Bucket": store.bucket, "Key": "bad.bin"})
    answer = store.request("PUT", url.removeprefix(store.s3), b"x", {header: value}, key=False, base=store.s3)
    assert answer.status == 403, answer
    assert store.get("/bad.bin").status == 404


@pytest.mark.parametrize("number", [0, 10001, -1])
def test_part_numbers(store, number):
    s3 = store.boto3(parameter_validation=False)
    upload = s3.create_multipart_upload(Bucket=store.bucket, Key="bad.bin")["UploadId"]
    with pytest.raises(ClientError) as error:
        s3.upload_part(Bucket=store.bucket, Key="bad.bin", UploadId=upload, PartNumber=number, Body=b"x")
    assert error.value.response["Error"]["Code"] == "InvalidArgument"
    s3.abort_multipart_upload(Bucket=store.bucket, Key="bad.bin", UploadId=upload)


def test_wrong_secret_and_unknown_key(store):
    import boto3
    for key, secret, code in ((store.key, "wrong", "SignatureDoesNotMatch"), ("CFUNKNOWNUNKNOWN0000", "x", "InvalidAccessKeyId")):
        s3 = boto3.client("s3", endpoint_url=store.s3, aws_access_key_id=key, aws_secret_access_key=secret, region_name="us-east-1")
        with pytest.raises(ClientError) as error:
            s3.list_buckets()
        assert error.value.response["Error"]["Code"] == code


def test_a_hundred_racing_writers_and_one_winner(store):
    import concurrent.futures
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        codes = list(pool.map(lambda n: store.put("/race.txt", b"%d" % n, {"If-None-Match": "*"}).status, range(100)))
    assert sorted(codes) == [201] + [412] * 99
