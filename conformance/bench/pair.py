"""PUTs of 4 KiB by 16 connections to two builds in turns (A B B A), and how the second compares to the first.

   conformance/bench/pair.py BINARY BINARY [TURNS]
"""

import os
import statistics
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))

from coffer import Coffer  # noqa: E402
from load import wrk  # noqa: E402

SECONDS, TURNS = 2, 7


def processor_seconds(pid):
    # Of proc(5)'s stat, behind the name, which may have spaces: utime and stime.
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def main(binaries, turns):
    with ExitStack() as stack:
        stores, rates, costs = [], [[], []], [[], []]
        for binary in binaries:
            # Not in the home of temporary files, which may be memory.
            place = stack.enter_context(TemporaryDirectory(prefix="coffer-pair-", dir="/var/tmp"))
            stores.append(stack.enter_context(Coffer(data=Path(place) / "data", binary=binary)))
        for turn in range(turns):
            for index in (0, 1) if turn % 2 == 0 else (1, 0):
                store = stores[index]
                before = processor_seconds(store.pid())
                rate, done, lost = wrk(store.delivery, SECONDS, ["PUT", f"/{turn}/", f"Bearer {store.secret}"])
                assert not lost, f"{lost} requests failed"
                rates[index].append(rate)
                costs[index].append((processor_seconds(store.pid()) - before) / done * 1e6)
        for binary, rate, cost in zip(binaries, rates, costs):
            print(f"   {binary}: {statistics.median(rate):,.0f} /s, {statistics.median(cost):.0f} us of processor each")
        ratio = statistics.median(second / first for first, second in zip(*rates))
        print(f"PUT 4 KiB, 16 connections: the second at {ratio:.2f} of the first's rate, {turns} turns")


if __name__ == "__main__":
    main(sys.argv[1:3], int(sys.argv[3]) if len(sys.argv) > 3 else TURNS)
