"""Random and enumerated crashes of the release binary, with a model of what was acknowledged."""

import hashlib
import os
import random
import re
import subprocess
import tempfile
import threading
import time

from coffer import Coffer

MiB = 1 << 20
SENDERS = 4
KEYS_PER_SENDER = 6
SIZES = [0, 1, 100, 16 * 1024, 16 * 1024 + 1, 70_000, 300_000, 2 * MiB]


class Sender(threading.Thread):
    """Works on keys of its own, so that each key has one writer and the model is exact."""

    def __init__(self, store, model, index, seed):
        super().__init__(daemon=True)
        self.store, self.model = store, model
        self.keys = [f"/crash/{index}/{n}.bin" for n in range(KEYS_PER_SENDER)]
        self.chance = random.Random(seed)
        self.stopped = threading.Event()
        self.failure = None
        self.acknowledged = 0

    def run(self):
        while not self.stopped.is_set():
            try:
                self.step()
            except (OSError, EOFError):
                return
            except Exception as error:  # http.client's own: the server went away in the middle of an answer
                if type(error).__module__.startswith(("http", "botocore", "urllib3")):
                    return
                self.failure = error
                return

    def step(self):
        key = self.chance.choice(self.keys)
        action = self.chance.choice(["put", "put", "put", "ranges", "parts", "copy", "delete"])
        body = self.chance.randbytes(self.chance.choice(SIZES))
        if self.chance.random() < 0.3:
            body = (b"the same block of text again " * 40_000)[:len(body)]
        getattr(self, action)(key, body)
        self.acknowledged += 1

    def doing(self, key, value):
        self.model[key] = (self.model.get(key, ({None}, None))[0] | {value}, None)

    def did(self, key, value):
        self.model[key] = ({value}, None)

    def put(self, key, body):
        self.doing(key, digest(body))
        answer = self.store.put(key, body)
        assert answer.status == 201, answer
        self.did(key, digest(body))

    def ranges(self, key, body):
        if len(body) < 2:
            return
        size = max(1, len(body) // 3)
        starts = list(range(0, len(body), size))
        self.chance.shuffle(starts)
        token = {"Upload-Id": f"{self.chance.getrandbits(64):x}"}
        for n, start in enumerate(starts):
            if n == len(starts) - 1:
                self.doing(key, digest(body))
            answer = self.store.put_range(key, body[start:start + size], start, len(body), headers=token)
            assert answer.status == (201 if n == len(starts) - 1 else 202), answer
        self.did(key, digest(body))

    def parts(self, key, body):
        s3, name = self.s3(), key.lstrip("/")
        upload = s3.create_multipart_upload(Bucket=self.store.bucket, Key=name)["UploadId"]
        etag = s3.upload_part(Bucket=self.store.bucket, Key=name, UploadId=upload, PartNumber=1, Body=body)["ETag"]
        self.doing(key, digest(body))
        s3.complete_multipart_upload(
            Bucket=self.store.bucket, Key=name, UploadId=upload,
            MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
        self.did(key, digest(body))

    def copy(self, key, _):
        source = self.chance.choice(self.keys)
        known = self.model.get(source, ({None}, None))[0]
        if len(known) != 1 or None in known or source == key:
            return
        (value,) = known
        self.doing(key, value)
        self.s3().copy_object(
            Bucket=self.store.bucket, Key=key.lstrip("/"),
            CopySource={"Bucket": self.store.bucket, "Key": source.lstrip("/")})
        self.did(key, value)

    def delete(self, key, _):
        self.doing(key, None)
        assert self.store.request("DELETE", key).status == 204
        self.did(key, None)

    def s3(self):
        from botocore.config import Config
        import boto3
        return boto3.client(
            "s3", endpoint_url=self.store.s3, aws_access_key_id=self.store.key,
            aws_secret_access_key=self.store.secret, region_name="us-east-1",
            config=Config(retries={"max_attempts": 0}))


def digest(body):
    return hashlib.sha256(body).hexdigest()


class Rounds:
    """Traffic, SIGKILL, restart, compare; again and again on one data directory."""

    def __init__(self, store, seed):
        self.store, self.chance, self.model = store, random.Random(seed), {}
        self.acknowledged = 0

    def run(self, count):
        for number in range(count):
            senders = [
                Sender(self.store, self.model, n, self.chance.getrandbits(64)) for n in range(SENDERS)]
            for sender in senders:
                sender.start()
            sweeper = None
            if number % 3 == 1:
                sweeper = threading.Thread(target=self.sweep, daemon=True)
                sweeper.start()
            time.sleep(self.chance.uniform(0.05, 1.2))
            self.store.kill()
            for sender in senders:
                sender.stopped.set()
                sender.join(60)
                assert sender.failure is None, (number, sender.failure)
                self.acknowledged += sender.acknowledged
            if sweeper:
                sweeper.join(60)
            if number % 10 == 9:
                report = self.store.command("check", "--deep")
                assert report["ok"], (number, report)
            self.store.start()
            self.compare(number)
        report = self.store.command("check", "--deep")
        assert report["ok"], report
        assert self.acknowledged > count
        print(f"{count} crashes, {self.acknowledged} acknowledged operations, none lost")

    def sweep(self):
        try:
            self.store.command("sweep", "--grace", "0", check=False)
        except Exception:
            pass  # the server was killed under it

    def compare(self, number):
        for key, (allowed, _) in sorted(self.model.items()):
            answer = self.store.get(key)
            found = None if answer.status == 404 else digest(answer.body)
            assert answer.status in (200, 404), (number, key, answer)
            assert found in allowed, (number, key, found, allowed)
            self.model[key] = ({found}, None)


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
