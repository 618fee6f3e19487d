"""``python -m contact_center.embedded``: keep servers running until Ctrl-C, and say where they are."""

import argparse
import os
import signal
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

from contact_center.embedded import (
    ElasticsearchServer,
    EmbeddedServer,
    EmbeddedServerError,
    PostgresServer,
    ValkeyServer,
)

SERVERS: dict[str, tuple[str, type[EmbeddedServer]]] = {
    "postgresql": ("DATABASE_URL", PostgresServer),
    "valkey": ("REDIS_URL", ValkeyServer),
    "elasticsearch": ("ELASTICSEARCH_URL", ElasticsearchServer),
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m contact_center.embedded", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("CONTACT_CENTER_DATA", "var")))
    parser.add_argument(
        "servers", nargs="*", metavar="server", help=f"of {', '.join(SERVERS)}; the first two unless named"
    )
    options = parser.parse_args(arguments)
    if unknown := set(options.servers) - set(SERVERS):
        parser.error(f"no such server: {', '.join(sorted(unknown))}")
    asked_to_stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked_to_stop.set())
    try:
        with ExitStack() as servers:
            for name in options.servers or ["postgresql", "valkey"]:
                variable, kind = SERVERS[name]
                server = servers.enter_context(kind(options.data / name))
                sys.stdout.write(f"{variable}={server.url}\n")
            sys.stdout.flush()
            asked_to_stop.wait()
    except EmbeddedServerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
