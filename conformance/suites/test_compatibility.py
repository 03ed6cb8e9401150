"""COMPATIBILITY.md says what the binary, the list of clients and the kept score of the public suite say."""

import os
import subprocess
import sys

from coffer import BINARY, ROOT


def test_the_page_is_true():
    done = subprocess.run(
        [sys.executable, ROOT / "conformance" / "compatibility", "--check"], capture_output=True, text=True,
        env={**os.environ, "COFFER_BINARY": str(BINARY)})
    assert done.returncode == 0, done.stderr
