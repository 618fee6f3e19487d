"""Processes and servers die at random under load; what was accepted is handled once, what is said is said once."""

import asyncio
import os
import random
from collections import Counter
from dataclasses import dataclass

import httpx
import psycopg
import pytest

from tests.faults.load import Load
from tests.support.house import House
from tests.support.waiting import eventually

ROUNDS = 3
SECONDS = 30.0
CITIZENS_PER_CHANNEL = 6
VICTIMS = ("web", "worker", "sender", "Valkey", "PostgreSQL")
PAUSE_S = (1.5, 5.0)
SETTLE_S = 150.0

# What citizens did. Receipts are the provider's and keep coming while we count.
ACCEPTED = "select thread, event_id, state from inbox where kind not in ('notice', 'delivery')"
HEARD = """
    select i.event_id, count(m.id)
    from inbox i left join message m on m.inbox_seq = i.seq and m.author = 'citizen'
    where i.kind in ('message', 'call_started') group by i.event_id
"""
ORDER = """
    select c.channel || ':' || c.thread, array_agg(i.event_id order by c.opened_at, m.seq)
    from message m join conversation c on c.id = m.conversation_id join inbox i on i.seq = m.inbox_seq
    where m.author = 'citizen' group by 1
"""
OUTBOX = "select reference::text, state, conversation_id::text from outbox order by seq"


@dataclass(slots=True)
class Kills:
    """Who died how often."""

    counts: Counter[str]

    async def go_on(self, house: House, chance: random.Random) -> None:
        while True:
            await asyncio.sleep(chance.uniform(*PAUSE_S))
            victim = chance.choice(VICTIMS)
            if house.pid(victim) is not None:
                house.kill(victim)
                self.counts[victim] += 1


async def test_nothing_is_lost_or_doubled_while_everything_dies(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = int(os.environ.get("FAULT_SEED", random.SystemRandom().randrange(10_000)))
    chance = random.Random(seed)
    kills = Kills(Counter())
    load = Load(house)
    for _ in range(ROUNDS):
        killing = asyncio.create_task(kills.go_on(house, chance))
        load = Load(house, accepted=load.accepted, perhaps=load.perhaps, retries=load.retries)
        await load.run(SECONDS, citizens_per_channel=CITIZENS_PER_CHANNEL)
        killing.cancel()
        await eventually(lambda: _settled(house), what="everything accepted is handled and sent", timeout_s=SETTLE_S)
    report = await _account_for(house, load)
    await eventually(lambda: _settled(house), what="receipts that came in meanwhile are handled", timeout_s=SETTLE_S)
    with capsys.disabled():
        print(f"\nseed {seed}, kills {dict(kills.counts)}, {load.retries} deliveries repeated, {report}")


async def _settled(house: House) -> bool:
    query = """
        select (select count(*) from inbox where state = 'new')
             + (select count(*) from outbox where state in ('queued', 'sending'))
    """
    try:
        async with await psycopg.AsyncConnection.connect(house.database_url, connect_timeout=5) as connection:
            row = await (await connection.execute(query.encode())).fetchone()
    except psycopg.OperationalError:
        return False
    return row is not None and row[0] == 0


async def _account_for(house: House, load: Load) -> str:
    async with await psycopg.AsyncConnection.connect(house.database_url) as connection:
        inbox = await (await connection.execute(ACCEPTED.encode())).fetchall()
        heard: dict[str, int] = dict(await (await connection.execute(HEARD.encode())).fetchall())
        order: dict[str, list[str]] = dict(await (await connection.execute(ORDER.encode())).fetchall())
        outbox = await (await connection.execute(OUTBOX.encode())).fetchall()
    sent = await _sent_by_providers(house)
    _nothing_is_lost(load, inbox)
    _nothing_is_heard_twice(heard)
    _everything_is_heard_in_order(load, order)
    states = _everything_is_said_once_or_unknown(outbox, sent)
    _everything_is_said_in_order(outbox, list(sent))
    events = sum(len(events) for events in load.accepted.values())
    return (
        f"{events} events accepted and handled once, replies {dict(states)}, {len(load.accepted)} conversations, "
        f"{len(load.perhaps)} turns of calls sent on to a person"
    )


async def _sent_by_providers(house: House) -> dict[str, int]:
    """Our references in the order the provider first took them, with how often it took each."""
    async with httpx.AsyncClient(base_url=str(house.state["simulator_url"])) as client:
        return {key.partition("#")[0]: times for key, times in (await client.get("/counts")).json().items()}


def _nothing_is_lost(load: Load, inbox: list[tuple[str, str, str]]) -> None:
    done = {_bare(event_id) for _, event_id, state in inbox if state == "done"}
    missing = [
        event_id for events in load.accepted.values() for event_id in events if event_id not in done | load.perhaps
    ]
    assert not missing, f"accepted but not handled: {missing[:5]}"
    assert {state for _, _, state in inbox} == {"done"}


def _nothing_is_heard_twice(heard: dict[str, int]) -> None:
    twice = [event_id for event_id, count in heard.items() if count > 1]
    assert not twice, f"written down twice: {twice[:5]}"


def _everything_is_heard_in_order(load: Load, order: dict[str, list[str]]) -> None:
    for thread, sent in load.accepted.items():
        heard = [known for event_id in order.get(thread, []) if (known := _bare(event_id)) not in load.perhaps]
        expected = [event_id for event_id in sent if not event_id.endswith(":0") and event_id not in load.perhaps]
        assert heard == expected, f"{thread}: heard {heard}, sent {expected}"


def _bare(event_id: str) -> str:
    """The provider's own id of an event; web chat puts the visitor before it."""
    return event_id if event_id.startswith("CA") else event_id.rpartition(":")[2]


def _everything_is_said_once_or_unknown(outbox: list[tuple[str, str, str]], sent: dict[str, int]) -> Counter[str]:
    states: Counter[str] = Counter()
    for reference, state, _ in outbox:
        states[state] += 1
        taken = sent.get(reference, 0)
        assert taken <= 1, f"{reference} was sent {taken} times"
        assert state in {"sent", "unknown"}, f"{reference} is {state}"
        assert state == "unknown" or taken == 1, f"{reference} is noted as sent, the provider never saw it"
    return states


def _everything_is_said_in_order(outbox: list[tuple[str, str, str]], taken: list[str]) -> None:
    position = {reference: index for index, reference in enumerate(taken)}
    last: dict[str, int] = {}
    for reference, _, conversation in outbox:
        if reference in position:
            assert position[reference] > last.get(conversation, -1), f"{conversation}: said out of order"
            last[conversation] = position[reference]
