"""Keeps one Rasa server running, on the model that answers citizens, and moves without a failed request.

Where ``DATABASE_URL`` is set the keeper follows what was promoted or rolled back: it has the archive of that model made
if there is none yet (``building``), and goes over. A new model gets a new process on another port. Only when that one
has answered a message is the address replaced; the old process ends when the requests it already has are answered. A
model that does not come up changes nothing.
"""

import argparse
import os
import signal
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from types import FrameType

from contact_center.clock import utc_now
from contact_center.embedded.child import ChildProcess
from contact_center.embedded.errors import EmbeddedServerError
from contact_center.embedded.ports import HOST, free_port
from contact_center.embedded.rasa import address_file, rasa_environment, rasa_folder, rasa_python
from contact_center.embedded.supervisor import pause_after
from contact_center.learning.training import shipped_version
from contact_center.rasa import progress
from contact_center.rasa.address import ServerAddress, publish
from contact_center.rasa.archives import Archives, version_in
from contact_center.rasa.building import RETRY_S, Builder, Say
from contact_center.rasa.client import ANSWER_TIMEOUT_S, RasaClient, RasaUnavailable
from contact_center.rasa.progress import Progress, Stage
from contact_center.rasa.wish import ModelInForce

FIRST_PORT = 15005
LOOK_EVERY_S = 0.5
READY_TIMEOUT_S = 180.0
ASK_EVERY_S = 0.2
FIRST_ANSWER_TIMEOUT_S = 30.0
DRAIN_S = 2 * ANSWER_TIMEOUT_S
"""Longer than any request of ours lives."""

GREETING = "xin chào"


class Keeper:
    """One server at a time, two while a model changes. Not safe for several threads."""

    def __init__(
        self,
        data: Path,
        *,
        secret: str,
        say: Say,
        wish: ModelInForce | None = None,
        builder: Builder | None = None,
        retry_s: float = RETRY_S,
    ) -> None:
        """Without ``wish`` the archive named ``current`` is served, whichever model of ours it carries."""
        self._archives = Archives(rasa_folder(data) / "models")
        self._address = address_file(data)
        self._log = rasa_folder(data) / "server.log"
        self._secret, self._say, self._wish, self._retry_s = secret, say, wish, retry_s
        self._builder = builder or Builder(data, say=say)
        self._server: ChildProcess | None = None
        self._serving: Path | None = None
        self._refused: dict[str, datetime] = {}
        self._told: tuple[Stage, str, datetime | None] | None = None
        self._deaths = 0
        self._port = FIRST_PORT

    @property
    def serving(self) -> Path | None:
        """The model that answers now."""
        return self._serving if self._server is not None and self._server.running else None

    def look(self, asked_to_stop: Event) -> None:
        """Start what should run: the first server, one in place of a dead one, one for a model newly in use; and have
        an archive made where the model in force has none.

        Raises ``EmbeddedServerError`` when no server is left.
        """
        self._follow()
        wanted = self._archives.current or self._serving
        if wanted is None or wanted == self.serving:
            return
        if self._server is not None and not self._server.running:
            self._deaths += 1
            self._say(f"Rasa đã dừng, chạy lại / Rasa ended ({self._server.exit_code}), starting it again")
            asked_to_stop.wait(pause_after(self._deaths))
        self._move_to(wanted, asked_to_stop)

    def stop(self) -> None:
        self._builder.stop()
        if self._server is not None:
            self._server.stop()
        if self._wish is not None:
            self._wish.close()
        progress.progress_file(self._address).unlink(missing_ok=True)

    # --- the model in force -------------------------------------------------------------------------------------------

    def _follow(self) -> None:
        """Put the archive of the model in force to use, or have one made. Without a word from the house: nothing."""
        version = self._wish.look() if self._wish is not None else None
        if version is None:
            return
        if version_in(self._archives.current) == version:
            self._builder.stop()
            self._tell(Stage.SERVING if self.serving == self._archives.current else Stage.MOVING, version)
            return
        archive = self._archives.path_for(version)
        refused_until = self._refused.get(archive.name)
        if not archive.is_file() or self._builder.builds(version):
            self._builder.look(version)
            self._tell(Stage.FAILED if self._builder.failed else Stage.BUILDING, version, self._builder.again_at)
        elif refused_until is not None and refused_until > utc_now():
            self._tell(Stage.FAILED, version, refused_until)
        else:
            self._builder.stop()
            self._archives.use(archive.name)
            self._archives.forget_old()
            self._tell(Stage.MOVING, version)

    def _tell(self, stage: Stage, version: str, again_at: datetime | None = None) -> None:
        """To the pages that say how the hotline is; only what is new."""
        if self._told != (stage, version, again_at):
            self._told = (stage, version, again_at)
            progress.write(progress.progress_file(self._address), Progress(stage, version, utc_now(), again_at))

    # --- the server ---------------------------------------------------------------------------------------------------

    def _move_to(self, model: Path, asked_to_stop: Event) -> None:
        port = free_port(self._port)
        url = f"http://{HOST}:{port}"
        server = self._child(model, port)
        server.start()
        try:
            self._wait_until_it_answers(server, url, asked_to_stop)
        except EmbeddedServerError as error:
            server.stop()
            self._stay(model, error)
            return
        previous, self._server, self._serving = self._server, server, model
        # The next server looks further on, so that two never want one port.
        self._port = port + 1 if port < FIRST_PORT + 50 else FIRST_PORT
        publish(self._address, url)
        if self._wish is not None and self._wish.version == version_in(model):
            self._tell(Stage.SERVING, version_in(model))
        self._say(f"Rasa: {model.name}, {url}")
        if previous is not None and previous.running:
            asked_to_stop.wait(DRAIN_S)
            previous.stop()

    def _stay(self, refused: Path, error: EmbeddedServerError) -> None:
        """With the model that serves, since another did not come up. Raises ``error`` when none serves."""
        if self._serving is None or self.serving is None:
            raise error
        self._say(f"{error}\n{self._serving.name} vẫn phục vụ / goes on serving")
        self._refused[refused.name] = utc_now() + timedelta(seconds=self._retry_s)
        self._archives.use(self._serving.name)

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
    url = os.environ.get("DATABASE_URL", "")
    wish = ModelInForce(url, shipped_version()) if url else None
    keeper = Keeper(options.data.absolute(), secret=secret, say=say, wish=wish)
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
