"""An archive made beside a serving hotline: in a process of its own, at the lowest priority, within a time limit."""

import os
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from contact_center.clock import utc_now
from contact_center.embedded.child import ChildProcess
from contact_center.embedded.rasa import rasa_folder
from contact_center.rasa.build import TRAINING_TIMEOUT_S

LIMIT_S = TRAINING_TIMEOUT_S + 60.0
"""The training gives up by itself before; this one is for whatever else may hang."""

RETRY_S = 600.0
"""A full disk or too little memory may be over by then; a model that cannot be read costs one look in ten minutes."""

Say = Callable[[str], None]


class Builder:
    """Makes the archive of one model at a time; the newest wish counts. Its words are in ``<data>/rasa/build.log``."""

    def __init__(self, data: Path, *, say: Say, limit_s: float = LIMIT_S, retry_s: float = RETRY_S) -> None:
        self._data, self._say = data, say
        self._limit_s, self._retry_s = limit_s, retry_s
        self._process: ChildProcess | None = None
        self._version = ""
        self._began = 0.0
        self.again_at: datetime | None = None

    @property
    def failed(self) -> bool:
        """The last try failed; the next is at ``again_at``."""
        return self.again_at is not None

    def builds(self, version: str) -> bool:
        """The training around this model still runs; its archive is there some seconds before it has tidied up."""
        return version == self._version and self._process is not None and self._process.running

    def look(self, version: str) -> None:
        """Begin, go on, or note how it ended. Whoever asks looks for the archive itself first."""
        if version != self._version:
            self.stop()
            self._version = version
        if self._process is not None:
            self._watch(self._process)
        elif self.again_at is None or utc_now() >= self.again_at:
            self._start()

    def stop(self) -> None:
        """Nothing more is wanted: end what runs and forget what failed."""
        if self._process is not None:
            self._process.stop()
        self._process, self._version, self.again_at = None, "", None

    def _start(self) -> None:
        command = [sys.executable, "-m", "contact_center.rasa.build", "--data", str(self._data)]
        log = rasa_folder(self._data) / "build.log"
        self._process = ChildProcess(
            "rasa-build", [*command, "--around", self._version], environment=os.environ, log=log
        )
        self._began, self.again_at = time.monotonic(), None
        self._say(f"Huấn luyện Rasa quanh mô hình {self._version} / Training Rasa around the model {self._version}")
        self._process.start()

    def _watch(self, process: ChildProcess) -> None:
        if not process.running:
            self._process = None
            if process.exit_code:
                self._fail(f"mã / code {process.exit_code}")
        elif time.monotonic() - self._began > self._limit_s:
            process.stop()
            self._process = None
            self._fail(f"quá {self._limit_s:.0f} giây / took longer than {self._limit_s:.0f} s")

    def _fail(self, why: str) -> None:
        self.again_at = utc_now() + timedelta(seconds=self._retry_s)
        self._say(
            f"Không huấn luyện được Rasa quanh mô hình {self._version} ({why}), xem rasa/build.log / "
            f"Rasa could not be trained around the model {self._version}, see rasa/build.log"
        )
