import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))

from coffer import Coffer  # noqa: E402


@pytest.fixture(scope="module")
def store():
    with Coffer() as server:
        yield server


@pytest.fixture
def full():
    if os.environ.get("COFFER_CONFORMANCE_FULL") != "1":
        pytest.skip("runs with --full")
