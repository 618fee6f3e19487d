"""The whole hotline with Rasa: who understood a message stands in the ledger, and a dead Rasa keeps nobody waiting."""

from collections.abc import Iterator

import httpx
import psycopg
import pytest

from channels.simulator.citizen import TwilioLine
from tests.rasa.conftest import RunningRasa
from tests.support.house import House, end_house, start_house
from tests.support.waiting import wait_until

CITIZEN = "+84909000001"


@pytest.fixture(scope="module")
def house(rasa: RunningRasa, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = start_house(tmp_path_factory.mktemp("hotline") / "data", **rasa.settings)
    yield house
    end_house(house)


def text(house: House, words: str) -> None:
    accounts = house.accounts
    line = TwilioLine(house.url, accounts["TWILIO_ACCOUNT_SID"], accounts["TWILIO_AUTH_TOKEN"])
    sms = line.sms(CITIZEN, words)
    assert httpx.post(sms.url, headers=dict(sms.headers), content=sms.body, timeout=10).status_code == 200


def engines(house: House) -> list[str]:
    """Who understood the messages so far, in order."""
    with psycopg.connect(house.database_url) as connection:
        return [row[0] for row in connection.execute("select engine from prediction order by id")]


def test_a_citizens_sms_is_understood_by_rasa(house: House) -> None:
    text(house, "den duong hem 12 Ly Thuong Kiet tat ca tuan nay roi")
    wait_until(lambda: engines(house), what="the message was understood")
    assert set(engines(house)) == {"rasa"}
