"""Handing events to the core within the provider's patience."""

import asyncio
import logging
from collections.abc import Sequence

from channels.contracts import Acceptance, InboundEvent, Intake
from channels.refusal import Refusal

log = logging.getLogger(__name__)

# Work that went on after its provider was told to come again. Kept here: a task nobody holds may be collected.
_running: set[asyncio.Task[list[Acceptance]]] = set()


async def accept_all(intake: Intake, events: Sequence[InboundEvent], *, within_s: float) -> list[Acceptance]:
    """Return once every event is committed. Raises ``Refusal`` 503 when that fails or takes longer than ``within_s``.

    A late commit is not cancelled: the provider may not try again, and if it does the event is known already.
    """
    task = asyncio.create_task(_accept_each(intake, events))
    _running.add(task)
    task.add_done_callback(_finished)
    try:
        return await asyncio.wait_for(asyncio.shield(task), within_s)
    except TimeoutError:
        log.warning("inbound_late", extra={"channel": events[0].channel})
        raise _try_again() from None
    except Exception:  # whatever the core raised, the event is not accepted and the provider must hear so
        raise _try_again() from None


async def _accept_each(intake: Intake, events: Sequence[InboundEvent]) -> list[Acceptance]:
    return [await intake.accept(event) for event in events]


def _finished(task: asyncio.Task[list[Acceptance]]) -> None:
    _running.discard(task)
    error = None if task.cancelled() else task.exception()
    if error is not None:
        # The type only: a database error's text carries the citizen's words as parameters.
        log.error("inbound_not_accepted", extra={"error": type(error).__name__})


def _try_again() -> Refusal:
    return Refusal(503, "not_accepted", "Not accepted, please try again", retry_after_s=5)
