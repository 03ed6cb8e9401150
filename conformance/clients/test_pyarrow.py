"""pyarrow: a Parquet dataset in partitions, written, read back, filtered; the file system's own calls."""

import pytest

pa = pytest.importorskip("pyarrow")


def test_pyarrow(store):
    import pyarrow.compute as pc
    import pyarrow.dataset as ds
    from pyarrow import fs
    s3 = fs.S3FileSystem(
        access_key=store.key, secret_key=store.secret, endpoint_override=store.s3.removeprefix("http://"),
        scheme="http", region="us-east-1", allow_bucket_creation=True)
    s3.create_dir("pyarrow")
    rows = 300_000
    table = pa.table({
        "id": pa.array(range(rows)), "part": pa.array([f"p {n % 7}" for n in range(rows)]),
        "text": pa.array([f"value {n * 7919 % 100003}" for n in range(rows)])})
    ds.write_dataset(table, "pyarrow/set", filesystem=s3, format="parquet", partitioning=["part"])
    dataset = ds.dataset("pyarrow/set", filesystem=s3, format="parquet", partitioning=["part"])
    assert dataset.count_rows() == rows
    some = dataset.to_table(filter=(pc.field("part") == "p 3") & (pc.field("id") < 1000))
    assert sorted(some["id"].to_pylist()) == [n for n in range(1000) if n % 7 == 3]
    assert dataset.to_table().sort_by("id")["text"].to_pylist() == table["text"].to_pylist()
    with s3.open_output_stream("pyarrow/stream") as out:
        for _ in range(200):
            out.write(b"x" * 100_000)
    with s3.open_input_file("pyarrow/stream") as file:
        assert file.size() == 20_000_000
        file.seek(19_999_990)
        assert file.read() == b"x" * 10
    s3.move("pyarrow/stream", "pyarrow/moved")
    assert s3.get_file_info("pyarrow/stream").type == fs.FileType.NotFound
    s3.delete_dir("pyarrow/set")
    assert [i.base_name for i in s3.get_file_info(fs.FileSelector("pyarrow"))] == ["moved"]
