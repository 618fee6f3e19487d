# ruff: noqa: PLC0415 - Rasa reads its settings from the environment when it is imported
"""`python -m nlu.rasa.serve MODEL PORT`: one private Rasa server that answers `POST /model/parse` and nothing else.

Loopback only, one worker, telemetry off, requests signed with `RASA_SECRET` (JWT, HS256), no channels, no training or
swapping of models over HTTP. Rasa's own swap (`PUT /model`) stops the event loop for seconds, so a new model gets a new
process. Nothing of a conversation is kept here, so no store is needed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from nlu.features import LONGEST_MESSAGE
from nlu.rasa.train import QUIET

HOST = "127.0.0.1"
SECRET = "RASA_SECRET"  # noqa: S105 - the variable's name
ANSWERED = frozenset({"/model/parse", "/status"})
LONGEST_REQUEST = LONGEST_MESSAGE * 5 * 6 + 1000
"""Bytes: the longest message the house sends, every character escaped."""


def serve(model: Path, port: int, secret: str) -> None:
    """Serve until the process is asked to end. Raises what Rasa raises for a file that holds no model: left to itself
    it would serve without one."""
    os.environ.update(QUIET)
    from rasa.core.agent import Agent
    from rasa.core.run import configure_app
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog
    from sanic.response import json

    configure_logging_and_warnings()
    configure_structlog()  # not configured, it prints what Rasa says at `debug`: every message, word by word
    app: Any = configure_app(jwt_secret=secret, jwt_method="HS256", response_timeout=10, port=port)
    app.config.REQUEST_MAX_SIZE = LONGEST_REQUEST

    async def refuse_the_rest(request: Any) -> Any:
        return None if request.path in ANSWERED else json({"code": "not_here"}, status=404)

    app.register_middleware(refuse_the_rest, "request")
    app.ctx.agent = Agent.load(str(model))
    app.run(host=HOST, port=port, workers=1, access_log=False)


def main(arguments: list[str]) -> int:
    secret = os.environ.get(SECRET, "")
    if len(arguments) != 2 or not arguments[1].isdecimal() or not secret:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    model = Path(arguments[0])
    if not model.is_file():
        sys.stderr.write(f"Không có mô hình Rasa / No Rasa model: {model}\n")
        return 1
    serve(model, int(arguments[1]), secret)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
