"""Asking one Rasa server what a message means: one request, a deadline, no retry."""

import json
import re
import time
from typing import Any

import httpx
import jwt

from contact_center.rasa.address import ServerAddress
from nlu.features import LONGEST_MESSAGE
from nlu.rasa.wire import KEY, NotAnUnderstanding, from_wire
from nlu.understanding import Understanding

CONNECT_TIMEOUT_S = 0.25
ANSWER_TIMEOUT_S = 1.0
"""The process's own engine answers in a millisecond; a citizen on the telephone should not wait longer for this one."""

TOKEN_LIFETIME_S = 60
LONGEST_ANSWER = 2_000_000  # bytes
LONGEST_SENT = LONGEST_MESSAGE * 5
"""Characters; the engine on the other side looks at no more."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_COMMAND = re.compile(r"\A(\s*)/")


class RasaUnavailable(Exception):
    """No usable answer. The message says why, without a word of what was asked."""

    code = "rasa_unavailable"


class RasaClient:
    """Speaks ``POST /model/parse`` with a token signed by ``secret`` (JWT, HS256; Rasa's own scheme). Thread-safe."""

    def __init__(self, address: ServerAddress, secret: str, *, answer_timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        self.address, self._secret, self._answer_timeout_s = address, secret, answer_timeout_s
        timeout = httpx.Timeout(answer_timeout_s, connect=CONNECT_TIMEOUT_S)
        self._http = httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False)

    def parse(self, text: str) -> Understanding:
        """What our components in it make of ``text``. Raises ``RasaUnavailable``."""
        try:
            return from_wire(self.ask(text).get(KEY), text)
        except NotAnUnderstanding as error:
            raise RasaUnavailable(f"answer not understood: {type(error).__name__}") from error

    def ask(self, text: str) -> dict[str, Any]:
        """Rasa's whole answer, whatever its graph is. Raises ``RasaUnavailable``."""
        try:
            answer = json.loads(self._answer(json.dumps({"text": _harmless(text[:LONGEST_SENT])})))
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise RasaUnavailable(type(error).__name__) from error
        if not isinstance(answer, dict):
            raise RasaUnavailable("answer is no object")
        return answer

    def close(self) -> None:
        self._http.close()

    def _answer(self, body: str) -> bytes:
        """The body of a good answer, whole before the deadline: httpx limits each wait, not their sum."""
        give_up_at = time.monotonic() + self._answer_timeout_s
        headers = {"Authorization": f"Bearer {self._token()}", "Content-Type": "application/json"}
        url = f"{self.address.current()}/model/parse"
        with self._http.stream("POST", url, content=body, headers=headers) as response:
            if response.status_code != httpx.codes.OK:
                raise RasaUnavailable(f"status {response.status_code}")
            answer = b""
            for part in response.iter_bytes():
                answer += part
                if len(answer) > LONGEST_ANSWER:
                    raise RasaUnavailable("answer too long")
                if time.monotonic() > give_up_at:
                    raise RasaUnavailable("answer too slow")
        return answer

    def _token(self) -> str:
        claims = {"user": {"username": "core", "role": "admin"}, "exp": int(time.time()) + TOKEN_LIFETIME_S}
        return jwt.encode(claims, self._secret, algorithm="HS256")


def _harmless(text: str) -> str:
    """What Rasa takes for text, of the same length: no half characters, and no `/` in front, by which Rasa's developers
    name an intent instead of saying something."""
    return _COMMAND.sub("\\1\u2215", _LONE_SURROGATE.sub("\ufffd", text))
