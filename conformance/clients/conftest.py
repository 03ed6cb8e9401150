import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))

from coffer import Coffer  # noqa: E402

TREE = 3000


@pytest.fixture(scope="session")
def store():
    """One server with default settings for all clients."""
    with Coffer() as server:
        yield server


@pytest.fixture(scope="session")
def tree(tmp_path_factory):
    """Small files in folders whose names are awkward."""
    root = tmp_path_factory.mktemp("tree")
    chance = random.Random(TREE)
    for index in range(TREE):
        folder = root / f"dir {index % 37}" / f"sub+{index % 5}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"file {index}.txt").write_bytes(chance.randbytes(chance.randrange(0, 9000)))
    return root
