"""Uploads in parts: what is checked when, what they leave behind, and what they do not."""

import base64
import concurrent.futures
import hashlib
import zlib

import pytest
from wire import encode

MINIMUM = 5 << 20
LARGE = b"p" * MINIMUM


class Upload:
    def __init__(self, wire, path, headers=()):
        self.wire, self.path = wire, path
        self.answer = wire.send("POST", f"{path}?uploads", headers)
        self.id = self.answer.text("UploadId")

    def part(self, number, body, headers=()):
        return self.wire.put(f"{self.path}?partNumber={number}&uploadId={self.id}", body, headers)

    def copy(self, number, source, span=None):
        headers = {"x-amz-copy-source": source, **({"x-amz-copy-source-range": span} if span is not None else {})}
        return self.part(number, b"", headers)

    def complete(self, parts, headers=()):
        rows = "".join(
            f"<Part><PartNumber>{number}</PartNumber>" + "".join(f"<{n}>{v}</{n}>" for n, v in fields.items()) + "</Part>"
            for number, fields in parts)
        return self.wire.send("POST", f"{self.path}?uploadId={self.id}", headers,
                              f"<CompleteMultipartUpload>{rows}</CompleteMultipartUpload>".encode())

    def finish(self, *parts, headers=()):
        """Sends the parts and completes."""
        tags = [(number, {"ETag": self.part(number, body)["etag"]}) for number, body in parts]
        return self.complete(tags, headers)

    def abort(self):
        return self.wire.delete(f"{self.path}?uploadId={self.id}")

    def parts(self, query=""):
        return self.wire.get(f"{self.path}?uploadId={self.id}{query}")


@pytest.fixture
def upload(wire, bucket):
    return Upload(wire, f"/{bucket}/k")


def tag(*parts):
    return f'"{hashlib.md5(b"".join(hashlib.md5(part).digest() for part in parts)).hexdigest()}-{len(parts)}"'


def crc32(body):
    return base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()


def test_58_numbers_and_sizes_of_parts(wire, upload):
    """1 to 10,000, else 400 InvalidArgument; all but the last at least 5 MiB, else 400 EntityTooSmall when completed.

    userguide/qfacts.html"""
    for number in (0, -1, 10_001, 2**31, 2**64, "one", "", "1.0"):
        assert upload.part(number, b"x").outcome == (400, "InvalidArgument"), number
    small = [(1, {"ETag": upload.part(1, LARGE[:-1])["etag"]}), (10_000, {"ETag": upload.part(10_000, b"end")["etag"]})]
    refused = upload.complete(small)
    assert refused.outcome == (400, "EntityTooSmall"), refused
    assert (refused.text("PartNumber"), refused.text("MinSizeAllowed")) == ("1", str(MINIMUM))
    small[0] = (1, {"ETag": upload.part(1, LARGE)["etag"]})
    assert upload.complete(small).status == 200
    assert wire.send("HEAD", upload.path)["content-length"] == str(MINIMUM + 3)


def test_59_the_list_of_parts(wire, upload):
    """Ascending, existing, with the right ETags, not empty; gaps are allowed, and parts that are not listed go.

    Of a part that is listed twice, which AWS refuses, the last word counts, as the public suite's
    test_multipart_resend_first_finishes_last wants.
    API/API_CompleteMultipartUpload.html"""
    tags = {number: {"ETag": upload.part(number, body)["etag"]} for number, body in ((1, LARGE), (3, LARGE), (7, b"end"))}
    refusals = [
        ([], "MalformedXML"), ([(3, tags[3]), (1, tags[1])], "InvalidPartOrder"), ([(1, tags[1]), (1, tags[3]), (0, tags[1])], "InvalidArgument"),
        ([(1, tags[1]), (2, tags[1])], "InvalidPart"), ([(1, {"ETag": "0" * 32})], "InvalidPart"), ([(1, {})], "MalformedXML"),
        ([(0, tags[1])], "InvalidArgument"), ([("x", tags[1])], "MalformedXML")]
    for parts, code in refusals:
        answer = upload.complete(parts)
        assert answer.status == 400 and code in (None, answer.code), (parts, answer)
    unquoted = {"ETag": tags[7]["ETag"].strip('"')}
    answer = upload.complete([(1, tags[1]), (7, unquoted)])
    assert answer.status == 200, answer
    assert wire.get(upload.path).body == LARGE + b"end"


def test_60_the_etag_of_many_parts(wire, upload):
    """The MD5 of the parts' MD5s, a hyphen and their number.

    userguide/checking-object-integrity.html"""
    answer = upload.finish((1, LARGE), (2, b"end"))
    assert answer.text("ETag") == tag(LARGE, b"end")
    assert answer.text("Bucket") and answer.text("Key") == "k" and answer.text("Location")
    assert wire.get(upload.path)["etag"] == tag(LARGE, b"end")


def test_61_completing_again(wire, upload, bucket):
    """A second completion of a finished upload is 200 with the same ETag; one that was aborted or never was is 404.

    API/API_CompleteMultipartUpload.html"""
    parts = [(1, {"ETag": upload.part(1, b"only")["etag"]})]
    first, second = upload.complete(parts), upload.complete(parts)
    assert (first.status, second.status) == (200, 200)
    assert first.text("ETag") == second.text("ETag")
    assert upload.part(2, b"late").outcome == (404, "NoSuchUpload")
    aborted = Upload(wire, f"/{bucket}/a")
    parts = [(1, {"ETag": aborted.part(1, b"x")["etag"]})]
    assert aborted.abort().status == 204
    assert aborted.complete(parts).outcome == (404, "NoSuchUpload")
    aborted.id = "never-was"
    assert aborted.complete(parts).outcome == (404, "NoSuchUpload")


def test_62_a_part_that_is_sent_again(wire, upload):
    """The last that is finished is the part.

    API/API_UploadPart.html"""
    old = upload.part(1, b"old")["etag"]
    new = upload.part(1, b"newer")["etag"]
    assert upload.parts().texts("Part/ETag") == [new]
    assert upload.complete([(1, {"ETag": old})]).outcome == (400, "InvalidPart")
    assert upload.complete([(1, {"ETag": new})]).status == 200
    assert wire.get(upload.path).body == b"newer"


def test_63_checksums_of_parts(wire, bucket):
    """COMPOSITE is that of the parts' checksums, FULL_OBJECT that of the bytes; a wrong one is 400 BadDigest.

    AWS wants the parts' checksums in the list of a composite upload; here they may be left out, since they are known, as the
    public suite's test_get_multipart_checksum_object_attributes wants.
    userguide/checking-object-integrity.html"""
    body = LARGE + b"end"
    digests = [hashlib.sha256(part).digest() for part in (LARGE, b"end")]
    texts = [base64.b64encode(digest).decode() for digest in digests]
    composite = base64.b64encode(hashlib.sha256(b"".join(digests)).digest()).decode() + "-2"
    upload = Upload(wire, f"/{bucket}/composite", {"x-amz-checksum-algorithm": "SHA256"})
    assert upload.answer["x-amz-checksum-type"] == "COMPOSITE"
    parts = []
    for number, (part, text) in enumerate(zip((LARGE, b"end"), texts), 1):
        assert upload.part(number, part, {"x-amz-checksum-sha256": texts[number - 2]}).outcome == (400, "BadDigest")
        answer = upload.part(number, part, {"x-amz-checksum-sha256": text})
        parts.append((number, {"ETag": answer["etag"], "ChecksumSHA256": text}))
    wrong = [(n, {**f, "ChecksumSHA256": texts[n - 2]}) for n, f in parts]
    assert upload.complete(wrong).outcome == (400, "InvalidPart")
    answer = upload.complete(parts)
    assert (answer.text("ChecksumSHA256"), answer.text("ChecksumType")) == (composite, "COMPOSITE")
    assert wire.send("HEAD", upload.path, {"x-amz-checksum-mode": "ENABLED"})["x-amz-checksum-sha256"] == composite

    upload = Upload(wire, f"/{bucket}/whole", {"x-amz-checksum-algorithm": "CRC32", "x-amz-checksum-type": "FULL_OBJECT"})
    parts = [(n, {"ETag": upload.part(n, part, {"x-amz-checksum-crc32": crc32(part)})["etag"]}) for n, part in ((1, LARGE), (2, b"end"))]
    typed = {"x-amz-checksum-type": "FULL_OBJECT"}
    assert upload.complete(parts, {**typed, "x-amz-checksum-crc32": crc32(b"other")}).outcome == (400, "BadDigest")
    answer = upload.complete(parts, {**typed, "x-amz-checksum-crc32": crc32(body)})
    assert (answer.status, answer.text("ChecksumCRC32"), answer.text("ChecksumType")) == (200, crc32(body), "FULL_OBJECT")

    impossible = {"x-amz-checksum-algorithm": "SHA256", "x-amz-checksum-type": "FULL_OBJECT"}
    assert wire.send("POST", f"/{bucket}/no?uploads", impossible).outcome == (400, "InvalidRequest")
    always = Upload(wire, f"/{bucket}/nvme", {"x-amz-checksum-algorithm": "CRC64NVME"})
    assert always.answer["x-amz-checksum-type"] == "FULL_OBJECT"


def test_64_the_size_that_was_meant(wire, upload):
    """x-amz-mp-object-size that is not the sum of the parts is 400 InvalidRequest.

    API/API_CompleteMultipartUpload.html"""
    parts = [(1, {"ETag": upload.part(1, b"four")["etag"]})]
    assert upload.complete(parts, {"x-amz-mp-object-size": "5"}).outcome == (400, "InvalidRequest")
    assert upload.complete(parts, {"x-amz-mp-object-size": "many"}).status == 400
    assert wire.get(upload.path).status == 404
    assert upload.complete(parts, {"x-amz-mp-object-size": "4"}).status == 200


def test_65_lists_of_uploads_and_parts(wire, bucket):
    """Both come in pages with markers, encoded if asked, with initiator and owner; uploads also by prefix and delimiter.

    API/API_ListMultipartUploads.html, API/API_ListParts.html"""
    owner = wire.get("/").text("Owner/ID")
    uploads = [Upload(wire, f"/{bucket}/{encode(key)}") for key in ("a", "a", "p/b", "p/c d", "z")]
    page = wire.get(f"/{bucket}?uploads")
    assert page.texts("Upload/Key") == ["a", "a", "p/b", "p/c d", "z"]
    assert set(page.texts("Upload/Owner/ID")) | set(page.texts("Upload/Initiator/ID")) >= {owner}
    found, query = [], ""
    for _ in uploads:
        page = wire.get(f"/{bucket}?uploads&max-uploads=1{query}")
        found += page.texts("Upload/UploadId")
        query = f"&key-marker={encode(page.text('NextKeyMarker') or '')}&upload-id-marker={page.text('NextUploadIdMarker')}"
    assert sorted(found) == sorted(upload.id for upload in uploads)
    assert page.text("IsTruncated") == "false"
    grouped = wire.get(f"/{bucket}?uploads&delimiter=/&prefix=&encoding-type=url")
    assert (grouped.texts("Upload/Key"), grouped.texts("CommonPrefixes/Prefix")) == (["a", "a", "z"], ["p/"])
    assert wire.get(f"/{bucket}?uploads&prefix=p/&encoding-type=url").texts("Upload/Key")[1] in ("p/c+d", "p/c%20d")

    upload = uploads[0]
    tags = [upload.part(number, b"%d" % number)["etag"] for number in (1, 2, 5)]
    page = upload.parts("&max-parts=2")
    assert (page.texts("Part/PartNumber"), page.text("IsTruncated"), page.text("NextPartNumberMarker")) == (["1", "2"], "true", "2")
    rest = upload.parts("&part-number-marker=2")
    assert (rest.texts("Part/PartNumber"), rest.texts("Part/ETag"), rest.text("IsTruncated")) == (["5"], tags[2:], "false")
    assert rest.text("Owner/ID") == owner and rest.text("Initiator/ID") and rest.text("MaxParts") == "1000"
    assert upload.parts("&max-parts=-1").outcome == (400, "InvalidArgument")


def test_66_ranges_of_copied_parts(wire, upload, bucket):
    """`bytes=a-b` and nothing else: 400 InvalidArgument; past the end of the source: InvalidRange.

    API/API_UploadPartCopy.html"""
    source = f"/{bucket}/source"
    wire.put(source, b"0123456789")
    for span in ("0-2", "bytes=0", "bytes=hello-world", "bytes=0-bar", "bytes=hello-", "bytes=0-2,3-5", "bytes=-3", "bytes=3-", "bytes=5-2", ""):
        assert upload.copy(1, source, span).outcome == (400, "InvalidArgument"), span
    for span in ("bytes=0-10", "bytes=10-11", "bytes=0-99999999999999999999"):
        answer = upload.copy(1, source, span)
        assert answer.status in (400, 416) and answer.code in ("InvalidRange", "InvalidArgument"), (span, answer)
    assert upload.parts().texts("Part/ETag") == []
    copied = upload.copy(1, source, "bytes=2-4")
    assert copied.status == 200
    assert upload.complete([(1, {"ETag": copied.text("ETag")})]).status == 200
    assert wire.get(upload.path).body == b"234"


def test_67_aborts(store, wire, bucket):
    """204, then 404 NoSuchUpload; a part that races with the abort leaves nothing behind.

    API/API_AbortMultipartUpload.html"""
    upload = Upload(wire, f"/{bucket}/k")
    assert upload.part(1, b"x").status == 200
    assert upload.abort().status == 204
    assert upload.abort().outcome == (404, "NoSuchUpload")
    assert upload.part(2, b"x").outcome == (404, "NoSuchUpload")
    assert upload.parts().outcome == (404, "NoSuchUpload")
    for _ in range(5):
        racing = Upload(wire, f"/{bucket}/k")
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            parts = [pool.submit(racing.part, number, b"%d" % number * 300_000) for number in (1, 2, 3)]
            aborted = pool.submit(racing.abort)
            assert aborted.result().status == 204
            assert {part.result().status for part in parts} <= {200, 404}
        assert racing.parts().status == 404
    store.command("sweep", "--grace", "0")
    assert store.command("check", "--deep")["ok"] is True
    assert wire.get(f"/{bucket}?uploads").texts("Upload/Key") == []


def test_68_leftovers_of_a_finished_upload(store, wire, upload):
    """Aborting a finished upload, or sweeping, never touches the object that it became.

    API/API_AbortMultipartUpload.html"""
    assert upload.finish((1, LARGE), (2, b"end")).status == 200
    assert upload.abort().status in (204, 404)
    store.command("sweep", "--grace", "0")
    assert wire.get(upload.path).body == LARGE + b"end"
    assert upload.abort().status in (204, 404)
    assert wire.get(upload.path)["etag"] == tag(LARGE, b"end")
