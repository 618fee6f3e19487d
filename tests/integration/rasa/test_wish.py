"""The keeper hears from the database which model answers citizens, and goes on with what it heard last without it."""

import asyncio
from pathlib import Path

import pytest

from contact_center.actors import SYSTEM
from contact_center.db import Database
from contact_center.learning import serving
from contact_center.learning.training import Candidate, shipped_version
from contact_center.learning.workshop import keep
from contact_center.rasa import wish
from contact_center.rasa.archives import Archives, version_in
from contact_center.rasa.build import build_in_force
from contact_center.rasa.wish import ModelInForce

SHIPPED, CANDIDATE = "shipped00000", "candidate000"


async def promote(database: Database, shipped: str = SHIPPED) -> None:
    async with database.transaction() as tx:
        model = await keep(tx, SYSTEM, Candidate(CANDIDATE, shipped, Path(), utterances=0, corrections=0))
        await serving.put_in_force(tx, SYSTEM, model, shipped=shipped)


def hears(url: str, shipped: str = SHIPPED) -> str | None:
    """As the keeper asks, in a thread that has no loop."""
    return ModelInForce(url, shipped).ask_once()


async def test_the_model_in_force_is_heard_and_after_an_upgrade_it_is_the_shipped_one(
    database: Database, database_url: str
) -> None:
    assert await asyncio.to_thread(hears, database_url) == SHIPPED
    await promote(database)
    assert await asyncio.to_thread(hears, database_url) == CANDIDATE
    assert await asyncio.to_thread(hears, database_url, "newer0000000") == "newer0000000"


def test_without_a_database_nothing_is_wished() -> None:
    assert hears("postgresql://nobody@127.0.0.1:9/nothing") is None


async def test_what_was_heard_last_holds_while_the_database_is_away(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await promote(database)
    monkeypatch.setattr(wish, "ASK_EVERY_S", 0.0)

    def before_and_after() -> list[str | None]:
        asking = ModelInForce(database_url, SHIPPED)
        heard = [asking.look()]
        asking._database = Database("postgresql://nobody@127.0.0.1:9/nothing")
        heard.append(asking.look())
        asking.close()
        return heard

    assert await asyncio.to_thread(before_and_after) == [CANDIDATE, CANDIDATE]


@pytest.mark.parametrize(("has_folder", "carried"), [(True, CANDIDATE), (False, "shipped")])
async def test_the_hotline_starts_with_rasa_around_the_model_in_force_or_around_the_shipped_one_where_that_is_lost(
    database: Database,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    has_folder: bool,
    carried: str,
) -> None:
    shipped = shipped_version()
    await promote(database, shipped)
    for version in [shipped, CANDIDATE] if has_folder else [shipped]:
        (tmp_path / "nlu" / version).mkdir(parents=True)
        (tmp_path / "nlu" / version / "model.json").write_text("{}")
    program = tmp_path / "python"  # in place of Rasa's, whose training is tried in tests/rasa
    program.write_text('#!/bin/sh\ntouch "$4"\n')
    program.chmod(0o755)
    monkeypatch.setenv("RASA_PYTHON", str(program))
    monkeypatch.setenv("NLU_MODEL_DIR", str(tmp_path / "nlu"))
    monkeypatch.setenv("DATABASE_URL", database_url)
    archive = await asyncio.to_thread(build_in_force, Archives(tmp_path / "models"), tmp_path)
    assert archive.is_file()
    assert version_in(archive) == (shipped if carried == "shipped" else carried)
