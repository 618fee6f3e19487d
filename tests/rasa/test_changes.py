"""Models that change, servers that die: the citizen gets an answer each time."""

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from contact_center.rasa.service import RasaEngine
from nlu.engine import EmbeddedEngine
from nlu.understanding import Understanding
from tests.rasa.conftest import START_TIMEOUT_S, RunningRasa
from tests.support.waiting import wait_until

ASK_EVERY_S = 0.02
MESSAGE = "den duong hem 12 Ly Thuong Kiet tat ca tuan nay roi"


@contextmanager
def asked_all_the_time(engine: RasaEngine) -> Iterator[list[Understanding]]:
    """One citizen after the other, for as long as the block lasts."""
    answers: list[Understanding] = []
    enough = threading.Event()

    def ask() -> None:
        while not enough.wait(ASK_EVERY_S):
            answers.append(engine.understand(MESSAGE, "sms"))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield answers
    finally:
        enough.set()
        asking.join()


def servers(rasa: RunningRasa) -> list[psutil.Process]:
    return psutil.Process(rasa.keeper.pid).children()


def test_a_new_model_moves_in_without_a_failed_request(rasa: RunningRasa, engine: RasaEngine) -> None:
    present, before = rasa.archives.current, rasa.address.current()
    assert present is not None
    shutil.copy(present, present.with_name("next.tar.gz"))
    with asked_all_the_time(engine) as answers:
        rasa.archives.use("next.tar.gz")
        wait_until(lambda: rasa.address.current() != before, what="the new model answers", timeout_s=START_TIMEOUT_S)
        wait_until(lambda: len(servers(rasa)) == 1, what="the old server has left")
    assert len(answers) > 20
    assert not any(answer.degraded for answer in answers)


def test_a_model_that_does_not_come_up_changes_nothing(rasa: RunningRasa, engine: RasaEngine) -> None:
    present, before = rasa.archives.current, rasa.address.current()
    assert present is not None
    (rasa.archives.folder / "broken.tar.gz").write_bytes(b"no archive")
    rasa.archives.use("broken.tar.gz")
    wait_until(lambda: rasa.archives.current == present, what="the old model is back", timeout_s=START_TIMEOUT_S)
    assert rasa.address.current() == before
    assert engine.understand(MESSAGE, "sms").engine == "rasa"


def test_while_the_server_is_dead_this_process_answers(
    rasa: RunningRasa, engine: RasaEngine, embedded: EmbeddedEngine
) -> None:
    before = rasa.address.current()
    os.kill(servers(rasa)[0].pid, signal.SIGKILL)
    meanwhile = engine.understand(MESSAGE, "sms")
    assert (meanwhile.engine, meanwhile.degraded) == ("embedded", True)
    assert meanwhile.categories == embedded.understand(MESSAGE, "sms").categories
    wait_until(lambda: rasa.address.current() != before, what="Rasa is back", timeout_s=START_TIMEOUT_S)
    wait_until(
        lambda: engine.understand(MESSAGE, "sms").engine == "rasa", what="it is asked again", timeout_s=START_TIMEOUT_S
    )


@pytest.mark.parametrize("name", ["nlu.engine", "nlu.predict", "nlu.evaluate"])
def test_our_code_runs_on_rasas_python(name: str) -> None:
    import subprocess

    from contact_center.embedded.rasa import rasa_environment, rasa_python

    command = [str(rasa_python()), "-c", f"import {name}"]
    assert subprocess.run(command, env=rasa_environment(os.environ), check=False).returncode == 0
