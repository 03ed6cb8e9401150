"""What puts load on a server: wrk for small requests, plain sockets for large bodies."""

import re
import selectors
import socket
import subprocess
import threading
import time
import urllib.parse
from pathlib import Path

HERE = Path(__file__).resolve().parent
MIB = 1 << 20
SOCKET_SECONDS = 60


def wrk(url, seconds, arguments=(), connections=16):
    """Requests a second that were answered with success, how many those were, and how many were not."""
    words = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s"]
    if arguments:
        words += ["-s", str(HERE / "keys.lua")]
    words += [url] + (["--", *arguments] if arguments else [])
    text = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    total, took, unit = re.search(r"(\d+) requests in ([\d.]+)(ms|s|m),", text).groups()
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    lost = (int(refused[1]) if refused else 0)
    seconds = float(took) * {"ms": 0.001, "s": 1, "m": 60}[unit]
    done = int(total) - lost
    return done / seconds, done, lost + sum(map(int, broken.groups()) if broken else ())


def connect(url):
    parts = urllib.parse.urlsplit(url)
    made = socket.create_connection((parts.hostname, parts.port or 80), SOCKET_SECONDS)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made, parts.netloc


def read_head(connection):
    """Status, content length, and how many bytes of the body came along."""
    got = b""
    while b"\r\n\r\n" not in got:
        run = connection.recv(65536)
        if not run:
            raise RuntimeError(f"the connection closed after {got[:200]!r}")
        got += run
    head, _, rest = got.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.I)
    return int(head.split()[1]), int(length[1]) if length else 0, len(rest)


def together(work, count):
    """Runs `work(number)` on threads of their own; raises the first failure."""
    failures = []

    def guarded(number):
        try:
            work(number)
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def read_large(url, seconds, connections=4):
    """MiB a second. The kernel throws the bytes away (MSG_TRUNC), so that the reader is not what is measured."""
    parts = urllib.parse.urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    end = time.monotonic() + seconds
    received = [0] * connections
    begin = time.monotonic()

    def work(number):
        connection, host = connect(url)
        scratch = bytearray(4 * MIB)
        with connection:
            while time.monotonic() < end:
                connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
                status, length, come = read_head(connection)
                if status != 200:
                    raise RuntimeError(f"GET answered {status}")
                received[number] += length
                while come < length:
                    run = connection.recv_into(scratch, min(len(scratch), length - come), socket.MSG_TRUNC)
                    if not run:
                        raise RuntimeError("the connection closed within a body")
                    come += run

    together(work, connections)
    return sum(received) / MIB / (time.monotonic() - begin)


def write_large(base, uploads, connections=4):
    """MiB a second of uploads `(target, headers, path, length)`, dealt out to the connections, with sendfile."""
    begin = time.monotonic()

    def work(number):
        connection, host = connect(base)
        with connection:
            for target, headers, path, length in uploads[number::connections]:
                fields = {"Host": host, "Content-Length": length, **headers}
                head = f"PUT {target} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields.items())
                connection.sendall(head.encode() + b"\r\n")
                with open(path, "rb") as file:
                    connection.sendfile(file)
                status, length, come = read_head(connection)
                while come < length:
                    come += len(connection.recv(65536)) or length
                if status not in (200, 201):
                    raise RuntimeError(f"PUT answered {status}")

    together(work, connections)
    return sum(upload[3] for upload in uploads) / MIB / (time.monotonic() - begin)


def slow_uploads(base, prefix, headers, body, count=500, pieces=16, seconds=4):
    """Sends `count` bodies at once, a piece of each in turn; returns how many were stored."""
    waiting, answers = selectors.DefaultSelector(), 0
    connections = []
    for number in range(count):
        connection, host = connect(base)
        fields = {"Host": host, "Content-Length": len(body), **headers}
        head = f"PUT {prefix}{number} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields.items())
        connection.sendall(head.encode() + b"\r\n")
        connections.append(connection)
    size = len(body) // pieces
    begin = time.monotonic()
    for piece in range(pieces):
        time.sleep(max(0, begin + piece * seconds / pieces - time.monotonic()))
        for number, connection in enumerate(connections):
            # Stamped, so that no two bodies share a chunk.
            connection.sendall(number.to_bytes(4, "big") + body[piece * size + 4:(piece + 1) * size])
    for connection in connections:
        connection.setblocking(False)
        waiting.register(connection, selectors.EVENT_READ)
    deadline = time.monotonic() + SOCKET_SECONDS
    while waiting.get_map() and time.monotonic() < deadline:
        for key, _ in waiting.select(1):
            answers += key.fileobj.recv(65536).split(b" ", 2)[1:2] in ([b"200"], [b"201"])
            waiting.unregister(key.fileobj)
            key.fileobj.close()
    waiting.close()
    return answers
