"""``python -m channels.simulator --port P``: the stand-in on this machine's loopback, and nowhere else."""

import argparse
import sys

import uvicorn

from channels.simulator.accounts import from_environment
from channels.simulator.app import create_app

HOST = "127.0.0.1"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m channels.simulator", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    try:
        accounts = from_environment()
    except KeyError as missing:
        sys.stderr.write(f"Thiếu biến môi trường / missing environment variable: {missing.args[0]}\n")
        return 1
    uvicorn.run(create_app(accounts), host=HOST, port=options.port, log_level="warning", access_log=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
