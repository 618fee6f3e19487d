"""What Rasa is doing, in one sentence for people and in codes for alarms."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from contact_center.rasa import progress
from contact_center.rasa.address import ServerAddress, publish
from contact_center.rasa.circuit import Circuit
from contact_center.rasa.client import RasaClient
from contact_center.rasa.heard import LastHeard
from contact_center.rasa.progress import Progress, Stage, progress_file
from contact_center.rasa.service import RasaEngine
from contact_center.rasa.standing import sentence, standing
from nlu.understanding import Channel, Understanding

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


class Nobody:
    def understand(self, text: str, channel: Channel) -> Understanding:
        raise AssertionError("nobody asks")


@pytest.fixture
def address(tmp_path: Path) -> Path:
    publish(tmp_path / "address", "http://127.0.0.1:9")
    return tmp_path / "address"


def engine(address: Path, *, circuit: Circuit | None = None, heard: LastHeard | None = None) -> RasaEngine:
    client = RasaClient(ServerAddress(address.as_uri()), "secret" * 8)
    return RasaEngine(client, Nobody(), circuit=circuit, heard=heard, model=lambda: "m2")


def told(one: RasaEngine, locale: str = "vi") -> tuple[str, tuple[str, ...]]:
    said = standing(one)
    assert said is not None
    return sentence(said, locale), said.issues


def test_a_hotline_without_rasa_says_nothing_of_it() -> None:
    assert standing(Nobody()) is None


def test_a_rasa_that_serves_is_no_issue(address: Path) -> None:
    assert told(engine(address)) == ("Rasa trả lời bằng mô hình đang dùng (m2).", ())
    progress.write(progress_file(address), Progress(Stage.SERVING, "m2", NOON))
    assert told(engine(address), "en") == ("Rasa answers with the model in use (m2).", ())


def test_while_its_archive_is_made_one_reads_since_when_and_who_answers(address: Path) -> None:
    progress.write(progress_file(address), Progress(Stage.BUILDING, "m2", NOON))
    words, issues = told(engine(address))
    assert "từ 22/11/2026 12:00" in words
    assert "trả lời ngay trong tổng đài" in words
    assert issues == ()


def test_a_failure_is_an_issue_and_says_when_it_is_tried_again(address: Path) -> None:
    progress.write(progress_file(address), Progress(Stage.FAILED, "m2", NOON, again_at=NOON))
    words, issues = told(engine(address), "en")
    assert "next try at 22/11/2026 12:00" in words
    assert issues == ("rasa_carries_another_model",)


def test_a_server_that_is_away_or_behind_is_named(address: Path) -> None:
    circuit = Circuit(failures_to_open=1)
    circuit.failed()
    assert told(engine(address, circuit=circuit))[1] == ("rasa_away",)
    heard = LastHeard()
    heard.note("m1", at="http://127.0.0.1:9")
    behind = engine(address, heard=heard)
    assert told(behind)[1] == ("rasa_carries_another_model",)
    publish(address, "http://127.0.0.1:10")
    assert told(behind)[1] == (), "another server lives there now"


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"stage": "dancing", "model": "m", "since": "x", "again_at": null}']
)
def test_what_is_no_word_of_a_keeper_is_passed_over(address: Path, text: str) -> None:
    progress_file(address).write_text(text)
    assert progress.read(progress_file(address)) is None
    assert told(engine(address))[1] == ()
