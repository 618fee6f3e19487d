"""Searching many passages in both stores, beside a bare match query on the same Elasticsearch.

Passages and questions are made of the sample articles' own words, so that terms are as frequent as in real articles.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path

from elasticsearch import AsyncElasticsearch

from benchmarks.http import quantile
from contact_center.embedded import ElasticsearchServer, PostgresServer
from kb.elastic import ElasticsearchStore, connect
from kb.evaluation import ARTICLES, QUESTIONS, read_articles, read_questions
from kb.open_postgres import postgres_store
from kb.store import Passage, Query, SearchStore

TODAY = date(2026, 11, 22)
WORDS_A_PASSAGE = 90
PASSAGES_AN_ARTICLE = 5
AT_ONCE = 4
PUT_AT_ONCE = 50

Ask = Callable[[str], Awaitable[object]]


async def report(folder: Path, *, passages: int = 50_000, questions: int = 300) -> None:
    """Start both servers below ``folder``, fill them, ask them, print."""
    asked = [question.text for question in read_questions(QUESTIONS)][:questions]
    print(f"\n## search, {passages:,} passages, {len(asked)} questions of our own")
    postgres, elastic = PostgresServer(folder / "postgresql"), ElasticsearchServer(folder / "elasticsearch")
    with postgres, elastic:
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(connect(elastic.url, timeout_s=60.0))
            in_elastic = ElasticsearchStore(client, "bench")
            await in_elastic.ready()
            in_postgres = await stack.enter_async_context(postgres_store(postgres.url, "bench"))
            for name, store in (("elasticsearch", in_elastic), ("postgresql", in_postgres)):
                await _fill(name, store, passages)
            bare = await _bare(client, passages)
            plain = await _ask("bare match", bare, asked)
            for name, store in (("elasticsearch", in_elastic), ("postgresql", in_postgres)):
                p50 = await _ask(name, _search(store), asked)
                print(f"{name:14} p50 is {p50 / plain:.2f} times a bare match query")


def _search(store: SearchStore) -> Ask:
    async def ask(text: str) -> object:
        return await store.search(Query(text, at=TODAY))

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


async def _bare(client: AsyncElasticsearch, passages: int) -> Ask:
    """The same texts in one field, analysed by the server, asked with one match query: the least a search can do."""
    await client.indices.create(index="bare", mappings={"properties": {"text": {"type": "text"}}})
    batch: list[dict[str, object]] = []
    async for passage in _made(passages):
        batch += [{"index": {"_index": "bare"}}, {"text": f"{passage.title} {passage.text}"}]
        if len(batch) >= 1000:
            await client.bulk(operations=batch)
            batch = []
    await client.bulk(operations=[*batch, {"index": {"_index": "bare"}}, {"text": "hết"}], refresh=True)

    async def ask(text: str) -> object:
        return await client.search(index="bare", query={"match": {"text": text}}, size=5)

    return ask


async def _ask(name: str, ask: Ask, questions: Sequence[str]) -> float:
    """Milliseconds of the middle question, one at a time."""
    for text in questions:  # everything is warm, the terms are known
        await ask(text)
    times = []
    for text in questions:
        began = time.perf_counter()
        await ask(text)
        times.append((time.perf_counter() - began) * 1000)
    began = time.perf_counter()
    if name != "postgresql":  # its session is one connection
        await asyncio.gather(*(_in_turn(ask, questions[start::AT_ONCE]) for start in range(AT_ONCE)))
    else:
        await _in_turn(ask, questions)
    rate = len(questions) / (time.perf_counter() - began)
    p50 = quantile(times, 0.5)
    print(f"{name:14} p50 {p50:7.2f} ms   p95 {quantile(times, 0.95):7.2f} ms   {rate:7.0f} questions/s")
    return p50


async def _in_turn(ask: Ask, questions: Sequence[str]) -> None:
    for text in questions:
        await ask(text)


async def _made(count: int, version: int = 1) -> AsyncIterator[Passage]:
    """Pieces of two articles, each put together anew."""
    real = list(read_articles(ARTICLES))
    dice = random.Random(1022)
    for number in range(count):
        first, second = dice.choice(real), dice.choice(real)
        words = f"{first.text} {' '.join(first.questions)} {second.text} {' '.join(second.questions)}".split()
        start = dice.randrange(max(1, len(words) - WORDS_A_PASSAGE))
        article = number // PASSAGES_AN_ARTICLE
        text = " ".join(words[start : start + WORDS_A_PASSAGE])
        yield Passage(str(number), f"a{article}", version, first.title, second.heading, text)
