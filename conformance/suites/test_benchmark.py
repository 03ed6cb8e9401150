"""What the benchmark says of itself, without measuring."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))
from bench import Table  # noqa: E402


def test_figures_below_their_target_are_measured():
    table = Table()
    table.add("slow", 1, "/s", "peer", 100, 2)
    table.add("large", 100, "MiB", target=1, at_most=True)
    table.add("alone", 1, "/s", "peer", None, 2)
    assert [row[-1] for row in table.rows] == ["BELOW", "ABOVE", "no peer"]
    assert table.is_whole()


def test_what_failed_or_never_ran_is_not_measured():
    table = Table()
    assert not table.is_whole()
    table.add("fast", 2, "/s")
    table.failed("broken", OSError("no such program"))
    assert not table.is_whole()
