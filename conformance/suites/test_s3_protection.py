"""What S3 clients ask to be kept from others: encryption, policies, access control lists, locks, tags."""

import base64
import datetime
import hashlib
import json
import os
import time

import pytest
from botocore import UNSIGNED
from botocore.exceptions import ClientError
from coffer import Coffer, seeded_bytes

CUSTOMER = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"k" * 32}
MARK = b"plaintext that must not be on the disk "


@pytest.fixture(scope="module")
def store():
    with Coffer() as server:
        server.command("kms", "create", "invoices")
        server.client = server.boto3()
        server.client.create_bucket(Bucket="kept")
        yield server


def code(call, **arguments):
    with pytest.raises(ClientError) as failure:
        call(**arguments)
    return failure.value.response["Error"]["Code"]


def anonymous(store):
    return store.boto3(signature_version=UNSIGNED)


def stored(store):
    """Every byte that the server keeps."""
    for base, _, files in os.walk(store.data):
        for name in files:
            if name != "admin.sock" and name != "RESERVE":
                with open(os.path.join(base, name), "rb") as file:
                    yield name, file.read()


MODES = {
    "managed": ({"ServerSideEncryption": "AES256"}, {}),
    "named": ({"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "invoices"}, {}),
    "customer": (CUSTOMER, CUSTOMER),
}


@pytest.mark.parametrize("mode", MODES)
def test_encrypted_objects_come_back_and_are_not_on_the_disk(store, mode):
    put, get = MODES[mode]
    body = MARK * 200_000
    for key, data in ((f"{mode}/small", MARK), (f"{mode}/large", body)):
        store.client.put_object(Bucket="kept", Key=key, Body=data, **put)
        assert store.client.get_object(Bucket="kept", Key=key, **get)["Body"].read() == data
        part = store.client.get_object(Bucket="kept", Key=key, Range="bytes=7-30", **get)["Body"].read()
        assert part == data[7:31]
    for name, bytes_ in stored(store):
        assert MARK not in bytes_, name
        assert b"k" * 32 not in bytes_, name


@pytest.mark.parametrize("mode", MODES)
def test_encrypted_multipart_uploads(store, mode):
    put, get = MODES[mode]
    parts = [seeded_bytes(5 << 20, 1), seeded_bytes((5 << 20) + 3, 2), b"end"]
    key = f"{mode}/parts"
    upload = store.client.create_multipart_upload(Bucket="kept", Key=key, **put)["UploadId"]
    made = []
    for number, part in enumerate(parts, 1):
        answer = store.client.upload_part(
            Bucket="kept", Key=key, UploadId=upload, PartNumber=number, Body=part, **get)
        made.append({"PartNumber": number, "ETag": answer["ETag"]})
    store.client.complete_multipart_upload(
        Bucket="kept", Key=key, UploadId=upload, MultipartUpload={"Parts": made}, **get)
    whole = b"".join(parts)
    assert store.client.get_object(Bucket="kept", Key=key, **get)["Body"].read() == whole
    span = store.client.get_object(Bucket="kept", Key=key, Range="bytes=5242870-10485770", **get)["Body"].read()
    assert span == whole[5242870:10485771]


def test_a_disabled_key_shuts_what_it_protects(store):
    store.command("kms", "create", "ledger")
    put = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "ledger"}
    store.client.put_object(Bucket="kept", Key="ledger", Body=b"one", **put)
    store.command("kms", "rotate", "ledger")
    store.client.put_object(Bucket="kept", Key="ledger-2", Body=b"two", **put)
    assert store.client.get_object(Bucket="kept", Key="ledger")["Body"].read() == b"one"
    store.command("kms", "disable", "ledger")
    assert code(store.client.get_object, Bucket="kept", Key="ledger") == "KMS.DisabledException"
    assert code(store.client.put_object, Bucket="kept", Key="x", Body=b"", **put) == "KMS.DisabledException"
    store.command("kms", "enable", "ledger")
    assert store.client.get_object(Bucket="kept", Key="ledger-2")["Body"].read() == b"two"
    unknown = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "nobody"}
    assert code(store.client.put_object, Bucket="kept", Key="x", Body=b"", **unknown) == "KMS.NotFoundException"


def test_a_customers_key_is_needed_and_must_be_the_same(store):
    store.client.put_object(Bucket="kept", Key="mine", Body=b"mine", **CUSTOMER)
    assert code(store.client.get_object, Bucket="kept", Key="mine") == "InvalidRequest"
    other = {**CUSTOMER, "SSECustomerKey": b"x" * 32}
    assert code(store.client.get_object, Bucket="kept", Key="mine", **other) == "InvalidRequest"
    copied = {"CopySourceSSECustomerAlgorithm": "AES256", "CopySourceSSECustomerKey": b"k" * 32}
    store.client.copy_object(Bucket="kept", Key="open", CopySource="kept/mine", **copied)
    assert store.client.get_object(Bucket="kept", Key="open")["Body"].read() == b"mine"


def test_a_copy_of_an_encrypted_object_has_the_checksum_that_is_asked_for(store):
    put, _ = MODES["managed"]
    store.client.put_object(Bucket="kept", Key="summed", Body=MARK, ChecksumAlgorithm="CRC32", **put)
    store.client.copy_object(
        Bucket="kept", Key="summed-2", CopySource="kept/summed", ChecksumAlgorithm="SHA256", **put)
    head = store.client.head_object(Bucket="kept", Key="summed-2", ChecksumMode="ENABLED")
    assert base64.b64decode(head["ChecksumSHA256"]) == hashlib.sha256(MARK).digest()


def test_a_bucket_encrypts_by_default_at_every_door(store):
    store.client.put_bucket_encryption(
        Bucket=store.bucket, ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})
    body = MARK + b"by url"
    assert store.put("/by-url.txt", body).status == 201
    assert store.get("/by-url.txt").body == body
    assert store.get("/by-url.txt", {"Range": "bytes=3-9"}).body == body[3:10]
    head = store.client.head_object(Bucket=store.bucket, Key="by-url.txt")
    assert head["ServerSideEncryption"] == "AES256"
    assert all(body not in bytes_ for _, bytes_ in stored(store))
    store.client.delete_bucket_encryption(Bucket=store.bucket)


@pytest.mark.parametrize("mode", ["managed", "named"])
def test_ranges_by_url_are_encrypted_by_default(store, mode):
    put, _ = MODES[mode]
    rule = {"SSEAlgorithm": put["ServerSideEncryption"]}
    if mode == "named":
        rule["KMSMasterKeyID"] = put["SSEKMSKeyId"]
    store.client.put_bucket_encryption(
        Bucket=store.bucket, ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": rule}]})
    # A delivery host is believed for a second.
    time.sleep(1.2)
    mark = f"ranges under a key that is {mode} must not be on the disk ".encode()
    body = mark * ((9 << 20) // len(mark))
    total, key = len(body), f"ranges-{mode}.txt"

    def send(start, end, of=body):
        return store.put_range(f"/{key}", of[start:end], start, total)

    spans = [(3 << 20, 5 << 20), (0, 1 << 20), (4 << 20, total - 1000), (3 << 20, 5 << 20)]
    for start, end in spans:
        assert send(start, end).status == 202, (start, end)
    asked = store.put(f"/{key}", b"", {"Content-Range": f"bytes */{total}"})
    assert (asked.status, asked.json()["missing"]) == (200, [[1 << 20, (3 << 20) - 1], [total - 1000, total - 1]])
    # A byte that differs proves another file, so that what came of the first one goes.
    other = bytes([body[0] ^ 1]) + body[1:]
    assert send(0, 1000, other).json()["received"] == [[0, 999]]
    for start, end in spans[2:]:
        assert send(start, end, other).status == 202, (start, end)
    assert send(500, total, other).status == 201
    # Sent again, it is known as a part of the file that is there.
    assert send(5 << 20, 6 << 20, other).status == 201
    assert store.get(f"/{key}").body == other
    for first, last in ((0, 5), (499, 1001), ((3 << 20) - 2, (5 << 20) + 2), (total - 1002, total - 1)):
        assert store.get(f"/{key}", {"Range": f"bytes={first}-{last}"}).body == other[first:last + 1], (first, last)
    head = store.client.head_object(Bucket=store.bucket, Key=key)
    assert head["ServerSideEncryption"] == put["ServerSideEncryption"]
    for copied in (put, {"ServerSideEncryption": "AES256"}, CUSTOMER):
        store.client.copy_object(Bucket="kept", Key=key, CopySource=f"{store.bucket}/{key}", **copied)
        read = copied if copied is CUSTOMER else {}
        assert store.client.get_object(Bucket="kept", Key=key, **read)["Body"].read() == other, copied
    store.client.delete_bucket_encryption(Bucket=store.bucket)
    for name, bytes_ in stored(store):
        assert mark not in bytes_, name


def test_a_policy_opens_a_prefix_and_nothing_else(store):
    client, nobody = store.client, anonymous(store)
    client.create_bucket(Bucket="shop")
    for key in ("open/a", "shut/a"):
        client.put_object(Bucket="shop", Key=key, Body=b"x")
    assert code(nobody.get_object, Bucket="shop", Key="open/a") == "AccessDenied"
    client.put_bucket_policy(Bucket="shop", Policy=json.dumps({
        "Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop/open/*"}]}))
    assert nobody.get_object(Bucket="shop", Key="open/a")["Body"].read() == b"x"
    assert code(nobody.get_object, Bucket="shop", Key="shut/a") == "AccessDenied"
    assert client.get_bucket_policy_status(Bucket="shop")["PolicyStatus"]["IsPublic"] is True
    client.put_public_access_block(Bucket="shop", PublicAccessBlockConfiguration={"RestrictPublicBuckets": True})
    assert code(nobody.get_object, Bucket="shop", Key="open/a") == "AccessDenied"
    assert client.get_object(Bucket="shop", Key="open/a")["Body"].read() == b"x"


def denied(store, condition, path):
    """What the delivery door answers under a policy that denies reading where the condition holds."""
    store.client.put_bucket_policy(Bucket=store.bucket, Policy=json.dumps({
        "Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject",
             "Resource": f"arn:aws:s3:::{store.bucket}/*", "Condition": condition}]}))
    # A domain's bucket is looked up again once a second.
    time.sleep(1.5)
    return store.get(path).status


def test_a_denial_holds_at_the_delivery_door_too(store):
    for key in ("public.txt", "secret.txt"):
        assert store.put(f"/{key}", b"for all").status == 201
    store.client.put_object_tagging(
        Bucket=store.bucket, Key="secret.txt", Tagging={"TagSet": [{"Key": "class", "Value": "secret"}]})
    here, there = {"aws:SourceIp": "127.0.0.0/8"}, {"aws:SourceIp": "192.0.2.0/24"}
    assert denied(store, {"IpAddress": here}, "/public.txt") == 403
    assert denied(store, {"NotIpAddress": here}, "/public.txt") == 200
    assert denied(store, {"IpAddress": there}, "/public.txt") == 200
    tagged = {"StringEquals": {"s3:ExistingObjectTag/class": "secret"}}
    assert denied(store, tagged, "/secret.txt") == 403
    assert denied(store, tagged, "/public.txt") == 200
    store.client.delete_bucket_policy(Bucket=store.bucket)


def test_locked_versions_stay(store):
    client = store.client
    client.create_bucket(Bucket="archive", ObjectLockEnabledForBucket=True)
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
    version = client.put_object(
        Bucket="archive", Key="deed", Body=b"deed", ObjectLockMode="COMPLIANCE",
        ObjectLockRetainUntilDate=until)["VersionId"]
    assert code(client.delete_object, Bucket="archive", Key="deed", VersionId=version) == "AccessDenied"
    assert code(client.delete_object, Bucket="archive", Key="deed", VersionId=version,
                BypassGovernanceRetention=True) == "AccessDenied"
    client.delete_object(Bucket="archive", Key="deed")
    store.command("sweep", "--grace", "0")
    assert client.get_object(Bucket="archive", Key="deed", VersionId=version)["Body"].read() == b"deed"
    assert store.command("check", "--deep")["ok"] is True


def test_tags_follow_copies_unless_replaced(store):
    client = store.client
    client.put_object(Bucket="kept", Key="tagged", Body=b"x", Tagging="colour=blue&size=9")
    client.copy_object(Bucket="kept", Key="copy", CopySource="kept/tagged")
    client.copy_object(
        Bucket="kept", Key="other", CopySource="kept/tagged", Tagging="colour=red", TaggingDirective="REPLACE")
    tags = {key: client.get_object_tagging(Bucket="kept", Key=key)["TagSet"] for key in ("copy", "other")}
    assert tags["copy"] == [{"Key": "colour", "Value": "blue"}, {"Key": "size", "Value": "9"}]
    assert tags["other"] == [{"Key": "colour", "Value": "red"}]
    assert client.head_object(Bucket="kept", Key="copy")["ResponseMetadata"]["HTTPHeaders"]["x-amz-tagging-count"] == "2"


def test_no_key_is_in_the_log(store):
    store.client.put_object(Bucket="kept", Key="logged", Body=b"x", **CUSTOMER)
    log = store.tail()
    for secret in (b"k" * 32, base64.b64encode(b"k" * 32), hashlib.sha256(b"k" * 32).hexdigest().encode()):
        assert secret.decode() not in log
