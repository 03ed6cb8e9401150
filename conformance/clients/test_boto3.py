"""boto3: transfers of all sizes, awkward keys, checksums, presigned URLs, forms, parts, listings."""

import hashlib
import urllib.request

import pytest
import requests
from botocore.exceptions import ClientError

from clients import MiB
from coffer import seeded_bytes, seeded_file, sha256

SIZES = [0, 1, 5 * MiB, 8 * MiB + 1, 300 * MiB]
KEYS = [
    "plain", "with space", "a+b", "a%2Fb", "two//slashes", "/leading", "equals=1&and=2", "emoji \U0001f4e6", "quote'\"<>&",
    "dots/../inside/./key", "dir/", "ümlaut/ñ", "tab\tkey", "x" * 1024]


@pytest.fixture(scope="module")
def s3(store):
    client = store.boto3()
    client.create_bucket(Bucket="clients")
    return client


@pytest.mark.parametrize("size", SIZES)
def test_boto3_transfers_files(s3, tmp_path, size):
    source, copy = tmp_path / "source", tmp_path / "copy"
    digest = seeded_file(source, size, seed=size + 1)
    s3.upload_file(str(source), "clients", f"sizes/{size}")
    assert s3.head_object(Bucket="clients", Key=f"sizes/{size}")["ContentLength"] == size
    s3.download_file("clients", f"sizes/{size}", str(copy))
    assert sha256(copy) == digest


@pytest.mark.parametrize("key", KEYS, ids=range(len(KEYS)))
def test_boto3_keys_are_bytes(s3, key):
    body = hashlib.sha256(key.encode()).digest()
    s3.put_object(Bucket="clients", Key=key, Body=body, Metadata={"n": "1"})
    assert s3.get_object(Bucket="clients", Key=key)["Body"].read() == body
    listed = [k["Key"] for k in s3.list_objects_v2(Bucket="clients", Prefix=key).get("Contents", [])]
    assert key in listed
    s3.copy_object(Bucket="clients", Key="copied", CopySource={"Bucket": "clients", "Key": key})
    assert s3.get_object(Bucket="clients", Key="copied")["Body"].read() == body
    s3.delete_object(Bucket="clients", Key=key)
    with pytest.raises(ClientError) as refused:
        s3.get_object(Bucket="clients", Key=key)
    assert refused.value.response["Error"]["Code"] == "NoSuchKey"


def test_boto3_etag_is_the_md5(s3):
    body = seeded_bytes(100_000, 5)
    assert s3.put_object(Bucket="clients", Key="md5", Body=body)["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"])
def test_boto3_checksums(s3, algorithm):
    body = seeded_bytes(70_000, 6)
    put = s3.put_object(Bucket="clients", Key="sum", Body=body, ChecksumAlgorithm=algorithm)
    got = s3.get_object(Bucket="clients", Key="sum", ChecksumMode="ENABLED")
    assert got["Body"].read() == body
    assert got[f"Checksum{algorithm}"] == put[f"Checksum{algorithm}"]


def test_boto3_presigned_urls(s3, store):
    s3.put_object(Bucket="clients", Key="pre signed", Body=b"seen")
    for version in ("s3v4", "s3"):
        client = store.boto3(signature_version=version)
        url = client.generate_presigned_url("get_object", Params={"Bucket": "clients", "Key": "pre signed"})
        assert urllib.request.urlopen(url).read() == b"seen"
    put = store.boto3(signature_version="s3v4").generate_presigned_url(
        "put_object", Params={"Bucket": "clients", "Key": "pre put"})
    request = urllib.request.Request(put, data=b"by link", method="PUT")
    assert urllib.request.urlopen(request).status == 200
    assert s3.get_object(Bucket="clients", Key="pre put")["Body"].read() == b"by link"


def test_boto3_forms(s3, store):
    body = seeded_bytes(3 * MiB, seed=76)
    form = s3.generate_presigned_post(
        "clients", "forms/${filename}", Fields={"acl": "private", "Content-Type": "text/plain", "success_action_status": "201"},
        Conditions=[{"acl": "private"}, {"Content-Type": "text/plain"}, {"success_action_status": "201"},
                    ["content-length-range", 1, 4 * MiB]])
    sent = requests.post(form["url"], data=form["fields"], files={"file": ("a name.txt", body)}, timeout=60)
    assert sent.status_code == 201, sent.text
    got = s3.get_object(Bucket="clients", Key="forms/a name.txt")
    assert got["Body"].read() == body and got["ContentType"] == "text/plain"
    for fields, name, data, error in [
            (form["fields"], "empty", b"", "EntityTooSmall"),
            (form["fields"], "large", bytes(4 * MiB + 1), "EntityTooLarge"),
            ({**form["fields"], "acl": "public-read"}, "open", body, "AccessDenied"),
            ({**form["fields"], "policy": form["fields"]["policy"][:-4] + "AAAA"}, "other", body, "SignatureDoesNotMatch")]:
        refused = requests.post(form["url"], data=fields, files={"file": (name, data)}, timeout=60)
        assert f"<Code>{error}</Code>" in refused.text
        assert "Contents" not in s3.list_objects_v2(Bucket="clients", Prefix=f"forms/{name}")


def test_boto3_multipart_with_copied_parts(s3):
    source = seeded_bytes(12 * MiB, 7)
    s3.put_object(Bucket="clients", Key="copy-source", Body=source)
    upload = s3.create_multipart_upload(Bucket="clients", Key="assembled")["UploadId"]
    parts = []
    for number, (low, high) in enumerate([(0, 5 * MiB), (5 * MiB, 11 * MiB), (11 * MiB, 12 * MiB)], 1):
        copied = s3.upload_part_copy(
            Bucket="clients", Key="assembled", UploadId=upload, PartNumber=number,
            CopySource={"Bucket": "clients", "Key": "copy-source"}, CopySourceRange=f"bytes={low}-{high - 1}")
        assert copied["CopyPartResult"]["ETag"] == f'"{hashlib.md5(source[low:high]).hexdigest()}"'
        parts.append({"PartNumber": number, "ETag": copied["CopyPartResult"]["ETag"]})
    assert len(s3.list_parts(Bucket="clients", Key="assembled", UploadId=upload)["Parts"]) == 3
    done = s3.complete_multipart_upload(
        Bucket="clients", Key="assembled", UploadId=upload, MultipartUpload={"Parts": parts})
    assert done["ETag"].endswith('-3"')
    again = s3.complete_multipart_upload(
        Bucket="clients", Key="assembled", UploadId=upload, MultipartUpload={"Parts": parts})
    assert again["ETag"] == done["ETag"]
    assert s3.get_object(Bucket="clients", Key="assembled")["Body"].read() == source


def test_boto3_listing_pages(s3):
    s3.create_bucket(Bucket="listing")
    names = sorted([f"{a}/{b:03}" for a in "abc" for b in range(50)] + [f"top{n}" for n in range(30)], key=str.encode)
    for name in names:
        s3.put_object(Bucket="listing", Key=name, Body=b"")
    seen = [
        k["Key"] for page in s3.get_paginator("list_objects_v2").paginate(
            Bucket="listing", PaginationConfig={"PageSize": 7}) for k in page.get("Contents", [])]
    assert seen == names
    prefixes, keys = [], []
    for page in s3.get_paginator("list_objects").paginate(
            Bucket="listing", Delimiter="/", PaginationConfig={"PageSize": 3}):
        prefixes += [p["Prefix"] for p in page.get("CommonPrefixes", [])]
        keys += [k["Key"] for k in page.get("Contents", [])]
    assert prefixes == ["a/", "b/", "c/"] and keys == [n for n in names if n.startswith("top")]
    done = s3.delete_objects(Bucket="listing", Delete={"Objects": [{"Key": n} for n in names]})
    assert len(done["Deleted"]) == len(names)
    s3.delete_bucket(Bucket="listing")
