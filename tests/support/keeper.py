"""A keeper of servers in a process of its own, so that a test can kill it or let it be somebody else."""

import multiprocessing
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess

from contact_center.embedded import EmbeddedServer

ANSWER_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class Kept:
    """A server running under a keeper we may kill."""

    keeper: ForkProcess
    url: str
    pid: int
    port: int
    error: str = ""

    def kill_keeper(self) -> None:
        """As ``kill -9`` would: the keeper gets no chance to stop its server."""
        self.keeper.kill()
        self.keeper.join()

    def stop(self) -> None:
        """As Ctrl-C would."""
        self.keeper.terminate()
        self.keeper.join()


def keep(server: EmbeddedServer, *, become: Callable[[], None]) -> Kept:
    """Start ``server`` in a forked process that first becomes somebody; ``error`` says why it could not."""
    ours, theirs = multiprocessing.Pipe()
    # Forked, because the person it becomes may not be able to read our Python's own files.
    keeper = multiprocessing.get_context("fork").Process(target=_keep, args=(server, become, theirs))
    keeper.start()
    assert ours.poll(ANSWER_TIMEOUT_S), "the keeper did not answer"
    url, pid, port, error = ours.recv()
    return Kept(keeper=keeper, url=url, pid=pid, port=port, error=error)


def _keep(server: EmbeddedServer, become: Callable[[], None], answer: Connection) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    try:
        become()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        signal.signal(signal.SIGTERM, _leave)
        with server:
            answer.send((server.url, server.pid, server.port, ""))
            signal.pause()
    except Exception:
        answer.send(("", 0, 0, traceback.format_exc()))


def _leave(*_: object) -> None:
    raise SystemExit
