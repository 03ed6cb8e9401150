"""Each figure beside a peer's, measured in turns (A B A B), as medians; prints one table."""

import argparse
import hashlib
import json
import mmap
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))
from coffer import Coffer, seeded_bytes  # noqa: E402
from load import MIB, read_large, slow_uploads, wrk, write_large  # noqa: E402
from servers import Door, Nginx  # noqa: E402

ROUNDS = 3
SECONDS = 2
DELETE_SECONDS = 1
SETTLE_SECONDS = 1
LARGE = 64 * MIB
CONNECTIONS = 4
FILES = 8
LISTED = 1000


class Table:
    def __init__(self):
        self.rows, self.notes = [], []

    def add(self, name, figure, unit, peer=None, other=None, target=None, at_most=False):
        """One row. With a peer the target is a ratio; without, it is a limit of the figure itself."""
        ratio = figure / other if other else None
        measured = ratio if peer else figure
        verdict = ""
        if target is not None:
            if measured is None:
                verdict = "no peer"
            else:
                verdict = "ok" if (measured <= target if at_most else measured >= target) else "BELOW"
                if at_most and verdict == "BELOW":
                    verdict = "ABOVE"
        sign = "<=" if at_most else ">="
        self.rows.append((
            name, f"{figure:,.0f} {unit}", peer or "", f"{other:,.0f}" if other else "",
            f"{ratio:.2f}" if ratio else "", f"{sign} {target:g}" if target is not None else "", verdict))
        print(f"   {name}: {' '.join(self.rows[-1][1:])}", file=sys.stderr, flush=True)

    def failed(self, name, failure):
        self.rows.append((name, "not measured", "", "", "", "", "FAILED"))
        self.notes.append(f"{name}: {type(failure).__name__}: {failure}")

    def is_whole(self):
        """Whether everything was measured, whatever the figures are."""
        return bool(self.rows) and all(row[-1] != "FAILED" for row in self.rows)

    def print(self):
        rows = [("measured", "coffer", "beside", "there", "ratio", "target", ""), *self.rows]
        widths = [max(len(row[column]) for row in rows) for column in range(7)]
        for row in rows:
            print("  ".join(
                cell.rjust(width) if column in (1, 3, 4) else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(row, widths))).rstrip())
        for note in self.notes:
            print("! " + note)


class Stopped:
    """The processes of radosgw, while another is measured: at rest they take a sixth of a core, which the one that is
    measured would lack and they themselves do not."""

    NAMES = {"radosgw", "ceph-osd", "ceph-mon", "ceph-mgr"}

    def __init__(self, name):
        # Names of 15 characters at most; those of other users are not ours to stop.
        self.processes = [] if name == "radosgw" else [
            int(path.parent.name) for path in Path("/proc").glob("[0-9]*/comm")
            if path.owner() == Path("/proc/self").owner() and path.read_text().strip() in self.NAMES]

    def __enter__(self):
        for process in self.processes:
            os.kill(process, signal.SIGSTOP)

    def __exit__(self, *_):
        for process in self.processes:
            os.kill(process, signal.SIGCONT)
        if self.processes:
            time.sleep(SETTLE_SECONDS)


def in_turns(**measurements):
    """The medians of several measurements, each taken once a round."""
    figures = {name: [] for name in measurements}
    for turn in range(ROUNDS):
        for name, measure in measurements.items():
            with Stopped(name):
                figures[name].append(measure(turn))
    for name, values in figures.items():
        print(f"   {name}: {', '.join(f'{value:,.0f}' for value in values)}", file=sys.stderr, flush=True)
    return {name: statistics.median(values) for name, values in figures.items()}


def memory(pid, field):
    """MiB of a line of /proc/PID/status."""
    for line in open(f"/proc/{pid}/status"):
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no {field}")


class Sources:
    """Large bodies in memory. Coffer stores equal chunks once, so every round changes each 4 KiB of them."""

    def __init__(self, directory):
        self.paths = [directory / f"source-{number}" for number in range(FILES)]
        for number, path in enumerate(self.paths):
            path.write_bytes(seeded_bytes(LARGE, number))
        self.stamp = 0

    def change(self, digest=False):
        """Gives all files new contents; returns their SHA-256 when asked."""
        digests = []
        for path in self.paths:
            self.stamp += 1
            with open(path, "r+b") as file, mmap.mmap(file.fileno(), LARGE) as bytes_:
                for place, value in enumerate(self.stamp.to_bytes(4, "big")):
                    bytes_[place::4096] = bytes([value]) * (LARGE // 4096)
                digests.append(hashlib.sha256(bytes_).hexdigest() if digest else "UNSIGNED-PAYLOAD")
        return digests


class Bench:
    def __init__(self, options, directory, shared):
        self.options, self.directory, self.shared = options, directory, shared
        self.table = Table()
        self.rgw = None
        if options.radosgw:
            bucket = f"bench-{os.getpid()}-{int(time.time())}"
            self.rgw = Door(options.radosgw, options.radosgw_key, options.radosgw_secret, bucket)

    def run(self):
        self.nginx = Nginx(self.directory / "nginx")
        data = self.directory / "coffer"
        data.mkdir()
        if self.rgw:
            self.rgw.create(ACL="public-read-write")
        try:
            with Coffer(data=data) as self.store, self.nginx:
                self.bearer = f"Bearer {self.store.secret}"
                self.s3 = Door(self.store.s3, self.store.key, self.store.secret, "bench").create()
                for name in ("idle", "get-small", "get-large", "put-small", "delete", "put-large", "list", "uploads"):
                    if self.options.only and self.options.only not in name:
                        continue
                    try:
                        getattr(self, name.replace("-", "_"))()
                    except Exception as failure:
                        self.table.failed(name, failure)
                    os.sync()
        finally:
            if self.rgw:
                self.rgw.empty()
        self.table.print()

    def small(self, name, url, arguments=(), seconds=SECONDS, there=None):
        """A measurement with wrk, which says when requests were lost, or were more than the keys `there`."""
        def measure(turn):
            given = [word.format(turn=turn) for word in arguments]
            rate, done, lost = wrk(url, seconds, given)
            if lost:
                self.table.notes.append(f"{name}, turn {turn}: {lost} requests without success")
            if there and done > there[turn]:
                self.table.notes.append(f"{name}, turn {turn}: {done} requests for only {there[turn]} keys")
            return rate
        return measure

    def place(self, name, body):
        """The same bytes at coffer, nginx and radosgw."""
        answer = self.store.put(f"/{name}", body)
        assert answer.status in (200, 201), answer
        (self.nginx.files / name).write_bytes(body)
        if self.rgw:
            self.rgw.client.put_object(Bucket=self.rgw.bucket, Key=name, Body=body, ACL="public-read")

    def rgw_url(self, key=""):
        return f"{self.rgw.url}/{self.rgw.bucket}/{key}"

    # -- the measurements ------------------------------------------------------------------------------

    def idle(self):
        time.sleep(1)
        self.table.add("memory, idle after start", memory(self.store.pid(), "VmRSS"), "MiB", target=60, at_most=True)

    def get_small(self):
        self.place("small.bin", seeded_bytes(4096, 1))
        peers = {"nginx": self.small("GET nginx", self.nginx.url + "/small.bin")}
        if self.rgw:
            peers["radosgw"] = self.small("GET radosgw", self.rgw_url("small.bin"))
        got = in_turns(coffer=self.small("GET coffer", self.store.delivery + "/small.bin"), **peers)
        self.table.add("GET 4 KiB, 16 connections", got["coffer"], "/s", "nginx", got["nginx"], 0.9)
        if self.rgw:
            self.table.add("", got["coffer"], "/s", "radosgw", got["radosgw"])

    def get_large(self):
        self.place("large.bin", seeded_bytes(LARGE, 2))
        peers = {"nginx": lambda _: read_large(self.nginx.url + "/large.bin", SECONDS, CONNECTIONS)}
        if self.rgw:
            peers["radosgw"] = lambda _: read_large(self.rgw_url("large.bin"), SECONDS, CONNECTIONS)
        got = in_turns(coffer=lambda _: read_large(self.store.delivery + "/large.bin", SECONDS, CONNECTIONS), **peers)
        self.table.add("GET 64 MiB, 4 connections", got["coffer"], "MiB/s", "nginx", got["nginx"], 1.0)
        if self.rgw:
            self.table.add("", got["coffer"], "MiB/s", "radosgw", got["radosgw"])

    def put_small(self):
        self.against_radosgw("PUT 4 KiB, 16 connections", "PUT", "small", 8)

    def delete(self):
        # A server that answers 204 for a missing key, too, must not run out of keys: four times as long to make
        # them as to delete them, and the counts are compared.
        there = {"coffer": [], "radosgw": []}
        for turn in range(ROUNDS):
            for name, url, base, key in self.writers():
                keys = f"/{base}delete-{turn}/"
                there[name].append(wrk(url, 4 * DELETE_SECONDS, ["PUT", keys, key])[1])
        os.sync()
        self.against_radosgw(
            "DELETE 4 KiB, 16 connections", "DELETE", "delete", 8, seconds=DELETE_SECONDS, there=there)

    def writers(self):
        """Name, URL, the path's beginning and Authorization of those that take small writes."""
        yield "coffer", self.store.delivery, "", self.bearer
        if self.rgw:
            yield "radosgw", self.rgw.url, self.rgw.bucket + "/", "-"

    def against_radosgw(self, name, method, folder, target, seconds=SECONDS, there=None):
        got = in_turns(**{
            peer: self.small(
                f"{name}, {peer}", url, [method, f"/{base}{folder}-{{turn}}/", key], seconds,
                there[peer] if there else None)
            for peer, url, base, key in self.writers()})
        self.table.add(name, got["coffer"], "/s", "radosgw", got.get("radosgw"), target)

    def put_large(self):
        sources = Sources(self.shared)

        def delivery(turn):
            sources.change()
            return write_large(self.store.delivery, [
                (f"/large-{turn}-{number}", {"Authorization": self.bearer}, path, LARGE)
                for number, path in enumerate(sources.paths)], CONNECTIONS)

        def through(door, signed):
            def measure(turn):
                uploads = []
                for number, (path, payload) in enumerate(zip(sources.paths, sources.change(signed))):
                    target, headers = door.signed_put(f"large-{signed}-{turn}-{number}", payload)
                    uploads.append((target, headers, path, LARGE))
                return write_large(door.url, uploads, CONNECTIONS)
            return measure

        def alone(turn):
            directory = self.directory / f"alone-{turn}"
            directory.mkdir()
            done = subprocess.run(
                [os.environ["STORE_BENCH_BINARY"], directory, sources.paths[0], str(CONNECTIONS),
                 str(FILES // CONNECTIONS)], capture_output=True, text=True, check=True)
            shutil.rmtree(directory)
            return json.loads(done.stdout)["mib_per_second"]

        def settled(measure):
            """Starts with no dirty pages of the measurement before."""
            def after(turn):
                os.sync()
                return measure(turn)
            return after

        peers = {"radosgw": settled(through(self.rgw, False))} if self.rgw else {}
        got = in_turns(
            delivery=settled(delivery), alone=settled(alone), unsigned=settled(through(self.s3, False)),
            signed=settled(through(self.s3, True)), **peers)
        there = got.get("radosgw")
        self.table.add("PUT 64 MiB, 4 connections", got["delivery"], "MiB/s", "store-bench", got["alone"], 0.8)
        self.table.add("", got["delivery"], "MiB/s", "radosgw", there, 1.3)
        self.table.add("  S3, MD5, payload unsigned", got["unsigned"], "MiB/s", "store-bench", got["alone"])
        self.table.add("  S3, MD5, payload signed", got["signed"], "MiB/s", "store-bench", got["alone"])
        if there:
            self.table.add("  S3, MD5, payload unsigned", got["unsigned"], "MiB/s", "radosgw", there)

    def list(self):
        doors = {"coffer": self.s3, **({"radosgw": self.rgw} if self.rgw else {})}
        measurements = {}
        for name, door in doors.items():
            with ThreadPoolExecutor(8) as pool:
                [*pool.map(lambda number: door.client.put_object(
                    Bucket=door.bucket, Key=f"list/{number:05}", Body=b"listed"), range(LISTED))]
            page = door.client.list_objects_v2(Bucket=door.bucket, Prefix="list/", MaxKeys=LISTED)
            assert page["KeyCount"] == LISTED, page["KeyCount"]
            link = door.link("list_objects_v2", Prefix="list/", MaxKeys=LISTED)
            measurements[name] = self.small("LIST " + name, link)
        got = in_turns(**measurements)
        self.table.add("LIST 1,000 keys, 16 connections", got["coffer"], "/s", "radosgw", got.get("radosgw"), 8)

    def uploads(self):
        pid = self.store.pid()
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # forget the peak of what ran before
        stored = slow_uploads(self.store.delivery, "/slow/", {"Authorization": self.bearer}, seeded_bytes(2 * MIB, 3))
        if stored != 500:
            self.table.notes.append(f"500 uploads at once: only {stored} were stored")
        self.table.add("memory, peak of 500 uploads", memory(pid, "VmHWM"), "MiB", target=600, at_most=True)
        time.sleep(2)
        self.table.add("memory, idle after all this", memory(pid, "VmRSS"), "MiB")


def main():
    parser = argparse.ArgumentParser(prog="conformance/bench/run", add_help=False)
    parser.add_argument("--directory", default="/var/tmp")
    parser.add_argument("--only")
    parser.add_argument("--radosgw", default=os.environ.get("RGW_URL"))
    parser.add_argument("--radosgw-key", default=os.environ.get("RGW_KEY"))
    parser.add_argument("--radosgw-secret", default=os.environ.get("RGW_SECRET"))
    options = parser.parse_args()
    if options.radosgw and not (options.radosgw_key and options.radosgw_secret):
        parser.error("--radosgw needs --radosgw-key and --radosgw-secret")
    directory = Path(tempfile.mkdtemp(prefix="coffer-bench-", dir=options.directory))
    shared = Path(tempfile.mkdtemp(prefix="coffer-bench-", dir="/dev/shm"))
    begin = time.monotonic()
    bench = Bench(options, directory, shared)
    try:
        bench.run()
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        shutil.rmtree(shared, ignore_errors=True)
    print(f"{os.cpu_count()} cores, medians of {ROUNDS} turns, {time.monotonic() - begin:.0f} s")
    sys.exit(0 if bench.table.is_whole() else 1)


if __name__ == "__main__":
    main()
