"""The delivery door with curl, as in the documentation."""

import hashlib
import json
import os
import shutil
import subprocess
import urllib.parse

import pytest
from coffer import seeded_file, sha256

MiB = 1 << 20
SIZES = [0, 1, 4096, 16 * 1024, 16 * 1024 + 1, 5 * MiB, 8 * MiB + 1, 300 * MiB]
KEYS = [
    "plain.bin", "folder/deep/er/file.bin", "with space.bin", "a+b.bin", "slash%2Fescaped.bin", "equals=sign&and.bin",
    "emoji-\U0001f4e6.bin", "quote'\".bin", "x" * 1020 + ".bin"]


def curl(*words):
    return subprocess.run(["curl", "-sS", "--fail-with-body", *words], capture_output=True, check=False)


@pytest.mark.parametrize("size", SIZES)
def test_put_and_get_are_byte_for_byte(store, tmp_path, size):
    source, copy = tmp_path / "source", tmp_path / "copy"
    digest = seeded_file(source, size, seed=size)
    url = f"{store.delivery}/sizes/{size}.bin"
    put = curl("-T", str(source), "-H", f"Authorization: Bearer {store.secret}", url)
    assert put.returncode == 0, put
    answer = json.loads(put.stdout)
    assert answer["data"]["filesize"] == size
    assert answer["data"]["url"].endswith(f"/sizes/{size}.bin")
    assert curl("-o", str(copy), url).returncode == 0
    if size == 0:
        copy.touch()
    assert sha256(copy) == digest


@pytest.mark.parametrize("key", KEYS, ids=lambda k: k[:24])
def test_keys_come_back(store, tmp_path, key):
    body = hashlib.sha256(key.encode()).digest()
    source = tmp_path / "source"
    source.write_bytes(body)
    path = "/" + urllib.parse.quote(key, safe="/%" if "%2F" in key else "/")
    put = curl("-T", str(source), "-H", f"Authorization: Bearer {store.secret}", store.delivery + path)
    assert put.returncode == 0, put
    got = curl(store.delivery + path)
    assert got.stdout == body


def test_signed_url_from_the_command_line_works_without_a_key(store, tmp_path):
    source = tmp_path / "source"
    source.write_bytes(b"by a stranger")
    url = f"{store.delivery}/signed/upload.txt"
    link = store.command("sign", url, "--method", "put")["url"]
    assert curl("-T", str(source), link).returncode == 0
    assert curl(url).stdout == b"by a stranger"


def test_signed_url_made_as_the_documentation_does(store):
    assert store.put(store.signed("/signed/two words.txt".replace(" ", "%20"), "put"), b"1", key=False).status == 201
    assert store.get("/signed/two%20words.txt").body == b"1"
    assert store.put(store.signed("/signed/two%20words.txt", "get"), b"2", key=False).status == 403
    assert store.put(store.signed("/signed/two%20words.txt", "put", -10), b"2", key=False).status == 403
    other = store.signed("/signed/other.txt", "put").split("?")[1]
    assert store.put(f"/signed/two%20words.txt?{other}", b"2", key=False).status == 403
    assert store.get("/signed/two%20words.txt").body == b"1"


def test_without_a_key_nothing_is_written(store):
    assert store.put("/open.txt", b"x", key=False).status == 401
    assert store.put("/open.txt", b"x", key="wrong").status == 401
    assert store.get("/open.txt").status == 404


def test_a_paused_key_opens_nothing(store):
    made = store.command("key", "create", "--project", "demo", "--role", "full")["key"]
    assert store.put("/paused.txt", b"1", key=made["secret"]).status == 201
    store.command("key", "pause", made["id"])
    import time
    time.sleep(1.1)  # the documented bound of the credentials' cache
    assert store.put("/paused.txt", b"2", key=made["secret"]).status == 401
    assert store.put(store.signed("/paused.txt", "put", secret=made["secret"]), b"2", key=False).status == 403
    store.command("key", "resume", made["id"])
    time.sleep(1.1)
    assert store.put("/paused.txt", b"3", key=made["secret"]).status == 201


def test_conditional_requests_and_ranges(store):
    body = bytes(range(256)) * 64
    etag = store.put("/range.bin", body).headers.get("ETag") or store.get("/range.bin").headers["ETag"]
    assert store.get("/range.bin", {"If-None-Match": etag}).status == 304
    part = store.get("/range.bin", {"Range": "bytes=10-19"})
    assert (part.status, part.body) == (206, body[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(body)}"
    assert store.get("/range.bin", {"Range": f"bytes={len(body)}-"}).status == 416
    assert store.get("/range.bin", {"Range": "bytes=-5"}).body == body[-5:]
    assert store.put("/range.bin", b"x", {"If-None-Match": "*"}).status == 412
    assert store.put("/range.bin", b"x", {"If-Match": '"0"'}).status == 412
    assert store.get("/range.bin").body == body
    assert store.request("DELETE", "/range.bin").status == 204
    assert store.request("DELETE", "/range.bin").status == 204
    assert store.get("/range.bin").status == 404


def test_preflight_lets_browsers_upload(store):
    answer = store.request("OPTIONS", "/x.bin", headers={
        "Origin": "https://app.example", "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "content-range,content-type,authorization"}, key=False)
    assert answer.status in (200, 204)
    assert answer.headers["Access-Control-Allow-Origin"] in ("*", "https://app.example")
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    assert "content-range" in allowed and "authorization" in allowed
    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]


def test_an_object_is_in_the_other_door(store):
    s3 = store.boto3()
    store.put("/both/one.txt", b"from delivery", {"Content-Type": "text/plain"})
    assert s3.get_object(Bucket=store.bucket, Key="both/one.txt")["Body"].read() == b"from delivery"
    s3.put_object(Bucket=store.bucket, Key="both/two.txt", Body=b"from s3")
    answer = store.get("/both/two.txt")
    assert answer.body == b"from s3"
    assert answer.headers["ETag"] == s3.head_object(Bucket=store.bucket, Key="both/two.txt")["ETag"]


def test_upload_command_resumes_after_a_break(store, tmp_path):
    source = tmp_path / "big.bin"
    digest = seeded_file(source, 96 * MiB, seed=77)
    binary = str(__import__("coffer").BINARY)
    url = f"{store.delivery}/command/big.bin"
    words = [binary, "upload", str(source), url, "--key", store.secret, "--chunk-size", str(4 * MiB), "--connections", "4"]
    first = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    import time
    time.sleep(0.3)
    first.kill()
    first.wait()
    assert subprocess.run(words, capture_output=True).returncode == 0
    copy = tmp_path / "copy"
    assert curl("-o", str(copy), url).returncode == 0
    assert sha256(copy) == digest


def test_upload_command_replaces_a_file_that_only_its_bytes_tell_apart(store, tmp_path):
    """Length and time are as before, so most ranges equal what is there; the one that does not must still win."""
    source = tmp_path / "same.bin"
    seeded_file(source, 6 * MiB, seed=78)
    url = f"{store.delivery}/command/same.bin"
    words = [str(__import__("coffer").BINARY), "upload", str(source), url, "--key", store.secret, "--chunk-size", str(MiB)]
    assert subprocess.run(words, capture_output=True).returncode == 0
    before = source.stat()
    with open(source, "r+b") as file:
        file.seek(3 * MiB + 17)
        file.write(b"changed")
    os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert subprocess.run(words, capture_output=True).returncode == 0
    assert store.get("/command/same.bin").body == source.read_bytes()
