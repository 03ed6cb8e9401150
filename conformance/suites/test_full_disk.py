"""A disk without room: uploads are refused in words, what is there can still be read and deleted."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from threading import Event

import pytest
from coffer import Coffer, seeded_bytes

MiB = 1 << 20
SENDERS, PUTS, PATIENCE = 16, 20_000, 60


@pytest.fixture
def small_disk(tmp_path, request):
    """A file system of 64 MiB, or as many as the test says; only root may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small file system")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={getattr(request, 'param', 64)}M", "tmpfs", place], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no small file system can be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_refuses_bytes_and_lets_go_of_them(small_disk):
    store = Coffer(
        data=small_disk / "data",
        options=["--set", "sweep-interval-seconds=1", "--set", "sweep-grace-seconds=0"])
    try:
        store.start()
        store.create_project("demo")
        reserve = store.data / "RESERVE"
        assert reserve.stat().st_blocks * 512 >= MiB
        stored, refused = {}, None
        for number in range(20):
            body = seeded_bytes(4 * MiB, 1000 + number)
            answer = store.put(f"/{number}.bin", body)
            if answer.status != 201:
                refused = answer
                break
            stored[number] = body
        assert refused is not None and refused.status == 507, refused
        assert refused.json()["error"]["kind"] == "storage_full"
        # Small bodies need the room that deletes need: they are refused as well, through either door.
        deadline = 200
        while store.put("/small.txt", b"x").status != 507:
            deadline -= 1
            assert deadline > 0, "the reserve was not kept for deletes"
        assert not reserve.exists()
        s3 = store.boto3(retries={"max_attempts": 1})
        with pytest.raises(s3.exceptions.ClientError) as failure:
            s3.put_object(Bucket=store.bucket, Key="small.txt", Body=b"x")
        assert failure.value.response["ResponseMetadata"]["HTTPStatusCode"] == 507
        # Reading and deleting go on.
        assert store.get("/0.bin").body == stored[0]
        assert s3.get_object(Bucket=store.bucket, Key="1.bin")["Body"].read() == stored[1]
        for number in list(stored)[: len(stored) // 2 + 2]:
            assert store.request("DELETE", f"/{number}.bin").status == 204
            assert store.get(f"/{number}.bin").status == 404
            del stored[number]
        # With the room the reserve comes back, and then bytes are taken again.
        for _ in range(200):
            store.command("sweep", "--grace", "0", check=False)
            answer = store.put("/again.bin", b"there is room")
            if answer.status == 201:
                break
        assert answer.status == 201, answer
        assert reserve.exists()
        for number, body in stored.items():
            assert store.get(f"/{number}.bin").body == body
        assert store.command("check", "--deep")["ok"]
    finally:
        store.kill()


@pytest.mark.parametrize("small_disk", [256], indirect=True)
def test_commits_that_find_no_room_leave_nothing(small_disk):
    """Bodies that lie in the catalog, beside a neighbour who fills the disk and leaves again: what finds no room is the
    catalog's log, in the middle of what a commit writes."""
    store = Coffer(data=small_disk / "data", options=["--set", "sweep-interval-seconds=1"])
    numbers, bodies, statuses = count(), {}, {}
    taken, refused, over = Event(), Event(), Event()

    def send():
        while not over.is_set() and (number := next(numbers)) < PUTS:
            path = f"/{number}.bin"
            bodies[path] = seeded_bytes(10_000, 5000 + number)
            statuses[path] = store.put(path, bodies[path]).status
            (taken if statuses[path] == 201 else refused).set()

    try:
        store.start()
        store.create_project("demo")
        with ThreadPoolExecutor(SENDERS) as senders:
            sending = [senders.submit(send) for _ in range(SENDERS)]
            try:
                assert taken.wait(PATIENCE)
                with filled(small_disk / "neighbour"):
                    assert refused.wait(PATIENCE)
                taken.clear()
                assert taken.wait(PATIENCE)
            finally:
                over.set()
            for sender in sending:
                sender.result()
        assert set(statuses.values()) == {201, 507}
        store.kill()
        store.start()
        for path, status in statuses.items():
            answer = store.get(path)
            assert (answer.status, answer.body) == (200, bodies[path]) if status == 201 else answer.status == 404
        assert store.command("check", "--deep")["ok"]
    finally:
        store.kill()


@contextmanager
def filled(neighbour):
    with open(neighbour, "wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(MiB // 16))
    yield
    neighbour.unlink()
