"""Appends and renames, which AWS has for directory buckets only, and the newer checksums, through boto3."""

import base64
import hashlib
import os

import botocore.exceptions
import pytest
from awscrt import checksums

from coffer import Coffer


def code(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as error:
        call(**arguments)
    return error.value.response["Error"]["Code"]


def test_a_log_that_is_appended_to_survives_a_kill(tmp_path):
    with Coffer(tmp_path / "data") as store:
        s3, bucket = store.boto3(), store.bucket
        lines = [os.urandom(size) for size in (10, 70_000, 3, 5_000_000, 20_000, 1)]
        size = 0
        for number, line in enumerate(lines):
            answer = s3.put_object(Bucket=bucket, Key="log", Body=line, WriteOffsetBytes=size)
            size += len(line)
            assert answer.get("Size", size) == size
            if number == 3:
                store.kill()
                store.start()
                s3 = store.boto3()
        assert s3.get_object(Bucket=bucket, Key="log")["Body"].read() == b"".join(lines)
        whole = base64.b64encode(checksums.crc32(b"".join(lines)).to_bytes(4, "big")).decode()
        head = s3.head_object(Bucket=bucket, Key="log", ChecksumMode="ENABLED")
        assert head["ChecksumCRC32"] == whole
        assert code(s3.put_object, Bucket=bucket, Key="log", Body=b"x", WriteOffsetBytes=0) == "InvalidWriteOffset"
        part = s3.get_object(Bucket=bucket, Key="log", PartNumber=2)
        assert part["Body"].read() == lines[1] and part["PartsCount"] == len(lines)
        # An object in parts goes on as one.
        upload = s3.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
        etag = s3.upload_part(Bucket=bucket, Key="parts", UploadId=upload, PartNumber=1, Body=lines[3])["ETag"]
        s3.complete_multipart_upload(
            Bucket=bucket, Key="parts", UploadId=upload,
            MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
        s3.put_object(Bucket=bucket, Key="parts", Body=b"tail", WriteOffsetBytes=len(lines[3]))
        assert s3.get_object(Bucket=bucket, Key="parts")["Body"].read() == lines[3] + b"tail"
        assert store.command("check", "--deep")["ok"]


def test_a_rename_is_one_step(tmp_path):
    with Coffer(tmp_path / "data") as store:
        s3, bucket = store.boto3(), store.bucket
        body = os.urandom(3_000_000)
        etag = s3.put_object(Bucket=bucket, Key="old name", Body=body, Metadata={"a": "b"})["ETag"]
        s3.rename_object(Bucket=bucket, Key="new/näme", RenameSource=f"/{bucket}/old%20name")
        renamed = s3.get_object(Bucket=bucket, Key="new/näme")
        assert renamed["Body"].read() == body
        assert (renamed["ETag"], renamed["Metadata"]) == (etag, {"a": "b"})
        assert code(s3.head_object, Bucket=bucket, Key="old name") == "404"
        s3.put_object(Bucket=bucket, Key="there", Body=b"other")
        assert code(
            s3.rename_object, Bucket=bucket, Key="there", RenameSource="new/n%C3%A4me", DestinationIfNoneMatch="*"
        ) == "PreconditionFailed"
        s3.rename_object(Bucket=bucket, Key="there", RenameSource="new/n%C3%A4me")
        keys = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]]
        assert keys == ["there"]


def digest(algorithm, body):
    if algorithm.startswith("XXHASH"):
        return getattr(checksums.XXHash, {"XXHASH64": "compute_xxhash64", "XXHASH3": "compute_xxhash3_64",
                                          "XXHASH128": "compute_xxhash3_128"}[algorithm])(body)
    return hashlib.new(algorithm.lower(), body).digest()


@pytest.mark.parametrize("algorithm", ["XXHASH64", "XXHASH3", "XXHASH128", "SHA512", "MD5"])
def test_newer_checksums(store, algorithm):
    s3, key, member = store.boto3(), f"checksum-{algorithm}", f"Checksum{algorithm}"
    body = os.urandom(100_000)
    value = base64.b64encode(digest(algorithm, body)).decode()
    s3.put_object(Bucket=store.bucket, Key=key, Body=body, **{member: value})
    assert s3.head_object(Bucket=store.bucket, Key=key, ChecksumMode="ENABLED")[member] == value
    wrong = base64.b64encode(digest(algorithm, b"other")).decode()
    assert code(s3.put_object, Bucket=store.bucket, Key=key, Body=b"x", **{member: wrong}) == "BadDigest"
    assert s3.get_object(Bucket=store.bucket, Key=key, ChecksumMode="ENABLED")["Body"].read() == body


@pytest.mark.parametrize("algorithm", ["XXHASH64", "XXHASH3", "XXHASH128"])
def test_checksums_that_the_client_computes(store, algorithm):
    s3, key, member = store.boto3(), f"computed-{algorithm}", f"Checksum{algorithm}"
    body = os.urandom(100_000)
    made = s3.put_object(Bucket=store.bucket, Key=key, Body=body, ChecksumAlgorithm=algorithm)
    assert made[member] == base64.b64encode(digest(algorithm, body)).decode()
    upload = s3.create_multipart_upload(Bucket=store.bucket, Key=key, ChecksumAlgorithm=algorithm)["UploadId"]
    part = s3.upload_part(
        Bucket=store.bucket, Key=key, UploadId=upload, PartNumber=1, Body=body, ChecksumAlgorithm=algorithm)
    whole = s3.complete_multipart_upload(
        Bucket=store.bucket, Key=key, UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"], member: part[member]}]})
    of_parts = base64.b64encode(digest(algorithm, digest(algorithm, body))).decode()
    assert (whole["ChecksumType"], whole[member]) == ("COMPOSITE", f"{of_parts}-1")
