"""Keeps servers and children running: who dies is started again, with patience, and said in one line."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Event
from typing import Protocol

from contact_center.embedded.errors import EmbeddedServerError

LOOK_EVERY_S = 0.1
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 10.0
# Whoever ran this long is well again: its next death starts with the first pause.
WELL_AFTER_S = 30.0

Say = Callable[[str], None]


class Service(Protocol):
    """A server or a child process."""

    @property
    def name(self) -> str: ...
    @property
    def pid(self) -> int | None: ...
    @property
    def running(self) -> bool: ...
    @property
    def exit_code(self) -> int | None: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def last_words(self) -> str: ...


@dataclass(slots=True)
class Health:
    """How often a service died lately and when it may start again (seconds of the monotonic clock)."""

    deaths: int = 0
    started_at: float = 0.0
    start_at: float | None = None


def pause_after(deaths: int) -> float:
    """Seconds to wait before starting again after the ``deaths``-th death in a row (1, 2, ...)."""
    return float(min(FIRST_PAUSE_S * 2 ** min(deaths - 1, 10), LONGEST_PAUSE_S))


class Supervisor:
    """Watches services in the order they were started and stops them in the opposite order."""

    def __init__(self, *, say: Say, changed: Callable[[], None]) -> None:
        """``changed`` is called after each start and stop, to note who runs now."""
        self.services: list[Service] = []
        self._health: dict[str, Health] = {}
        self._say = say
        self._changed = changed

    def start(self, service: Service) -> None:
        """Start ``service`` and watch it from now on."""
        self.services.append(service)
        self._health[service.name] = Health(started_at=time.monotonic())
        service.start()
        self._changed()

    def watch(self, asked_to_stop: Event) -> None:
        """Look after everybody until ``asked_to_stop``."""
        while not asked_to_stop.wait(LOOK_EVERY_S):
            for service in self.services:
                if not service.running:
                    self._revive(service, self._health[service.name], time.monotonic())

    def stop(self) -> None:
        """Stop everything, the last started first, each with its own bound."""
        for service in reversed(self.services):
            service.stop()
        self._changed()

    def hurry(self) -> None:
        """Kill everything now. Waits for nothing, so a signal handler may call it while ``stop`` waits."""
        for pid in [service.pid for service in self.services]:
            if pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _revive(self, service: Service, health: Health, now: float) -> None:
        if health.start_at is None:
            health.deaths = 1 if now - health.started_at > WELL_AFTER_S else health.deaths + 1
            pause = pause_after(health.deaths)
            health.start_at = now + pause
            self._say_that_it_died(service, health, pause)
        elif now >= health.start_at:
            self._start_again(service, health)

    def _start_again(self, service: Service, health: Health) -> None:
        health.start_at, health.started_at = None, time.monotonic()
        try:
            service.start()
        except EmbeddedServerError as error:
            self._say(str(error))
        self._changed()

    def _say_that_it_died(self, service: Service, health: Health, pause: float) -> None:
        code = service.exit_code
        self._say(
            f"{service.name} đã dừng (mã {code}), chạy lại sau {pause:.1f} giây / "
            f"{service.name} ended ({code}), starting it again in {pause:.1f} s"
        )
        # A kill from outside has nothing to tell; one that keeps ending by itself does.
        if health.deaths > 1 and code is not None and code >= 0:
            self._say(service.last_words())
