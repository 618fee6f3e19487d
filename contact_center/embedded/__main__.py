"""``python -m contact_center.embedded``: keep both servers running until Ctrl-C, and say where they are."""

import argparse
import os
import signal
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

from contact_center.embedded import EmbeddedServerError, PostgresServer, ValkeyServer


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m contact_center.embedded", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("CONTACT_CENTER_DATA", "var")))
    data = parser.parse_args(arguments).data
    asked_to_stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked_to_stop.set())
    try:
        with ExitStack() as servers:
            for server in (PostgresServer(data / "postgresql"), ValkeyServer(data / "valkey")):
                servers.enter_context(server)
                variable = "DATABASE_URL" if isinstance(server, PostgresServer) else "REDIS_URL"
                sys.stdout.write(f"{variable}={server.url}\n")
            sys.stdout.flush()
            asked_to_stop.wait()
    except EmbeddedServerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
