"""Real child processes under the supervisor: who dies comes back, and everything stops when asked."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from contact_center.embedded import EmbeddedServerError
from contact_center.embedded.child import ChildProcess
from contact_center.embedded.supervisor import Supervisor
from tests.support.waiting import wait_until

WAITS = "import signal; print('here', flush=True); signal.pause()"
IGNORES_REQUESTS = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); signal.pause()"
)
ENDS_AT_ONCE = "print('không có cấu hình'); raise SystemExit(3)"


class Watched:
    """A supervisor, what it said, and how often it noted a change."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.changes = 0
        self.stop = threading.Event()
        self.supervisor = Supervisor(say=self.said.append, changed=self._note)

    def _note(self) -> None:
        self.changes += 1


@pytest.fixture
def watched() -> Iterator[Watched]:
    watched = Watched()
    yield watched
    watched.supervisor.hurry()
    watched.supervisor.stop()


def child(tmp_path: Path, program: str, name: str = "web") -> ChildProcess:
    return ChildProcess(
        name, [sys.executable, "-c", program], environment=dict(os.environ), log=tmp_path / f"{name}.log"
    )


def _has_spoken(one: ChildProcess) -> bool:
    return "here" in one.last_words()


def test_a_killed_child_is_started_again_and_said_in_one_line(watched: Watched, tmp_path: Path) -> None:
    web = child(tmp_path, WAITS)
    watched.supervisor.start(web)
    first = web.pid
    assert first is not None

    def look_after_the_kill() -> None:
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: web.pid not in (None, first), what="the child has a new process")
        watched.stop.set()

    killer = threading.Thread(target=look_after_the_kill)
    killer.start()
    # Children follow the thread that made them, so the watching is done here, as the command does it.
    watched.supervisor.watch(watched.stop)
    killer.join()
    assert web.running
    assert [line for line in watched.said if "web" in line] == watched.said
    assert len(watched.said) == 1
    assert "-9" in watched.said[0]
    assert watched.changes == 2


def test_a_child_that_keeps_ending_is_tried_less_and_less_often_and_its_last_words_are_shown(
    watched: Watched, tmp_path: Path
) -> None:
    watched.supervisor.start(child(tmp_path, ENDS_AT_ONCE))

    def stop_after_three_deaths() -> None:
        wait_until(lambda: sum("web ended" in line for line in watched.said) >= 3, what="three deaths were said")
        watched.stop.set()

    ender = threading.Thread(target=stop_after_three_deaths)
    ender.start()
    watched.supervisor.watch(watched.stop)
    ender.join()
    pauses = [line.rsplit(" in ", 1)[1] for line in watched.said if "web ended" in line]
    assert pauses[:3] == ["0.2 s", "0.4 s", "0.8 s"]
    assert any("không có cấu hình" in line for line in watched.said)


def test_everything_stops_in_the_opposite_order_of_its_start(tmp_path: Path) -> None:
    ends = tmp_path / "ends"
    watched = Watched()
    for name in ("database", "worker", "web"):
        tells = (
            "import signal, sys\n"
            f"def end(*_): open({str(ends)!r}, 'a').write({name!r} + '\\n'); sys.exit()\n"
            "signal.signal(signal.SIGTERM, end); print('here', flush=True)\n"
            "while True: signal.pause()"
        )
        one = child(tmp_path, tells, name)
        watched.supervisor.start(one)
        wait_until(partial(_has_spoken, one), what=f"{name} listens for signals")
    watched.supervisor.stop()
    assert ends.read_text().split() == ["web", "worker", "database"]


def test_a_child_that_ignores_the_request_is_killed_when_somebody_is_in_a_hurry(
    watched: Watched, tmp_path: Path
) -> None:
    stubborn = child(tmp_path, IGNORES_REQUESTS)
    watched.supervisor.start(stubborn)
    wait_until(lambda: "here" in stubborn.last_words(), what="the child ignores requests by now")
    watched.supervisor.hurry()
    watched.supervisor.stop()
    assert stubborn.exit_code == -signal.SIGKILL


def test_a_child_that_ends_before_it_listens_is_reported_with_its_last_words(tmp_path: Path) -> None:
    web = ChildProcess(
        "web", [sys.executable, "-c", ENDS_AT_ONCE], environment=dict(os.environ), log=tmp_path / "web.log", port=1
    )
    web.start()
    with pytest.raises(EmbeddedServerError, match="không có cấu hình"):
        web.wait_until_ready()


def test_children_end_with_a_killed_supervisor(tmp_path: Path) -> None:
    keeper = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import os, sys, signal\n"
            "from pathlib import Path\n"
            "from contact_center.embedded.child import ChildProcess\n"
            f"one = ChildProcess('web', [sys.executable, '-c', {WAITS!r}], environment=dict(os.environ), log=None)\n"
            "one.start(); print(one.pid, flush=True); signal.pause()",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert keeper.stdout is not None
    pid = int(keeper.stdout.readline())
    keeper.kill()
    keeper.wait()
    keeper.stdout.close()
    wait_until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie", what="the child is gone")
