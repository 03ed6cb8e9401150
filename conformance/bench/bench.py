"""Alternates coffer and nginx on the same bytes and prints the medians' ratios; a lone figure says little of a machine."""

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))
from coffer import Coffer, seeded_bytes  # noqa: E402

MiB = 1 << 20
ROUNDS = 3
SECONDS = 3
CONNECTIONS = 16

NGINX = """
worker_processes auto; pid {root}/nginx.pid; error_log {root}/error.log; daemon off;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  open_file_cache max=1000; open_file_cache_valid 60s;
  client_body_temp_path {root}/t1; proxy_temp_path {root}/t2; fastcgi_temp_path {root}/t3; uwsgi_temp_path {root}/t4;
  scgi_temp_path {root}/t5;
  server {{ listen 127.0.0.1:{port}; root {root}/files; }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wrk(url, script=None):
    words = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s"] + (["-s", script] if script else []) + [url]
    out = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in out:
        raise RuntimeError(out)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])


def script(folder, name, text):
    path = Path(folder) / name
    path.write_text(text)
    return str(path)


def drain(base, path, length, count):
    """MiB/s of `count` whole GETs; MSG_TRUNC lets the kernel throw the bytes away, so that the reader is no bottleneck."""
    url = urllib.parse.urlsplit(base)
    start = time.perf_counter()
    with socket.create_connection((url.hostname, url.port)) as connection:
        for _ in range(count):
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {url.netloc}\r\n\r\n".encode())
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(4096)
            left = length - (len(head) - head.index(b"\r\n\r\n") - 4)
            buffer = bytearray(MiB)
            while left:
                left -= connection.recv_into(buffer, min(left, MiB), socket.MSG_TRUNC)
    return count * length / MiB / (time.perf_counter() - start)


def upload(store, source, length, senders):
    """MiB/s of `senders` PUTs at once."""
    url = urllib.parse.urlsplit(store.delivery)

    def send(index):
        with socket.create_connection((url.hostname, url.port)) as connection, open(source, "rb") as file:
            file.seek(index * length)
            connection.sendall(
                f"PUT /bench/{time.monotonic_ns()}-{index} HTTP/1.1\r\nHost: {url.netloc}\r\n"
                f"Authorization: Bearer {store.secret}\r\nContent-Length: {length}\r\n\r\n".encode())
            connection.sendfile(file, index * length, length)
            assert connection.recv(65536).startswith(b"HTTP/1.1 201")

    threads = [threading.Thread(target=send, args=(n,)) for n in range(senders)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return senders * length / MiB / (time.perf_counter() - start)


def memory(store, field="VmRSS"):
    with open(f"/proc/{store.process.pid}/status") as status:
        return int(re.search(field + r":\s+(\d+)", status.read())[1]) / 1024


def row(name, unit, ours, theirs=None):
    own = statistics.median(ours)
    line = f"{name:<46} {own:>10.0f} {unit:<8}"
    if theirs:
        line += f" nginx {statistics.median(theirs):>10.0f}   ratio {own / statistics.median(theirs):.2f}"
    print(line, flush=True)


def main():
    with tempfile.TemporaryDirectory(prefix="coffer-bench-") as root, Coffer() as store:
        print(f"idle memory: {memory(store):.0f} MiB")
        files = Path(root) / "files"
        files.mkdir()
        os.chmod(root, 0o755)
        small, large = seeded_bytes(4096, 1), seeded_bytes(64 * MiB, 2)
        (files / "small.bin").write_bytes(small)
        (files / "large.bin").write_bytes(large)
        store.put("/small.bin", small)
        store.put("/large.bin", large)
        port = free_port()
        config = script(root, "nginx.conf", NGINX.format(root=root, port=port))
        nginx = subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-c", config, "-p", root], stderr=subprocess.DEVNULL)
        time.sleep(1)
        peer = f"http://127.0.0.1:{port}"
        try:
            pairs = [(wrk(store.delivery + "/small.bin"), wrk(peer + "/small.bin")) for _ in range(ROUNDS)]
            row("GET 4 KiB, 16 connections", "req/s", *zip(*pairs))
            pairs = [(drain(store.delivery, "/large.bin", len(large), 8), drain(peer, "/large.bin", len(large), 8)) for _ in range(ROUNDS)]
            row("GET 64 MiB, 1 connection", "MiB/s", *zip(*pairs))
        finally:
            nginx.terminate()
            nginx.wait()
        put = script(root, "put.lua", """
            local body = string.rep("x", 4080)
            local n, thread = 0, 0
            function setup(t) thread = thread + 1; t:set("id", thread) end
            function request() n = n + 1; return wrk.format("PUT", "/put/" .. id .. "/" .. n,
              {["Authorization"] = "Bearer %s"}, body .. string.format("%%08d%%08d", id, n)) end""" % store.secret)
        row("PUT 4 KiB durable, 16 connections", "req/s", [wrk(store.delivery, put)])
        delete = script(root, "delete.lua", """
            local n, thread = 0, 0
            function setup(t) thread = thread + 1; t:set("id", thread) end
            function request() n = n + 1; return wrk.format("DELETE", "/put/" .. id .. "/" .. n,
              {["Authorization"] = "Bearer %s"}) end""" % store.secret)
        row("DELETE, 16 connections", "req/s", [wrk(store.delivery, delete)])
        s3 = store.boto3(signature_version="s3v4")
        for n in range(1000):
            store.put(f"/list/{n:04}", b"x")
        url = s3.generate_presigned_url("list_objects_v2", Params={"Bucket": store.bucket, "Prefix": "list/"})
        row("LIST of 1,000 keys, 16 connections", "pages/s", [wrk(url)])
        source = Path("/dev/shm") / f"coffer-bench-{os.getpid()}"
        try:
            source.write_bytes(b"".join(seeded_bytes(64 * MiB, n) for n in range(10, 14)))
            row("PUT 64 MiB, 4 connections", "MiB/s", [upload(store, source, 64 * MiB, 4)])
        finally:
            source.unlink(missing_ok=True)
        print(f"peak memory of all this: {memory(store, 'VmHWM'):.0f} MiB")


if __name__ == "__main__":
    main()
