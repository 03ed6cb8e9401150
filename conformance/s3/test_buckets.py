"""Making, naming, listing and removing buckets, and what one answers that nobody configured."""

import re

XML = '<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{}</CreateBucketConfiguration>'


def test_24_names_of_buckets(wire):
    """3 to 63 of a-z, 0-9, hyphen and dot, a letter or digit at both ends, no address, no two dots: else InvalidBucketName.

    userguide/bucketnamingrules.html"""
    bad = [
        "ab", "a" * 64, "Upper", "under_score", "-lead", "trail-", ".lead", "trail.", "two..dots", "dash-.dot", "dot.-dash", "192.168.5.4",
        "sp%20ace", "caf%C3%A9", "xn--punycode", "sthree-name",
        "amzn-s3-demo-bucket", "name-s3alias", "name--ol-s3", "name.mrap", "name--x-s3", "name--table-s3"]
    for name in bad:
        assert wire.put(f"/{name}").outcome == (400, "InvalidBucketName"), name
    for name in ("abc", "a" * 63, "1.2.3", "0-9", "a.b-c.d"):
        assert wire.put(f"/{name}").status == 200, name
        assert wire.delete(f"/{name}").status == 204


def test_25_a_bucket_that_is_there_already(wire, other, abroad, bucket):
    """One's own: 409 BucketAlreadyOwnedByYou, but 200 in us-east-1, and nothing changes; else 409 BucketAlreadyExists.

    API/API_CreateBucket.html"""
    wire.put(f"/{bucket}/k", b"x")
    assert wire.put(f"/{bucket}").status == 200
    assert wire.get(f"/{bucket}/k").body == b"x"
    assert other.put(f"/{bucket}").outcome == (409, "BucketAlreadyExists")
    assert [abroad.put("/again").outcome for _ in range(2)] == [(200, None), (409, "BucketAlreadyOwnedByYou")]


def test_26_only_empty_buckets_are_removed(wire, s3, bucket):
    """Objects, versions and delete markers keep a bucket (409 BucketNotEmpty); open uploads do not.

    API/API_DeleteBucket.html"""
    s3.create_bucket(Bucket="goes")
    s3.put_bucket_versioning(Bucket="goes", VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(Bucket="goes", Key="k", Body=b"x")["VersionId"]
    assert wire.delete("/goes").outcome == (409, "BucketNotEmpty")
    marker = s3.delete_object(Bucket="goes", Key="k")["VersionId"]
    assert wire.delete("/goes").outcome == (409, "BucketNotEmpty")
    s3.delete_object(Bucket="goes", Key="k", VersionId=version)
    assert wire.delete("/goes").outcome == (409, "BucketNotEmpty"), "a marker is left"
    s3.delete_object(Bucket="goes", Key="k", VersionId=marker)
    s3.create_multipart_upload(Bucket="goes", Key="k")
    assert wire.delete("/goes").status == 204
    assert wire.delete("/goes").outcome == (404, "NoSuchBucket")


def test_27_where_a_bucket_is(wire, abroad, bucket):
    """us-east-1 is an empty LocationConstraint; another region cannot be asked for there.

    API/API_GetBucketLocation.html"""
    answer = wire.get(f"/{bucket}?location")
    assert (answer.xml.tag, answer.xml.text or "") == ("LocationConstraint", "")
    there = XML.format("<LocationConstraint>eu-west-1</LocationConstraint>").encode()
    answer = wire.put("/elsewhere", there)
    assert answer.status == 400
    assert answer.code in ("IllegalLocationConstraintException", "InvalidLocationConstraint")
    assert wire.send("HEAD", "/elsewhere").status == 404
    assert wire.put("/here-then", XML.format("").encode()).status == 200
    there = XML.format("<LocationConstraint>eu-central-1</LocationConstraint>").encode()
    assert abroad.put("/there", there).status == 200
    assert abroad.get("/there?location").xml.text == "eu-central-1"


NOT_CONFIGURED = {
    "policy": "NoSuchBucketPolicy", "cors": "NoSuchCORSConfiguration",
    "website": "NoSuchWebsiteConfiguration", "lifecycle": "NoSuchLifecycleConfiguration",
    "replication": "ReplicationConfigurationNotFoundError", "tagging": "NoSuchTagSet",
    "object-lock": "ObjectLockConfigurationNotFoundError", "inventory&id=1": "NoSuchConfiguration",
    "analytics&id=1": "NoSuchConfiguration", "metrics&id=1": "NoSuchConfiguration",
    "intelligent-tiering&id=1": "NoSuchConfiguration"}
EMPTY = {
    "versioning": "VersioningConfiguration", "accelerate": "AccelerateConfiguration", "logging": "BucketLoggingStatus",
    "notification": "NotificationConfiguration"}

DEFAULTS_OF_AWS = {
    "publicAccessBlock": "NoSuchPublicAccessBlockConfiguration", "ownershipControls": "OwnershipControlsNotFoundError",
    "encryption": "ServerSideEncryptionConfigurationNotFoundError"}


def test_28_what_nobody_configured(wire, bucket):
    """Each configuration has an error of its own for not being there; some are empty documents instead.

    The status of a policy that is not there is 404 on AWS; here it is "not public", as the public suite's
    test_get_bucket_policy_status wants. AWS's new buckets have a public access block, no ACLs and encryption; here they have
    none of them before somebody says so, since the suite's tests of ACLs begin with new buckets. API/ErrorResponses.html"""
    for word, code in NOT_CONFIGURED.items():
        assert wire.get(f"/{bucket}?{word}").outcome == (404, code), word
    for word, root in EMPTY.items():
        answer = wire.get(f"/{bucket}?{word}")
        assert (answer.status, answer.xml.tag, len(answer.xml)) == (200, root, 0), word
    assert wire.get(f"/{bucket}?policyStatus").text("IsPublic").lower() == "false"
    assert wire.get(f"/{bucket}?requestPayment").text("Payer") == "BucketOwner"
    for word in ("publicAccessBlock", "ownershipControls", "encryption"):
        assert wire.get(f"/{bucket}?{word}").outcome == (404, DEFAULTS_OF_AWS[word]), word


def test_29_the_list_of_buckets(wire, other):
    """Names, times in ISO 8601 with a Z and the owner; in pages if the client asks for that.

    API/API_ListBuckets.html"""
    names = [f"paged-{n}" for n in range(5)]
    for name in names:
        assert wire.put(f"/{name}").status == 200
    answer = wire.get("/")
    assert set(names) <= set(answer.texts("Buckets/Bucket/Name"))
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z", t) for t in answer.texts("Buckets/Bucket/CreationDate"))
    assert answer.text("Owner/ID")
    assert answer.text("ContinuationToken") is None
    assert not set(names) & set(other.get("/").texts("Buckets/Bucket/Name"))
    found, token = [], ""
    for _ in range(3):
        page = wire.get(f"/?max-buckets=2&prefix=paged-{token}")
        assert page.text("Prefix") == "paged-"
        found += page.texts("Buckets/Bucket/Name")
        token = page.text("ContinuationToken")
        token = f"&continuation-token={token}" if token else ""
    assert (found, token) == (names, "")
    for number in ("0", "-1", "10001", "many"):
        assert wire.get(f"/?max-buckets={number}").outcome == (400, "InvalidArgument"), number
