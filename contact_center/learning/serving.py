"""Which model answers citizens, and how running processes come to use another one without a restart.

The newest row of ``nlu_serving`` says which; a NOTIFY makes every process look, and each looks by itself every few
seconds, since a notice may be lost. The new model is loaded beside the old one and put in its place between two
messages.
"""

import asyncio
import gc
import logging
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from contact_center.actors import Actor
from contact_center.conversations.wake import wake_ups
from contact_center.db import Database, Transaction
from contact_center.errors import Conflict, NotFound
from contact_center.learning import repository
from contact_center.learning.models import NluModel, NluServing
from contact_center.staff import service as staff
from nlu.classifier import ModelNotUsable
from nlu.embedded import SEMANTIC_MARK
from nlu.engine import EmbeddedEngine
from nlu.models import ensure_model, model_root
from nlu.understanding import Channel, Understanding

log = logging.getLogger(__name__)

CHANGED = "nlu_serving"
"""The channel of the notices."""

LOOK_EVERY_S = 5.0


# --- which one ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InForce:
    """The model that ought to answer. ``outdated``: it was trained for other code or data than what runs now, so the
    shipped model answers until a new candidate is promoted."""

    version: str
    outdated: bool


async def in_force(tx: Transaction, shipped: str) -> InForce:
    """``shipped`` is the version of the model this code brings along."""
    newest = await repository.serving(tx)
    if newest is None or newest.version == shipped:
        return InForce(shipped, outdated=False)
    model = await repository.model(tx, newest.version)
    if model is None or model.base != shipped:
        return InForce(shipped, outdated=True)
    return InForce(model.version, outdated=False)


async def put_in_force(tx: Transaction, actor: Actor, model: NluModel, *, shipped: str) -> NluServing:
    """Let a model answer from now on. The caller has seen that it is no worse. Raises ``Conflict`` when it answers
    already or stands on other code than what runs."""
    await repository.hold_serving(tx)
    present = await in_force(tx, shipped)
    if model.version == present.version:
        raise Conflict(what="nlu_model", reason="already_serving")
    if model.base != shipped:
        raise Conflict(what="nlu_model", reason="outdated")
    await remember_shipped(tx, shipped)
    model.shadowing = False
    return await _move(tx, actor, model.version, before=present.version, how="promoted")


async def roll_back(tx: Transaction, actor: Actor, *, shipped: str, leaving: str = "") -> NluServing:
    """Back to the model that answered before, at once. Raises ``Conflict`` when there is nothing to go back to, or when
    another model answers by now than the one somebody wanted to leave."""
    await repository.hold_serving(tx)
    newest = await repository.serving(tx)
    if newest is None or newest.before is None:
        raise Conflict(what="nlu_model", reason="nothing_before")
    if leaving not in ("", newest.version):
        raise Conflict(what="nlu_model", reason="another_serves_now")
    promoted = await repository.last_promotion(tx, newest.before)
    await remember_shipped(tx, shipped)
    return await _move(tx, actor, newest.before, before=promoted.before if promoted else None, how="rolled_back")


async def _move(tx: Transaction, actor: Actor, version: str, *, before: str | None, how: str) -> NluServing:
    row = NluServing(
        version=version, before=before, how=how, account_id=actor.id if actor.kind == "staff" else None, at=tx.now
    )
    tx.session.add(row)
    await tx.session.flush()
    await staff.audit(
        tx, actor, action=f"nlu_{how}", subject_kind="nlu_model", subject_id=version, before=before, by=actor.name
    )
    await repository.notify(tx, CHANGED)
    return row


async def remember_shipped(tx: Transaction, shipped: str) -> None:
    """The shipped model gets a row too, so that one can go back to it."""
    if await repository.model(tx, shipped) is None:
        tx.session.add(
            NluModel(version=shipped, base=shipped, utterances=0, corrections=0, figures={}, trained_at=tx.now)
        )
        await tx.session.flush()


async def needed(tx: Transaction) -> set[str]:
    """Versions whose folders must stay: what answers now and what it can go back to."""
    return {version for row in await repository.moves(tx) for version in (row.version, row.before) if version}


def folder_of(version: str, root: Path, *, shipped: str) -> Path:
    """Where a model is on the disk; the shipped one is trained again if it has gone."""
    folder = root / version
    return ensure_model(root) if version == shipped and not folder.exists() else folder


def weights_of(version: str) -> str:
    """The version of the trained weights in what an engine calls itself: it adds a mark where it also weighs the
    sentence's meaning, which is no part of what is promoted."""
    return version.partition(SEMANTIC_MARK)[0]


# --- in a running process -----------------------------------------------------------------------------------------


class ServingEngine:
    """The engine of a process, whose model can be exchanged while others use it: each message is understood wholly by
    one of the two."""

    def __init__(self, engine: EmbeddedEngine) -> None:
        self._engine = engine
        self.shipped = weights_of(engine.model_version)

    @property
    def model_version(self) -> str:
        return self._engine.model_version

    @property
    def abstain_below(self) -> float:
        return self._engine.abstain_below

    @property
    def present(self) -> EmbeddedEngine:
        """The engine behind it now."""
        return self._engine

    def understand(self, text: str, channel: Channel) -> Understanding:
        """See ``nlu.engine.Engine.understand``."""
        return self._engine.understand(text, channel)

    def use(self, engine: EmbeddedEngine) -> None:
        self._engine = engine


class ModelFollower:
    """Keeps a process on the model in force."""

    def __init__(self, database: Database, engine: ServingEngine, root: Path | None = None) -> None:
        self._database, self._engine = database, engine
        self._root = root or model_root()
        self._unusable: set[str] = set()

    async def run(self) -> None:
        """Until it is cancelled."""
        async for _ in wake_ups(self._database.conninfo, (CHANGED,), every_s=LOOK_EVERY_S):
            try:
                await self.look()
            except (SQLAlchemyError, OSError) as error:
                log.warning("nlu_model_unknown", extra={"error": type(error).__name__})

    async def look(self) -> bool:
        """Move to the model in force if it is another one; whether it did. A model that cannot be read is reported once
        and the present one goes on."""
        async with self._database.transaction() as tx:
            wanted = await in_force(tx, self._engine.shipped)
        if wanted.version == weights_of(self._engine.model_version) or wanted.version in self._unusable:
            return False
        try:
            engine = await asyncio.to_thread(self._load, wanted.version)
        except ModelNotUsable:
            self._unusable.add(wanted.version)
            log.error("nlu_model_unusable", extra={"model": wanted.version})
            return False
        self._engine.use(engine)
        gc.freeze()  # what was loaded stays: nobody waits while it is looked through for garbage
        log.info("nlu_model_in_use", extra={"model": wanted.version})
        return True

    def _load(self, version: str) -> EmbeddedEngine:
        return EmbeddedEngine.load(folder_of(version, self._root, shipped=self._engine.shipped))


async def candidate_of(tx: Transaction, version: str) -> NluModel:
    """A trained model by its version. Raises ``NotFound``."""
    model = await repository.model(tx, version)
    if model is None:
        raise NotFound(what="nlu_model")
    return model
