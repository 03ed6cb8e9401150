"""Syncs 64 KiB at a time and prints how much longer it takes where the bytes lengthen a file than over old ones."""

import os
import statistics
import tempfile
import time

LENGTH, ROUNDS, TURNS = 64 * 1024, 200, 5


def syncs(file):
    """The median of the seconds of a write and its sync, one after the other through the file."""
    body, times = os.urandom(LENGTH), []
    for number in range(ROUNDS):
        began = time.perf_counter()
        os.pwrite(file, body, number * LENGTH)
        os.fdatasync(file)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


ratios = []
for _ in range(TURNS):
    with tempfile.TemporaryFile(dir="/var/tmp") as file:
        longer = syncs(file.fileno())
        over = syncs(file.fileno())
    ratios.append(longer / over)
    print(f"   lengthening {longer * 1e6:,.0f} us, over old bytes {over * 1e6:,.0f} us: {ratios[-1]:.2f}")
print(f"syncs of {LENGTH // 1024} KiB that lengthen a file: {statistics.median(ratios):.2f} x those over old bytes, {TURNS} turns")
