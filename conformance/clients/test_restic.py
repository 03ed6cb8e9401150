"""restic: init, backup, restore, check with all data, forget and prune."""

from clients import need, run, same_tree


def test_restic(store, tree, tmp_path):
    restic = need("restic")
    env = {
        **store.aws_environment(), "RESTIC_PASSWORD": "of the test",
        "RESTIC_REPOSITORY": f"s3:{store.s3}/restic", "RESTIC_CACHE_DIR": str(tmp_path / "cache")}
    run([restic, "init"], env)
    run([restic, "backup", tree], env)
    run([restic, "restore", "latest", "--target", tmp_path / "back"], env)
    same_tree(tree, str(tmp_path / "back") + str(tree))
    run([restic, "check", "--read-data"], env)
    run([restic, "forget", "--keep-last", "1", "--prune"], env)
