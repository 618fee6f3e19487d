"""Own ports: chosen once, remembered beside the data, changed only when somebody else sits there."""

import socket
from pathlib import Path

from contact_center.embedded.errors import EmbeddedServerError

HOST = "127.0.0.1"
TRIES = 200


def is_free(port: int) -> bool:
    """Whether nobody listens on the loopback ``port`` now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def free_port(preferred: int) -> int:
    """The first free port from ``preferred`` upwards. Raises ``EmbeddedServerError`` after 200 that are taken."""
    for port in range(preferred, min(preferred + TRIES, 65536)):
        if is_free(port):
            return port
    raise EmbeddedServerError(
        "no_free_port",
        vi=f"Không còn cổng trống nào từ {preferred} đến {preferred + TRIES - 1}",
        en=f"No port is free from {preferred} to {preferred + TRIES - 1}",
    )


def remembered_port(memory: Path, preferred: int) -> int:
    """The port written in ``memory`` if it is still free, else a free one from ``preferred`` on, written there."""
    known = memory.read_text().strip() if memory.exists() else ""
    port = int(known) if known.isdecimal() else preferred
    if not is_free(port):
        port = free_port(preferred)
    memory.write_text(f"{port}\n")
    return port
