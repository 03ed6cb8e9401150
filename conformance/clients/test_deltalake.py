"""deltalake: writers that commit to one table at the same moment, by conditional puts; no commit is lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest

deltalake = pytest.importorskip("deltalake")
WRITERS, COMMITS = 4, 6


def test_concurrent_commits(store):
    import pyarrow as pa
    store.boto3().create_bucket(Bucket="delta")
    options = {
        "AWS_ENDPOINT_URL": store.s3, "AWS_ACCESS_KEY_ID": store.key, "AWS_SECRET_ACCESS_KEY": store.secret,
        "AWS_REGION": "us-east-1", "AWS_ALLOW_HTTP": "true", "aws_conditional_put": "etag"}
    uri = "s3://delta/table"
    deltalake.write_deltalake(uri, pa.table({"writer": [-1], "n": [-1]}), storage_options=options)

    def write(writer):
        for n in range(COMMITS):
            deltalake.write_deltalake(
                uri, pa.table({"writer": [writer], "n": [n]}), mode="append", storage_options=options)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    table = deltalake.DeltaTable(uri, storage_options=options)
    rows = pa.table(table.to_pyarrow_table()).to_pylist()
    told = sorted((row["writer"], row["n"]) for row in rows)
    assert told == [(-1, -1)] + [(w, n) for w in range(WRITERS) for n in range(COMMITS)]
    assert table.version() == WRITERS * COMMITS
    table.optimize.compact()
    assert len(table.to_pyarrow_table()) == len(told)
