#!/usr/bin/env python3
"""Makes the fixture of a FORMAT: a small data directory that every later version must open. Run once a format."""

import sys
import tarfile
from pathlib import Path

from coffer import Coffer, seeded_bytes

FOLDER = Path(__file__).resolve().parent.parent / "fixtures"
SMALL, LARGE, OPEN = b"kept in the catalog", seeded_bytes(300_000, 41), seeded_bytes(40_000, 42)


def make(name):
    store = Coffer()
    try:
        store.start()
        store.create_project("demo")
        store.put("/small.txt", SMALL)
        store.put("/folder/large.bin", LARGE)
        store.put("/folder/gone.bin", LARGE[:200_000])
        store.boto3().copy_object(Bucket="demo", Key="copy.bin", CopySource={"Bucket": "demo", "Key": "folder/large.bin"})
        store.request("DELETE", "/folder/gone.bin")
        store.put_range("/open.bin", OPEN[:20_000], 0, len(OPEN), headers={"Upload-Id": "fixture"})
        (FOLDER / f"{name}.secret").write_text(store.secret + "\n")
        store.stop()
        with tarfile.open(FOLDER / f"{name}.tar.xz", "w:xz") as archive:
            for path in sorted(store.data.iterdir()):
                if path.name not in ("RESERVE", "LOCK", "admin.sock"):
                    archive.add(path, path.name)
    finally:
        store.remove()


if __name__ == "__main__":
    make(sys.argv[1])
