"""What a bucket can be told about its objects and visitors, with boto3 and a browser's requests."""

import time

import pytest
from botocore.exceptions import ClientError
from coffer import Coffer

PATIENCE_SECONDS = 60


@pytest.fixture(scope="module")
def store():
    # Lifecycle rules count in days; here a day is a second.
    with Coffer(environment={"COFFER_LIFECYCLE_DAY_SECONDS": "1"}) as server:
        yield server


@pytest.fixture(scope="module")
def s3(store):
    return store.boto3()


def until(look, wanted):
    """Waits for what the server does in its own time."""
    end = time.monotonic() + PATIENCE_SECONDS
    while (seen := look()) != wanted:
        assert time.monotonic() < end, f"{seen!r} never became {wanted!r}"
        time.sleep(0.1)


def keys(s3, bucket):
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def test_lifecycle_rules_are_carried_out(s3):
    s3.create_bucket(Bucket="timed")
    with pytest.raises(ClientError) as none:
        s3.get_bucket_lifecycle_configuration(Bucket="timed")
    assert none.value.response["Error"]["Code"] == "NoSuchLifecycleConfiguration"
    for key in ("old/a", "old/b", "kept/a"):
        s3.put_object(Bucket="timed", Key=key, Body=b"x")
    s3.put_object(Bucket="timed", Key="tagged", Body=b"x", Tagging="class=scratch")
    upload = s3.create_multipart_upload(Bucket="timed", Key="old/upload")
    rules = [
        {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "old/"}, "Expiration": {"Days": 1},
         "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
        {"ID": "scratch", "Status": "Enabled", "Filter": {"Tag": {"Key": "class", "Value": "scratch"}}, "Expiration": {"Days": 1}},
        {"ID": "cold", "Status": "Enabled", "Filter": {"Prefix": "kept/"},
         "Transitions": [{"Days": 1, "StorageClass": "GLACIER"}]},
    ]
    s3.put_bucket_lifecycle_configuration(Bucket="timed", LifecycleConfiguration={"Rules": rules})
    assert s3.get_bucket_lifecycle_configuration(Bucket="timed")["Rules"] == rules
    until(lambda: keys(s3, "timed"), ["kept/a"])
    until(lambda: s3.list_multipart_uploads(Bucket="timed").get("Uploads", []), [])
    until(lambda: s3.head_object(Bucket="timed", Key="kept/a").get("StorageClass"), "GLACIER")
    assert s3.get_object(Bucket="timed", Key="kept/a")["Body"].read() == b"x"
    with pytest.raises(ClientError):
        s3.list_parts(Bucket="timed", Key="old/upload", UploadId=upload["UploadId"])


def test_noncurrent_versions_and_lone_markers_go(s3):
    s3.create_bucket(Bucket="versions")
    s3.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
    for body in (b"1", b"2", b"3"):
        s3.put_object(Bucket="versions", Key="stays", Body=body)
    s3.put_object(Bucket="versions", Key="goes", Body=b"1")
    s3.delete_object(Bucket="versions", Key="goes")
    s3.put_bucket_lifecycle_configuration(Bucket="versions", LifecycleConfiguration={"Rules": [
        {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"ExpiredObjectDeleteMarker": True},
         "NoncurrentVersionExpiration": {"NoncurrentDays": 1}}]})

    def left():
        page = s3.list_object_versions(Bucket="versions")
        return [entry["Key"] for entry in page.get("Versions", []) + page.get("DeleteMarkers", [])]

    until(left, ["stays"])
    assert s3.get_object(Bucket="versions", Key="stays")["Body"].read() == b"3"


def test_pages_of_other_origins(store, s3):
    rules = [{"AllowedMethods": ["GET"], "AllowedOrigins": ["https://*.example"], "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 5}]
    s3.put_bucket_cors(Bucket=store.bucket, CORSConfiguration={"CORSRules": rules})
    assert s3.get_bucket_cors(Bucket=store.bucket)["CORSRules"] == rules
    store.put("/page.txt", b"text")
    asked = {"Access-Control-Request-Method": "GET"}
    for base, path in ((store.s3, f"/{store.bucket}/page.txt"), (store.delivery, "/page.txt")):
        def ask(origin):
            return store.request("OPTIONS", path, headers={"Origin": origin, **asked}, key=False, base=base)
        # The delivery door believes what it knows of a bucket for a second.
        until(lambda: ask("https://evil.test").status, 403)
        granted = ask("https://app.example")
        assert granted.status in (200, 204)
        assert granted.headers["Access-Control-Allow-Origin"] == "https://app.example"
    got = store.request("GET", "/page.txt", headers={"Origin": "https://app.example"}, key=False)
    assert got.body == b"text" and got.headers["Access-Control-Allow-Origin"] == "https://app.example"
    s3.delete_bucket_cors(Bucket=store.bucket)
    until(lambda: store.get("/page.txt").headers["Access-Control-Allow-Origin"], "*")


def test_a_website(store, s3):
    for key, body in (("index.html", b"home"), ("docs/index.html", b"docs"), ("404.html", b"lost")):
        s3.put_object(Bucket=store.bucket, Key=key, Body=body, ContentType="text/html")
    s3.put_object(Bucket=store.bucket, Key="moved", Body=b"", WebsiteRedirectLocation="/docs/")
    website = {
        "IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "404.html"},
        "RoutingRules": [{"Condition": {"KeyPrefixEquals": "old/"}, "Redirect": {"ReplaceKeyPrefixWith": "docs/"}}]}
    s3.put_bucket_website(Bucket=store.bucket, WebsiteConfiguration=website)
    told = s3.get_bucket_website(Bucket=store.bucket)
    assert {key: told[key] for key in website} == website
    until(lambda: store.get("/").body, b"home")
    assert store.get("/docs/").body == b"docs"
    assert (store.get("/docs").status, store.get("/docs").headers["Location"]) == (302, "/docs/")
    assert (store.get("/moved").status, store.get("/moved").headers["Location"]) == (301, "/docs/")
    assert store.get("/old/x").headers["Location"].endswith("/docs/x")
    missing = store.get("/none")
    assert (missing.status, missing.body) == (404, b"lost")
    s3.delete_bucket_website(Bucket=store.bucket)
    until(lambda: store.get("/").status, 400)


def test_who_pays_and_acceleration(s3):
    s3.create_bucket(Bucket="switches")
    assert s3.get_bucket_request_payment(Bucket="switches")["Payer"] == "BucketOwner"
    s3.put_bucket_request_payment(Bucket="switches", RequestPaymentConfiguration={"Payer": "Requester"})
    assert s3.get_bucket_request_payment(Bucket="switches")["Payer"] == "Requester"
    assert "Status" not in s3.get_bucket_accelerate_configuration(Bucket="switches")
    s3.put_bucket_accelerate_configuration(Bucket="switches", AccelerateConfiguration={"Status": "Enabled"})
    assert s3.get_bucket_accelerate_configuration(Bucket="switches")["Status"] == "Enabled"
