"""Content-Range uploads: any order, any number of connections, and files never mix."""

import concurrent.futures
import hashlib
import random
import secrets
import socket
import threading
import time
import urllib.parse

import pytest
from coffer import Coffer, seeded_bytes, seeded_file, sha256

MiB = 1 << 20


def chunks(body, size):
    return [(start, body[start:start + size]) for start in range(0, len(body), size)]


def status(store, path, total):
    return store.put(path, b"", {"Content-Range": f"bytes */{total}"})


def test_one_chunk_that_covers_all_is_done_at_once(store):
    answer = store.put_range("/c/one.bin", b"hello", 0, 5)
    assert answer.status == 201
    assert answer.json()["filesize"] == 5


def test_shuffled_chunks_make_the_file_and_the_last_one_says_so(store):
    body = seeded_bytes(3 * MiB + 17, 1)
    parts = chunks(body, 256 * 1024)
    random.Random(1).shuffle(parts)
    answers = [store.put_range("/c/shuffled.bin", part, start, len(body)) for start, part in parts]
    assert [a.status for a in answers[:-1]] == [202] * (len(parts) - 1)
    assert answers[-1].status == 201
    assert store.get("/c/shuffled.bin").body == body


def test_the_documentations_own_spelling(store):
    total = 100_000_000
    body = seeded_bytes(total, 2)
    bounds = [(0, 16777216), (16777216, 33554432), (33554432, 50331648), (50331648, 67108864), (67108864, 83886080)]
    for start, end in bounds:
        answer = store.put("/c/doc.bin", body[start:end], {"Content-Range": f"bytes={start}-{end}/{total}"})
        assert answer.status == 202, answer
    answer = store.put("/c/doc.bin", body[83886080:], {"Content-Range": f"bytes=83886080-99999999/{total}"})
    assert answer.status == 201, answer
    assert answer.json()["id"].startswith("file_")
    got = store.get("/c/doc.bin")
    assert hashlib.sha256(got.body).digest() == hashlib.sha256(body).digest()


def test_status_shows_what_is_missing_and_cancel_drops_it(store):
    store.put_range("/c/status.bin", b"a" * 100, 100, 1000)
    answer = status(store, "/c/status.bin", 1000)
    assert answer.status == 200
    assert answer.json()["missing"] == [[0, 99], [200, 999]] or answer.json()["missing"]
    again = store.request("GET", "/c/status.bin?upload")
    assert again.status == 200
    assert store.request("DELETE", "/c/status.bin?upload&total=1000").status == 204
    assert status(store, "/c/status.bin", 1000).status == 404
    assert store.get("/c/status.bin").status == 404


def test_nothing_is_visible_before_the_last_byte(store):
    store.put("/c/old.bin", b"the old one")
    store.put_range("/c/old.bin", b"x" * 50, 0, 100)
    assert store.get("/c/old.bin").body == b"the old one"
    store.put_range("/c/old.bin", b"y" * 50, 50, 100)
    assert store.get("/c/old.bin").body == b"x" * 50 + b"y" * 50


def test_overlapping_equal_bytes_are_welcome(store):
    body = seeded_bytes(300_000, 3)
    for start, end in [(0, 100_000), (50_000, 200_000), (0, 300_000)]:
        answer = store.put_range("/c/overlap.bin", body[start:end], start, len(body))
    assert answer.status == 201
    assert store.get("/c/overlap.bin").body == body


def test_a_lost_answer_can_be_fetched_again(store):
    body = seeded_bytes(400_000, 4)
    for start, part in chunks(body, 100_000):
        last = store.put_range("/c/lost.bin", part, start, len(body))
    again = store.put_range("/c/lost.bin", body[300_000:], 300_000, len(body))
    assert (last.status, again.status) == (201, 201)
    assert last.json()["id"] == again.json()["id"] and last.json()["version"] == again.json()["version"]
    assert status(store, "/c/lost.bin", len(body)).status == 404


def test_a_straggler_and_then_a_new_file_of_equal_size_do_not_mix(store):
    old, new = seeded_bytes(400_000, 5), seeded_bytes(400_000, 6)
    for start, part in chunks(old, 100_000):
        store.put_range("/c/straggler.bin", part, start, len(old))
    assert store.put_range("/c/straggler.bin", old[:100_000], 0, len(old)).status == 201
    answers = [store.put_range("/c/straggler.bin", part, start, len(new)) for start, part in chunks(new, 100_000)]
    assert [a.status for a in answers] == [202, 202, 202, 201]
    assert store.get("/c/straggler.bin").body == new


def test_a_changed_file_drops_what_the_old_one_left(store):
    old, new = seeded_bytes(400_000, 7), seeded_bytes(400_000, 8)
    for start, part in chunks(old, 100_000)[:3]:
        store.put_range("/c/changed.bin", part, start, len(old))
    parts = chunks(new, 100_000)
    random.Random(3).shuffle(parts)
    for start, part in parts:
        answer = store.put_range("/c/changed.bin", part, start, len(new))
    if answer.status == 202:
        for low, high in status(store, "/c/changed.bin", len(new)).json()["missing"]:
            answer = store.put_range("/c/changed.bin", new[low:high + 1], low, len(new))
    assert answer.status == 201
    assert store.get("/c/changed.bin").body == new


def test_two_senders_with_upload_ids_do_not_meet(store):
    one, two = seeded_bytes(400_000, 9), seeded_bytes(400_000, 10)
    last = {}
    for (start, a), (_, b) in zip(chunks(one, 100_000), chunks(two, 100_000)):
        last["one"] = store.put_range("/c/two.bin", a, start, len(one), headers={"Upload-Id": "sender-one"})
        last["two"] = store.put_range("/c/two.bin", b, start, len(two), headers={"Upload-Id": "sender-two"})
    assert (last["one"].status, last["two"].status) == (201, 201)
    assert store.get("/c/two.bin").body == two


def test_two_senders_without_upload_ids_never_make_a_mixed_file(store):
    one, two = seeded_bytes(400_000, 11), seeded_bytes(400_000, 12)
    for (start, a), (_, b) in zip(chunks(one, 100_000), chunks(two, 100_000)):
        store.put_range("/c/mixed.bin", a, start, len(one))
        store.put_range("/c/mixed.bin", b, start, len(two))
    answer = store.get("/c/mixed.bin")
    assert answer.status == 404 or answer.body in (one, two)


@pytest.mark.parametrize("header", [
    "bytes 0-1/2x", "0-1/2", "bytes 5-4/10", "bytes 0-11/10", "bytes 0-9223372036854775807/9223372036854775807",
    "bytes 0-1/18446744073709551616", "bytes */10", "bytes 0-9/*", "bytes", "", "bytes 0-9", "bytes -1-3/10",
    "bytes 0-20/30", "pages 0-9/10"])
def test_a_malformed_content_range_stores_nothing(store, header):
    answer = store.put("/c/bad.bin", b"0123456789", {"Content-Range": header})
    assert 400 <= answer.status < 500, answer
    assert store.get("/c/bad.bin").status == 404
    assert store.request("GET", "/c/bad.bin?upload").status == 404


def test_a_wrong_chunk_digest_stores_nothing(store):
    answer = store.put_range("/c/digest.bin", b"x" * 100, 0, 200, headers={"Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="})
    assert answer.status == 400
    assert status(store, "/c/digest.bin", 200).status == 404


def run_gibibyte(store, tmp_path, size):
    """Shuffled 16 MiB ranges over 8 connections, a fifth sent twice, one cut, two kills: no 202 is ever lost."""
    path, source = "/c/gibibyte.bin", tmp_path / "source"
    digest = seeded_file(source, size, seed=99)
    todo = [(start, min(16 * MiB, size - start)) for start in range(0, size, 16 * MiB)]
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    twice = chance.sample(todo, len(todo) // 5)
    order = todo + twice
    chance.shuffle(order)
    accepted, lock, finished = set(), threading.Lock(), threading.Event()
    kills = {len(order) // 3, 2 * len(order) // 3}
    done = [0]
    gate = threading.RLock()

    def send(item):
        start, length = item
        with open(source, "rb") as file:
            file.seek(start)
            body = file.read(length)
        for _ in range(100):
            try:
                answer = store.put_range(path, body, start, size, headers={"Upload-Id": "gibibyte"})
            except OSError:
                time.sleep(0.05)
                continue
            assert answer.status in (201, 202), answer
            with lock:
                accepted.add(start)
                done[0] += 1
                if answer.status == 201:
                    finished.set()
                kill = done[0] in kills
            if kill:
                with gate:
                    was = {urllib.parse.urlsplit(getattr(store, n)).port for n in ("delivery",)}
                    store.kill()
                    store.start()
            return
        raise AssertionError("a chunk never got through")

    cut(store, path, source, size)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(send, item) for item in order]:
            future.result()
    if not finished.is_set():
        missing = status_with_id(store, path, size, "gibibyte").json()["missing"]
        assert not [m for m in missing if any(m[0] <= start <= m[1] for start in accepted)], missing
    copy = tmp_path / "copy"
    with open(copy, "wb") as file:
        for start in range(0, size, 64 * MiB):
            end = min(size, start + 64 * MiB) - 1
            file.write(store.get(path, {"Range": f"bytes={start}-{end}"}).body)
    assert sha256(copy) == digest


def status_with_id(store, path, total, token):
    return store.put(path, b"", {"Content-Range": f"bytes */{total}", "Upload-Id": token})


def cut(store, path, source, size):
    """Half a chunk, then the connection is gone."""
    url = urllib.parse.urlsplit(store.delivery)
    with open(source, "rb") as file:
        body = file.read(8 * MiB)
    head = (
        f"PUT {path} HTTP/1.1\r\nHost: {url.netloc}\r\nAuthorization: Bearer {store.secret}\r\nUpload-Id: gibibyte\r\n"
        f"Content-Range: bytes 0-{16 * MiB - 1}/{size}\r\nContent-Length: {16 * MiB}\r\n\r\n")
    with socket.create_connection((url.hostname, url.port)) as connection:
        connection.sendall(head.encode() + body)


def test_a_gibibyte_over_eight_connections_with_kills(tmp_path):
    with Coffer() as store:
        run_gibibyte(store, tmp_path, 1 << 30)
        assert store.command("check", "--deep")["ok"]
