"""`python -m tests.runtime.exchanges`: thousands of exchanges over each transport, and what they do not agree on."""

from __future__ import annotations

import argparse
import sys

from .run import explore


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.runtime.exchanges", description=__doc__)
    parser.add_argument("--plans", type=int, default=4000, help="plans of two to five requests, each over seven ways")
    parser.add_argument("--start", type=int, default=0, help="the first plan; each has its number for a seed")
    parser.add_argument("--seconds", type=float, default=3600, help="end after so many")
    given = parser.parse_args()
    found = explore(range(given.start, given.start + given.plans), seconds=given.seconds)
    for fault in found.wrong:
        print(fault)
    print(found.told())
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
