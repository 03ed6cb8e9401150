"""duplicity: a full and an incremental backup, verified and restored."""

import shutil

from clients import need, run, same_tree


def test_duplicity(store, tree, tmp_path):
    duplicity = need("duplicity")
    store.boto3().create_bucket(Bucket="duplicity")
    env = {**store.aws_environment(), "PASSPHRASE": "of the test", "HOME": str(tmp_path)}
    options = ["--no-encryption", "--s3-endpoint-url", store.s3, "--archive-dir", tmp_path / "archive", "--volsize", "5"]
    source = tmp_path / "source"
    shutil.copytree(tree / "dir 4", source)
    url = "boto3+s3://duplicity/backup"
    run([duplicity, "full", *options, source, url], env)
    (source / "new file").write_bytes(b"new" * 100_000)
    run([duplicity, "incremental", *options, source, url], env)
    run([duplicity, "verify", *options, url, source], env)
    run([duplicity, "restore", *options, url, tmp_path / "back"], env)
    same_tree(source, tmp_path / "back")
