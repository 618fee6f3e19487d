"""Hands that rest until there is work, and never look for nothing."""

import asyncio
from contextlib import suppress

from contact_center.conversations.workers import WorkSignal, keep_working


class Desk:
    """Work in a heap; remembers how often somebody looked."""

    def __init__(self, signal: WorkSignal) -> None:
        self.signal = signal
        self.heap = 0
        self.looks = 0
        self.done = 0

    async def step(self) -> bool:
        self.looks += 1
        if not self.heap:
            return False
        self.heap -= 1
        await asyncio.sleep(0)
        self.done += 1
        return True

    def put(self, pieces: int) -> None:
        self.heap += pieces
        self.signal.wake(pieces)


async def _turns_of_the_loop() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def _working(desk: Desk, hands: int) -> "asyncio.Task[None]":
    task = asyncio.create_task(keep_working(desk.step, desk.signal, hands=hands))
    await _turns_of_the_loop()
    return task


async def _stop(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_each_piece_wakes_one_hand_and_nobody_else() -> None:
    desk = Desk(WorkSignal())
    task = await _working(desk, hands=4)
    looks = desk.looks
    desk.put(1)
    await _turns_of_the_loop()
    assert (desk.done, desk.looks - looks) == (1, 1)
    await _stop(task)


async def test_several_pieces_wake_several_hands_at_once() -> None:
    desk = Desk(WorkSignal())
    task = await _working(desk, hands=4)
    desk.put(3)
    await asyncio.sleep(0)
    assert desk.heap == 0
    await _turns_of_the_loop()
    assert desk.done == 3
    await _stop(task)


async def test_more_pieces_than_hands_are_all_done() -> None:
    desk = Desk(WorkSignal())
    task = await _working(desk, hands=2)
    for _ in range(7):
        desk.put(1)
    await _turns_of_the_loop()
    assert desk.done == 7
    await _stop(task)


async def test_wake_ups_that_were_seen_to_cost_no_further_looks() -> None:
    desk = Desk(WorkSignal())
    task = await _working(desk, hands=2)
    desk.heap = 1
    desk.signal.wake(1000)  # far more than there is to do
    await _turns_of_the_loop()
    assert desk.done == 1
    assert desk.looks <= 2 + 5
    await _stop(task)


async def test_what_had_to_wait_for_the_piece_before_it_is_looked_for_again() -> None:
    """Two events of one thread: whoever is woken for the second finds nothing until the first is done."""
    signal = WorkSignal()
    ready, begun, finish = [True], asyncio.Event(), asyncio.Event()
    done: list[int] = []

    async def step() -> bool:
        if not ready:
            return False
        ready.pop()
        begun.set()
        if not done:
            await finish.wait()
            ready.append(True)  # the second may only be taken now
        done.append(len(done))
        return len(done) <= 2

    task = asyncio.create_task(keep_working(step, signal, hands=2))
    await begun.wait()
    await _turns_of_the_loop()
    signal.wake()  # the second has come; the other hand looks in vain
    await _turns_of_the_loop()
    finish.set()
    await _turns_of_the_loop()
    assert len(done) == 2
    await _stop(task)
