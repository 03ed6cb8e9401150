"""minio-py: parts in parallel, composed objects, tags, versions, presigned URLs, locks, listings."""

import io
from datetime import datetime, timedelta, timezone

import pytest
import requests

from clients import MiB
from coffer import seeded_bytes

minio = pytest.importorskip("minio")


@pytest.fixture(scope="module")
def client(store):
    return minio.Minio(
        endpoint=store.s3.removeprefix("http://"), access_key=store.key, secret_key=store.secret, secure=False)


def test_objects(client):
    client.make_bucket(bucket_name="minio-py")
    assert client.bucket_exists(bucket_name="minio-py")
    body = seeded_bytes(33 * MiB, 12)
    client.put_object(
        bucket_name="minio-py", object_name="größe/big file", data=io.BytesIO(body), length=-1, part_size=10 * MiB,
        content_type="application/x-test", metadata={"colour": "blue"})
    stat = client.stat_object(bucket_name="minio-py", object_name="größe/big file")
    assert (stat.size, stat.content_type, stat.metadata["x-amz-meta-colour"]) == (len(body), "application/x-test", "blue")
    got = client.get_object(bucket_name="minio-py", object_name="größe/big file")
    assert got.read() == body
    got = client.get_object(bucket_name="minio-py", object_name="größe/big file", offset=5 * MiB, length=100)
    assert got.read() == body[5 * MiB:5 * MiB + 100]
    from minio.commonconfig import ComposeSource, CopySource
    client.compose_object(
        bucket_name="minio-py", object_name="composed",
        sources=[ComposeSource(bucket_name="minio-py", object_name="größe/big file")] * 2)
    assert client.get_object(bucket_name="minio-py", object_name="composed").read() == body * 2
    client.copy_object(
        bucket_name="minio-py", object_name="copy",
        source=CopySource(bucket_name="minio-py", object_name="größe/big file"))
    url = client.presigned_get_object(bucket_name="minio-py", object_name="copy")
    assert requests.get(url, timeout=60).content == body
    assert {o.object_name for o in client.list_objects(bucket_name="minio-py")} == {"composed", "copy", "größe/"}
    assert {o.object_name for o in client.list_objects(bucket_name="minio-py", recursive=True)} == {
        "composed", "copy", "größe/big file"}
    from minio.deleteobjects import DeleteObject
    names = [o.object_name for o in client.list_objects(bucket_name="minio-py", recursive=True)]
    assert list(client.remove_objects(bucket_name="minio-py", delete_object_list=[DeleteObject(n) for n in names])) == []
    client.remove_bucket(bucket_name="minio-py")


def test_settings_and_locks(client):
    from minio.commonconfig import ENABLED, GOVERNANCE, Tags
    from minio.retention import Retention
    from minio.versioningconfig import VersioningConfig
    client.make_bucket(bucket_name="minio-locks", object_lock=True)
    tags = Tags.new_object_tags()
    tags["a"] = "b"
    client.put_object(bucket_name="minio-locks", object_name="x", data=io.BytesIO(b"1"), length=1, tags=tags)
    assert client.get_object_tags(bucket_name="minio-locks", object_name="x") == tags
    assert client.get_bucket_versioning(bucket_name="minio-locks").status == ENABLED
    version = client.stat_object(bucket_name="minio-locks", object_name="x").version_id
    until = datetime.now(timezone.utc) + timedelta(hours=1)
    client.set_object_retention(
        bucket_name="minio-locks", object_name="x", config=Retention(GOVERNANCE, until), version_id=version)
    assert client.get_object_retention(bucket_name="minio-locks", object_name="x").mode == GOVERNANCE
    with pytest.raises(minio.error.S3Error) as refused:
        client.remove_object(bucket_name="minio-locks", object_name="x", version_id=version)
    assert refused.value.code == "AccessDenied"
    client.make_bucket(bucket_name="minio-versions")
    client.set_bucket_versioning(bucket_name="minio-versions", config=VersioningConfig(ENABLED))
    for body in (b"1", b"22"):
        client.put_object(bucket_name="minio-versions", object_name="x", data=io.BytesIO(body), length=len(body))
    versions = list(client.list_objects(bucket_name="minio-versions", include_version=True))
    assert [v.size for v in versions] == [2, 1] and versions[0].is_latest
