"""The engine that asks a Rasa server first and this process when it must."""

import time
from collections.abc import Callable
from dataclasses import replace

import structlog

from contact_center.learning.serving import ServingEngine
from contact_center.rasa.address import ServerAddress
from contact_center.rasa.circuit import Circuit
from contact_center.rasa.client import RasaClient, RasaUnavailable
from contact_center.settings import Settings
from nlu.engine import Engine
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

    def __init__(
        self,
        client: RasaClient,
        fallback: Engine,
        *,
        circuit: Circuit | None = None,
        model: Callable[[], str] | None = None,
    ) -> None:
        """``model`` tells the version of ours that the server should carry, where somebody cares."""
        self._client, self.fallback, self._model = client, fallback, model
        self.circuit = circuit or Circuit()
        self.carries_another_model = False

    def understand(self, text: str, channel: Channel) -> Understanding:
        """See ``nlu.engine.Engine.understand``."""
        if not any(character.isalnum() for character in text):
            return self.fallback.understand(text, channel)
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
        self._compare(understood.model)
        took_ms = round((time.perf_counter() - began) * 1000, 2)
        return replace(understood, engine="rasa", ms=took_ms)

    def close(self) -> None:
        self._client.close()

    def _compare(self, model: str) -> None:
        """After a promotion or a roll-back Rasa goes on with the model it was trained around until `make rasa`."""
        expected = self._model() if self._model else model
        differs = model != expected
        if differs and not self.carries_another_model:
            log.warning("rasa_carries_another_model", carries=model, expected=expected)
        self.carries_another_model = differs

    def _degraded(self, text: str, channel: Channel) -> Understanding:
        return replace(self.fallback.understand(text, channel), degraded=True)


def engine_of(settings: Settings, embedded: ServingEngine) -> Engine:
    """The engine an installation asked for: Rasa where ``RASA_URL`` is set, else the one in this process."""
    if not settings.rasa_url:
        return embedded
    client = RasaClient(ServerAddress(settings.rasa_url), settings.rasa_secret.get_secret_value())
    return RasaEngine(client, embedded, model=lambda: embedded.model_version)
