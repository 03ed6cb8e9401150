"""aws: version 1 from PyPI, version 2 from Debian."""

import hashlib
import os
from pathlib import Path

import pytest

from clients import MiB, run, same_tree
from coffer import seeded_file, sha256

TOOLS = [Path(__file__).resolve().parent.parent / ".venv" / "bin" / "aws", Path("/usr/bin/aws")]


@pytest.mark.parametrize("aws", TOOLS, ids=["pypi", "debian"])
def test_awscli(store, tree, tmp_path, aws):
    if not os.path.exists(aws):
        pytest.skip("awscli is not installed")
    env, base = store.aws_environment(), [aws, "--endpoint-url", store.s3, "s3"]
    bucket = "awscli-" + hashlib.md5(str(aws).encode()).hexdigest()[:6]
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
