"""Ports, pauses, private files and accounts: the rules under the servers."""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.embedded import EmbeddedServerError
from contact_center.embedded.account import Account, closed_folder
from contact_center.embedded.folder_lock import FolderLock
from contact_center.embedded.ports import free_port, remembered_port
from contact_center.embedded.private_files import LOG_LIMIT, kept_secret, last_lines, set_long_log_aside, write_private
from contact_center.embedded.supervisor import FIRST_PAUSE_S, LONGEST_PAUSE_S, pause_after


@given(st.integers(min_value=1, max_value=100_000))
def test_each_pause_is_at_least_as_long_as_the_one_before_and_bounded(deaths: int) -> None:
    assert FIRST_PAUSE_S <= pause_after(deaths) <= pause_after(deaths + 1) <= LONGEST_PAUSE_S


def test_a_port_that_is_taken_is_passed_over() -> None:
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        taken = somebody.getsockname()[1]
        assert free_port(taken) > taken


def test_a_chosen_port_is_kept_while_it_is_free(tmp_path: Path) -> None:
    chosen = remembered_port(tmp_path / "port", 24000)
    assert remembered_port(tmp_path / "port", 25000) == chosen


def test_a_spoilt_note_of_the_port_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("không phải số")
    assert remembered_port(tmp_path / "port", 24000) >= 24000


def test_a_secret_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    secret = kept_secret(tmp_path / "new" / "secret")
    assert len(secret) == 48
    assert kept_secret(tmp_path / "new" / "secret") == secret
    assert (tmp_path / "new" / "secret").stat().st_mode & 0o777 == 0o600


def test_a_private_file_open_to_others_is_closed_when_it_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text("cũ")
    path.chmod(0o644)
    write_private(path, "mới")
    assert path.read_text() == "mới"
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_last_lines_of_a_log_survive_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"one\n\xff\xfe\nthree\n")
    assert last_lines(tmp_path / "log", 1) == "three"
    assert last_lines(tmp_path / "none", 1) == ""


def test_a_log_past_its_limit_is_set_aside_and_a_short_one_stays(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_bytes(b"x" * 10)
    set_long_log_aside(log)
    assert log.exists()
    with log.open("r+b") as file:
        file.truncate(LOG_LIMIT + 1)
    set_long_log_aside(log)
    assert not log.exists()
    assert (tmp_path / "web.log.1").stat().st_size == LOG_LIMIT + 1


def test_a_folder_has_one_keeper_at_a_time(tmp_path: Path) -> None:
    first, second = FolderLock(tmp_path), FolderLock(tmp_path)
    first.take()
    with pytest.raises(EmbeddedServerError, match=str(os.getpid())) as refusal:
        second.take()
    assert refusal.value.code == "folder_in_use"
    first.release()
    second.take()
    second.release()


def test_the_first_folder_closed_to_an_account_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "open").mkdir(parents=True)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and not folder.stat().st_mode & 0o001:
            closed = folder  # pytest closes its own folders; the outermost closed one is the answer
    if closed == tmp_path / "closed":
        closed.chmod(0o700)
    stranger = Account(uid=54321, gid=54321)
    assert closed_folder(tmp_path / "closed" / "open" / "file", stranger) == closed


def test_an_account_passes_its_own_folders(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    status = tmp_path.stat()
    found = closed_folder(tmp_path / "file", Account(uid=status.st_uid, gid=status.st_gid))
    assert found is None


def test_whoever_runs_as_themselves_meets_no_closed_folder(tmp_path: Path) -> None:
    assert closed_folder(tmp_path / "file", Account()) is None
