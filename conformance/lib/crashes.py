"""Random and enumerated crashes of the release binary, with a model of what was acknowledged."""

import os
import random
import re
import subprocess
import threading
import time
from collections import Counter

from coffer import Coffer
from local import Origin
from receiver import Receiver
from sender import PATIENCE, Sender

MiB = 1 << 20
SENDERS = 4


class Rounds:
    """Traffic, SIGKILL, restart, compare; again and again on one data directory."""

    def __init__(self, store, seed):
        self.store, self.chance = store, random.Random(seed)
        origin, self.receiver = Origin({}), Receiver()
        self.senders = [
            Sender(store, origin, self.receiver, index, self.chance.getrandbits(64)) for index in range(SENDERS)]

    def run(self, count):
        for number in range(count):
            stopped = threading.Event()
            threads = [threading.Thread(target=sender.run, args=[stopped], daemon=True) for sender in self.senders]
            if number % 3 == 1:
                threads.append(threading.Thread(target=self.sweep, daemon=True))
            for thread in threads:
                thread.start()
            time.sleep(self.chance.uniform(0.05, 1.2))
            self.store.kill()
            stopped.set()
            for thread in threads:
                thread.join(PATIENCE)
            for sender in self.senders:
                if sender.failure:
                    raise sender.failure
            if number % 10 == 9:
                report = self.store.command("check", "--deep")
                assert report["ok"], (number, report)
            self.store.start()
            self.compare(number)
        report = self.store.command("check", "--deep")
        assert report["ok"], report
        self.hear_of_tasks()
        acknowledged = sum((sender.acknowledged for sender in self.senders), Counter())
        assert acknowledged.total() > count and (count < 60 or set(acknowledged) == set(Sender.ACTIONS)), acknowledged
        print(f"{count} crashes, {acknowledged.total()} acknowledged operations, none lost: {dict(acknowledged)}")

    def hear_of_tasks(self):
        """Every task that was acknowledged is told of at its URL, whichever of the processes ended it."""
        untold = set().union(*(sender.ordered for sender in self.senders))
        while untold:
            document = self.receiver.next()[1]
            if document["object"] == "task":
                untold.discard(document["id"])

    def sweep(self):
        try:
            self.store.command("sweep", "--grace", "0", check=False)
        except Exception:
            pass  # the server was killed under it

    def compare(self, number):
        # A task whose order was not answered for is done too.
        end = time.monotonic() + PATIENCE
        while any(task["status"] not in ("completed", "failed") for task in self.senders[0].ask("GET", "/tasks?kind=ingest")):
            assert time.monotonic() < end, number
            time.sleep(0.005)
        for sender in self.senders:
            sender.compare()


class CrashPoint:
    """One action on a fresh copy of one data directory, killed at the N-th call of one kind."""

    MAXIMUM = 40

    def __init__(self, action, call, family="disk"):
        self.action, self.call, self.family = action, call, family

    def run_all(self):
        for number in range(1, self.MAXIMUM + 1):
            if not self.run_one(number):
                return number - 1
        return self.MAXIMUM

    def run_one(self, number):
        """Whether the N-th call came."""
        store = Coffer(environment={"COFFER_DISK_THREADS": "1"})
        try:
            return self.crash(store, number)
        finally:
            store.remove()

    def crash(self, store, number):
        body = random.Random(number).randbytes(3 * MiB)
        store.start()
        store.create_project("demo")
        store.put("/kept.bin", body[:MiB])
        store.put("/kept-small.bin", body[:100])
        if self.action == "completion":
            half = len(body) // 2
            assert store.put_range("/new.bin", body[:half], 0, len(body)).status == 202
        if self.action == "sweep":
            # One segment goes whole; of another a part stays, so that the rest is punched out of it.
            shared = random.Random(number + 1000).randbytes(3 * MiB)
            store.put("/gone.bin", body)
            store.put("/gone-half.bin", shared)
            store.put("/kept-half.bin", shared[:MiB])
            store.request("DELETE", "/gone.bin")
            store.request("DELETE", "/gone-half.bin")
        tracer = self.attach(store, number)
        acknowledged = False
        try:
            if self.action == "upload":
                acknowledged = store.put("/new.bin", body).status == 201
            elif self.action == "completion":
                acknowledged = store.put_range("/new.bin", body[half:], half, len(body)).status == 201
            else:
                acknowledged = store.command("sweep", "--grace", "0", check=False) != {}
        except Exception:
            pass  # the server was killed under it
        killed = not acknowledged
        if killed:
            store.process.wait(30)
        else:
            store.kill()
        tracer.wait(30)
        store.closed()
        report = store.command("check", "--deep")
        assert report["ok"], (self.action, self.call, number, report)
        store.start()
        assert store.get("/kept.bin").body == body[:MiB]
        assert store.get("/kept-small.bin").body == body[:100]
        if self.action == "sweep":
            assert store.get("/kept-half.bin").body == shared[:MiB]
        if self.action in ("upload", "completion"):
            answer = store.get("/new.bin")
            assert answer.status in (200, 404)
            if acknowledged:
                assert answer.status == 200
            if answer.status == 200:
                assert answer.body == body
            elif self.action == "completion":
                again = store.put_range("/new.bin", body[half:], half, len(body))
                assert again.status == 201, again
                assert store.get("/new.bin").body == body
        assert store.command("sweep", "--grace", "0", check=False) is not None
        store.stop()
        assert store.command("check", "--deep")["ok"]
        return killed

    def attach(self, store, number):
        # strace counts calls per thread, so the catalog's writer and the one disk thread are enumerated apart.
        wal = str(store.data.resolve() / "catalog.sqlite-wal")
        only = ["-P", wal] if self.family == "catalog" else []
        calls = {"rename": "rename,renameat,renameat2", "unlink": "unlink,unlinkat"}.get(self.call, self.call)
        tracer = subprocess.Popen(
            ["strace", "-f", "-qq", "-o", "/dev/null", *only, "-e", f"trace={calls}", "-e",
             f"inject={calls}:signal=SIGKILL:when={number}", "-p", str(store.process.pid)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(500):
            if all(traced(store.process.pid)):
                break
            time.sleep(0.01)
        return tracer


def traced(pid):
    """Of each thread, whether strace has it."""
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/status") as status:
                yield re.search(r"TracerPid:\s+[1-9]", status.read()) is not None
        except OSError:
            pass
