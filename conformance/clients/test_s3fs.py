"""s3fs and fsspec: files as a file system, writes in parts, reads at random, moves of folders."""

import random

import pytest

from clients import MiB, same_tree
from coffer import seeded_bytes

s3fs = pytest.importorskip("s3fs")


def test_s3fs(store, tree, tmp_path):
    fs = s3fs.S3FileSystem(key=store.key, secret=store.secret, endpoint_url=store.s3, client_kwargs={"region_name": "us-east-1"})
    fs.mkdir("s3fs-bucket")
    body = seeded_bytes(60 * MiB, 14)
    with fs.open("s3fs-bucket/big file", "wb", block_size=7 * MiB) as file:
        for start in range(0, len(body), 3 * MiB):
            file.write(body[start:start + 3 * MiB])
    assert fs.size("s3fs-bucket/big file") == len(body)
    chance = random.Random(14)
    with fs.open("s3fs-bucket/big file", "rb") as file:
        for _ in range(30):
            start = chance.randrange(len(body))
            file.seek(start)
            assert file.read(1000) == body[start:start + 1000]
    source = tree / "dir 3"
    fs.put(str(source) + "/", "s3fs-bucket/tree/", recursive=True)
    names = sorted(str(p.relative_to(source)) for p in source.rglob("*") if p.is_file())
    assert sorted(n.removeprefix("s3fs-bucket/tree/") for n in fs.find("s3fs-bucket/tree")) == names
    fs.copy("s3fs-bucket/tree", "s3fs-bucket/moved", recursive=True)
    fs.rm("s3fs-bucket/tree", recursive=True)
    fs.get("s3fs-bucket/moved/", str(tmp_path / "back") + "/", recursive=True)
    same_tree(source, tmp_path / "back")
    fs.pipe("s3fs-bucket/small", b"small")
    assert fs.cat("s3fs-bucket/small") == b"small" and fs.exists("s3fs-bucket/small")
    assert fs.glob("s3fs-bucket/sm*") == ["s3fs-bucket/small"]
    fs.rm("s3fs-bucket", recursive=True)
    assert not fs.exists("s3fs-bucket")
