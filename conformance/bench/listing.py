"""Listings of a bucket with a million keys beside one with a thousand, and beside radosgw where one is given.

usage: listing.py [--keys N] [--radosgw URL --radosgw-key ID --radosgw-secret SECRET]

Prints the time of each kind of first page in the large bucket over that in the small one (at most 2 is the aim), and the
time of complete listings for each key.
"""

import argparse
import html
import http.client
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))
from coffer import Coffer  # noqa: E402
from servers import Door  # noqa: E402

FOLDERS = 1000
SMALL = 1000
TURNS = 41
RADOSGW_KEYS = 100_000
PAGES = [
    ("first page", {}, {}),
    ("folders (delimiter)", {"Delimiter": "/"}, {"Delimiter": "/"}),
    ("one folder (prefix)", {"Prefix": "0500/"}, {}),
    ("some folders (prefix, delimiter)", {"Prefix": "05", "Delimiter": "/"}, {"Prefix": "05", "Delimiter": "/"}),
    ("from the middle (start-after)", {"StartAfter": "0500/0000500"}, {}),
]


def fill(url, prefix, keys, authorization):
    """Until every key is there: wrk stops by time, so it is run until the numbers have gone round, each run beginning a
    little before the end of the last, whose last requests may have had no answer."""
    done = 0
    while done < keys:
        seconds = 30 if keys > 10_000 else 2
        text = subprocess.run(
            ["wrk", "-t1", "-c64", f"-d{seconds}s", "-s", str(Path(__file__).parent / "folders.lua"), url, "--", prefix,
             str(FOLDERS), str(keys), authorization, str(max(done - 64, 0))], capture_output=True, text=True, check=True).stdout
        done = max(done - 64, 0) + int(text.split(" requests in ")[0].split()[-1])
        print(f"   {done:,} puts of {keys:,}", file=sys.stderr, flush=True)


def page_time(connection, link):
    began = time.perf_counter()
    connection.request("GET", link)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, body[:300]
    return time.perf_counter() - began, body


def path(link):
    parts = urllib.parse.urlsplit(link)
    return f"{parts.path}?{parts.query}"


def complete(door):
    """Seconds for each key of a listing from end to end, and how many keys there were. Pages are not parsed: that would take
    a client longer than the servers take."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(door.url).netloc)
    took, count, more = 0, 0, {}
    while more is not None:
        link = path(door.link("list_objects_v2", **more))
        seconds, body = page_time(connection, link)
        took, count = took + seconds, count + body.count(b"<Key>")
        token = re.search(rb"<NextContinuationToken>([^<]+)<", body)
        more = {"ContinuationToken": html.unescape(token[1].decode())} if token else None
    return took / count, count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keys", type=int, default=1_000_000)
    parser.add_argument("--radosgw", default=os.environ.get("RGW_URL"))
    parser.add_argument("--radosgw-key", default=os.environ.get("RGW_KEY"))
    parser.add_argument("--radosgw-secret", default=os.environ.get("RGW_SECRET"))
    options = parser.parse_args()
    with Coffer() as store:
        small = Door(store.s3, store.key, store.secret, "small").create()
        large = Door(store.s3, store.key, store.secret, store.bucket)
        for number in range(SMALL):
            small.client.put_object(Bucket="small", Key=f"{number % FOLDERS:04}/{number:07}", Body=b"listed")
        fill(store.delivery, "/", options.keys, f"Bearer {store.secret}")
        assert complete(large)[1] == options.keys
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(store.s3).netloc)
        for name, there, here in PAGES:
            links = [path(large.link("list_objects_v2", **there)), path(small.link("list_objects_v2", **here))]
            times = [[page_time(connection, link)[0] for link in links] for _ in range(TURNS)]
            big, little = (statistics.median(column) for column in zip(*times))
            verdict = "ok" if big / little <= 2 else "ABOVE"
            print(f"{name}: {big * 1e3:.2f} ms in {options.keys:,} keys, {little * 1e3:.2f} ms in {SMALL:,}: {big / little:.2f} {verdict}")
        each, count = complete(large)
        print(f"complete listing: {each * 1e6:.2f} us a key of {count:,}")
        if options.radosgw:
            rgw = Door(options.radosgw, options.radosgw_key, options.radosgw_secret, f"listing-{os.getpid()}").create(ACL="public-read-write")
            try:
                fill(rgw.url, f"/{rgw.bucket}/", RADOSGW_KEYS, "-")
                theirs, count = complete(rgw)
                print(f"radosgw: {theirs * 1e6:.2f} us a key of {count:,}; coffer takes {each / theirs:.2f} of that")
            finally:
                rgw.empty()


if __name__ == "__main__":
    main()
