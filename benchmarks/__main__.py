"""``make bench``: what the hotline costs, side by side with the plain costs of the same machine, in one run.

Absolute figures depend on the machine; quote the ratios. The whole house runs as ``make run`` starts it (durable
PostgreSQL, one process each for web, answering and sending), and the load generator runs on the same processors.
"""

import argparse
import asyncio
import os
import platform
import tempfile
from pathlib import Path

from benchmarks import hotline, rasa, search, understanding
from tests.support.house import end_house, start_house


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="length of the paced run")
    parser.add_argument("--requests", type=int, default=2000, help="requests for each webhook")
    parser.add_argument("--rate", type=float, default=50.0, help="messages a second in the paced run")
    parser.add_argument("--passages", type=int, default=50_000, help="searched passages; 0 leaves the search out")
    parser.add_argument("--only-search", action="store_true")
    parser.add_argument("--diet", action="store_true", help="Rasa's neural classifier too: half an hour more")
    options = parser.parse_args()
    print(f"# {platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    if options.passages:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            Path(folder).chmod(0o755)  # the servers run as another user when we are root
            asyncio.run(search.report(Path(folder), passages=options.passages))
    if options.only_search:
        return
    understanding.report()
    rasa.report(diet=options.diet)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        # PostgreSQL runs as another user when we are root, so it has to be able to walk down here.
        Path(folder).chmod(0o755)
        house = start_house(Path(folder) / "data")
        try:
            asyncio.run(hotline.report(house, requests=options.requests, seconds=options.seconds, rate=options.rate))
        finally:
            end_house(house)


if __name__ == "__main__":
    main()
