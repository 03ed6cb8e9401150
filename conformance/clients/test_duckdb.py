"""duckdb: Parquet written and read through its own S3 reader, where that can be installed."""

import pytest

duckdb = pytest.importorskip("duckdb")


def test_duckdb(store):
    database = duckdb.connect()
    try:
        database.execute("INSTALL httpfs")
        database.execute("LOAD httpfs")
    except duckdb.Error as error:
        pytest.skip(f"the extension httpfs cannot be installed here: {str(error).splitlines()[0][:100]}")
    store.boto3().create_bucket(Bucket="duckdb")
    host = store.s3.removeprefix("http://")
    database.execute(
        f"CREATE SECRET (TYPE s3, KEY_ID '{store.key}', SECRET '{store.secret}', ENDPOINT '{host}', USE_SSL false, "
        "URL_STYLE 'path', REGION 'us-east-1')")
    database.execute("COPY (SELECT range AS n, 'row ' || range AS text FROM range(500000)) TO 's3://duckdb/rows.parquet'")
    count, total = database.execute("SELECT count(*), sum(n) FROM 's3://duckdb/*.parquet' WHERE n % 2 = 0").fetchone()
    assert (count, total) == (250_000, sum(range(0, 500_000, 2)))
