"""What the programs of S3 clients have in common."""

import shutil
import subprocess
from pathlib import Path

import pytest

from coffer import sha256

MiB = 1 << 20
CLIENT_SECONDS = 900


def need(tool):
    found = shutil.which(tool)
    if not found:
        pytest.skip(f"{tool} is not installed")
    return found


def run(words, env, **options):
    done = subprocess.run(
        list(map(str, words)), env=env, capture_output=True, text=True, timeout=CLIENT_SECONDS,
        stdin=subprocess.DEVNULL, **options)
    assert done.returncode == 0, f"{words}: {done.stdout[-2000:]} {done.stderr[-2000:]}"
    return done.stdout


def same_tree(one, two):
    def digests(root):
        return {str(p.relative_to(root)): sha256(p) for p in Path(root).rglob("*") if p.is_file()}
    assert digests(one) == digests(two)
