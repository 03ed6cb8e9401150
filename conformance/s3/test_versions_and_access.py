"""Versions, locks, tags, policies, lists of grants, browsers' forms, other origins, customers' keys, and being told to wait."""

import base64
import concurrent.futures
import datetime
import hashlib
import json
import urllib.parse

from botocore.exceptions import ClientError
from coffer import Coffer
from wire import Wire, md5

VERSIONED = b"<VersioningConfiguration><Status>%s</Status></VersioningConfiguration>"


def version(wire, bucket, status=b"Enabled"):
    assert wire.put(f"/{bucket}?versioning", VERSIONED % status).status == 200


def policy(bucket, *statements, wire):
    return wire.put(f"/{bucket}?policy", json.dumps({"Version": "2012-10-17", "Statement": list(statements)}).encode())


def statement(bucket, effect, actions, condition=None, principal="*", path="/*"):
    made = {"Effect": effect, "Principal": principal, "Action": actions, "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}{path}"]}
    return {**made, "Condition": condition} if condition else made


def in_days(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_69_delete_markers(wire, bucket):
    """A DELETE without a version adds a marker; reading it is 404 and says so, by its id 405.

    userguide/DeleteMarker.html"""
    version(wire, bucket)
    path = f"/{bucket}/k"
    wire.put(path, b"x")
    deleted = wire.delete(path)
    marker = deleted["x-amz-version-id"]
    assert (deleted.status, deleted["x-amz-delete-marker"]) == (204, "true")
    answer = wire.get(path)
    assert (answer.outcome, answer["x-amz-delete-marker"], answer["x-amz-version-id"]) == ((404, "NoSuchKey"), "true", marker)
    for method in ("GET", "HEAD"):
        named = wire.send(method, f"{path}?versionId={marker}")
        assert (named.status, named["x-amz-delete-marker"], named["allow"]) == (405, "true", "DELETE"), named
    assert wire.get(f"{path}?versionId={marker}").code == "MethodNotAllowed"
    for query in ("?acl", f"?acl&versionId={marker}"):
        refused = wire.put(path + query, b"", {"x-amz-acl": "private"})
        assert (refused.outcome, refused["x-amz-version-id"]) == ((405, "MethodNotAllowed"), marker)


def test_70_suspended(wire, bucket):
    """New writes get the id `null` and replace the null version; older versions stay.

    userguide/AddingObjectstoVersionSuspendedBuckets.html"""
    path = f"/{bucket}/k"
    wire.put(path, b"before")
    version(wire, bucket)
    kept = wire.put(path, b"kept")["x-amz-version-id"]
    version(wire, bucket, b"Suspended")
    assert wire.put(path, b"null 1").status == 200
    assert wire.put(path, b"null 2").status == 200
    assert wire.get(f"/{bucket}?versions").texts("Version/VersionId") == ["null", kept]
    assert (wire.get(path).body, wire.get(f"{path}?versionId={kept}").body) == (b"null 2", b"kept")
    assert wire.get(f"{path}?versionId=null").body == b"null 2"
    assert wire.delete(path)["x-amz-version-id"] == "null"
    assert wire.get(f"/{bucket}?versions").texts("Version/VersionId") == [kept]


def test_71_versions_that_come_back_and_that_never_were(wire, bucket):
    """Without its marker an object is there again; an unknown version is 404 NoSuchVersion, no version id is 400.

    So is any version id where none is taken: writes replace no version.

    userguide/RemDelMarker.html"""
    version(wire, bucket)
    path = f"/{bucket}/k"
    wire.put(path, b"x")
    marker = wire.delete(path)["x-amz-version-id"]
    removed = wire.delete(f"{path}?versionId={marker}")
    assert (removed["x-amz-delete-marker"], removed["x-amz-version-id"]) == ("true", marker)
    assert wire.get(path).body == b"x"
    assert wire.get(f"{path}?versionId={'0' * 32}").outcome == (404, "NoSuchVersion")
    for malformed in ("", "x", "0" * 31, "%00"):
        assert wire.get(f"{path}?versionId={malformed}").outcome == (400, "InvalidArgument"), malformed
    kept = wire.send("HEAD", path)["x-amz-version-id"]
    for method, target in (
            ("PUT", f"{path}?versionId={kept}"), ("POST", f"{path}?uploads&versionId={kept}"), ("GET", f"/{bucket}?versionId={kept}"),
            ("PUT", f"{path}?partNumber=1&uploadId=x&versionId={kept}"), ("DELETE", f"{path}?uploadId=x&versionId={kept}")):
        answer = wire.send(method, target, body=b"y" if method == "PUT" else b"")
        assert answer.outcome == (400, "InvalidArgument"), (method, target, answer)
    assert wire.get(f"/{bucket}?versions").texts("Version/VersionId") == [kept]


def test_72_locks(wire, s3, bucket):
    """COMPLIANCE holds against everybody, GOVERNANCE against all without bypass; only in buckets that lock.

    userguide/object-lock.html"""
    assert wire.put(f"/{bucket}/k", b"x", {"x-amz-object-lock-mode": "GOVERNANCE", "x-amz-object-lock-retain-until-date": in_days(1)}).status == 400
    assert wire.put("/locked", b"", {"x-amz-bucket-object-lock-enabled": "true"}).status == 200
    bypass = {"x-amz-bypass-governance-retention": "true"}

    def put(key, mode, days):
        headers = {"x-amz-object-lock-mode": mode, "x-amz-object-lock-retain-until-date": in_days(days)}
        answer = wire.put(f"/locked/{key}", b"x", headers)
        return answer, f"/locked/{key}?versionId={answer['x-amz-version-id']}"

    def retain(path, mode, days, headers=()):
        document = f"<Retention><Mode>{mode}</Mode><RetainUntilDate>{in_days(days)}</RetainUntilDate></Retention>"
        return wire.put(path.replace("?", "?retention&"), document.encode(), headers)

    assert put("past", "GOVERNANCE", -1)[0].outcome == (400, "InvalidArgument")
    _, strict = put("strict", "COMPLIANCE", 1)
    for headers in ({}, bypass):
        assert wire.delete(strict, headers).outcome == (403, "AccessDenied")
        assert retain(strict, "COMPLIANCE", 0.5, headers).outcome == (403, "AccessDenied")
        assert retain(strict, "GOVERNANCE", 2, headers).outcome == (403, "AccessDenied")
    assert retain(strict, "COMPLIANCE", 2).status == 200
    _, loose = put("loose", "GOVERNANCE", 1)
    assert wire.delete(loose).outcome == (403, "AccessDenied")
    assert retain(loose, "GOVERNANCE", 0.5).outcome == (403, "AccessDenied")
    assert retain(loose, "GOVERNANCE", 0.5, bypass).status == 200
    assert wire.delete(loose, bypass).status == 204
    _, held = put("held", "GOVERNANCE", 1)
    assert wire.put(held.replace("?", "?legal-hold&"), b"<LegalHold><Status>ON</Status></LegalHold>").status == 200
    assert wire.delete(held, bypass).outcome == (403, "AccessDenied")
    assert wire.get("/locked/strict").body == b"x"
    rule = b"<Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days></DefaultRetention></Rule>"
    lock = b"<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>%s</ObjectLockConfiguration>"
    assert wire.put(f"/{bucket}?object-lock", lock % rule).outcome == (409, "InvalidBucketState")
    version(wire, bucket)
    assert wire.put(f"/{bucket}?object-lock", lock % rule).status == 200
    assert wire.put(f"/{bucket}?versioning", VERSIONED % b"Suspended").outcome == (409, "InvalidBucketState")
    kept = wire.put(f"/{bucket}/default", b"x")["x-amz-version-id"]
    assert wire.send("HEAD", f"/{bucket}/default")["x-amz-object-lock-mode"] == "GOVERNANCE"
    assert wire.delete(f"/{bucket}/default?versionId={kept}").outcome == (403, "AccessDenied")
    for bad in (b"<Days>0</Days>", b"<Days>-1</Days>", b"<Days>1</Days><Years>1</Years>", b"<Days>99999999999</Days>", b""):
        broken = rule.replace(b"<Days>1</Days>", bad)
        assert wire.put(f"/{bucket}?object-lock", lock % broken).status == 400, bad


def test_73_tags(wire, bucket):
    """Ten of an object, fifty of a bucket, names of 128, values of 256, none twice: else 400.

    userguide/object-tagging.html"""
    path = f"/{bucket}/k"
    wire.put(path, b"x")

    def document(pairs):
        tags = "".join(f"<Tag><Key>{name}</Key><Value>{value}</Value></Tag>" for name, value in pairs)
        return f"<Tagging><TagSet>{tags}</TagSet></Tagging>".encode()

    def many(count):
        return [(f"k{n}", "v") for n in range(count)]

    assert wire.put(f"{path}?tagging", document(many(10))).status == 200
    assert wire.get(path)["x-amz-tagging-count"] == "10"
    for bad in (many(11), [("a", "1"), ("a", "2")], [("a" * 129, "v")], [("a", "v" * 257)], [("", "v")], [("aws:a", "v")]):
        answer = wire.put(f"{path}?tagging", document(bad))
        assert (answer.status, answer.code) in ((400, "InvalidTag"), (400, "BadRequest")), (bad[0], answer)
    assert len(wire.get(f"{path}?tagging").texts("TagSet/Tag/Key")) == 10
    assert wire.put(f"{path}?tagging", document([("\u00e9" * 128, "\U0001f701" * 128)])).status == 200
    assert wire.put(f"/{bucket}?tagging", document(many(50))).status in (200, 204)
    assert wire.put(f"/{bucket}?tagging", document(many(51))).status == 400
    for header in ("a=1&a=2", "&".join(f"k{n}=v" for n in range(11)), "a" * 129 + "=v"):
        answer = wire.put(f"/{bucket}/tagged", b"x", {"x-amz-tagging": header})
        assert answer.status == 400, (header, answer)
    assert wire.get(f"/{bucket}/tagged").status == 404


def test_74_policies(wire, other, bucket):
    """A denial outweighs every permission; conditions ask for prefixes and tags; what is no policy is 400 MalformedPolicy.

    userguide/access-policy-language-overview.html"""
    for key in ("open", "shut", "tagged"):
        wire.put(f"/{bucket}/{key}", b"x", {"x-amz-tagging": "open=yes"} if key == "tagged" else {})
    status = lambda key, who=other: who.get(f"/{bucket}/{key}").status
    assert [status(key) for key in ("open", "shut", "tagged")] == [403, 403, 403]
    account = other.get("/").text("Owner/ID")
    for principal in ("*", {"AWS": "*"}, {"AWS": account}, {"AWS": [f"arn:aws:iam::{account}:root"]}):
        allow, deny = statement(bucket, "Allow", "s3:GetObject", principal=principal), statement(bucket, "Deny", "s3:Get*", path="/shut")
        assert policy(bucket, allow, deny, wire=wire).status in (200, 204), principal
        assert [status("open"), status("shut")] == [200, 403], principal
    assert wire.get(f"/{bucket}/shut").status == 403, "the owner is denied too"
    tag = {"StringEquals": {"s3:ExistingObjectTag/open": "yes"}}
    policy(bucket, statement(bucket, "Allow", "s3:GetObject", tag), wire=wire)
    assert [status("open"), status("tagged")] == [403, 200]
    policy(bucket, statement(bucket, "Allow", "s3:ListBucket", {"StringLike": {"s3:prefix": "op*"}}), wire=wire)
    assert [other.get(f"/{bucket}?list-type=2{query}").status for query in ("&prefix=open", "", "&prefix=shut")] == [200, 403, 403]
    policy(bucket, statement(bucket, "Allow", "s3:PutObject*", {"StringEquals": {"s3:RequestObjectTag/kind": "a"}}), wire=wire)
    assert [other.put(f"/{bucket}/new", b"x", {"x-amz-tagging": f"kind={kind}"}).status for kind in "ab"] == [200, 403]
    wire.put(f"/{bucket}?publicAccessBlock", b"<PublicAccessBlockConfiguration><BlockPublicPolicy>true</BlockPublicPolicy></PublicAccessBlockConfiguration>")
    assert policy(bucket, statement(bucket, "Allow", "s3:GetObject"), wire=wire).outcome == (403, "AccessDenied")
    wire.delete(f"/{bucket}?publicAccessBlock")
    good = statement(bucket, "Allow", "s3:GetObject")
    for document in (
            b"", b"{", b"[]", b"{}", b'{"Version":"2012-10-17"}', b'{"Version":"2012-10-17","Statement":[]} x',
            json.dumps({"Version": "1999-01-01", "Statement": [good]}).encode(),
            json.dumps({"Version": "2012-10-17", "Statement": [{**good, "Effect": "Maybe"}]}).encode(),
            json.dumps({"Version": "2012-10-17", "Statement": [{**good, "Resource": "arn:aws:s3:::another/*"}]}).encode(),
            json.dumps({"Version": "2012-10-17", "Statement": [{**good, "Condition": {"Sounds": {"s3:prefix": "a"}}}]}).encode()):
        assert wire.put(f"/{bucket}?policy", document).outcome in ((400, "MalformedPolicy"), (400, "MissingRequestBodyError")), document


def test_75_no_lists_where_the_owner_enforces(wire, other, bucket):
    """With BucketOwnerEnforced any ACL but bucket-owner-full-control is 400 AccessControlListNotSupported, `private` too.

    A new bucket may be asked for with the list that all have: `private`.

    userguide/about-object-ownership.html"""
    controls = b"<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>"
    assert wire.put(f"/{bucket}?ownershipControls", controls).status == 200
    for canned in ("public-read", "authenticated-read", "public-read-write", "private"):
        for answer in (wire.put(f"/{bucket}/k", b"x", {"x-amz-acl": canned}), wire.put(f"/{bucket}?acl", b"", {"x-amz-acl": canned})):
            assert answer.outcome == (400, "AccessControlListNotSupported"), (canned, answer)
    account = other.get("/").text("Owner/ID")
    assert wire.put(f"/{bucket}/k", b"x", {"x-amz-grant-read": f'id="{account}"'}).outcome == (400, "AccessControlListNotSupported")
    assert wire.get(f"/{bucket}/k").status == 404
    assert wire.put(f"/{bucket}/k", b"x", {"x-amz-acl": "bucket-owner-full-control"}).status == 200
    assert wire.get(f"/{bucket}/k?acl").texts("AccessControlList/Grant/Permission") == ["FULL_CONTROL"]
    assert wire.put("/made-private", b"", {"x-amz-acl": "private"}).status == 200


def test_76_forms(wire, store, bucket):
    """Browsers' forms: both signatures, an end, a condition for every field, sizes, `${filename}`, redirects and statuses.

    API/sigv4-HTTPPOSTForms.html, API/sigv4-post-example.html"""
    base = [{"bucket": bucket}, ["starts-with", "$key", "up/"]]

    def post(fields, conditions=base, signer=wire.signer, file=b"content", expires=900, version=4, **options):
        return wire.post(bucket, {**fields, **signer.form(conditions, expires, version)}, file, **options)

    for version_ in (2, 4):
        answer = post({"key": f"up/v{version_}"}, version=version_)
        assert (answer.status, answer.body) == (204, b""), answer
        assert wire.get(f"/{bucket}/up/v{version_}").body == b"content"
    assert post({"key": "up/${filename}"}, filename="na me.txt").status == 204
    assert wire.get(f"/{bucket}/up/na%20me.txt").body == b"content"

    refusals = [
        (post({"key": "up/n"}, expires=-10), (403, "AccessDenied")),
        (post({"key": "other/n"}), (403, "AccessDenied")),
        (post({"key": "up/n", "x-amz-meta-extra": "1"}), (403, "AccessDenied")),
        (post({"key": "up/n", "acl": "public-read"}), (403, "AccessDenied")),
        (post({"key": "up/n"}, [*base, ["eq", "$x-amz-meta-a", "b"]]), (403, "AccessDenied")),
        (post({"key": "up/n"}, signer=Wire(store, secret="wrong").signer), (403, "SignatureDoesNotMatch")),
        (post({"key": "up/n"}, signer=Wire(store, key="CFUNKNOWNUNKNOWN0000").signer), (403, "InvalidAccessKeyId")),
        (post({"key": "up/n"}, [*base, ["content-length-range", 0, 6]]), (400, "EntityTooLarge")),
        (post({"key": "up/n"}, [*base, ["content-length-range", 8, 99]]), (400, "EntityTooSmall")),
        (post({"key": "up/n", "x-amz-checksum-crc32": "AAAAAA=="}, [*base, ["starts-with", "$x-amz-checksum-crc32", ""]]), (400, "BadDigest")),
        (post({}), (400, "InvalidArgument"))]
    for answer, outcome in refusals:
        assert answer.outcome == outcome, answer
    assert wire.get(f"/{bucket}/up/n").status == 404
    ignored = [*base, ["starts-with", "$x-amz-meta-a", ""]]
    assert post({"key": "up/n", "x-amz-meta-a": "b", "x-ignore-this": "1"}, ignored).status == 204
    assert wire.get(f"/{bucket}/up/n")["x-amz-meta-a"] == "b"
    for wanted, status in (("200", 200), ("201", 201), ("204", 204), ("418", 204)):
        answer = post({"key": "up/s", "success_action_status": wanted}, [*base, ["starts-with", "$success_action_status", ""]])
        assert answer.status == status, answer
        assert status != 201 or (answer.xml.tag, answer.text("Bucket"), answer.text("Key")) == ("PostResponse", bucket, "up/s")
    back = {"key": "up/r", "success_action_redirect": "http://app.example/done?a=1"}
    answer = post(back, [*base, ["starts-with", "$success_action_redirect", "http://app.example/"]])
    assert answer.status == 303
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(answer["location"]).query)
    assert (query["a"], query["bucket"], query["key"], query["etag"]) == (["1"], [bucket], ["up/r"], [f'"{hashlib.md5(b"content").hexdigest()}"'])


def test_77_other_origins(wire, bucket):
    """A preflight is 200 with what is allowed or 403 AccessForbidden; answers name the origin, and vary by it.

    userguide/cors.html"""
    path, origin = f"/{bucket}/k", "https://app.example"
    wire.put(path, b"x")

    def ask(origin, method="PUT", headers=None):
        asked = {"Origin": origin, "Access-Control-Request-Method": method}
        return wire.send("OPTIONS", path, {**asked, **({"Access-Control-Request-Headers": headers} if headers else {})}, signed=False)

    assert ask(origin).outcome == (403, "AccessForbidden")
    rules = b"""<CORSConfiguration><CORSRule><AllowedOrigin>https://*.example</AllowedOrigin><AllowedMethod>PUT</AllowedMethod>
        <AllowedMethod>GET</AllowedMethod><AllowedHeader>x-amz-*</AllowedHeader><ExposeHeader>ETag</ExposeHeader>
        <MaxAgeSeconds>60</MaxAgeSeconds></CORSRule></CORSConfiguration>"""
    assert wire.put(f"/{bucket}?cors", rules).status == 200
    answer = ask(origin, headers="x-amz-date, X-Amz-Meta-A")
    assert answer.status == 200
    assert answer["access-control-allow-origin"] == origin
    assert "PUT" in answer["access-control-allow-methods"]
    assert answer["access-control-max-age"] == "60"
    assert "x-amz-date" in answer["access-control-allow-headers"].lower()
    for refused in (ask("https://evil.test"), ask(origin, "DELETE"), ask(origin, headers="authorization")):
        assert refused.outcome == (403, "AccessForbidden")
        assert refused["access-control-allow-origin"] is None
    answer = wire.get(path, {"Origin": origin})
    assert (answer["access-control-allow-origin"], answer["access-control-expose-headers"]) == (origin, "ETag")
    assert "origin" in answer["vary"].lower()
    assert wire.get(path, {"Origin": "https://evil.test"})["access-control-allow-origin"] is None
    refused = wire.get(path, {"Origin": origin}, signed=False)
    assert (refused.status, refused["access-control-allow-origin"]) == (403, origin)


def test_78_customers_keys(wire, store, bucket):
    """Needed for every read and part, its MD5 checked; none is 400 InvalidRequest, another is refused; no key is logged.

    userguide/ServerSideEncryptionCustomerKeys.html"""
    def customer(key, prefix="x-amz-server-side-encryption-customer", digest=None):
        return {f"{prefix}-algorithm": "AES256", f"{prefix}-key": base64.b64encode(key).decode(), f"{prefix}-key-md5": digest or md5(key)}

    key, path, name = b"s" * 32, f"/{bucket}/k", "x-amz-server-side-encryption-customer"
    for headers in (customer(b"short"), customer(key, digest=md5(b"other")), {f"{name}-algorithm": "AES256"},
                    {**customer(key), f"{name}-algorithm": "AES128"}):
        answer = wire.put(path, b"x", headers)
        assert answer.status == 400 and answer.code in ("InvalidArgument", "InvalidRequest", "InvalidEncryptionAlgorithmError"), answer
    assert wire.get(path).status == 404
    answer = wire.put(path, b"x", customer(key))
    assert (answer.status, answer[f"{name}-algorithm"], answer[f"{name}-key-md5"], answer[f"{name}-key"]) == (200, "AES256", md5(key), None)
    for method in ("GET", "HEAD"):
        assert wire.send(method, path).status == 400
        assert wire.send(method, path, customer(b"t" * 32)).status in (400, 403)
        assert wire.send(method, path, customer(key)).status == 200
    assert wire.get(path).code == "InvalidRequest"
    assert wire.get(path, customer(key)).body == b"x"
    upload = wire.send("POST", f"{path}?uploads", customer(key)).text("UploadId")
    part = f"{path}?partNumber=1&uploadId={upload}"
    assert wire.put(part, b"x").outcome == (400, "InvalidRequest")
    assert wire.put(part, b"x", customer(b"t" * 32)).status == 400
    assert wire.put(part, b"x", customer(key)).status == 200
    copied = {"x-amz-copy-source": path}
    assert wire.put(f"{path}-2", b"", copied).status == 400
    assert wire.put(f"{path}-2", b"", {**copied, **customer(key, "x-amz-copy-source-server-side-encryption-customer")}).status == 200
    assert wire.get(f"{path}-2").body == b"x"
    log = store.tail()
    assert base64.b64encode(key).decode() not in log and key.decode() not in log


def test_79_being_told_to_wait():
    """Too much at once is 503 SlowDown, with Retry-After, which SDKs see; nothing is half stored.

    userguide/optimizing-performance-design-patterns.html"""
    with Coffer(options=["--set", "disk-threads=1", "--set", "disk-queue=1"]) as store:
        s3 = store.boto3(retries={"total_max_attempts": 1}, max_pool_connections=64)
        body = b"w" * (1 << 20)

        def put(number):
            try:
                s3.put_object(Bucket=store.bucket, Key=f"k{number}", Body=body)
            except ClientError as error:
                return number, error.response
            return number, None

        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            refused = {number: response for number, response in pool.map(put, range(256)) if response}
        assert refused, "a queue of one job was never full"
        for response in refused.values():
            assert response["ResponseMetadata"]["HTTPStatusCode"] == 503
            assert response["Error"]["Code"] == "SlowDown"
            assert int(response["ResponseMetadata"]["HTTPHeaders"]["retry-after"]) >= 1
        listed = {entry["Key"] for entry in s3.list_objects_v2(Bucket=store.bucket).get("Contents", [])}
        assert listed == {f"k{number}" for number in range(256) if number not in refused}


def test_80_names_of_owners(store, wire, bucket):
    """AWS no longer returns DisplayName; here every owner has one, which the public suite compares: the account's.

    API/API_Owner.html"""
    wire.put(f"/{bucket}/k", b"x")
    owner = wire.get("/").text("Owner/ID")
    for path, place in (("/", "Owner"), (f"/{bucket}", "Contents/Owner"), (f"/{bucket}/k?acl", "Owner"), (f"/{bucket}?versions", "Version/Owner")):
        answer = wire.get(path)
        assert answer.text(f"{place}/ID") == owner, path
        assert answer.text(f"{place}/DisplayName") == "demo", path
