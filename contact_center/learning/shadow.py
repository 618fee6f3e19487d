"""A candidate in shadow: it reads the messages the serving model has read, some seconds later and in a process that
answers nobody, and its ranking is kept beside. No turn waits for it; what it has no time for, it leaves out.
"""

import asyncio
import logging
import uuid
from datetime import timedelta
from pathlib import Path
from typing import cast

from contact_center.bot import shadows
from contact_center.bot.shadows import Ranking, Unread
from contact_center.conversations import texts
from contact_center.conversations.texts import Written
from contact_center.db import Transaction
from contact_center.learning import repository
from contact_center.learning.serving import weights_of
from nlu.classifier import ModelNotUsable
from nlu.engine import EmbeddedEngine, Engine
from nlu.understanding import Channel

log = logging.getLogger(__name__)

BATCH = 200
"""Messages read in one go: under half a second of one processor."""

WINDOW = timedelta(minutes=10)
"""Messages older than this are not read any more: in a rush the shadow sees a part of them."""


class Shadow:
    """Keeps the candidate loaded while there is one."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._engine: EmbeddedEngine | None = None
        self._unusable = ""

    async def sweep(self, tx: Transaction) -> int:
        """One batch. Returns how many messages were read."""
        engine = await self._candidate(tx)
        if engine is None:
            return 0
        waiting = await shadows.unread(tx, model=engine.model_version, since=tx.now - WINDOW, limit=BATCH)
        written = await texts.written(tx, [one.message_id for one in waiting])
        rankings = await asyncio.to_thread(_rank, engine, waiting, written)
        return await shadows.keep(tx, engine.model_version, rankings)

    async def _candidate(self, tx: Transaction) -> EmbeddedEngine | None:
        model = await repository.shadowing(tx)
        if model is None or model.version == self._unusable:
            self._engine = None
        elif self._engine is None or weights_of(self._engine.model_version) != model.version:
            try:
                self._engine = await asyncio.to_thread(EmbeddedEngine.load, self._root / model.version)
            except ModelNotUsable:
                self._engine, self._unusable = None, model.version
                log.error("nlu_model_unusable", extra={"model": model.version})
        return self._engine


def _rank(engine: Engine, waiting: list[Unread], written: dict[uuid.UUID, Written]) -> dict[uuid.UUID, Ranking]:
    """What the candidate makes of each; nothing of a message without words."""
    found: dict[uuid.UUID, Ranking] = {}
    for one in waiting:
        told = written.get(one.message_id)
        ranked = engine.understand(told.text, cast("Channel", told.channel)).categories if told is not None else ()
        found[one.id] = [{"code": label.code, "probability": label.probability} for label in ranked]
    return found
