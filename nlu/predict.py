"""`python -m nlu predict`: JSON lines in, JSON lines out, one answer for every line whatever it holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from nlu.engine import Engine
from nlu.understanding import CHANNELS, Channel, Understanding


class BadLine(Exception):
    """A line that cannot be understood as a message; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def predictions(lines: Iterable[str | bytes], engine: Engine) -> Iterator[str]:
    """One JSON object per line, in order; empty lines are passed over."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _as_line(_answer(number, line, engine))


def _as_line(answer: dict[str, Any]) -> str:
    """JSON in plain letters; escaped when a lone surrogate could not be written as UTF-8."""
    line = json.dumps(answer, ensure_ascii=False)
    return line if _is_encodable(line) else json.dumps(answer)


def _is_encodable(line: str) -> bool:
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True


def _answer(number: int, line: str | bytes, engine: Engine) -> dict[str, Any]:
    message_id: object = None
    try:
        message = _parsed(line)
        message_id = message.get("id")
        text, channel = _text_and_channel(message)
    except BadLine as error:
        return {"id": message_id, "error": {"code": error.code, "message": str(error), "line": number}}
    return as_prediction(message_id, engine.understand(text, channel))


def _parsed(line: str | bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine("bad_json", f"not a JSON object: {error}") from error
    if not isinstance(message, dict):
        raise BadLine("bad_json", "not a JSON object")
    return message


def _text_and_channel(message: dict[str, Any]) -> tuple[str, Channel]:
    text = message.get("text")
    if not isinstance(text, str):
        raise BadLine("bad_text", "`text` must be a string")
    for channel in CHANNELS:
        if message.get("channel", "web") == channel:
            return text, channel
    raise BadLine("bad_channel", f"`channel` must be one of {', '.join(CHANNELS)}")


def as_prediction(message_id: object, understood: Understanding) -> dict[str, Any]:
    """The stable shape evaluation depends on."""
    return {
        "id": message_id,
        "intent": understood.intent,
        "case_type": understood.case_type,
        "category": understood.category,
        "categories": [[ranked.code, ranked.probability] for ranked in understood.categories],
        "abstained": understood.abstained,
        "emergency": understood.emergency,
        "emergency_number": understood.emergency_number,
        "urgency": understood.urgency,
        "places": [
            {"text": place.text, "start": place.start, "end": place.end, "units": list(place.units)}
            for place in understood.places
        ],
        "engine": understood.engine,
        "model": understood.model,
        "ms": understood.ms,
    }
