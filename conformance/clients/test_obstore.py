"""obstore (Rust's object_store): parts, ranges, conditional writes, listings, renames."""

import pytest

from clients import MiB
from coffer import seeded_bytes

obstore = pytest.importorskip("obstore")


def test_obstore(store):
    from obstore.store import S3Store
    store.boto3().create_bucket(Bucket="obstore")
    s3 = S3Store(
        "obstore", endpoint=store.s3, access_key_id=store.key, secret_access_key=store.secret, region="us-east-1",
        client_options={"allow_http": True})
    body = seeded_bytes(23 * MiB, 13)
    obstore.put(s3, "a/big file+1", body, chunk_size=5 * MiB, use_multipart=True, attributes={"Content-Type": "text/x"})
    got = obstore.get(s3, "a/big file+1")
    assert bytes(got.bytes()) == body and got.attributes["Content-Type"] == "text/x"
    parts = obstore.get_ranges(s3, "a/big file+1", starts=[0, 7 * MiB], ends=[10, 7 * MiB + 100])
    assert [bytes(p) for p in parts] == [body[:10], body[7 * MiB:7 * MiB + 100]]
    obstore.put(s3, "once", b"first", mode="create")
    with pytest.raises(obstore.exceptions.AlreadyExistsError):
        obstore.put(s3, "once", b"second", mode="create")
    meta = obstore.head(s3, "once")
    obstore.put(s3, "once", b"third", mode={"e_tag": meta["e_tag"]})
    with pytest.raises(obstore.exceptions.PreconditionError):
        obstore.put(s3, "once", b"fourth", mode={"e_tag": meta["e_tag"]})
    obstore.copy(s3, "once", "b/copy")
    obstore.rename(s3, "b/copy", "b/renamed")
    for number in range(1200):
        obstore.put(s3, f"many/{number:04}", b"x", use_multipart=False)
    listed = [meta["path"] for page in obstore.list(s3, "many") for meta in page]
    assert listed == [f"many/{number:04}" for number in range(1200)]
    folders = obstore.list_with_delimiter(s3)
    assert sorted(folders["common_prefixes"]) == ["a", "b", "many"]
    obstore.delete(s3, listed)
    assert [meta["path"] for page in obstore.list(s3) for meta in page] == ["a/big file+1", "b/renamed", "once"]
