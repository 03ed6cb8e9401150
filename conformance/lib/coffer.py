"""Boots the release binary on free ports and speaks to it as a user would."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BINARY = Path(os.environ.get("COFFER_BINARY", ROOT / ".build" / "release" / "coffer"))
READY_SECONDS = 60
STOP_SECONDS = 60


class Coffer:
    """One data directory and, between start and stop, the server that holds it."""

    def __init__(self, data=None, options=(), environment=None, wrapper=(), binary=BINARY):
        self.owned = data is None
        self.data = Path(data or tempfile.mkdtemp(prefix="coffer-conformance-"))
        self.options = list(options)
        self.environment = {**os.environ, **(environment or {})}
        self.wrapper = list(wrapper)
        self.binary = str(binary)
        self.process = None
        self.project = None

    # -- life ------------------------------------------------------------------------------------------

    def start(self):
        ports = ["--delivery", "127.0.0.1:0", "--s3", "127.0.0.1:0", "--api", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
        self.log = open(self.data.parent / (self.data.name + ".log"), "ab")
        self.process = subprocess.Popen(
            [*self.wrapper, self.binary, "serve", "--data", str(self.data), *ports, *self.options],
            stdout=subprocess.PIPE, stderr=self.log, stdin=subprocess.DEVNULL, env=self.environment)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the server did not start: {self.tail()}")
        ready = json.loads(line)
        assert ready["ready"] is True
        self.delivery, self.s3, self.api, self.admin = (ready[k] for k in ("delivery", "s3", "api", "admin"))
        return self

    def stop(self):
        if self.process and self.process.poll() is None:
            os.kill(self.pid(), signal.SIGTERM)
            self.process.wait(STOP_SECONDS)
        self.closed()

    def pid(self):
        """The server's own process, under whatever wraps it."""
        if not self.wrapper:
            return self.process.pid
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as children:
            return int(children.read().split()[0])

    def kill(self):
        if self.process and self.process.poll() is None:
            os.kill(self.pid(), signal.SIGKILL)
            self.process.wait()
        self.closed()

    def closed(self):
        if self.process:
            self.process.stdout.close()
            self.log.close()
            self.process = None

    def restart(self):
        self.stop()
        return self.start()

    def remove(self):
        self.kill()
        if self.owned:
            shutil.rmtree(self.data, ignore_errors=True)
            (self.data.parent / (self.data.name + ".log")).unlink(missing_ok=True)

    def tail(self):
        try:
            return (self.data.parent / (self.data.name + ".log")).read_text(errors="replace")[-4000:]
        except OSError:
            return ""

    def __enter__(self):
        self.start()
        self.create_project("demo")
        return self

    def __exit__(self, *_):
        self.remove()

    # -- commands --------------------------------------------------------------------------------------

    def command(self, *words, check=True):
        done = subprocess.run(
            [self.binary, *map(str, words), "--data", str(self.data), "--json"], capture_output=True, text=True,
            env=self.environment)
        if check and done.returncode != 0:
            raise RuntimeError(f"coffer {' '.join(map(str, words))}: {done.returncode} {done.stdout} {done.stderr}")
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def create_project(self, name):
        made = self.command("project", "create", name)
        if self.project is None:
            self.project = made
            self.key = made["key"]["id"]
            self.secret = made["key"]["secret"]
            self.bucket = made["bucket"]["name"]
            self.host = made["domain"]["host"]
        return made

    def blocks(self):
        """Disk blocks of the whole data directory, in bytes."""
        total = 0
        for base, _, files in os.walk(self.data):
            for name in files:
                try:
                    total += os.lstat(os.path.join(base, name)).st_blocks * 512
                except FileNotFoundError:
                    pass
        return total

    def segment_blocks(self):
        total = 0
        for base, _, files in os.walk(self.data / "segments"):
            total += sum(os.lstat(os.path.join(base, name)).st_blocks * 512 for name in files)
        return total

    # -- the delivery door -----------------------------------------------------------------------------

    def request(self, method, path, body=None, headers=None, key=True, base=None):
        """One request on a connection of its own; the path is sent as given."""
        url = urllib.parse.urlsplit(base or self.delivery)
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=300)
        sent = dict(headers or {})
        if key is True:
            sent.setdefault("Authorization", f"Bearer {self.secret}")
        elif key:
            sent.setdefault("Authorization", f"Bearer {key}")
        try:
            try:
                connection.request(method, path, body=body, headers=sent)
            except (BrokenPipeError, ConnectionResetError):
                if connection.sock is None:
                    raise
                # refused before the body was all sent: the answer may be there already
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def put(self, path, body, headers=None, key=True):
        return self.request("PUT", path, body, headers, key)

    def get(self, path, headers=None, key=False):
        return self.request("GET", path, None, headers, key)

    def put_range(self, path, body, start, total, spelling="bytes ", last=None, headers=None, key=True):
        end = start + len(body) - 1 if last is None else last
        return self.put(path, body, {"Content-Range": f"{spelling}{start}-{end}/{total}", **(headers or {})}, key)

    def signed(self, path, method, expires_in=3600, secret=None):
        """A signed URL's path and query, made as the product's documentation makes it."""
        expiry = int(time.time()) + expires_in
        plain = urllib.parse.unquote(path.lstrip("/"))
        message = f"{plain}?expiry={expiry}&method={method}"
        mac = hmac.new((secret or self.secret).encode(), message.encode(), hashlib.sha256).digest()
        signature = base64.urlsafe_b64encode(mac).decode().rstrip("=")
        return f"{path}?expiry={expiry}&method={method}&signature={signature}"

    # -- the S3 door -----------------------------------------------------------------------------------

    def boto3(self, **config):
        import boto3
        from botocore.config import Config
        return boto3.client(
            "s3", endpoint_url=self.s3, aws_access_key_id=self.key, aws_secret_access_key=self.secret,
            region_name="us-east-1", config=Config(**config) if config else None)

    def aws_environment(self):
        # A bundle of certificates in the environment makes some tools refuse to start.
        inherited = {name: value for name, value in os.environ.items() if name != "AWS_CA_BUNDLE"}
        return {
            **inherited, "AWS_ACCESS_KEY_ID": self.key, "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_DEFAULT_REGION": "us-east-1", "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


def seeded_bytes(length, seed):
    """Bytes that do not compress and that a seed gives again."""
    source, runs = random.Random(seed), []
    while length > 0:
        runs.append(source.randbytes(min(length, 8 << 20)))
        length -= len(runs[-1])
    return b"".join(runs)


def seeded_file(path, length, seed):
    source = random.Random(seed)
    digest = hashlib.sha256()
    with open(path, "wb") as file:
        while length > 0:
            run = source.randbytes(min(length, 8 << 20))
            file.write(run)
            digest.update(run)
            length -= len(run)
    return digest.hexdigest()


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while run := file.read(8 << 20):
            digest.update(run)
    return digest.hexdigest()
