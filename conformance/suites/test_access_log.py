"""Server access logging: what is recorded of requests at both doors, and where it goes."""

import json
import re
import shlex
import time

import boto3
import botocore.exceptions
import pytest
from botocore.config import Config

from coffer import Coffer

FIELDS = (
    "owner bucket time ip requester request operation key uri status error sent size total turn_around referer agent "
    "version host_id signature cipher auth host tls access_point acl").split()
WAIT_SECONDS = 30


@pytest.fixture
def logged(tmp_path):
    with Coffer(tmp_path / "data", environment={"COFFER_ACCESS_LOG_SECONDS": "1"}) as store:
        yield store


def policy(store, source, target, prefix):
    return json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{target}/{prefix}*",
        "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{source}"},
                      "StringEquals": {"aws:SourceAccount": store.project["project"]["id"]}}}]})


def enable(s3, source, target, prefix, **more):
    s3.put_bucket_logging(Bucket=source, BucketLoggingStatus={
        "LoggingEnabled": {"TargetBucket": target, "TargetPrefix": prefix, **more}})


def records(s3, bucket, prefix, wanted):
    """Parsed lines of all log objects, once there are as many as wanted."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        keys = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]
        lines = []
        for key in keys:
            lines += s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode().splitlines()
        if len(lines) >= wanted or time.monotonic() > deadline:
            parsed = []
            for line in lines:
                words = shlex.split(re.sub(r"^(\S+ \S+) \[([^]]*)\]", r'\1 "\2"', line))
                assert len(words) == len(FIELDS), line
                parsed.append(dict(zip(FIELDS, words)))
            return keys, parsed
        time.sleep(0.2)


def test_requests_of_both_doors_are_recorded(logged):
    s3, source, target = logged.boto3(), logged.bucket, "logs-of-the-demo"
    s3.create_bucket(Bucket=target)
    s3.put_bucket_policy(Bucket=target, Policy=policy(logged, source, target, "log/"))
    enable(s3, source, target, "log/")
    assert s3.get_bucket_logging(Bucket=source)["LoggingEnabled"] == {"TargetBucket": target, "TargetPrefix": "log/"}

    s3.put_object(Bucket=source, Key="a b.txt", Body=b"12345")
    s3.get_object(Bucket=source, Key="a b.txt", Range="bytes=0-1")["Body"].read()
    with pytest.raises(botocore.exceptions.ClientError):
        s3.get_object(Bucket=source, Key="absent")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": source, "Key": "a b.txt"})
    path = url[len(logged.s3):]
    assert logged.request("GET", path, base=logged.s3, key=False, headers={"User-Agent": 'a "quoted" [one]\u00e9'}).body == b"12345"
    stranger = boto3.client(
        "s3", endpoint_url=logged.s3, aws_access_key_id="NOBODY0123456789ABCD", aws_secret_access_key="x" * 40,
        region_name="us-east-1", config=Config(retries={"max_attempts": 0}))
    with pytest.raises(botocore.exceptions.ClientError):
        stranger.get_object(Bucket=source, Key="a b.txt")
    assert logged.put("/by-url.txt", b"123").status == 201
    assert logged.get("/by-url.txt").body == b"123"

    keys, told = records(s3, target, "log/", 8)
    assert all(re.fullmatch(r"log/\d{4}(-\d\d){5}-[0-9A-F]{16}", key) for key in keys)
    told = [one for one in told if one["operation"] != "REST.GET.LOGGING_STATUS"]

    def one(operation, **values):
        found = [r for r in told if r["operation"] == operation and all(r[k] == v for k, v in values.items())]
        assert len(found) == 1, (operation, values, told)
        return found[0]

    put = one("REST.PUT.OBJECT")
    assert (put["key"], put["status"], put["size"], put["signature"], put["auth"]) == (
        "a%20b.txt", "200", "5", "SigV4", "AuthHeader")
    assert put["owner"] == put["requester"] == logged.project["project"]["id"]
    assert put["uri"] == f"PUT /{source}/a%20b.txt HTTP/1.1" and put["bucket"] == source
    ranged = one("REST.GET.OBJECT", status="206")
    assert (ranged["sent"], ranged["size"]) == ("2", "5")
    assert one("REST.GET.OBJECT", key="absent")["error"] == "NoSuchKey"
    presigned = one("REST.GET.OBJECT", auth="QueryString")
    assert presigned["sent"] == "5" and "Signature=..." in presigned["uri"]
    assert not [one["uri"] for one in told if re.search(r"Signature=[^.]", one["uri"])]
    refused = one("REST.GET.OBJECT", error="InvalidAccessKeyId")
    assert (refused["status"], refused["requester"]) == ("403", "-")
    assert one("WEBSITE.PUT.OBJECT")["key"] == "by-url.txt"
    assert (one("WEBSITE.GET.OBJECT")["sent"], one("WEBSITE.GET.OBJECT")["requester"]) == ("3", "-")


def test_partitioned_keys_grants_and_an_end(logged):
    s3, source, target = logged.boto3(), logged.bucket, "logs-in-folders"
    account = logged.project["project"]["id"]
    s3.create_bucket(Bucket=target, ACL="log-delivery-write")
    grants = [{"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"}]
    partitioned = {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}}
    enable(s3, source, target, "", TargetObjectKeyFormat=partitioned, TargetGrants=grants)
    told = s3.get_bucket_logging(Bucket=source)["LoggingEnabled"]
    assert told["TargetObjectKeyFormat"] == partitioned
    assert grants[0] in told["TargetGrants"]
    s3.put_object(Bucket=source, Key="x", Body=b"1")
    keys, _ = records(s3, target, "", 1)
    day = time.strftime("%Y/%m/%d", time.gmtime())
    assert keys[0].startswith(f"{account}/us-east-1/{source}/{day}/{day.replace('/', '-')}-00-00-00-")
    assert logged.request("GET", f"/{target}/{keys[0]}", base=logged.s3, key=False).status == 200

    s3.put_bucket_logging(Bucket=source, BucketLoggingStatus={})
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=source)


def test_what_is_recorded_is_written_when_the_server_stops(tmp_path):
    with Coffer(tmp_path / "data") as store:
        s3, source = store.boto3(), store.bucket
        s3.create_bucket(Bucket="kept", ACL="log-delivery-write")
        enable(s3, source, "kept", "log/")
        s3.put_object(Bucket=source, Key="last", Body=b"1")
        store.restart()
        _, told = records(store.boto3(), "kept", "log/", 1)
        assert [r["key"] for r in told if r["operation"] == "REST.PUT.OBJECT"] == ["last"]


def test_refusals(logged):
    s3, source = logged.boto3(), logged.bucket
    s3.create_bucket(Bucket="no-policy")

    def code(**arguments):
        with pytest.raises(botocore.exceptions.ClientError) as error:
            enable(s3, source, **arguments)
        return error.value.response["Error"]["Code"]

    assert code(target="no-policy", prefix="log/") == "AccessDenied"
    assert code(target="not-there", prefix="log/") == "InvalidTargetBucketForLogging"
    s3.put_bucket_policy(Bucket="no-policy", Policy=policy(logged, source, "no-policy", "log/"))
    assert code(target="no-policy", prefix="other/") == "AccessDenied"
    assert code(target="no-policy", prefix="log/", TargetObjectKeyFormat={
        "PartitionedPrefix": {"PartitionDateSource": "kaboom"}}) == "MalformedXML"
    enable(s3, source, "no-policy", "log/")
