"""Pages of a library of 100,000 files: the time of any page beside the first one's.

usage: library.py [--files N]

Prints the median time of pages of 100 files at several depths, sorted in several ways, and its ratio to the first page's;
20 ms for any page is the aim.
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

        def page(query):
            began = time.perf_counter()
            connection.request("GET", f"/files?limit={LIMIT}&{query}", headers={"Authorization": f"Bearer {server.secret}"})
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == 200, body[:300]
            return time.perf_counter() - began, json.loads(body), int(answer.headers["Total-Count"])

        total = page("")[2]
        assert total >= files, total
        print(f"{total:,} files, pages of {LIMIT}, medians of {TURNS}")
        worst = 0
        for sort in ["created", "name", "size"]:
            first = None
            for depth in DEPTHS:
                number = max(int(total / LIMIT * depth), 1)
                times = []
                for _ in range(TURNS):
                    seconds, items, _ = page(f"sort={sort}&page={number}")
                    assert len(items) == LIMIT
                    times.append(seconds)
                median = statistics.median(times)
                first = first or median
                if sort != "size":
                    worst = max(worst, median)
                print(f"   {sort:8} page {number:>6,}  {median * 1000:6.1f} ms  {median / first:5.2f} x the first")
        searched = statistics.median(page("search=0000099&page=1")[0] for _ in range(5))
        print(f"   search               {searched * 1000:6.1f} ms")
        print(f"worst page by time or name: {worst * 1000:.1f} ms ({AIM_MILLISECONDS} asked)")


if __name__ == "__main__":
    main()
