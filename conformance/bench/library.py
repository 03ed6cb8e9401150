"""Pages of a library of 100,000 files: the time of any page beside the first one's.

usage: library.py [--files N]

Prints the median time of pages of 100 files (and of media objects) at several depths in every order, and its ratio to the
first page's; 20 ms for any page is the aim. Pages that are searched for, of a kind and of a folder stand below.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))
from coffer import Coffer  # noqa: E402
from listing import fill  # noqa: E402

LIMIT = 100
TURNS = 21
DEPTHS = [0, 0.25, 0.5, 0.75, 0.999]
AIM_MILLISECONDS = 20


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=100_000)
    files = parser.parse_args().files
    with Coffer() as server:
        fill(server.delivery, "/", files, f"Bearer {server.secret}")
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(server.api).netloc)

        def timed(target):
            began = time.perf_counter()
            connection.request("GET", target, headers={"Authorization": f"Bearer {server.secret}"})
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == 200, body[:300]
            return time.perf_counter() - began, json.loads(body), answer.headers

        def page(target):
            seconds, items, headers = timed(f"{target}&limit={LIMIT}")
            return seconds, items, int(headers["Total-Count"])

        def measured(target, turns):
            times = []
            for _ in range(turns):
                seconds, items, _ = page(target)
                assert len(items) == LIMIT, len(items)
                times.append(seconds)
            return statistics.median(times)

        total = page("/files?")[2]
        assert total >= files, total
        print(f"{total:,} files, pages of {LIMIT}, medians of {TURNS}")
        worst = 0
        for name, path in [
            ("created", "/files?sort=created"), ("name", "/files?sort=name"), ("size", "/files?sort=size"),
            ("media", "/media?"),
        ]:
            first = None
            for depth in DEPTHS:
                number = max(int(total / LIMIT * depth), 1)
                median = measured(f"{path}&page={number}", TURNS)
                first = first or median
                if name != "media":
                    worst = max(worst, median)
                print(f"   {name:8} page {number:>6,}  {median * 1000:6.1f} ms  {median / first:5.2f} x the first")
        kind = page("/files?")[1][0]["kind"]
        for name, query in [("search", "search=99"), ("kind", f"kind={kind}"), ("folder", "folder=0001")]:
            print(f"   {name:20}  {measured('/files?' + query, 5) * 1000:6.1f} ms")
        numbers = [item["id"] for item in page("/files?sort=name&page=500")[1]]
        times = [timed(f"/files/{number}")[0] for number in numbers]
        print(f"   {'one file by id':20}  {statistics.median(times) * 1000:6.1f} ms")
        print(f"worst page of files in any order: {worst * 1000:.1f} ms ({AIM_MILLISECONDS} asked)")


if __name__ == "__main__":
    main()
