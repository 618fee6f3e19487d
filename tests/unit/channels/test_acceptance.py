"""Accepting within the provider's patience."""

import asyncio

import pytest

from channels.acceptance import accept_all
from channels.contracts import Acceptance, EventKind, InboundEvent
from channels.refusal import Refusal


def event(name: str) -> InboundEvent:
    return InboundEvent("sms", name, EventKind.MESSAGE, "+84912345678", "+84912345678")


class SlowIntake:
    """Commits when it is let."""

    def __init__(self) -> None:
        self.let = asyncio.Event()
        self.accepted: list[str] = []
        self.done = asyncio.Event()

    async def accept(self, event: InboundEvent) -> Acceptance:
        await self.let.wait()
        self.accepted.append(event.event_id)
        self.done.set()
        return Acceptance.ACCEPTED


async def test_a_late_commit_goes_on_after_the_provider_was_told_to_come_again() -> None:
    intake = SlowIntake()
    with pytest.raises(Refusal) as raised:
        await accept_all(intake, [event("1")], within_s=0.0)
    assert (raised.value.status, intake.accepted) == (503, [])
    intake.let.set()
    await asyncio.wait_for(intake.done.wait(), 5)
    assert intake.accepted == ["1"]


async def test_a_provider_that_hangs_up_does_not_undo_the_commit() -> None:
    intake = SlowIntake()
    request = asyncio.create_task(accept_all(intake, [event("1")], within_s=5.0))
    await asyncio.sleep(0)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    intake.let.set()
    await asyncio.wait_for(intake.done.wait(), 5)
    assert intake.accepted == ["1"]


async def test_several_events_are_accepted_in_order() -> None:
    intake = SlowIntake()
    intake.let.set()
    assert await accept_all(intake, [event("1"), event("2")], within_s=5.0) == [Acceptance.ACCEPTED] * 2
    assert intake.accepted == ["1", "2"]
