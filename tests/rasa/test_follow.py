"""A model promoted for citizens is the one that answers them, through Rasa too, without anybody touching Rasa."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg
import pytest

from channels.simulator.citizen import TwilioLine
from contact_center.actors import SYSTEM
from contact_center.db import Database, Transaction
from contact_center.embedded.rasa import rasa_folder, rasa_settings
from contact_center.learning import serving
from contact_center.learning.comparing import Scores, development_data
from contact_center.learning.training import Candidate
from contact_center.learning.workshop import keep
from tests.rasa.conftest import ROOT, START_TIMEOUT_S, RunningRasa
from tests.support.house import House, end_house, start_house
from tests.support.waiting import wait_until

CANDIDATE, LOST = "candidate000", "lost00000000"
TRAINING_TIMEOUT_S = 1200
FIGURES = {"top1": 0.8, "emergency_recall": 0.9, "sealed_recall": 0.9, "intent": 0.9}


@dataclass
class Hotline:
    """A house whose Rasa is kept by a keeper that follows; ``shipped`` is the model it began with."""

    house: House
    shipped: str
    keeper_log: Path
    models: Path
    callers: Iterator[int] = field(default_factory=lambda: iter(range(10_000)))

    def understood(self) -> tuple[str, str]:
        """Somebody else writes; which engine understood them, and with which model."""
        peer = f"+8490910{next(self.callers):04}"
        accounts = self.house.accounts
        line = TwilioLine(self.house.url, accounts["TWILIO_ACCOUNT_SID"], accounts["TWILIO_AUTH_TOKEN"])
        sms = line.sms(peer, "den duong hem 12 Ly Thuong Kiet tat ca tuan nay roi")
        before = self._ledger()
        assert httpx.post(sms.url, headers=dict(sms.headers), content=sms.body, timeout=10).status_code == 200
        wait_until(lambda: len(self._ledger()) > len(before), what="the message was understood")
        return self._ledger()[-1]

    def health(self, language: str = "en") -> str:
        return str(httpx.get(f"{self.house.url}/health/ready?lang={language}", timeout=10).json()["rasa"])

    def command(self, *words: str) -> str:
        """``contact-center nlu``, as an operator runs it."""
        command = [sys.executable, "-m", "contact_center.cli", "nlu", *words, "--data", str(self.house.data)]
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment | {"NLU_MODEL_DIR": str(self.models)},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def in_database(self, work: Callable[[Transaction], Awaitable[None]]) -> None:
        async def run() -> None:
            database = Database(self.house.database_url)
            async with database.transaction() as tx:
                await work(tx)
            await database.close()

        asyncio.run(run())

    def _ledger(self) -> list[tuple[str, str]]:
        with psycopg.connect(self.house.database_url) as connection:
            return [
                (str(engine), str(model))
                for engine, model in connection.execute("select engine, model from prediction order by id")
            ]


@pytest.fixture(scope="module")
def models(our_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our model, and a candidate of the same weights under another name."""
    root = tmp_path_factory.mktemp("models")
    shutil.copytree(our_model, root / our_model.name)
    shutil.copytree(our_model, root / CANDIDATE)
    meta = root / CANDIDATE / "model.json"
    meta.write_text(meta.read_text("utf-8").replace(our_model.name, CANDIDATE), "utf-8")
    return root


@pytest.fixture(scope="module")
def hotline(
    rasa: RunningRasa, our_model: Path, models: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hotline]:
    data = tmp_path_factory.mktemp("following") / "data"
    archive = rasa.archives.path_for(our_model.name)
    (rasa_folder(data) / "models").mkdir(parents=True)
    shutil.copy(archive, rasa_folder(data) / "models" / archive.name)
    settings = rasa_settings(data) | {"NLU_MODEL_DIR": str(models)}
    house = start_house(data, **settings)
    log = data / "keeper.log"
    with log.open("wb") as words:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "contact_center.rasa.keeper", "--data", str(data)],
            cwd=ROOT,
            env=os.environ | settings | {"DATABASE_URL": house.database_url},
            stdout=words,
            stderr=words,
        )
    try:
        yield Hotline(house, our_model.name, log, models)
    finally:
        keeper.send_signal(signal.SIGTERM)
        keeper.wait(30)
        end_house(house)


async def kept(tx: Transaction, hotline: Hotline, version: str) -> None:
    """A trained candidate, measured like the shipped model and no worse."""
    await serving.remember_shipped(tx, hotline.shipped)
    await keep(tx, SYSTEM, Candidate(version, hotline.shipped, hotline.models / version, utterances=1, corrections=1))
    scores = Scores(development_data(), FIGURES, {"accented": FIGURES}).as_json()
    for one in (hotline.shipped, version):
        (await serving.candidate_of(tx, one)).figures = {"development": scores}


def test_rasa_follows_a_promotion_and_goes_back_with_it(hotline: Hotline) -> None:
    old, new = hotline.shipped, CANDIDATE
    wait_until(lambda: hotline.understood() == ("rasa", old), what="Rasa answers", timeout_s=START_TIMEOUT_S)
    wait_until(lambda: "Rasa answers with the model in use" in hotline.health(), what="health is content")

    hotline.in_database(lambda tx: kept(tx, hotline, new))
    assert f"{new} serves" in hotline.command("promote")
    wait_until(lambda: hotline.understood() == ("embedded", new), what="the promoted model answers here")
    wait_until(lambda: "is being trained around the model" in hotline.health(), what="health says what is going on")
    assert f"Đang dựng Rasa cho mô hình {new}" in hotline.health("vi")

    seen: list[tuple[str, str]] = []

    def answer() -> tuple[str, str]:
        seen.append(hotline.understood())
        return seen[-1]

    wait_until(
        lambda: answer()[0] == "rasa",
        what="Rasa answers with the promoted model",
        timeout_s=TRAINING_TIMEOUT_S,
    )
    assert set(seen) == {("embedded", new), ("rasa", new)}, "the old model answers nobody any more"
    wait_until(lambda: "Rasa answers with the model in use" in hotline.health(), what="health is content")

    assert f"{old} serves" in hotline.command("rollback")
    wait_until(
        lambda: hotline.understood() == ("rasa", old),
        what="Rasa is back at the model before",
        timeout_s=START_TIMEOUT_S,
    )
    assert hotline.keeper_log.read_text("utf-8").count("Training Rasa around") == 1, "its archive was kept"
    wait_until(lambda: f"in use ({old})" in hotline.health(), what="health is content")
    assert not list((rasa_folder(hotline.house.data) / "models").glob("tmp*")), "no draft is left"


def test_a_model_rasa_cannot_have_is_named_and_the_citizens_answers_go_on(hotline: Hotline) -> None:
    async def promote(tx: Transaction) -> None:
        await kept(tx, hotline, LOST)
        await serving.put_in_force(tx, SYSTEM, await serving.candidate_of(tx, LOST), shipped=hotline.shipped)

    hotline.in_database(promote)
    wait_until(lambda: f"could not be had with the model {LOST}" in hotline.health(), what="health says what is wrong")
    assert hotline.understood()[1] == hotline.shipped
    assert hotline.health("vi").startswith(f"Chưa dựng được Rasa cho mô hình {LOST}")
    hotline.command("rollback")
    wait_until(lambda: "Rasa answers with the model in use" in hotline.health(), what="health is content")
    assert hotline.understood() == ("rasa", hotline.shipped)
