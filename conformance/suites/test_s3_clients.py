"""The S3 door with the tools people have, at their default settings."""

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
import requests
from botocore.exceptions import ClientError
from coffer import Coffer, seeded_bytes, seeded_file, sha256

MiB = 1 << 20
SIZES = [0, 1, 5 * MiB, 8 * MiB + 1, 300 * MiB]
KEYS = [
    "plain", "with space", "a+b", "a%2Fb", "two//slashes", "/leading", "equals=1&and=2", "emoji \U0001f4e6", "quote'\"<>&",
    "dots/../inside/./key", "dir/", "ümlaut/ñ", "tab\tkey", "x" * 1024]
TREE = 3000


def need(tool):
    found = shutil.which(tool)
    if not found:
        pytest.skip(f"{tool} is not installed")
    return found


def run(words, env, **options):
    done = subprocess.run(list(map(str, words)), env=env, capture_output=True, text=True, timeout=900, **options)
    assert done.returncode == 0, f"{words}: {done.stdout[-2000:]} {done.stderr[-2000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def s3(store):
    client = store.boto3()
    client.create_bucket(Bucket="clients")
    return client


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    root = tmp_path_factory.mktemp("tree")
    chance = random.Random(3000)
    for index in range(TREE):
        folder = root / f"dir {index % 37}" / f"sub+{index % 5}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"file {index}.txt").write_bytes(chance.randbytes(chance.randrange(0, 9000)))
    return root


def same_tree(one, two):
    def digests(root):
        return {str(p.relative_to(root)): sha256(p) for p in Path(root).rglob("*") if p.is_file()}
    assert digests(one) == digests(two)


# -- boto3, new ------------------------------------------------------------------------------------------------

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
    import urllib.request
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


# -- boto3, Debian's -------------------------------------------------------------------------------------------

OLD_BOTO3 = """
import boto3, hashlib, sys
from botocore.config import Config
s3 = boto3.client("s3", endpoint_url=sys.argv[1], region_name="us-east-1")
s3.create_bucket(Bucket="oldclient")
body = bytes(range(256)) * 40000
s3.put_object(Bucket="oldclient", Key="a b+c", Body=body, Metadata={"x": "y"})
got = s3.get_object(Bucket="oldclient", Key="a b+c")
assert got["Body"].read() == body and got["Metadata"] == {"x": "y"}
s3.upload_file("/proc/self/exe", "oldclient", "exe")
assert s3.delete_objects(Bucket="oldclient", Delete={"Objects": [{"Key": "a b+c"}, {"Key": "exe"}]})["Deleted"]
s3.delete_bucket(Bucket="oldclient")
print(boto3.__version__)
"""


def test_debians_boto3(store):
    python = "/usr/bin/python3"
    if subprocess.run([python, "-c", "import boto3"], capture_output=True).returncode != 0:
        pytest.skip("Debian's python3-boto3 is not installed")
    run([python, "-c", OLD_BOTO3, store.s3], store.aws_environment())


# -- command line tools ----------------------------------------------------------------------------------------

def aws_tools():
    return [p for p in dict.fromkeys([str(Path(sys.executable).parent / "aws"), "/usr/bin/aws"]) if os.path.exists(p)]


@pytest.mark.parametrize("aws", aws_tools() or ["aws"])
def test_awscli(store, tree, tmp_path, aws):
    if not os.path.exists(aws):
        pytest.skip("awscli is not installed")
    env, base = store.aws_environment(), [aws, "--endpoint-url", store.s3, "s3"]
    bucket = "awscli-" + hashlib.md5(aws.encode()).hexdigest()[:6]
    run([*base, "mb", f"s3://{bucket}"], env)
    big = tmp_path / "big"
    digest = seeded_file(big, 40 * MiB, seed=8)
    run([*base, "cp", big, f"s3://{bucket}/big file+1"], env)
    run([*base, "cp", f"s3://{bucket}/big file+1", f"s3://{bucket}/copy"], env)
    run([*base, "cp", f"s3://{bucket}/copy", tmp_path / "back"], env)
    assert sha256(tmp_path / "back") == digest
    run([*base, "sync", tree / "dir 1", f"s3://{bucket}/tree"], env)
    assert run([*base, "sync", tree / "dir 1", f"s3://{bucket}/tree"], env).strip() == ""
    run([*base, "sync", f"s3://{bucket}/tree", tmp_path / "tree"], env)
    same_tree(tree / "dir 1", tmp_path / "tree")
    assert "big file+1" in run([*base, "ls", f"s3://{bucket}"], env)
    run([*base, "rb", "--force", f"s3://{bucket}"], env)


def test_rclone(store, tree, tmp_path):
    rclone = need("rclone")
    # Provider AWS insists on bucket names in the host, which needs a DNS that this machine has not.
    for provider in ("Other", "Minio"):
        env = {
            **store.aws_environment(), "RCLONE_CONFIG_C_TYPE": "s3", "RCLONE_CONFIG_C_PROVIDER": provider,
            "RCLONE_CONFIG_C_ENDPOINT": store.s3, "RCLONE_CONFIG_C_ACCESS_KEY_ID": store.key,
            "RCLONE_CONFIG_C_SECRET_ACCESS_KEY": store.secret, "RCLONE_CONFIG_C_REGION": "us-east-1",
            "RCLONE_CONFIG_C_FORCE_PATH_STYLE": "true", "RCLONE_CONFIG": str(tmp_path / "none.conf")}
        bucket = f"rclone-{provider.lower()}"
        big = tmp_path / provider / "big.bin"
        big.parent.mkdir()
        seeded_file(big, 250 * MiB, seed=9)
        run([rclone, "sync", tree, f"c:{bucket}/tree"], env)
        run([rclone, "check", tree, f"c:{bucket}/tree"], env)
        run([rclone, "copy", big.parent, f"c:{bucket}/big"], env)
        run([rclone, "copyto", f"c:{bucket}/big/big.bin", f"c:{bucket}/copy.bin"], env)
        run([rclone, "moveto", f"c:{bucket}/copy.bin", f"c:{bucket}/moved.bin"], env)
        run([rclone, "copyto", f"c:{bucket}/moved.bin", tmp_path / provider / "back.bin"], env)
        assert sha256(tmp_path / provider / "back.bin") == sha256(big)
        run([rclone, "sync", f"c:{bucket}/tree", tmp_path / provider / "tree"], env)
        same_tree(tree, tmp_path / provider / "tree")
        run([rclone, "purge", f"c:{bucket}"], env)


def test_restic(store, tree, tmp_path):
    restic = need("restic")
    env = {
        **store.aws_environment(), "RESTIC_PASSWORD": "of the test",
        "RESTIC_REPOSITORY": f"s3:{store.s3}/restic", "RESTIC_CACHE_DIR": str(tmp_path / "cache")}
    run([restic, "init"], env)
    run([restic, "backup", tree], env)
    run([restic, "restore", "latest", "--target", tmp_path / "back"], env)
    same_tree(tree, str(tmp_path / "back") + str(tree))
    run([restic, "check", "--read-data"], env)
    run([restic, "forget", "--keep-last", "1", "--prune"], env)


def test_s3cmd(store, tree, tmp_path):
    s3cmd = need("s3cmd")
    host = store.s3.removeprefix("http://")
    base = [
        s3cmd, "--no-ssl", f"--host={host}", f"--host-bucket={host}", f"--access_key={store.key}",
        f"--secret_key={store.secret}", "--no-progress", "--config=/dev/null"]
    env = dict(os.environ)
    run([*base, "mb", "s3://s3cmd"], env)
    big = tmp_path / "big"
    digest = seeded_file(big, 40 * MiB, seed=10)
    run([*base, "put", big, "s3://s3cmd/big file+plus"], env)
    run([*base, "get", "s3://s3cmd/big file+plus", tmp_path / "back"], env)
    assert sha256(tmp_path / "back") == digest
    run([*base, "sync", str(tree / "dir 2") + "/", "s3://s3cmd/tree/"], env)
    run([*base, "sync", "s3://s3cmd/tree/", str(tmp_path / "tree") + "/"], env)
    same_tree(tree / "dir 2", tmp_path / "tree")
    run([*base, "cp", "s3://s3cmd/big file+plus", "s3://s3cmd/copy"], env)
    run([*base, "rb", "--recursive", "--force", "s3://s3cmd"], env)
