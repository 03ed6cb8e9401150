"""rclone: sync, check, copies and moves within the store; as providers AWS (names of buckets in the host) and others."""

import pytest

from clients import MiB, need, run, same_tree
from coffer import Coffer, seeded_file, sha256


def work(rclone, env, bucket, tree, folder):
    big = folder / "big" / "big.bin"
    big.parent.mkdir(parents=True)
    seeded_file(big, 250 * MiB, seed=9)
    run([rclone, "mkdir", f"c:{bucket}"], env)
    run([rclone, "sync", tree, f"c:{bucket}/tree"], env)
    run([rclone, "check", tree, f"c:{bucket}/tree"], env)
    run([rclone, "copy", big.parent, f"c:{bucket}/big"], env)
    run([rclone, "copyto", f"c:{bucket}/big/big.bin", f"c:{bucket}/copy.bin"], env)
    run([rclone, "moveto", f"c:{bucket}/copy.bin", f"c:{bucket}/moved.bin"], env)
    run([rclone, "copyto", f"c:{bucket}/moved.bin", folder / "back.bin"], env)
    assert sha256(folder / "back.bin") == sha256(big)
    run([rclone, "sync", f"c:{bucket}/tree", folder / "tree"], env)
    same_tree(tree, folder / "tree")
    run([rclone, "purge", f"c:{bucket}"], env)


def environment(store, provider, endpoint, folder):
    return {
        **store.aws_environment(), "RCLONE_CONFIG_C_TYPE": "s3", "RCLONE_CONFIG_C_PROVIDER": provider,
        "RCLONE_CONFIG_C_ENDPOINT": endpoint, "RCLONE_CONFIG_C_ACCESS_KEY_ID": store.key,
        "RCLONE_CONFIG_C_SECRET_ACCESS_KEY": store.secret, "RCLONE_CONFIG_C_REGION": "us-east-1",
        "RCLONE_CONFIG": str(folder / "none.conf")}


@pytest.mark.parametrize("provider", ["Other", "Minio"])
def test_path_style(store, tree, tmp_path, provider):
    work(need("rclone"), environment(store, provider, store.s3, tmp_path), f"rclone-{provider.lower()}", tree, tmp_path)


def test_provider_aws(tree, tmp_path):
    """It names buckets in the host. No name has to resolve: the store is its own proxy, for it takes targets in absolute
    form (RFC 9112 section 3.2.2)."""
    rclone = need("rclone")
    with Coffer(options=["--base-domain", "coffer.test"]) as store:
        env = environment(store, "AWS", "http://s3.coffer.test", tmp_path)
        env.update({"HTTP_PROXY": store.s3, "http_proxy": store.s3, "NO_PROXY": "", "no_proxy": ""})
        work(rclone, env, "rclone-aws", tree, tmp_path)
