"""A candidate in shadow: its ranking is kept beside what was acted upon, and of what was sealed it keeps nothing."""

from pathlib import Path

from sqlalchemy import select

from contact_center.actors import SYSTEM
from contact_center.bot.models import Prediction
from contact_center.db import Transaction
from contact_center.learning import drift
from contact_center.learning.shadow import Shadow
from contact_center.learning.training import Candidate
from contact_center.learning.workshop import keep
from nlu.engine import EmbeddedEngine
from tests.integration.learning.people import corrected, told

LIGHT = "đèn đường hẻm nhà em tắt ba đêm nay"


async def in_shadow(tx: Transaction, engine: EmbeddedEngine, root: Path, folder: Path) -> Shadow:
    """The real model as a candidate."""
    version = engine.model_version
    (root / version).symlink_to(folder)
    await keep(tx, SYSTEM, Candidate(version, version, root / version, utterances=1, corrections=1))
    return Shadow(root)


async def rows(tx: Transaction) -> list[Prediction]:
    return list(await tx.session.scalars(select(Prediction).execution_options(populate_existing=True)))


async def test_every_new_message_is_read_once(
    tx: Transaction, engine: EmbeddedEngine, tmp_path: Path, model_folder: Path
) -> None:
    shadow = await in_shadow(tx, engine, tmp_path, model_folder)
    await told(tx, LIGHT, "GT-01")
    assert await shadow.sweep(tx) == 1
    assert await shadow.sweep(tx) == 0
    (row,) = await rows(tx)
    assert row.shadow_model == engine.model_version
    assert row.shadow_categories is not None
    assert row.shadow_categories[0]["code"] == "HT-01"
    assert row.categories[0]["code"] == "GT-01", "what was acted upon stays as it was"


async def test_how_often_both_agree_is_counted(
    tx: Transaction, engine: EmbeddedEngine, tmp_path: Path, model_folder: Path
) -> None:
    shadow = await in_shadow(tx, engine, tmp_path, model_folder)
    await told(tx, LIGHT, "GT-01")
    await told(tx, "đèn đường ấp 3 không sáng", "HT-01", peer="+84912345671")
    await shadow.sweep(tx)
    await told(tx, "đèn công viên tắt ngúm", "HT-01", peer="+84912345672")
    seen = await drift.drift(tx)
    assert seen.candidate == engine.model_version
    assert (seen.all.messages, seen.all.shadowed, seen.all.agreed) == (3, 2, 1)


async def test_without_a_candidate_nothing_is_read(tx: Transaction, tmp_path: Path) -> None:
    await told(tx, LIGHT, "HT-01")
    assert await Shadow(tmp_path).sweep(tx) == 0


async def test_sealing_takes_the_shadows_ranking_too(
    tx: Transaction, engine: EmbeddedEngine, tmp_path: Path, model_folder: Path
) -> None:
    shadow = await in_shadow(tx, engine, tmp_path, model_folder)
    ticket = await told(tx, "ông trưởng ấp nhận tiền của dân", "CB-01")
    await shadow.sweep(tx)
    await corrected(tx, ticket, "CB-02")
    (row,) = await rows(tx)
    assert (row.categories, row.shadow_model, row.shadow_categories) == ([], None, None)
    assert await shadow.sweep(tx) == 0
