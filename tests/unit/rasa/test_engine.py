"""A Rasa server that misbehaves in every way a server can: the citizen always gets an answer, marked for what it is."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from contact_center.bot.engine_host import EngineHost
from contact_center.rasa.address import ServerAddress, publish
from contact_center.rasa.circuit import Circuit
from contact_center.rasa.client import LONGEST_SENT, RasaClient
from contact_center.rasa.heard import BELIEVED_S, LastHeard
from contact_center.rasa.service import RasaEngine
from nlu.rasa.wire import as_wire
from nlu.understanding import Channel, Ranked, Understanding

MESSAGE = "den duong tat ca tuan nay"
Answer = Callable[[BaseHTTPRequestHandler], None]


class ThisProcess:
    """An engine that knows one answer."""

    def understand(self, text: str, channel: Channel) -> Understanding:
        return Understanding(
            text=text,
            intent="bao_su_viec",
            intents=(Ranked("bao_su_viec", 1.0),),
            case_type="phan_anh",
            case_types=(Ranked("phan_anh", 1.0),),
            category="NU-03",
            categories=(Ranked("NU-03", 0.9),),
            abstained=False,
            emergency=False,
            emergency_number=None,
            emergency_ask=False,
            urgency="thuong",
            legal_track="ordinary",
        )


class Server(ThreadingHTTPServer):
    """Answers as ``answer`` says and remembers what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: Answer = understands
        self.enough = threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(json.loads(body)["text"])
        self.server.answer(self)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def reply(handler: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def understands(handler: BaseHTTPRequestHandler) -> None:
    body = {"understanding": as_wire(replace(ThisProcess().understand("", "web"), category="HT-03"))}
    reply(handler, 200, json.dumps(body).encode())


def carries(version: str) -> Answer:
    """Understands, with this model of ours."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        understood = replace(ThisProcess().understand("", "web"), category="HT-03", model=version)
        reply(handler, 200, json.dumps({"understanding": as_wire(understood)}).encode())

    return answer


def fails(handler: BaseHTTPRequestHandler) -> None:
    reply(handler, 500, b"{}")


def speaks_otherwise(handler: BaseHTTPRequestHandler) -> None:
    reply(handler, 200, b'{"intent": {"name": "greet"}}')


def sends_no_json(handler: BaseHTTPRequestHandler) -> None:
    reply(handler, 200, b"<html>")


def sends_a_list(handler: BaseHTTPRequestHandler) -> None:
    reply(handler, 200, b"[1]")


def sends_somewhere_else(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:1/")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def says_nothing(handler: BaseHTTPRequestHandler) -> None:
    handler.server.enough.wait()  # type: ignore[attr-defined]


def hangs_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.close()


def drips(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then, each in time, all together never."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    enough: threading.Event = handler.server.enough  # type: ignore[attr-defined]
    while not enough.wait(0.05):
        try:
            handler.wfile.write(b" ")
        except OSError:
            return


def never_ends(handler: BaseHTTPRequestHandler) -> None:
    try:
        reply(handler, 200, b'{"understanding": "' + b"a" * 5_000_000)
    except OSError:
        return


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.enough.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def engine(server: Server) -> Iterator[RasaEngine]:
    client = RasaClient(ServerAddress(server.url), "secret" * 8, answer_timeout_s=0.3)
    engine = RasaEngine(client, ThisProcess(), circuit=Circuit(failures_to_open=2, pause_s=3600))
    yield engine
    engine.close()


def test_an_answer_of_rasa_is_marked_as_such(engine: RasaEngine) -> None:
    understood = engine.understand(MESSAGE, "sms")
    assert (understood.engine, understood.degraded, understood.category) == ("rasa", False, "HT-03")
    assert understood.text == MESSAGE


@pytest.mark.parametrize(
    "misbehaviour",
    [
        fails,
        speaks_otherwise,
        sends_no_json,
        sends_a_list,
        sends_somewhere_else,
        says_nothing,
        hangs_up,
        drips,
        never_ends,
    ],
)
def test_when_rasa_fails_this_process_answers_and_says_so(
    engine: RasaEngine, server: Server, misbehaviour: Answer
) -> None:
    server.answer = misbehaviour
    understood = engine.understand(MESSAGE, "sms")
    assert (understood.engine, understood.degraded, understood.category) == ("embedded", True, "NU-03")


def test_a_server_that_keeps_failing_is_left_alone(engine: RasaEngine, server: Server) -> None:
    server.answer = fails
    answers = [engine.understand(MESSAGE, "sms") for _ in range(10)]
    assert all(answer.degraded for answer in answers)
    assert len(server.asked) == 2


@pytest.mark.parametrize("text", ["", "  ", "\n", "🙂🙂", "?!...", "\u200b"])
def test_what_holds_no_word_is_not_sent(engine: RasaEngine, server: Server, text: str) -> None:
    assert not engine.understand(text, "zalo").degraded
    assert server.asked == []


def test_only_the_beginning_of_a_very_long_message_is_sent(engine: RasaEngine, server: Server) -> None:
    text = "a " * LONGEST_SENT
    assert engine.understand(text, "web").text == text
    assert [len(asked) for asked in server.asked] == [LONGEST_SENT]


def test_half_characters_and_commands_are_sent_as_harmless_text_of_the_same_length(
    engine: RasaEngine, server: Server
) -> None:
    engine.understand(" /bao_su_viec\ud83d", "web")
    assert server.asked == [" \u2215bao_su_viec\ufffd"]


def test_the_keeper_sends_requests_elsewhere_by_rewriting_one_file(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "address"
    client = RasaClient(ServerAddress(file.as_uri()), "secret" * 8)
    engine = RasaEngine(client, ThisProcess(), circuit=Circuit(failures_to_open=9))
    assert engine.understand(MESSAGE, "sms").degraded
    publish(file, "http://127.0.0.1:9")
    assert engine.understand(MESSAGE, "sms").degraded
    publish(file, server.url)
    assert engine.understand(MESSAGE, "sms").engine == "rasa"
    engine.close()


@dataclass
class Promoted:
    """An engine with Rasa in front, the version it ought to carry, and the time that passes."""

    engine: RasaEngine
    version: str = "older"
    now: float = 0.0


@pytest.fixture
def promoted(server: Server, tmp_path: Path) -> Iterator[Promoted]:
    """Rasa carries the model ``older``, found through the keeper's file; ``version`` says which one is in force."""
    server.answer = carries("older")
    publish(tmp_path / "address", server.url)
    client = RasaClient(ServerAddress((tmp_path / "address").as_uri()), "secret" * 8)
    heard = LastHeard(clock=lambda: state.now)
    state = Promoted(RasaEngine(client, ThisProcess(), model=lambda: state.version, heard=heard))
    yield state
    state.engine.close()


def asked(promoted: Promoted) -> tuple[str, str | None, bool]:
    understood = promoted.engine.understand(MESSAGE, "sms")
    return understood.engine, understood.category, understood.degraded


def test_after_a_promotion_the_model_in_force_answers_and_not_the_server_that_stayed_behind(
    promoted: Promoted, server: Server
) -> None:
    assert asked(promoted) == ("rasa", "HT-03", False)
    promoted.version = "newer"
    assert promoted.engine.carries_another_model
    assert [asked(promoted) for _ in range(3)] == [("embedded", "NU-03", False)] * 3
    assert len(server.asked) == 1, "a server known to be behind is not asked"
    promoted.version = "older"
    assert asked(promoted) == ("rasa", "HT-03", False)
    assert not promoted.engine.carries_another_model


def test_a_server_that_is_behind_is_not_believed_the_first_time_either(promoted: Promoted, server: Server) -> None:
    promoted.version = "newer"
    assert [asked(promoted) for _ in range(3)] == [("embedded", "NU-03", False)] * 3
    assert len(server.asked) == 1


def test_a_server_at_another_address_is_asked_at_once(promoted: Promoted, server: Server, tmp_path: Path) -> None:
    promoted.version = "newer"
    assert asked(promoted)[0] == "embedded"
    server.answer = carries("newer")
    publish(tmp_path / "address", server.url.replace("127.0.0.1", "localhost"))
    assert asked(promoted)[0] == "rasa"


def test_a_server_that_stays_at_its_address_is_asked_again_after_a_while(promoted: Promoted, server: Server) -> None:
    promoted.version = "newer"
    assert asked(promoted)[0] == "embedded"
    server.answer = carries("newer+e5.1")  # the mark of the sentence's meaning is no other model
    assert asked(promoted)[0] == "embedded"
    promoted.now += BELIEVED_S + 1
    assert asked(promoted)[0] == "rasa"
    assert not promoted.engine.carries_another_model


async def test_the_event_loop_never_waits_for_the_network(engine: RasaEngine) -> None:
    asked_in: list[threading.Thread] = []

    class Watched:
        waits = engine.waits

        def understand(self, text: str, channel: Channel) -> Understanding:
            asked_in.append(threading.current_thread())
            return engine.understand(text, channel)

    assert (await EngineHost(Watched()).understand(MESSAGE, "web")).engine == "rasa"
    assert asked_in
    assert asked_in[0] is not threading.main_thread()
