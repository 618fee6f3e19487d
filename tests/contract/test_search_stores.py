"""What every search store does, on a real Elasticsearch and a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date

import pytest
import pytest_asyncio

from kb.elastic import ElasticsearchStore, connect
from kb.open_postgres import postgres_store
from kb.postgres_memory import Memory
from kb.store import Found, Passage, Query, SearchStore
from kb.synonyms import SynonymTable
from tests.support.servers import ServerAddress

TODAY = date(2026, 11, 22)
SYNONYMS = SynonymTable.of([["cúp điện", "mất điện"], ["chứng minh nhân dân", "căn cước"]])

BIRTH = Passage(
    id="birth:answer",
    article_id="birth",
    version=1,
    title="Đăng ký khai sinh",
    heading="",
    text="Cha mẹ đăng ký khai sinh cho con trong 60 ngày tại Ủy ban nhân dân xã, phường.",
    questions=("làm giấy khai sinh ở đâu",),
    kind="procedure",
    categories=("HT-01",),
)
BIRTH_FEE = replace(BIRTH, id="birth:fees", heading="Lệ phí", text="Đúng hạn thì không thu lệ phí.")
DEATH = Passage(
    id="death:answer",
    article_id="death",
    version=1,
    title="Đăng ký khai tử",
    heading="",
    text="Người thân báo tử trong 15 ngày để được cấp trích lục khai tử.",
    kind="procedure",
    categories=("HT-02",),
)
POWER = Passage(
    id="power:answer",
    article_id="power",
    version=1,
    title="Mất điện thì gọi ai",
    heading="",
    text="Anh/chị gọi tổng đài điện lực để báo mất điện.",
)
IDENTITY = Passage(
    id="identity:answer",
    article_id="identity",
    version=1,
    title="Cấp đổi thẻ căn cước",
    heading="",
    text="Anh/chị đến công an xã, phường để làm lại thẻ căn cước.",
)
EVERYTHING = (BIRTH, BIRTH_FEE, DEATH, POWER, IDENTITY)


@asynccontextmanager
async def opened(kind: str, request: pytest.FixtureRequest) -> AsyncIterator[SearchStore]:
    name: str = request.getfixturevalue("index_name")
    if kind == "postgres":
        server: ServerAddress = request.getfixturevalue("postgres")
        async with postgres_store(server.url, name, SYNONYMS) as store:
            yield store
        return
    async with connect(request.getfixturevalue("elasticsearch_url"), timeout_s=30.0) as client:
        elastic = ElasticsearchStore(client, name, synonyms=SYNONYMS)
        await elastic.ready()
        yield elastic
        await elastic.drop()


@pytest_asyncio.fixture(params=["postgres", "elasticsearch"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[SearchStore]:
    async with opened(request.param, request) as one:
        yield one


def ask(text: str, **narrower: object) -> Query:
    return replace(Query(text, at=TODAY), **narrower)  # type: ignore[arg-type] # the tests name real fields


def articles(found: Iterable[Found]) -> list[str]:
    return [one.article_id for one in found]


async def inventory(store: SearchStore) -> dict[str, int]:
    return {key: version async for key, version in store.inventory()}


async def stream(passages: Sequence[Passage]) -> AsyncIterator[Passage]:
    for passage in passages:
        yield passage


# --- finding ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("làm giấy khai sinh cho con", "birth"),
        ("lam giay khai sinh cho con", "birth"),
        ("LÀM GIẤY KHAI SINH???", "birth"),
        ("khai sihn cho con ơ đau", "birth"),
        ("giaykhai sinh", "birth"),
        ("ba tôi mới qua đời, khai tử ở đâu", "death"),
        ("nhà tôi cúp điện", "power"),
        ("đổi chứng minh nhân dân", "identity"),
        ("lam lai cccd", "identity"),
    ],
)
async def test_a_question_finds_its_article_however_it_is_written(
    store: SearchStore, question: str, article: str
) -> None:
    await store.put(EVERYTHING)
    assert articles(await store.search(ask(question)))[:1] == [article]


@pytest.mark.parametrize("question", ["", "   ", "😀", "dạ cho em hỏi với ạ", "???"])
async def test_a_question_without_a_word_finds_nothing(store: SearchStore, question: str) -> None:
    await store.put(EVERYTHING)
    assert await store.search(ask(question)) == []


async def test_an_empty_store_finds_nothing(store: SearchStore) -> None:
    assert await store.search(ask("khai sinh")) == []
    assert await store.suggest("khai", "public", TODAY) == []
    assert await store.did_you_mean("khai sihn") is None
    assert await inventory(store) == {}


async def test_an_article_is_found_once_by_its_best_passage(store: SearchStore) -> None:
    await store.put(EVERYTHING)
    found = await store.search(ask("lệ phí khai sinh bao nhiêu"))
    assert articles(found).count("birth") == 1
    assert found[0].passage_id == "birth:fees"


async def test_ranking_alone_gives_the_same_order(store: SearchStore) -> None:
    await store.put(EVERYTHING)
    found = await store.search(ask("đăng ký khai sinh"))
    assert [(one.passage_id, one.score) for one in await store.rank(ask("đăng ký khai sinh"))] == [
        (one.passage_id, one.score) for one in found
    ]


async def test_coverage_tells_a_full_answer_from_a_chance_word(store: SearchStore) -> None:
    await store.put(EVERYTHING)
    full = (await store.search(ask("đăng ký khai sinh")))[0]
    chance = (await store.search(ask("khai quật mộ cổ thời nhà Lý")))[0]
    assert full.coverage > 0.9
    assert chance.coverage < 0.3


async def test_highlights_stand_in_the_text_as_it_was_given(store: SearchStore) -> None:
    await store.put(EVERYTHING)
    found = (await store.search(ask("dang ky khai sinh cho con")))[0]
    assert found.passage_id == "birth:answer"
    assert BIRTH.text[found.highlights[0].start : found.highlights[0].end] == "đăng ký khai sinh"


async def test_both_stores_give_nearly_the_same_scores(request: pytest.FixtureRequest, index_name: str) -> None:
    scores = []
    for kind in ("postgres", "elasticsearch"):
        async with opened(kind, request) as one:
            await one.put(EVERYTHING)
            scores.append({found.article_id: found for found in await one.search(ask("đăng ký khai sinh, khai tử"))})
    for article, found in scores[0].items():
        assert scores[1][article].score == pytest.approx(found.score, rel=0.05)
        assert scores[1][article].coverage == pytest.approx(found.coverage)


async def test_several_processes_may_make_the_index_at_once(elasticsearch_url: str, index_name: str) -> None:
    async with connect(elasticsearch_url, timeout_s=30.0) as client:
        stores = [ElasticsearchStore(client, index_name) for _ in range(4)]
        await asyncio.gather(*(one.ready() for one in stores))
        await stores[0].put(EVERYTHING)
        assert len(await inventory(stores[1])) == len(EVERYTHING)
        await stores[0].drop()


async def test_an_index_laid_out_by_another_version_of_the_program_is_made_anew(
    elasticsearch_url: str, index_name: str
) -> None:
    async with connect(elasticsearch_url, timeout_s=30.0) as client:
        await client.indices.create(
            index=f"{index_name}-first", aliases={index_name: {}}, mappings={"dynamic": "strict", "properties": {}}
        )
        store = ElasticsearchStore(client, index_name)
        await store.ready()
        await store.put(EVERYTHING)
        assert articles(await store.search(ask("khai sinh", limit=1))) == ["birth"]
        await store.ready()
        assert len(await inventory(store)) == len(EVERYTHING)
        await store.drop()


async def test_what_a_process_remembers_is_never_older_than_what_its_transaction_sees(
    postgres: ServerAddress, index_name: str
) -> None:
    memory = Memory()
    async with (
        postgres_store(postgres.url, index_name, memory=memory) as editor,
        postgres_store(postgres.url, index_name, memory=memory) as reader,
    ):
        await editor.rebuild(stream([BIRTH]))
        assert articles(await reader.search(ask("khai tử"))) == ["birth"]
        await editor.put([DEATH])  # not committed
        assert articles(await editor.search(ask("khai tử"))) == ["death", "birth"]
        assert articles(await reader.search(ask("khai tử"))) == ["birth"]
        await editor.rebuild(stream([DEATH]))
        assert articles(await reader.search(ask("khai tử"))) == ["death"]


async def test_a_change_during_a_rebuild_is_in_the_new_index(elasticsearch_url: str, index_name: str) -> None:
    async with connect(elasticsearch_url, timeout_s=30.0) as client:
        store, editor = ElasticsearchStore(client, index_name), ElasticsearchStore(client, index_name)
        await store.ready()
        await store.put([BIRTH, POWER])

        async def read_slowly() -> AsyncIterator[Passage]:
            yield BIRTH
            await editor.put([replace(BIRTH, version=2)])
            await editor.remove([POWER.id], version=1)
            assert articles(await editor.search(ask("khai sinh"))) == ["birth"]
            yield POWER

        await store.rebuild(read_slowly())
        assert await inventory(store) == {BIRTH.id: 2}
        await store.drop()


# --- who may see what -------------------------------------------------------------------------------------------------


async def test_what_is_internal_is_shown_to_those_who_answer_and_to_nobody_else(store: SearchStore) -> None:
    await store.put([replace(BIRTH, audience="internal"), DEATH])
    assert articles(await store.search(ask("khai sinh"))) == ["death"]
    assert articles(await store.search(ask("khai sinh", audience="internal")))[0] == "birth"
    assert await store.suggest("khai sinh", "public", TODAY) == []


async def test_an_article_is_found_while_it_holds(store: SearchStore) -> None:
    await store.put([replace(POWER, valid_from=date(2026, 11, 22), valid_to=date(2026, 11, 23))])
    days = [date(2026, 11, day) for day in (21, 22, 23, 24)]
    assert [bool(await store.search(ask("mất điện", at=day))) for day in days] == [False, True, True, False]


async def test_a_notice_is_found_where_it_concerns_people(store: SearchStore) -> None:
    await store.put([replace(POWER, places=("28249", "28252")), replace(POWER, id="all", article_id="all")])
    assert set(articles(await store.search(ask("mất điện", places=("28249",))))) == {"power", "all"}
    assert articles(await store.search(ask("mất điện", places=("28300",)))) == ["all"]
    assert set(articles(await store.search(ask("mất điện")))) == {"power", "all"}


async def test_what_is_for_one_unit_is_for_no_other(store: SearchStore) -> None:
    await store.put([replace(POWER, units=("dien-luc",))])
    assert articles(await store.search(ask("mất điện", units=("dien-luc", "so-xd")))) == ["power"]
    assert await store.search(ask("mất điện", units=("so-xd",))) == []
    assert await store.search(ask("mất điện")) == []


async def test_kinds_narrow(store: SearchStore) -> None:
    await store.put([BIRTH, replace(DEATH, kind="notice")])
    assert articles(await store.search(ask("đăng ký", kinds=("notice",)))) == ["death"]


async def test_filters_come_before_the_limit(store: SearchStore) -> None:
    hidden = [replace(BIRTH, id=f"hidden{n}", article_id=f"hidden{n}", audience="internal") for n in range(30)]
    await store.put([*hidden, DEATH])
    assert articles(await store.search(ask("đăng ký khai sinh", limit=1))) == ["death"]


async def test_passages_of_one_article_do_not_crowd_out_the_others(store: SearchStore) -> None:
    many = [replace(BIRTH, id=f"birth:{n}") for n in range(60)]
    await store.put([*many, DEATH])
    assert articles(await store.search(ask("đăng ký khai sinh", limit=2))) == ["birth", "death"]


async def test_a_favoured_category_goes_first_among_equals(store: SearchStore) -> None:
    await store.put([BIRTH, replace(BIRTH, id="late:answer", article_id="late", categories=("HT-09",))])
    assert articles(await store.search(ask("đăng ký khai sinh", favour=("HT-09",))))[0] == "late"
    assert articles(await store.search(ask("đăng ký khai sinh", favour=("HT-01",))))[0] == "birth"


# --- keeping up -------------------------------------------------------------------------------------------------------


async def test_a_new_version_replaces_the_old_one_whole(store: SearchStore) -> None:
    await store.put([BIRTH])
    await store.put([replace(BIRTH, version=2, title="Nuôi con nuôi", text="Nhận con nuôi.", questions=())])
    assert await store.search(ask("khai sinh")) == []
    assert articles(await store.search(ask("con nuôi"))) == ["birth"]
    assert await inventory(store) == {"birth:answer": 2}


async def test_an_older_write_never_wins_whatever_the_order(store: SearchStore) -> None:
    await store.put([replace(BIRTH, version=3)])
    await store.put([replace(BIRTH, version=2, text="cũ")])
    await store.remove(["birth:answer"], version=2)
    assert await inventory(store) == {"birth:answer": 3}


async def test_what_was_removed_is_not_brought_back_by_a_late_write(store: SearchStore) -> None:
    await store.put([BIRTH, DEATH])
    await store.remove(["birth:answer", "never-there"], version=1)
    await store.put([BIRTH])
    assert articles(await store.search(ask("khai sinh"))) == ["death"]
    assert await inventory(store) == {"death:answer": 1}
    await store.put([replace(BIRTH, version=2)])
    assert await inventory(store) == {"birth:answer": 2, "death:answer": 1}


async def test_writing_the_same_twice_changes_nothing(store: SearchStore) -> None:
    await store.put(EVERYTHING)
    before = articles(await store.search(ask("khai sinh")))
    await store.put(EVERYTHING)
    assert articles(await store.search(ask("khai sinh"))) == before
    assert len(await inventory(store)) == len(EVERYTHING)


async def test_nothing_written_is_nothing_wrong(store: SearchStore) -> None:
    await store.put([])
    await store.remove([], version=1)
    assert await inventory(store) == {}


async def test_a_rebuild_leaves_exactly_what_it_was_given(store: SearchStore) -> None:
    await store.put([BIRTH, POWER])
    told: list[int] = []
    assert await store.rebuild(stream([replace(DEATH, version=7), POWER]), told.append) == 2
    assert told[-1] == 2
    assert await inventory(store) == {"death:answer": 7, "power:answer": 1}
    assert articles(await store.search(ask("khai sinh tử"))) == ["death"]


async def test_a_store_can_be_rebuilt_again_and_again(store: SearchStore) -> None:
    for _ in range(3):
        await store.rebuild(stream(EVERYTHING))
    assert len(await inventory(store)) == len(EVERYTHING)


async def test_many_small_writes_add_up(store: SearchStore) -> None:
    for number in range(40):
        await store.put(
            [replace(DEATH, id=f"d{number}", article_id=f"d{number}", text=f"khai tử lần {number} x{number}y")]
        )
    assert len(await store.search(ask("khai tử", limit=40))) == 40
    assert articles(await store.search(ask("x17y")))[0] == "d17"


# --- typing -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["khai s", "KHAI SI", "khai sinh", "dang ky khai si", "sinh kh"])
async def test_titles_are_suggested_while_somebody_types(store: SearchStore, typed: str) -> None:
    await store.put(EVERYTHING)
    assert [one.article_id for one in await store.suggest(typed, "public", TODAY)] == ["birth"]


async def test_a_question_is_suggested_where_the_title_has_other_words(store: SearchStore) -> None:
    await store.put(EVERYTHING)
    suggestions = await store.suggest("làm giấy", "public", TODAY)
    assert [one.text for one in suggestions] == ["làm giấy khai sinh ở đâu"]


@pytest.mark.parametrize(
    ("typed", "meant"), [("khai sihn", "khai sinh"), ("thẻ căn cướcc", "thẻ căn cước"), ("khai sinh", None)]
)
async def test_a_mistyped_word_is_asked_back(store: SearchStore, typed: str, meant: str | None) -> None:
    await store.put(EVERYTHING)
    assert await store.did_you_mean(typed) == meant
