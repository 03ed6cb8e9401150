"""s3cmd: put, get, sync both ways, copy, removal."""

import os

from clients import MiB, need, run, same_tree
from coffer import seeded_file, sha256


def test_s3cmd(store, tree, tmp_path):
    s3cmd = need("s3cmd")
    host = store.s3.removeprefix("http://")
    base = [
        s3cmd, "--no-ssl", f"--host={host}", f"--host-bucket={host}", f"--access_key={store.key}",
        f"--secret_key={store.secret}", "--no-progress", "--config=/dev/null"]
    env = dict(os.environ)
    run([*base, "mb", "s3://s3cmd"], env)
    big = tmp_path / "big"
    digest = seeded_file(big, 40 * MiB, seed=10)
    run([*base, "put", big, "s3://s3cmd/big file+plus"], env)
    run([*base, "get", "s3://s3cmd/big file+plus", tmp_path / "back"], env)
    assert sha256(tmp_path / "back") == digest
    run([*base, "sync", str(tree / "dir 2") + "/", "s3://s3cmd/tree/"], env)
    run([*base, "sync", "s3://s3cmd/tree/", str(tmp_path / "tree") + "/"], env)
    same_tree(tree / "dir 2", tmp_path / "tree")
    run([*base, "cp", "s3://s3cmd/big file+plus", "s3://s3cmd/copy"], env)
    run([*base, "rb", "--recursive", "--force", "s3://s3cmd"], env)
