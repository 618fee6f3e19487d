"""Keeps one Rasa server running and moves to a new model without a failed request.

A new model gets a new process on another port. Only when that one has answered a message is the address replaced; the
old process ends when the requests it already has are answered. A model that does not come up changes nothing.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from types import FrameType

from contact_center.embedded.child import ChildProcess
from contact_center.embedded.errors import EmbeddedServerError
from contact_center.embedded.ports import HOST, free_port
from contact_center.embedded.rasa import address_file, rasa_environment, rasa_folder, rasa_python
from contact_center.embedded.supervisor import pause_after
from contact_center.rasa.address import ServerAddress, publish
from contact_center.rasa.archives import Archives
from contact_center.rasa.client import ANSWER_TIMEOUT_S, RasaClient, RasaUnavailable

FIRST_PORT = 15005
LOOK_EVERY_S = 0.5
READY_TIMEOUT_S = 180.0
ASK_EVERY_S = 0.2
FIRST_ANSWER_TIMEOUT_S = 30.0
DRAIN_S = 2 * ANSWER_TIMEOUT_S
"""Longer than any request of ours lives."""

GREETING = "xin chào"

Say = Callable[[str], None]


class Keeper:
    """One server at a time, two while a model changes. Not safe for several threads."""

    def __init__(self, data: Path, *, secret: str, say: Say) -> None:
        self._archives = Archives(rasa_folder(data) / "models")
        self._address = address_file(data)
        self._log = rasa_folder(data) / "server.log"
        self._secret, self._say = secret, say
        self._server: ChildProcess | None = None
        self._serving: Path | None = None
        self._deaths = 0
        self._port = FIRST_PORT

    @property
    def serving(self) -> Path | None:
        """The model that answers now."""
        return self._serving if self._server is not None and self._server.running else None

    def look(self, asked_to_stop: Event) -> None:
        """Start what should run: the first server, one in place of a dead one, one for a model newly in use.

        Raises ``EmbeddedServerError`` when no server is left.
        """
        wanted = self._archives.current or self._serving
        if wanted is None or wanted == self.serving:
            return
        if self._server is not None and not self._server.running:
            self._deaths += 1
            self._say(f"Rasa đã dừng, chạy lại / Rasa ended ({self._server.exit_code}), starting it again")
            asked_to_stop.wait(pause_after(self._deaths))
        self._move_to(wanted, asked_to_stop)

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()

    def _move_to(self, model: Path, asked_to_stop: Event) -> None:
        port = free_port(self._port)
        url = f"http://{HOST}:{port}"
        server = self._child(model, port)
        server.start()
        try:
            self._wait_until_it_answers(server, url, asked_to_stop)
        except EmbeddedServerError as error:
            server.stop()
            if self._serving is None or self.serving is None:
                raise
            self._say(f"{error}\n{self._serving.name} vẫn phục vụ / goes on serving")
            self._archives.use(self._serving.name)
            return
        previous, self._server, self._serving = self._server, server, model
        # The next server looks further on, so that two never want one port.
        self._port = port + 1 if port < FIRST_PORT + 50 else FIRST_PORT
        publish(self._address, url)
        self._say(f"Rasa: {model.name}, {url}")
        if previous is not None and previous.running:
            asked_to_stop.wait(DRAIN_S)
            previous.stop()

    def _child(self, model: Path, port: int) -> ChildProcess:
        environment = rasa_environment(os.environ) | {"RASA_SECRET": self._secret}
        command = [str(rasa_python()), "-m", "nlu.rasa.serve", str(model), str(port)]
        return ChildProcess("rasa", command, environment=environment, log=self._log)

    def _wait_until_it_answers(self, server: ChildProcess, url: str, asked_to_stop: Event) -> None:
        """The first answer takes longest: it is ours and not a citizen's."""
        give_up_at = time.monotonic() + READY_TIMEOUT_S
        client = RasaClient(ServerAddress(url), self._secret, answer_timeout_s=FIRST_ANSWER_TIMEOUT_S)
        try:
            while True:
                try:
                    client.parse(GREETING)  # understood, not only answered
                    return
                except RasaUnavailable as error:
                    if not server.running or time.monotonic() > give_up_at or asked_to_stop.is_set():
                        raise EmbeddedServerError(
                            "rasa_not_ready",
                            vi=f"Rasa không khởi động được, xem {self._log}",
                            en=f"Rasa did not start ({error}), see {self._log}\n{server.last_words()}",
                        ) from error
                asked_to_stop.wait(ASK_EVERY_S)
        finally:
            client.close()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """Keep a server until asked to end. 1 with one sentence where Rasa or its secret is missing."""
    parser = argparse.ArgumentParser(prog="python -m contact_center.rasa.keeper", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("CONTACT_CENTER_DATA") or "var"))
    options = parser.parse_args(arguments)
    asked_to_stop = Event()

    def stop(number: int, frame: FrameType | None) -> None:
        asked_to_stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    secret = os.environ.get("RASA_SECRET", "")
    if not secret:
        say("Thiếu RASA_SECRET / RASA_SECRET is not set")
        return 1
    keeper = Keeper(options.data.absolute(), secret=secret, say=say)
    try:
        while not asked_to_stop.is_set():
            keeper.look(asked_to_stop)
            asked_to_stop.wait(LOOK_EVERY_S)
    except EmbeddedServerError as error:
        say(str(error))
        return 1
    finally:
        keeper.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
