"""Appends 10,000 times to one object and prints how the last thousand compare to the first: 1.0 is the aim."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))

from coffer import Coffer  # noqa: E402

APPENDS, LENGTH, ROUND = 9_999, 200, 1_000

with Coffer() as store:
    s3, times = store.boto3(), []
    for number in range(APPENDS):
        began = time.perf_counter()
        s3.put_object(Bucket=store.bucket, Key="log", Body=b"x" * LENGTH, WriteOffsetBytes=number * LENGTH)
        times.append(time.perf_counter() - began)
    first, last = sorted(times[:ROUND])[ROUND // 2], sorted(times[-ROUND:])[ROUND // 2]
    print(f"append {LENGTH} B: median {first * 1e3:.2f} ms at first, {last * 1e3:.2f} ms at {APPENDS}: {last / first:.2f}")
