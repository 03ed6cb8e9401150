"""s5cmd: many files at once, copies and moves within the store, a large file in parts."""

import sys
from pathlib import Path

import pytest

from clients import MiB, run, same_tree
from coffer import seeded_file, sha256


def test_s5cmd(store, tree, tmp_path):
    s5cmd = Path(sys.executable).parent / "s5cmd"
    if not s5cmd.exists():
        pytest.skip("s5cmd is not installed")
    env, base = store.aws_environment(), [s5cmd, "--endpoint-url", store.s3]
    run([*base, "mb", "s3://s5cmd"], env)
    run([*base, "cp", f"{tree}/", "s3://s5cmd/tree/"], env)
    run([*base, "cp", "s3://s5cmd/tree/*", f"{tmp_path}/tree/"], env)
    same_tree(tree, tmp_path / "tree")
    assert run([*base, "sync", f"{tree}/", "s3://s5cmd/tree/"], env) == ""
    digest = seeded_file(tmp_path / "big", 130 * MiB, seed=11)
    run([*base, "cp", tmp_path / "big", "s3://s5cmd/big file"], env)
    run([*base, "cp", "s3://s5cmd/big file", "s3://s5cmd/copy"], env)
    run([*base, "mv", "s3://s5cmd/copy", "s3://s5cmd/moved"], env)
    run([*base, "cp", "s3://s5cmd/moved", tmp_path / "back"], env)
    assert sha256(tmp_path / "back") == digest
    assert "copy" not in run([*base, "ls", "s3://s5cmd/"], env)
    run([*base, "rm", "s3://s5cmd/*"], env)
    run([*base, "rb", "s3://s5cmd"], env)
