"""Both servers, as everybody who may start them: what is stored survives every way of ending."""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest
from redis import Redis

from contact_center.embedded import EmbeddedServer, PostgresServer, ValkeyServer
from contact_center.embedded.processes import is_alive
from tests.integration.embedded.conftest import Place
from tests.support.keeper import Kept, keep
from tests.support.waiting import wait_until

PORT = 23000


class PostgresNotebook:
    """Something kept in PostgreSQL, to be found again."""

    make = PostgresServer

    def __init__(self, url: str) -> None:
        self.url = url

    def write(self, text: str) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute("create table if not exists note (text text)")
            connection.execute("insert into note values (%s)", (text,))

    def read(self) -> list[str]:
        with psycopg.connect(self.url) as connection:
            return [row[0] for row in connection.execute("select text from note")]


class ValkeyNotebook:
    """Something kept in Valkey, to be found again."""

    make = ValkeyServer

    def __init__(self, url: str) -> None:
        self.url = url

    def write(self, text: str) -> None:
        with Redis.from_url(self.url) as client:
            client.rpush("note", text)
            # Its file is synced every second; a kill of the process alone loses nothing written.
            client.ping()

    def read(self) -> list[str]:
        with Redis.from_url(self.url, decode_responses=True) as client:
            return [str(line) for line in client.lrange("note", 0, -1)]


Notebook = PostgresNotebook | ValkeyNotebook
Opener = type[PostgresNotebook] | type[ValkeyNotebook]


@pytest.fixture(params=[PostgresNotebook, ValkeyNotebook])
def notebook(request: pytest.FixtureRequest) -> Opener:
    kind: Opener = request.param
    return kind


@contextmanager
def kept(server: EmbeddedServer, place: Place) -> Iterator[Kept]:
    running = keep(server, become=place.become)
    assert not running.error, running.error
    try:
        yield running
    finally:
        running.stop()


def server_in(place: Place, notebook: Opener, *, ends_with_us: bool = True, synced: bool = False) -> EmbeddedServer:
    """Without ``synced`` PostgreSQL leaves it to the kernel, which outlives whom we kill, to reach the disk."""
    durable = synced or notebook is ValkeyNotebook
    return notebook.make(place.folder / "server", port=PORT, durable=durable, ends_with_us=ends_with_us)


def gone(pid: int) -> Callable[[], bool]:
    return lambda: not psutil.pid_exists(pid) or not is_alive(psutil.Process(pid))


def test_what_is_stored_is_there_after_an_orderly_stop(place: Place, notebook: Opener) -> None:
    with kept(server_in(place, notebook), place) as first:
        notebook(first.url).write("đèn đường hư")
    assert gone(first.pid)()
    with kept(server_in(place, notebook), place) as second:
        assert notebook(second.url).read() == ["đèn đường hư"]


def test_what_is_stored_is_there_after_the_server_was_killed(place: Place, notebook: Opener) -> None:
    with kept(server_in(place, notebook, synced=True), place) as first:
        notebook(first.url).write("ngập nước")
        os.kill(first.pid, signal.SIGKILL)
        wait_until(gone(first.pid), what="the killed server is gone")
    with kept(server_in(place, notebook, synced=True), place) as second:
        assert notebook(second.url).read() == ["ngập nước"]


def test_a_server_ends_with_its_killed_keeper_and_starts_again(place: Place, notebook: Opener) -> None:
    first = keep(server_in(place, notebook), become=place.become)
    notebook(first.url).write("rác chưa gom")
    first.kill_keeper()
    wait_until(gone(first.pid), what="the server followed its keeper")
    with kept(server_in(place, notebook), place) as second:
        assert notebook(second.url).read() == ["rác chưa gom"]


def test_a_server_left_behind_by_a_killed_keeper_is_replaced(place: Place, notebook: Opener) -> None:
    first = keep(server_in(place, notebook, ends_with_us=False), become=place.become)
    notebook(first.url).write("mất nước")
    first.kill_keeper()
    assert not gone(first.pid)()
    with kept(server_in(place, notebook), place) as second:
        assert gone(first.pid)()
        assert second.port == first.port
        assert notebook(second.url).read() == ["mất nước"]


def test_server_and_keeper_killed_together_start_again(place: Place, notebook: Opener) -> None:
    first = keep(server_in(place, notebook), become=place.become)
    notebook(first.url).write("cây đổ")
    os.kill(first.pid, signal.SIGKILL)
    first.kill_keeper()
    with kept(server_in(place, notebook), place) as second:
        assert notebook(second.url).read() == ["cây đổ"]


def test_a_second_keeper_of_the_same_folder_is_told_who_the_first_is(place: Place, notebook: Opener) -> None:
    with kept(server_in(place, notebook), place) as first:
        second = keep(server_in(place, notebook), become=place.become)
        second.stop()
        assert str(first.keeper.pid) in second.error
        assert "is using the folder" in second.error
        notebook(first.url).write("vẫn chạy")


def test_a_taken_port_is_left_alone_and_another_is_remembered(place: Place, notebook: Opener) -> None:
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        taken = somebody.getsockname()[1]
        server = notebook.make(place.folder / "server", port=taken)
        with kept(server, place) as first:
            assert first.port != taken
    with kept(notebook.make(place.folder / "server", port=taken), place) as second:
        assert second.port == first.port


def test_a_wrong_password_is_refused(place: Place) -> None:
    with kept(server_in(place, PostgresNotebook), place) as running:
        wrong = running.url.replace(running.url.split(":")[2].split("@")[0], "sai")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(wrong)


def test_the_password_and_the_data_are_closed_to_others(place: Place, notebook: Opener) -> None:
    with kept(server_in(place, notebook), place):
        folder = place.folder / "server"
        assert (folder / "password").stat().st_mode & 0o777 == 0o600
        assert (folder / "data").stat().st_mode & 0o777 == 0o700


def test_folders_above_the_data_keep_their_modes(place: Place, notebook: Opener) -> None:
    place.folder.chmod(0o700)
    with kept(server_in(place, notebook), place):
        assert place.folder.stat().st_mode & 0o777 == 0o700


def test_a_pid_file_that_names_a_stranger_does_not_stop_the_start(place: Place) -> None:
    with kept(server_in(place, PostgresNotebook), place) as first:
        PostgresNotebook(first.url).write("còn nguyên")
    stranger = place.folder / "server" / "data" / "postmaster.pid"
    stranger.write_text(f"{os.getpid()}\n/somewhere\n")
    with kept(server_in(place, PostgresNotebook), place) as second:
        assert PostgresNotebook(second.url).read() == ["còn nguyên"]


def test_a_creation_that_was_cut_short_is_done_again(place: Place) -> None:
    half = place.folder / "server" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    place_owner(place, half.parent)
    with kept(server_in(place, PostgresNotebook), place) as running:
        PostgresNotebook(running.url).write("xong")


def place_owner(place: Place, folder: Path) -> None:
    """Give what the test wrote to the person who starts the servers."""
    owner = place.folder.stat()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)


def test_a_command_cut_short_at_the_end_of_valkeys_file_costs_only_that_command(place: Place) -> None:
    with kept(server_in(place, ValkeyNotebook), place) as first:
        ValkeyNotebook(first.url).write("giữ lại")
    log = next((place.folder / "server" / "data" / "appendonlydir").glob("*.incr.aof"))
    with log.open("ab") as file:
        file.write(b"*3\r\n$5\r\nRPUSH\r\n$4\r\nno")
    with kept(server_in(place, ValkeyNotebook), place) as second:
        assert ValkeyNotebook(second.url).read() == ["giữ lại"]


def test_a_file_of_valkeys_damaged_in_its_middle_is_set_aside_and_it_starts_empty(place: Place) -> None:
    with kept(server_in(place, ValkeyNotebook), place) as first:
        ValkeyNotebook(first.url).write("một")
        ValkeyNotebook(first.url).write("hai")
    changes = place.folder / "server" / "data" / "appendonlydir"
    log = next(changes.glob("*.incr.aof"))
    log.write_bytes(log.read_bytes().replace(b"RPUSH", b"\x00\x00\x00\x00\r", 1).replace(b"*3", b"?3", 1))
    with kept(server_in(place, ValkeyNotebook), place) as second:
        assert ValkeyNotebook(second.url).read() == []
    assert changes.with_name("appendonlydir.damaged").exists()


def test_vietnamese_words_are_letters_to_the_database(place: Place) -> None:
    with kept(server_in(place, PostgresNotebook), place) as running, psycopg.connect(running.url) as connection:
        connection.execute("create extension unaccent")
        connection.execute("create extension pg_trgm")
        row = connection.execute("select upper('đường'), unaccent('đường Nguyễn Huệ'), show_trgm('đường')").fetchone()
    assert row is not None
    assert row[:2] == ("ĐƯỜNG", "duong Nguyen Hue")
    assert len(row[2]) == 6, "one word of five letters"
