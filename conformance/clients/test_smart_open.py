"""smart_open: streams in and out, lines of compressed text, seeks, an empty object."""

import pytest

from coffer import seeded_bytes

smart_open = pytest.importorskip("smart_open")


def test_smart_open(store):
    client = store.boto3()
    client.create_bucket(Bucket="smart-open")
    options = {"client": client}
    body = seeded_bytes(60_000_000, 15)
    with smart_open.open("s3://smart-open/big", "wb", transport_params=options) as out:
        for start in range(0, len(body), 1_000_000):
            out.write(body[start:start + 1_000_000])
    with smart_open.open("s3://smart-open/big", "rb", transport_params=options) as file:
        assert file.read() == body
        file.seek(59_999_990)
        assert file.read() == body[-10:]
        file.seek(100)
        assert file.read(5) == body[100:105]
    lines = [f"line {number} äöü" for number in range(50_000)]
    with smart_open.open("s3://smart-open/text.gz", "w", encoding="utf-8", transport_params=options) as out:
        out.write("\n".join(lines))
    with smart_open.open("s3://smart-open/text.gz", encoding="utf-8", transport_params=options) as file:
        assert [line.rstrip("\n") for line in file] == lines
    with smart_open.open("s3://smart-open/empty", "wb", transport_params=options):
        pass
    with smart_open.open("s3://smart-open/empty", "rb", transport_params=options) as file:
        assert file.read() == b""
