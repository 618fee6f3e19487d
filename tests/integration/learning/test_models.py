"""A candidate's way: trained with accepted labels, compared, promoted or refused, taken back; processes that follow."""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from contact_center.actors import SYSTEM
from contact_center.db import Database
from contact_center.errors import Conflict
from contact_center.learning import repository, reviewing, serving
from contact_center.learning.comparing import Scores, development_data
from contact_center.learning.serving import ModelFollower, ServingEngine
from contact_center.learning.training import Candidate
from contact_center.learning.workshop import Workshop, keep
from contact_center.staff import service as staff
from nlu.corpus import Utterance, corpus_files, load_corpus
from nlu.engine import EmbeddedEngine
from nlu.models import train_and_save
from nlu.train import TrainSettings
from tests.integration.learning.people import DISPATCHER, corrected, proposals, told
from tests.support.waiting import eventually

SHIPPED, CANDIDATE = "shipped00000", "candidate000"
VIEW = "accented"


def slice_of_the_corpus(every: int) -> list[Utterance]:
    return [one for number, one in enumerate(load_corpus(corpus_files())) if number % every == 0]


@pytest.fixture(scope="module")
def poor_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of hardly any data."""
    folder = tmp_path_factory.mktemp("poor") / SHIPPED
    settings = replace(TrainSettings(), typo_share=0.0)
    train_and_save(slice_of_the_corpus(60), settings, SHIPPED, folder, lambda words: None)
    return folder


@pytest.fixture
def root(tmp_path: Path, poor_model: Path) -> Path:
    """A folder of models: the shipped one, and a candidate of the same weights under another name."""
    for version in (SHIPPED, CANDIDATE):
        shutil.copytree(poor_model, tmp_path / version)
    meta = tmp_path / CANDIDATE / "model.json"
    meta.write_text(meta.read_text("utf-8").replace(SHIPPED, CANDIDATE), "utf-8")
    return tmp_path


def workshop(database: Database, root: Path) -> Workshop:
    corpus = slice_of_the_corpus(20)
    return Workshop(database, root, lambda words: None, shipped=SHIPPED, corpus=corpus, views=(VIEW,))


async def keep_candidate(database: Database, root: Path) -> None:
    """As if it had just been trained."""
    async with database.transaction() as tx:
        await keep(tx, SYSTEM, Candidate(CANDIDATE, SHIPPED, root / CANDIDATE, utterances=0, corrections=0))


async def promote(database: Database) -> None:
    async with database.transaction() as tx:
        model = await serving.candidate_of(tx, CANDIDATE)
        await serving.put_in_force(tx, SYSTEM, model, shipped=SHIPPED)


async def scored(database: Database, **worst: float) -> None:
    """The candidate was measured before, with these figures."""
    figures = {"top1": 1.0, "emergency_recall": 1.0, "sealed_recall": 1.0, "intent": 1.0} | worst
    async with database.transaction() as tx:
        model = await serving.candidate_of(tx, CANDIDATE)
        model.figures = {"development": Scores(development_data(), figures, {VIEW: figures}).as_json()}


async def accept_labels(database: Database, count: int = 8) -> None:
    """Lights out, taken for potholes, put right, and the correction accepted."""
    async with database.transaction() as tx:
        for number in range(count):
            ticket = await told(tx, f"bóng đèn số {number} tối thui", "HT-03", peer=f"+8491234560{number}")
            await corrected(tx, ticket, "HT-01")
        for row in await proposals(tx):
            await reviewing.decide(tx, DISPATCHER, row.id, accept=True)


async def test_without_an_accepted_label_there_is_nothing_to_train(database: Database, root: Path) -> None:
    with pytest.raises(Conflict) as refused:
        await workshop(database, root).train(SYSTEM)
    assert refused.value.details["reason"] == "nothing_to_learn"


async def test_a_candidate_is_trained_with_accepted_labels_and_answers_nobody_before_it_is_promoted(
    database: Database, root: Path
) -> None:
    await accept_labels(database)
    process = ServingEngine(EmbeddedEngine.load(root / SHIPPED))
    candidate = await workshop(database, root).train(SYSTEM)
    assert candidate.corrections > 0
    assert not await ModelFollower(database, process, root).look()
    async with database.transaction() as tx:
        shadow = await repository.shadowing(tx)
    assert shadow is not None
    assert shadow.version == candidate.version
    comparison = await workshop(database, root).promote(SYSTEM)
    assert comparison.dropped == ()
    assert process.understand("đèn tắt", "sms").model == SHIPPED
    assert await ModelFollower(database, process, root).look()
    assert process.understand("đèn tắt", "sms").model == candidate.version


async def answers_with(process: ServingEngine, version: str) -> None:
    async def does() -> bool:
        return process.understand("đèn tắt", "sms").model == version

    await eventually(does, what=f"{version} answers")


async def test_running_processes_go_back_as_fast_as_they_moved_on(database: Database, root: Path) -> None:
    await keep_candidate(database, root)
    process = ServingEngine(EmbeddedEngine.load(root / SHIPPED))
    follower = asyncio.create_task(ModelFollower(database, process, root).run())
    await promote(database)
    await answers_with(process, CANDIDATE)
    assert await workshop(database, root).roll_back(SYSTEM) == SHIPPED
    await answers_with(process, SHIPPED)
    follower.cancel()
    with pytest.raises(Conflict):
        await workshop(database, root).roll_back(SYSTEM)


@pytest.mark.parametrize("figure", ["top1", "emergency_recall", "sealed_recall", "intent"])
async def test_a_candidate_worse_in_a_guarded_figure_is_refused_and_nothing_changes(
    database: Database, root: Path, figure: str
) -> None:
    await keep_candidate(database, root)
    await scored(database, **{figure: -1.0})
    comparison = await workshop(database, root).promote(SYSTEM)
    assert comparison.dropped == (figure,)
    async with database.transaction() as tx:
        assert (await serving.in_force(tx, SHIPPED)).version == SHIPPED


async def test_a_model_of_other_code_does_not_serve_after_an_upgrade(database: Database, root: Path) -> None:
    await keep_candidate(database, root)
    await promote(database)
    async with database.transaction() as tx:
        present = await serving.in_force(tx, "another00000")
    assert (present.version, present.outdated) == ("another00000", True)


async def test_a_model_that_cannot_be_read_leaves_the_present_one_answering(database: Database, root: Path) -> None:
    await keep_candidate(database, root)
    await promote(database)
    (root / CANDIDATE / "weights.npz").write_bytes(b"broken")
    process = ServingEngine(EmbeddedEngine.load(root / SHIPPED))
    assert not await ModelFollower(database, process, root).look()
    assert process.model_version == SHIPPED


async def test_what_is_done_to_models_is_in_the_audit_log(database: Database, root: Path) -> None:
    await keep_candidate(database, root)
    await promote(database)
    await workshop(database, root).roll_back(SYSTEM)
    async with database.transaction() as tx:
        log = await staff.audit_log(tx, SYSTEM)
    assert [line.action for line in log][:3] == ["nlu_rolled_back", "nlu_promoted", "nlu_trained"]
