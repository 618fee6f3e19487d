"""Acceptance by each webhook, and the way from webhook to reply row."""

import asyncio
import json
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress

import psutil
import psycopg

from benchmarks.http import Load, Request, as_fast_as_possible, paced, quantile
from channels.simulator.citizen import SignedRequest, TwilioLine, ZaloAccount
from channels.webchat.signature import new_visitor, token_of
from contact_center.clock import utc_now
from tests.support.house import House

CONNECTIONS = 8
TEXTS = (
    "den duong hem 12 Ly Thuong Kiet tat ca tuan nay roi",
    "ống nước bể trước số 88 Thái Sanh Hạnh phường Mỹ Tho",
    "khai sinh cho con can giay to gi",
    "rac 4 ngay khong ai gom",
    "gap nhan vien",
)


async def report(house: House, *, requests: int, seconds: float, rate: float) -> None:
    """Print every figure with its peers, measured in the same run."""
    line, account = accounts_of(house)
    print(f"\n## accepting: {CONNECTIONS} connections, {requests} requests each, the worker standing still")
    with house.paused("worker"):
        await _acceptance(house, line, account, requests)
    await _settle(house)
    await _calls(house, line, requests // 10)
    await _turns(house, line, requests // 4)
    await _paced(house, line, seconds=seconds, rate=rate)


async def _acceptance(house: House, line: TwilioLine, account: ZaloAccount, requests: int) -> None:
    plain = await plain_inserts(house.database_url, requests)
    print(f"{'plain single-row insert':26} {plain:8.0f} /s")
    nothing = [_get(house.url + "/health/live")] * requests
    sms = [_request(line.sms(_phone(n), _text(n))) for n in range(requests)]
    zalo = [_request(account.text(_user(n), _text(n))) for n in range(requests)]
    await _measure(house.url, "do-nothing endpoint", nothing, plain)
    await _measure(house.url, "sms webhook", sms, plain)
    await _measure(house.url, "zalo webhook", zalo, plain)
    await _measure(house.url, "web chat message", _web_messages(house, requests), plain)


async def _calls(house: House, line: TwilioLine, count: int) -> None:
    print("\n## calls, answered inline")
    calls = [_request(line.call(_phone(n), f"CA{n:032x}")) for n in range(count)]
    plain = await plain_inserts(house.database_url, count)
    await _measure(house.url, "first turn of a call", calls, plain)


def accounts_of(house: House) -> tuple[TwilioLine, ZaloAccount]:
    secrets = house.accounts
    line = TwilioLine(house.url, secrets["TWILIO_ACCOUNT_SID"], secrets["TWILIO_AUTH_TOKEN"])
    account = ZaloAccount(house.url, secrets["ZALO_APP_ID"], secrets["ZALO_OA_ID"], secrets["ZALO_OA_SECRET_KEY"])
    return line, account


async def _measure(base: str, name: str, requests: Sequence[Request], plain: float) -> Load:
    load = await as_fast_as_possible(base, requests, connections=CONNECTIONS)
    refused = {status: count for status, count in load.statuses.items() if status >= 300}
    print(
        f"{name:26} {load.rate:8.0f} /s   p50 {load.p50_ms:7.2f} ms   p99 {load.p99_ms:7.2f} ms   "
        f"{load.rate / plain:5.2f} x plain insert" + (f"   REFUSED {refused}" if refused else "")
    )
    return load


async def plain_inserts(database_url: str, count: int) -> float:
    """Single-row inserts a second, each its own commit, over as many connections as the webhooks get."""
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as admin:
        await admin.execute("create table if not exists bench_plain (id uuid primary key, body text)")
    connections = [await psycopg.AsyncConnection.connect(database_url, autocommit=True) for _ in range(CONNECTIONS)]
    rows = iter([(uuid.uuid4(), "x" * 400) for _ in range(count)])

    async def insert(connection: psycopg.AsyncConnection) -> None:
        for row in rows:
            await connection.execute("insert into bench_plain values (%s, %s)", row)

    began = time.perf_counter()
    await asyncio.gather(*(insert(connection) for connection in connections))
    rate = count / (time.perf_counter() - began)
    for connection in connections:
        await connection.close()
    return rate


def _web_messages(house: House, count: int) -> list[Request]:
    """One message each from many visitors, with tokens as the house signs them."""
    secret = house.environment_secret
    return [_web_message(house.url, token_of(new_visitor(utc_now()), secret), _text(n)) for n in range(count)]


def _web_message(base: str, token: str, text: str) -> Request:
    return Request.make(
        base + "/channels/web/messages",
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        body=json.dumps({"client_id": str(uuid.uuid4()), "text": text}).encode(),
    )


async def _turns(house: House, line: TwilioLine, count: int) -> None:
    """Everything at once, then how fast the worker answers what waits."""
    requests = [_request(line.sms(_phone(100_000 + n), _text(n))) for n in range(count)]
    began = time.perf_counter()
    await as_fast_as_possible(house.url, requests, connections=CONNECTIONS)
    await _settle(house, WAITING)
    took = time.perf_counter() - began
    print(f"\n## bot turns end to end (webhook, understanding, flow, reply row): {count / took:.0f} /s")
    await _settle(house)


async def _paced(house: House, line: TwilioLine, *, seconds: float, rate: float) -> None:
    """From the moment a webhook is sent to the moment its reply row can be read by somebody else."""
    count = int(seconds * rate)
    requests = [_request(line.sms(_phone(200_000 + n), _text(n))) for n in range(count)]
    sent: dict[str, float] = {}
    seen: dict[str, float] = {}
    watching = asyncio.create_task(_watch(house.database_url, seen, count))
    before = processor_seconds(house)
    async for index, moment in paced(house.url, requests, per_second=rate):
        sent[_phone(200_000 + index)] = moment
    await asyncio.wait_for(watching, 60)
    times = [(seen[phone] - sent[phone]) * 1000 for phone in sent]
    print(
        f"## webhook to reply row at {rate:.0f} messages/s for {seconds:.0f} s: p50 {quantile(times, 0.5):.0f} ms   "
        f"p95 {quantile(times, 0.95):.0f} ms   p99 {quantile(times, 0.99):.0f} ms"
    )
    await _settle(house)
    spent = {name: seconds - before.get(name, 0.0) for name, seconds in processor_seconds(house).items()}
    each = "   ".join(f"{name} {seconds / count * 1000:.1f}" for name, seconds in spent.items())
    print(f"processor time a message, reply and receipts included, in ms: {each}")


async def _watch(database_url: str, seen: dict[str, float], count: int) -> None:
    query = "select seq, payload->>'to' from outbox where seq > %s order by seq"
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection:
        newest = (await (await connection.execute("select coalesce(max(seq), 0) from outbox")).fetchone() or (0,))[0]
        while len(seen) < count:
            # Rows commit out of the order of their numbers, so look back a little.
            for seq, phone in await (await connection.execute(query, (newest - 200,))).fetchall():
                newest = max(newest, seq)
                if _is_ours(phone):
                    seen.setdefault(phone, time.perf_counter())
            await asyncio.sleep(0.004)


def _is_ours(phone: str) -> bool:
    return phone.startswith("+849002")


WAITING = "select count(*) from inbox where state = 'new'"
LEAVING = "select count(*) from outbox where state in ('queued', 'sending')"


async def _settle(house: House, *queries: str) -> None:
    """Wait until everything is handled, and sent, so that one measurement does not pay for another."""
    async with await psycopg.AsyncConnection.connect(house.database_url, autocommit=True) as connection:
        for query in queries or (WAITING, LEAVING, WAITING):  # what left brings receipts
            while True:
                row = await (await connection.execute(query.encode())).fetchone()
                if row == (0,):
                    break
                await asyncio.sleep(0.02)


def processor_seconds(house: House) -> dict[str, float]:
    """What each process of the house, with its children, has used so far."""
    return {name: _seconds_of(psutil.Process(pid)) for name, pid in house.state["processes"].items()}


def _seconds_of(process: psutil.Process) -> float:
    seconds = 0.0
    for one in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            seconds += sum(one.cpu_times()[:2])
    return seconds


def _phone(n: int) -> str:
    return f"+8490{n:07d}"


def _user(n: int) -> str:
    return str(5_000_000_000_000_000_000 + n)


def _text(n: int) -> str:
    return TEXTS[n % len(TEXTS)]


def _get(url: str) -> Request:
    return Request.make(url, method="GET")


def _request(signed: SignedRequest) -> Request:
    return Request.make(signed.url, headers=dict(signed.headers), body=signed.body)
