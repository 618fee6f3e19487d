"""A small HTTP/1.1 client with kept connections: the load generator leaves the processor to what is measured."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """One request, ready to be written: nothing is computed while the clock runs."""

    raw: bytes

    @classmethod
    def make(
        cls, url: str, *, method: str = "POST", headers: dict[str, str] | None = None, body: bytes = b""
    ) -> "Request":
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        lines = [f"{method} {target} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        return cls("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


class Connection:
    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def send(self, request: Request) -> int:
        """The answer's status. Opens the connection when there is none; one that the server closed while it rested is
        opened again, as every client does. Raises ``OSError`` when it breaks."""
        rested = self._writer is not None
        try:
            return await self._send(request)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.close()
            if not rested:
                raise
        return await self._send(request)

    async def _send(self, request: Request) -> int:
        if self._writer is None or self._reader is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        self._writer.write(request.raw)
        head = await self._reader.readuntil(b"\r\n\r\n")
        await self._reader.readexactly(_length(head))
        return int(head[9:12])

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return int(line[15:])
    return 0


@dataclass(frozen=True, slots=True)
class Load:
    """What a run of requests measured: rate in requests a second, times in milliseconds."""

    rate: float
    p50_ms: float
    p99_ms: float
    statuses: dict[int, int]


async def as_fast_as_possible(base_url: str, requests: Sequence[Request], *, connections: int) -> Load:
    """Send every request once over ``connections`` kept connections, each waiting for its answer before the next."""
    parts = urlsplit(base_url)
    waiting = iter(requests)
    times: list[float] = []
    statuses: dict[int, int] = {}

    async def one_connection() -> None:
        connection = Connection(parts.hostname or "127.0.0.1", parts.port or 80)
        for request in waiting:
            began = time.perf_counter()
            status = await connection.send(request)
            times.append((time.perf_counter() - began) * 1000)
            statuses[status] = statuses.get(status, 0) + 1
        connection.close()

    began = time.perf_counter()
    await asyncio.gather(*(one_connection() for _ in range(connections)))
    return Load(len(times) / (time.perf_counter() - began), quantile(times, 0.5), quantile(times, 0.99), statuses)


async def paced(base_url: str, requests: Sequence[Request], *, per_second: float) -> AsyncIterator[tuple[int, float]]:
    """Send at a steady rate, however slow the answers; yields each request's index and the moment it was sent."""
    parts = urlsplit(base_url)
    idle: list[Connection] = []
    under_way: set[asyncio.Task[None]] = set()

    async def send(request: Request) -> None:
        connection = idle.pop() if idle else Connection(parts.hostname or "127.0.0.1", parts.port or 80)
        await connection.send(request)
        idle.append(connection)

    began = time.perf_counter()
    for index, request in enumerate(requests):
        await asyncio.sleep(max(0.0, began + index / per_second - time.perf_counter()))
        task = asyncio.create_task(send(request))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
        yield index, time.perf_counter()
    await asyncio.gather(*under_way)


def quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
