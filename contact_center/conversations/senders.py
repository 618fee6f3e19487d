"""Sends what is in the outbox: in order within a conversation, never the same row twice knowingly.

A row is marked ``sending`` and committed before the provider is asked. If the process dies after asking, nobody knows
whether the citizen got it: the sweeper marks it ``unknown`` and no one sends it again blindly.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from channels.contracts import (
    Button,
    DeliveryStatus,
    OutboundMessage,
    SendDeferred,
    Sender,
    SendError,
    SendRefused,
)
from contact_center.conversations import outbox_repository, outcomes
from contact_center.conversations.models import Message
from contact_center.conversations.outbox_repository import Letter
from contact_center.conversations.outcomes import Outcome
from contact_center.conversations.workers import WorkSignal, database_is_away
from contact_center.db import Database, Transaction

log = logging.getLogger(__name__)

# Longer than any sender's own time limit: after this a row still ``sending`` has lost its process.
LOST_AFTER = timedelta(seconds=60)
MOST_TRIES = 8
LONGEST_PAUSE_S = 300.0
# Several outcomes and several claims share one transaction: a pause this short nobody notices.
BREATH_S = 0.05
# When we are asked to stop, so long do we wait for answers we have asked for; then they are ``unknown``.
LAST_WORDS_S = 5.0


class OutboxSender:
    def __init__(self, database: Database, senders: Mapping[str, Sender], *, hands: int = 32) -> None:
        self._database = database
        self._senders = senders
        self._hands = hands
        self._under_way: set[asyncio.Task[None]] = set()
        self._outcomes: list[Outcome] = []
        self._signal = WorkSignal()
        self.wake = self._signal.wake

    async def run(self) -> None:
        """One claimer, ``hands`` messages under way at most; a slow provider holds back its own hand only."""
        try:
            while True:
                look = self._signal.begin_look()
                for letter in await self._patiently(self._hands - len(self._under_way)):
                    self._send_aside(letter)
                self._signal.saw_everything(look)
                await self._signal.rest()
                await asyncio.sleep(BREATH_S)
        finally:
            await self._finish()

    async def _patiently(self, most: int) -> Sequence[Letter]:
        try:
            return await self._note_and_claim(most)
        except (SQLAlchemyError, OSError) as error:
            log.warning("sender_database_away", extra={"error": type(error).__name__})
            if isinstance(error, DBAPIError) and not database_is_away(error):
                await self._note_each()
            return ()

    async def _note_and_claim(self, most: int) -> Sequence[Letter]:
        """Write down what became of the last letters, take the next ones: one transaction. Outcomes that cannot be
        written down now wait in memory for the next time."""
        noted = tuple(self._outcomes)
        if not (noted or most > 0):
            return ()
        async with self._database.transaction() as tx:
            if noted:
                await outcomes.note(tx, noted)
            letters = await outbox_repository.claim_outbox(tx, limit=most) if most > 0 else ()
        del self._outcomes[: len(noted)]
        return letters

    async def _note_each(self) -> None:
        """One outcome the database does not take must not hold back the others; the sweep calls it ``unknown``."""
        for outcome in tuple(self._outcomes):
            try:
                async with self._database.transaction() as tx:
                    await outcomes.note(tx, [outcome])
            except (SQLAlchemyError, OSError) as error:
                if not isinstance(error, DBAPIError) or database_is_away(error):
                    return
                log.error("outcome_not_noted", extra={"seq": outcome.letter.seq, "state": outcome.state})
            self._outcomes.remove(outcome)

    def _send_aside(self, letter: Letter) -> None:
        task = asyncio.create_task(self._send(letter))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _send(self, letter: Letter) -> None:
        self._outcomes.append(await self._try(letter))
        self.wake()

    async def _finish(self) -> None:
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=LAST_WORDS_S)
        await self._patiently(0)

    async def send_next(self) -> bool:
        """Send one message; False when none may leave now."""
        letters = await self._note_and_claim(1)
        for letter in letters:
            await self._send(letter)
        await self._note_and_claim(0)
        return bool(letters)

    async def _try(self, letter: Letter) -> Outcome:
        sender = self._senders.get(letter.channel)
        if sender is None:
            return Outcome(letter, "failed", DeliveryStatus.FAILED, error_code="channel_not_configured")
        try:
            receipt = await sender.send(message_of(letter))
        except SendRefused as error:
            return Outcome(letter, "failed", DeliveryStatus.FAILED, error_code=error.code)
        except SendDeferred as error:
            return _again(letter, error)
        except SendError as error:
            return Outcome(letter, "unknown", DeliveryStatus.UNKNOWN, error_code=error.code)
        except Exception as error:  # a fault in a sender says nothing about whether the message left
            log.exception("sender_failed", extra={"channel": letter.channel})
            return Outcome(letter, "unknown", DeliveryStatus.UNKNOWN, error_code=type(error).__name__)
        return Outcome(letter, "sent", DeliveryStatus.SENT, receipt=receipt)


def _again(letter: Letter, error: SendDeferred) -> Outcome:
    if letter.attempts >= MOST_TRIES:
        return Outcome(letter, "failed", DeliveryStatus.FAILED, error_code=error.code)
    pause_s = min(LONGEST_PAUSE_S, max(error.retry_after_s, 2.0 ** (letter.attempts - 1)))
    return Outcome(letter, "queued", DeliveryStatus.QUEUED, error_code=error.code, retry_after_s=pause_s)


def message_of(letter: Letter) -> OutboundMessage:
    payload = letter.payload
    return OutboundMessage(
        reference=str(letter.reference),
        channel=letter.channel,  # type: ignore[arg-type]  # a stored channel name
        to=payload["to"],
        text=payload["text"],
        account=payload["account"],
        buttons=tuple(Button(**button) for button in payload["buttons"]),
        image_urls=tuple(payload["image_urls"]),
    )


async def mark_lost(tx: Transaction) -> int:
    """Sweep: rows whose sender died while asking the provider become ``unknown``."""
    lost = await outbox_repository.abandoned_outbox(tx, older_than=LOST_AFTER)
    for row in lost:
        row.state = "unknown"
        row.error_code = "sender_died"
        row.finished_at = tx.now
        await tx.session.execute(
            update(Message)
            .where(Message.id == row.reference, Message.status.in_(("queued", "sending")))
            .values(status=DeliveryStatus.UNKNOWN.value)
        )
        tx.ring("desk", "unknown", conversation_id=row.conversation_id)
    return len(lost)
