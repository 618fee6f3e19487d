"""The engine that asks a Rasa server first and this process when it must."""

import time
from collections.abc import Callable
from dataclasses import replace

import structlog

from contact_center.learning.serving import ServingEngine, weights_of
from contact_center.rasa.address import ServerAddress
from contact_center.rasa.circuit import Circuit
from contact_center.rasa.client import RasaClient, RasaUnavailable
from contact_center.rasa.heard import LastHeard
from contact_center.settings import Settings
from nlu.engine import Engine
from nlu.understanding import Channel, Understanding

log = structlog.get_logger(__name__)


class RasaEngine:
    """Understanding by a Rasa server that carries our components (``nlu/rasa``).

    Never raises and never keeps a citizen waiting: past the client's deadline, or while the circuit is open, the
    fallback answers and its answer is marked ``degraded``. A message without any letter or figure is not sent: there is
    nothing to understand, and Rasa refuses blank text. A server around another model than the one in force is not
    believed: after a promotion or a rollback the fallback, which has moved already, answers until Rasa has too. Nothing
    failed then and no answer is poorer, so none is marked. Blocks on the network; call it beside the event loop
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
        heard: LastHeard | None = None,
    ) -> None:
        """``model`` tells the version of ours that the server has to carry; without it any is believed."""
        self._client, self.fallback, self._model = client, fallback, model
        self.circuit = circuit or Circuit()
        self._heard = heard or LastHeard()

    @property
    def address(self) -> ServerAddress:
        return self._client.address

    @property
    def expected(self) -> str:
        """The version of ours that Rasa has to carry; empty where nobody cares."""
        return self._model() if self._model else ""

    @property
    def carries_another_model(self) -> bool:
        """The server of now was heard to carry another model than the one in force."""
        return self._heard.another_than(self.expected, at=self._server())

    def understand(self, text: str, channel: Channel) -> Understanding:
        """See ``nlu.engine.Engine.understand``."""
        if not any(character.isalnum() for character in text):
            return self.fallback.understand(text, channel)
        server = self._server()
        if self._heard.another_than(self.expected, at=server) and not self._heard.long_ago:
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
        self._note(weights_of(understood.model), server)
        if self._heard.another_than(self.expected, at=server):
            return self.fallback.understand(text, channel)
        took_ms = round((time.perf_counter() - began) * 1000, 2)
        return replace(understood, engine="rasa", ms=took_ms)

    def close(self) -> None:
        self._client.close()

    def _server(self) -> str:
        """The address asked now; empty while the keeper has none."""
        try:
            return self._client.address.current()
        except OSError:
            return ""

    def _note(self, model: str, server: str) -> None:
        differed = self.carries_another_model
        self._heard.note(model, at=server)
        if self.carries_another_model and not differed:
            log.warning("rasa_carries_another_model", carries=model, expected=self.expected)

    def _degraded(self, text: str, channel: Channel) -> Understanding:
        return replace(self.fallback.understand(text, channel), degraded=True)


def engine_of(settings: Settings, embedded: ServingEngine) -> Engine:
    """The engine an installation asked for: Rasa where ``RASA_URL`` is set, else the one in this process."""
    if not settings.rasa_url:
        return embedded
    client = RasaClient(ServerAddress(settings.rasa_url), settings.rasa_secret.get_secret_value())
    return RasaEngine(client, embedded, model=lambda: weights_of(embedded.model_version))
