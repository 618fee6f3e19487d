"""Searching many passages in both stores, beside a bare match query on the same Elasticsearch.

Passages and questions are made of the sample articles' own words, so that terms are as frequent as in real articles.
What is compared is what a caller waits for: the whole search, analysis, coverage and highlights included, against the
same client sending the same words in a ``match`` query and reading as many hits. Each question is put to all of them in
turn, so that a busy machine is busy for all alike; nobody has been asked it before.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import date
from itertools import islice
from pathlib import Path

from elasticsearch import AsyncElasticsearch

from benchmarks.http import quantile
from contact_center.embedded import ElasticsearchServer, PostgresServer
from kb.elastic import ElasticsearchStore, connect
from kb.evaluation import ARTICLES, QUESTIONS, read_articles, read_questions
from kb.open_postgres import postgres_store
from kb.postgres_memory import Memory
from kb.store import Passage, Query, SearchStore

TODAY = date(2026, 11, 22)
WORDS_A_PASSAGE = 90
PASSAGES_AN_ARTICLE = 5
HITS = 5
AT_ONCE = 4
PUT_AT_ONCE = 50
BATCH = 200
SLOW_S = 600.0
BARE = "bare match"

Ask = Callable[[str], Awaitable[object]]


async def report(folder: Path, *, passages: int = 50_000, questions: int = 300) -> None:
    """Start both servers below ``folder``, fill them, ask them, print."""
    texts = (question.text for question in read_questions(QUESTIONS))
    before, asked = list(islice(texts, questions)), list(islice(texts, questions))
    print(f"\n## search, {passages:,} passages, {len(asked)} questions of our own, {HITS} hits")
    postgres, elastic = PostgresServer(folder / "postgresql"), ElasticsearchServer(folder / "elasticsearch")
    with postgres, elastic:
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(connect(elastic.url, timeout_s=60.0))
            in_elastic = ElasticsearchStore(client, "bench")
            await in_elastic.ready()
            memory = Memory()
            in_postgres = [
                await stack.enter_async_context(postgres_store(postgres.url, "bench", memory=memory))
                for _ in range(AT_ONCE)
            ]
            await _fill_bare(client, passages)
            await _fill("elasticsearch", in_elastic, passages)
            await _fill("postgresql", in_postgres[0], passages)
            stores = {
                BARE: [_bare(client)] * AT_ONCE,
                "elasticsearch": [_search(in_elastic)] * AT_ONCE,
                "postgresql": [_search(store) for store in in_postgres],
            }
            await _compare(stores, before, asked)


async def _compare(stores: Mapping[str, Sequence[Ask]], before: Sequence[str], asked: Sequence[str]) -> None:
    await _timed(stores, before)  # the servers are warm, common terms are known
    first, again = await _timed(stores, asked), await _timed(stores, asked)
    rates = {name: await _rate(asks, asked) for name, asks in stores.items()}
    for name in stores:
        print(
            f"{name:14} {_figures(first, name)}   asked again {_figures(again, name)}   "
            f"{AT_ONCE} at once {rates[name]:5.0f}/s ({rates[BARE] / rates[name]:.2f} x)"
        )


def _figures(times: Mapping[str, Sequence[float]], name: str) -> str:
    p50, p95 = quantile(times[name], 0.5), quantile(times[name], 0.95)
    return f"p50 {p50:6.2f} ms ({p50 / quantile(times[BARE], 0.5):.2f} x) p95 {p95:6.2f} ms"


async def _timed(stores: Mapping[str, Sequence[Ask]], questions: Sequence[str]) -> dict[str, list[float]]:
    """Milliseconds, one question at a time."""
    times: dict[str, list[float]] = {name: [] for name in stores}
    for text in questions:
        for name, (ask, *_) in stores.items():
            began = time.perf_counter()
            await ask(text)
            times[name].append((time.perf_counter() - began) * 1000)
    return times


async def _rate(asks: Sequence[Ask], questions: Sequence[str]) -> float:
    """Questions a second, as many at once as there are ``asks``."""
    began = time.perf_counter()
    await asyncio.gather(*(_in_turn(ask, questions[start :: len(asks)]) for start, ask in enumerate(asks)))
    return len(questions) / (time.perf_counter() - began)


async def _in_turn(ask: Ask, questions: Sequence[str]) -> None:
    for text in questions:
        await ask(text)


def _search(store: SearchStore) -> Ask:
    async def ask(text: str) -> object:
        return await store.search(Query(text, at=TODAY, limit=HITS))

    return ask


def _bare(client: AsyncElasticsearch) -> Ask:
    async def ask(text: str) -> object:
        return await client.search(index="bare", query={"match": {"text": text}}, size=HITS)

    return ask


async def _fill(name: str, store: SearchStore, passages: int) -> None:
    began = time.perf_counter()
    await store.rebuild(_made(passages))
    rebuilt = time.perf_counter() - began
    few = [passage async for passage in _made(PUT_AT_ONCE, version=2)]
    began = time.perf_counter()
    await store.put(few)
    put = time.perf_counter() - began
    print(f"{name:14} rebuild {passages / rebuilt:7.0f} passages/s   put {len(few) / put:7.0f} passages/s")


async def _fill_bare(client: AsyncElasticsearch, passages: int) -> None:
    """The same texts in one field, analysed by the server, in one segment like ours: the least a search can do."""
    slow = client.options(request_timeout=SLOW_S)
    began = time.perf_counter()
    await client.indices.create(index="bare", mappings={"properties": {"text": {"type": "text"}}})
    batch: list[dict[str, object]] = []
    async for passage in _made(passages):
        batch += [{"index": {"_index": "bare"}}, {"text": f"{passage.title} {passage.text}"}]
        if len(batch) == 2 * BATCH:
            await slow.bulk(operations=batch)
            batch = []
    if batch:
        await slow.bulk(operations=batch)
    await slow.indices.refresh(index="bare")
    await slow.indices.forcemerge(index="bare", max_num_segments=1)
    print(f"{BARE:14} rebuild {passages / (time.perf_counter() - began):7.0f} passages/s")


async def _made(count: int, version: int = 1) -> AsyncIterator[Passage]:
    """Articles of passages that overlap, each article put together of two real ones."""
    real = list(read_articles(ARTICLES))
    dice = random.Random(1022)
    for article in range(count // PASSAGES_AN_ARTICLE):
        first, second = dice.choice(real), dice.choice(real)
        words = f"{first.text} {' '.join(first.questions)} {second.text} {' '.join(second.questions)}".split()
        for number in range(PASSAGES_AN_ARTICLE):
            start = dice.randrange(max(1, len(words) - WORDS_A_PASSAGE))
            text = " ".join(words[start : start + WORDS_A_PASSAGE])
            yield Passage(f"{article}:{number}", f"a{article}", version, first.title, second.heading, text)
