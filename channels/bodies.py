"""Reading a request's body without trusting its size."""

from fastapi import Request

from channels.refusal import Refusal

# Longer than any real Content-Length; int() on such a text would be work for nothing.
_MOST_LENGTH_DIGITS = 15


async def read_body(request: Request, limit: int) -> bytes:
    """The raw bytes, at most ``limit`` of them. Raises ``Refusal`` 413 before anything is parsed."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > _MOST_LENGTH_DIGITS or int(declared) > limit):
        raise _too_large(limit)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise _too_large(limit)
    return bytes(body)


def _too_large(limit: int) -> Refusal:
    return Refusal(413, "too_large", "Request body too large", limit_bytes=limit)
