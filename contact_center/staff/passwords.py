"""Password digests: argon2id with the library's recommended cost."""

import asyncio
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST_PASSWORD = 10

_hasher = PasswordHash((Argon2Hasher(),))


def hash_password(password: str) -> str:
    """Takes tens of milliseconds on purpose; in the event loop use ``asyncio.to_thread``."""
    return _hasher.hash(password)


@cache
def _digest_of_nobody() -> str:
    return hash_password("nobody has this password")


async def verify(password: str, digest: str | None) -> bool:
    """Whether the password fits. An unknown name (``digest`` None) costs as much time as a wrong password."""
    target = digest if digest is not None else await asyncio.to_thread(_digest_of_nobody)
    fits = await asyncio.to_thread(_hasher.verify, password, target)
    return fits and digest is not None
