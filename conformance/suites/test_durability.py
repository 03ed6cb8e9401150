"""What was acknowledged is there after SIGKILL, what was not is not, at random times and at every sync."""

import os
import re
import secrets
import shutil
import subprocess

import pytest
from coffer import Coffer
from crashes import Rounds

MiB = 1 << 20


def rounds():
    return 200 if os.environ.get("COFFER_CONFORMANCE_FULL") == "1" else int(os.environ.get("COFFER_CRASH_ROUNDS", "60"))


def test_random_kills_lose_nothing(capsys):
    seed = int(os.environ.get("COFFER_SEED", secrets.randbits(32)))
    with capsys.disabled(), Coffer(environment={"COFFER_INGEST_PRIVATE_ADDRESSES": "true"}) as store:
        print(f"\ncrash rounds: {rounds()}, seed {seed}")
        Rounds(store, seed).run(rounds())


def test_the_answer_comes_after_the_sync(tmp_path):
    """strace: between the last write of a body and the answer's first byte, data and catalog are synced."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    trace = tmp_path / "trace"
    wrapper = ["strace", "-f", "-y", "-o", str(trace), "-e",
               "trace=fsync,fdatasync,rename,renameat2,sendto,sendmsg,write,writev,pwrite64"]
    store = Coffer(wrapper=wrapper)
    try:
        store.start()
        store.create_project("demo")
        assert store.put("/large.bin", os.urandom(2 * MiB)).status == 201
        assert store.put("/small.bin", b"inline").status == 201
        store.stop()
        lines = trace.read_text(errors="replace").splitlines()
    finally:
        store.remove()
    answers = [n for n, line in enumerate(lines) if "HTTP/1.1 201" in line]
    assert len(answers) >= 2
    renamed = [n for n, line in enumerate(lines) if re.search(r"rename", line) and "segments/" in line]
    assert renamed and renamed[0] < answers[0]
    before = lines[:renamed[0]]
    assert any(re.search(r"f(data)?sync\(\d+<[^>]*staging/", line) for line in before)
    between = lines[renamed[0]:answers[0]]
    assert any(re.search(r"fsync\(\d+<[^>]*segments", line) for line in between)
    assert any(re.search(r"f(data)?sync\(\d+<[^>]*catalog\.sqlite-wal", line) for line in between)
    calls = [re.search(r"(pwrite64|fdatasync)\(\d+<[^>]*catalog\.sqlite-wal", line) for line in lines[answers[0]:answers[1]]]
    # A commit of so little is one write and its sync; a new log begins with one of each for its head.
    order = [call[1] for call in calls if call]
    assert order and order == ["pwrite64", "fdatasync"] * (len(order) // 2), order


POINTS = [(call, "disk") for call in ("fsync", "fdatasync", "rename", "link", "unlink", "fallocate")] + [
    ("fdatasync", "catalog"), ("fsync", "catalog"), ("pwrite64", "catalog")]


MUST_HAPPEN = {
    (action, call, family) for action in ("upload", "completion")
    for call, family in (("fdatasync", "disk"), ("fsync", "disk"), ("rename", "disk"), ("fdatasync", "catalog"))
} | {("sweep", "unlink", "disk"), ("sweep", "fallocate", "disk"), ("sweep", "fdatasync", "catalog")}


@pytest.mark.parametrize("call,family", POINTS)
@pytest.mark.parametrize("action", ["upload", "completion", "sweep"])
def test_every_crash_point(capsys, action, call, family):
    """SIGKILL at the N-th such call, for every N that one action makes."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    from crashes import CrashPoint
    points = CrashPoint(action, call, family).run_all()
    with capsys.disabled():
        print(f"\n{action}: killed at each of {points} {call} calls of the {family}", end="")
    if (action, call, family) in MUST_HAPPEN:
        assert points >= 1
