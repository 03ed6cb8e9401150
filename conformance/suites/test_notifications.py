"""Event notifications: what a webhook hears of a bucket's changes, through restarts and failures of either side."""

import base64
import hashlib
import hmac
import json

import botocore.exceptions
import pytest

from coffer import Coffer
from receiver import WAIT_SECONDS, Receiver


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


def subscribe(store, receiver, events, kind="Queue", **filters):
    project = store.project["project"]
    made = store.command("webhook", "create", "orders", "--project", project["name"], "--url", receiver.url)["webhook"]
    arn = next(arn for arn in made["arns"] if {"Queue": "sqs", "Topic": "sns"}[kind] in arn)
    rule = {"Id": "all", f"{kind}Arn": arn, "Events": events}
    if filters:
        rule["Filter"] = {"Key": {"FilterRules": [{"Name": name, "Value": value} for name, value in filters.items()]}}
    store.boto3().put_bucket_notification_configuration(
        Bucket=store.bucket, NotificationConfiguration={f"{kind}Configurations": [rule]})
    return made, rule


def verify(secret, headers, body):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_changes_through_both_doors(tmp_path, receiver):
    with Coffer(tmp_path / "data") as store:
        s3, bucket = store.boto3(), store.bucket
        made, rule = subscribe(
            store, receiver, ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:ObjectTagging:*"], prefix="in/")
        told = s3.get_bucket_notification_configuration(Bucket=bucket)["QueueConfigurations"]
        assert told[0]["QueueArn"] == rule["QueueArn"] and told[0]["Events"] == rule["Events"]
        headers, test, body = receiver.next()
        assert (test["Event"], test["Bucket"]) == ("s3:TestEvent", bucket)
        verify(made["secret"], headers, body)

        etag = s3.put_object(Bucket=bucket, Key="in/red flower.jpg", Body=b"12345")["ETag"].strip('"')
        s3.put_object(Bucket=bucket, Key="out/x", Body=b"1")
        headers, document, body = receiver.next()
        verify(made["secret"], headers, body)
        record = document["Records"][0]
        assert record["eventName"] == "ObjectCreated:Put" and record["eventSource"] == "aws:s3"
        assert record["eventVersion"].startswith("2.") and record["awsRegion"] == "us-east-1"
        account = store.project["project"]["id"]
        assert record["userIdentity"]["principalId"] == account
        assert record["requestParameters"]["sourceIPAddress"] == "127.0.0.1"
        assert record["s3"]["configurationId"] == "all"
        assert record["s3"]["bucket"] == {
            "name": bucket, "ownerIdentity": {"principalId": account}, "arn": f"arn:aws:s3:::{bucket}"}
        told = record["s3"]["object"]
        assert (told["key"], told["size"], told["eTag"]) == ("in/red+flower.jpg", 5, etag)
        first = told["sequencer"]

        s3.copy_object(Bucket=bucket, Key="in/copy", CopySource=f"{bucket}/out/x")
        assert receiver.record()["eventName"] == "ObjectCreated:Copy"
        s3.put_object_tagging(Bucket=bucket, Key="in/copy", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
        assert receiver.record()["eventName"] == "ObjectTagging:Put"
        s3.delete_object(Bucket=bucket, Key="in/red flower.jpg")
        gone = receiver.record()
        assert gone["eventName"] == "ObjectRemoved:Delete" and gone["s3"]["object"]["sequencer"] > first
        assert store.put("/in/by-url.txt", b"123").status == 201
        assert receiver.record()["s3"]["object"]["key"] == "in/by-url.txt"
        assert store.put_range("/in/ranges.bin", b"ab", 0, 4).status == 202
        assert store.put_range("/in/ranges.bin", b"cd", 2, 4).status == 201
        assert receiver.record()["s3"]["object"]["key"] == "in/ranges.bin"
        assert store.request("DELETE", "/in/by-url.txt").status == 204
        assert receiver.record()["eventName"] == "ObjectRemoved:Delete"
        upload = s3.create_multipart_upload(Bucket=bucket, Key="in/parts")["UploadId"]
        part = s3.upload_part(Bucket=bucket, Key="in/parts", UploadId=upload, PartNumber=1, Body=b"x")
        s3.complete_multipart_upload(
            Bucket=bucket, Key="in/parts", UploadId=upload,
            MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
        assert receiver.record()["eventName"] == "ObjectCreated:CompleteMultipartUpload"
        assert receiver.taken.empty()

        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
        s3.put_object(Bucket=bucket, Key="in/unheard", Body=b"1")
        assert store.command("webhook", "dead", "--project", store.project["project"]["name"])["events"] == []


def test_events_survive_a_kill_and_a_receiver_that_is_away(tmp_path, receiver):
    with Coffer(tmp_path / "data") as store:
        subscribe(store, receiver, ["s3:ObjectCreated:*"], kind="Topic")
        receiver.next()
        receiver.status = 503
        for number in range(20):
            store.boto3().put_object(Bucket=store.bucket, Key=f"k{number % 4}", Body=b"x" * number)
        receiver.refused.get(timeout=WAIT_SECONDS)
        store.kill()
        receiver.status = 200
        store.start()
        heard = {}
        while sum(len(set(sizes)) for sizes in heard.values()) < 20:
            told = receiver.record()["s3"]["object"]
            heard.setdefault(told["key"], []).append(told["size"])
        # In the order of the changes, each at least once.
        assert all(sizes == sorted(sizes) for sizes in heard.values()), heard


def test_refusals(store, receiver):
    s3, project = store.boto3(), store.project["project"]
    store.command("webhook", "create", "there", "--project", project["name"], "--url", receiver.url)
    good = f"arn:aws:sqs:us-east-1:{project['id']}:there"

    def code(*rules):
        with pytest.raises(botocore.exceptions.ClientError) as error:
            s3.put_bucket_notification_configuration(
                Bucket=store.bucket, NotificationConfiguration={"QueueConfigurations": list(rules)})
        return error.value.response["Error"]["Code"]

    def rule(arn=good, events=("s3:ObjectCreated:*",), **filters):
        filter_rules = [{"Name": name, "Value": value} for name, value in filters.items()]
        return {"QueueArn": arn, "Events": list(events), **({"Filter": {"Key": {"FilterRules": filter_rules}}} if filters else {})}

    assert code(rule(good.replace("there", "absent"))) == "InvalidArgument"
    assert code(rule(good.replace("us-east-1", "mars-1"))) == "InvalidArgument"
    assert code(rule(good.replace(project["id"], "123456789012"))) == "InvalidArgument"
    assert code(rule("arn:aws:sns:us-east-1::there")) == "InvalidArgument"
    assert code(rule(events=["s3:ObjectEaten:*"])) == "InvalidArgument"
    assert code(rule(prefix="a"), rule(prefix="ab")) == "InvalidArgument"
    assert "QueueConfigurations" not in s3.get_bucket_notification_configuration(Bucket=store.bucket)
    s3.put_bucket_notification_configuration(Bucket=store.bucket, NotificationConfiguration={
        "QueueConfigurations": [rule(prefix="a", suffix=".x"), rule(prefix="a", suffix=".y")]})
    assert len(s3.get_bucket_notification_configuration(Bucket=store.bucket)["QueueConfigurations"]) == 2
    for words in (["webhook", "create", "there", "--project", project["name"], "--url", receiver.url],
                  ["webhook", "create", "b d", "--project", project["name"], "--url", receiver.url],
                  ["webhook", "create", "x", "--project", project["name"], "--url", "ftp://x/"],
                  ["webhook", "delete", "absent", "--project", project["name"]]):
        with pytest.raises(RuntimeError):
            store.command(*words)
