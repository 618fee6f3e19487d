"""Starting a process that ends with us, and finding those that an earlier run left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from contact_center.embedded.account import Account, closed_folder, passing_prefix

PR_SET_PDEATHSIG = 1  # prctl(2)
POLL_S = 0.01
KILL_TIMEOUT_S = 5.0


def end_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """What a child runs before its program so that the kernel sends it signal ``number`` when its parent dies.

    None where the kernel has no such thing; there the next start finds the leftovers instead. The signal follows the
    thread that made the child, so children are started from the main thread.
    """
    if not sys.platform.startswith("linux"):
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def ask_the_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return ask_the_kernel


def launch(
    command: Sequence[str | Path],
    *,
    account: Account,
    data: Path,
    log: Path,
    on_parent_death: signal.Signals | None = None,
    stdin: int = subprocess.DEVNULL,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a server program of ours in ``data`` under ``account``, in its own session, its words going to ``log``.

    ``environment`` is what the program needs beside the little that every server is given. Raises
    ``EmbeddedServerError`` when the account cannot reach the program or the data.
    """
    words = [str(word) for word in command]
    folder = closed_folder(Path(words[0]), account) or closed_folder(data / "any", account)
    prefix = passing_prefix(folder, account, on_parent_death=on_parent_death) if folder else []
    changes_here = account.uid is not None and not prefix
    with log.open("ab") as out:
        return subprocess.Popen(  # noqa: S603 - our own binaries, no shell
            prefix + words,
            cwd=data,
            env=_server_environment() | dict(environment or {}),
            stdin=stdin,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=account.uid if changes_here else None,
            group=account.gid if changes_here else None,
            extra_groups=[] if changes_here else None,
            # Two system calls between fork and exec, from the main thread of a program that has no other yet.
            preexec_fn=end_with_parent(on_parent_death) if on_parent_death else None,  # noqa: PLW1509
        )


def _server_environment() -> dict[str, str]:
    """A server needs no setting of ours, least of all a secret, and PG* variables would change what it does."""
    return {name: os.environ[name] for name in ("PATH", "TZ", "LD_LIBRARY_PATH") if name in os.environ}


def stop_child(child: subprocess.Popen[bytes], number: signal.Signals, *, timeout_s: float) -> None:
    """Ask our child to stop, wait, kill it if it does not."""
    if child.poll() is None:
        child.send_signal(number)
    try:
        child.wait(timeout_s)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def leftovers(program: str, marker: str) -> list[psutil.Process]:
    """Processes named ``program`` with ``marker`` on their command line. Ended ones not yet reaped do not count."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.name().startswith(program) and any(marker in word for word in process.cmdline()):
                found.append(process)
        except psutil.Error:  # gone meanwhile, or not ours to look at
            continue
    return found


def end(processes: Iterable[psutil.Process], number: signal.Signals, *, timeout_s: float) -> list[psutil.Process]:
    """Ask ``processes`` to stop, wait, kill the rest. Gives back those that even that did not end."""
    waiting = list(processes)
    for ask, patience_s in ((number, timeout_s), (signal.SIGKILL, KILL_TIMEOUT_S)):
        for process in waiting:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(ask)
        waiting = _still_there_after(waiting, patience_s)
    return waiting


def _still_there_after(processes: list[psutil.Process], timeout_s: float) -> list[psutil.Process]:
    give_up_at = time.monotonic() + timeout_s
    waiting = [process for process in processes if is_alive(process)]
    while waiting and time.monotonic() < give_up_at:
        time.sleep(POLL_S)
        waiting = [process for process in waiting if is_alive(process)]
    return waiting


def is_alive(process: psutil.Process) -> bool:
    """Whether it still runs. One that ended but was not reaped does not, and in some containers nobody reaps it."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
