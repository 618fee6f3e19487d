"""The engine that asks a Rasa server first and this process when it must."""

import time
from dataclasses import replace

import structlog

from contact_center.rasa.address import ServerAddress
from contact_center.rasa.circuit import Circuit
from contact_center.rasa.client import RasaClient, RasaUnavailable
from contact_center.settings import Settings
from nlu.engine import EmbeddedEngine, Engine
from nlu.understanding import Channel, Understanding

log = structlog.get_logger(__name__)


class RasaEngine:
    """Understanding by a Rasa server that carries our components (``nlu/rasa``).

    Never raises and never keeps a citizen waiting: past the client's deadline, or while the circuit is open, the
    fallback answers and its answer is marked ``degraded``. A message without any letter or figure is not sent: there is
    nothing to understand, and Rasa refuses blank text. Blocks on the network; call it beside the event loop
    (``waits``).
    """

    waits = True

    def __init__(self, client: RasaClient, fallback: Engine, *, circuit: Circuit | None = None) -> None:
        self._client, self._fallback = client, fallback
        self.circuit = circuit or Circuit()

    def understand(self, text: str, channel: Channel) -> Understanding:
        """See ``nlu.engine.Engine.understand``."""
        if not any(character.isalnum() for character in text):
            return self._fallback.understand(text, channel)
        if not self.circuit.lets_through():
            return self._degraded(text, channel)
        began = time.perf_counter()
        try:
            understood = self._client.parse(text)
        except RasaUnavailable as error:
            if self.circuit.failed():
                log.warning("rasa_left_alone", reason=str(error))
            return self._degraded(text, channel)
        if self.circuit.succeeded():
            log.info("rasa_answers_again")
        took_ms = round((time.perf_counter() - began) * 1000, 2)
        return replace(understood, engine="rasa", ms=took_ms)

    def close(self) -> None:
        self._client.close()

    def _degraded(self, text: str, channel: Channel) -> Understanding:
        return replace(self._fallback.understand(text, channel), degraded=True)


def engine_of(settings: Settings, embedded: EmbeddedEngine) -> Engine:
    """The engine an installation asked for: Rasa where ``RASA_URL`` is set, else the one in this process."""
    if not settings.rasa_url:
        return embedded
    client = RasaClient(ServerAddress(settings.rasa_url), settings.rasa_secret.get_secret_value())
    return RasaEngine(client, embedded)
