"""``contact-center run``: one command starts, watches and stops the whole hotline."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest

from tests.support.house import ROOT, House
from tests.support.waiting import wait_until

EVERYBODY = ("PostgreSQL", "Valkey", "simulator", "worker", "sender", "web")
Houses = Callable[..., House]


def is_healthy(house: House) -> bool:
    try:
        return httpx.get(f"{house.url}/health/ready", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def all_gone(processes: list[psutil.Process]) -> bool:
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)


def test_it_says_where_it_is_and_who_may_sign_in(house: House) -> None:
    assert house.url in house.words
    assert "/simulator" in house.words
    assert is_healthy(house)


def test_it_stops_everything_it_started(houses: Houses) -> None:
    house = houses()
    processes = house.processes()
    assert len(processes) >= len(EVERYBODY)
    assert house.stop() == 0
    assert all_gone(processes)


@pytest.mark.parametrize("name", EVERYBODY)
def test_whoever_is_killed_comes_back_and_the_hotline_is_healthy_again(house: House, name: str) -> None:
    dead = house.kill(name)
    house.wait_until_back(name, dead)
    wait_until(lambda: is_healthy(house), what="the hotline is healthy")
    assert f"{name} ended (-9)" in house.words


def test_a_killed_hotline_leaves_nobody_behind_and_starts_again(houses: Houses) -> None:
    house = houses()
    processes = house.processes()
    house.process.kill()
    house.process.wait()
    wait_until(lambda: all_gone(processes), what="everybody followed")
    assert is_healthy(houses())


def test_a_second_hotline_in_the_same_folder_is_refused_in_one_sentence(house: House) -> None:
    command = [sys.executable, "-m", "contact_center.cli", "run", "--data", str(house.data)]
    second = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert second.returncode == 1
    assert str(house.process.pid) in second.stderr
    assert len(second.stderr.strip().splitlines()) == 1


def test_servers_given_by_address_are_used_and_left_running(houses: Houses, database_url: str, redis_url: str) -> None:
    house = houses(DATABASE_URL=database_url, REDIS_URL=redis_url)
    assert is_healthy(house)
    assert set(house.state["processes"]) == {"simulator", "worker", "sender", "web"}
    assert house.stop() == 0


@pytest.mark.parametrize(
    ("variable", "url"),
    [("DATABASE_URL", "postgresql://x@127.0.0.1:{port}/x"), ("REDIS_URL", "redis://127.0.0.1:{port}")],
)
def test_a_server_that_does_not_answer_is_named_in_one_sentence(tmp_path: Path, variable: str, url: str) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        address = url.format(port=silent.getsockname()[1])
        environment = os.environ | {variable: address}
        command = [sys.executable, "-m", "contact_center.cli", "run", "--data", str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)
    assert done.returncode == 1
    assert variable in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_taken_web_port_is_left_alone(houses: Houses, house: House) -> None:
    other = houses()
    assert other.url != house.url
    assert is_healthy(other)


def test_a_second_request_to_stop_kills(houses: Houses) -> None:
    house = houses()
    worker = house.pid("worker")
    assert worker is not None
    os.kill(worker, signal.SIGSTOP)  # it cannot hear the first request
    processes = house.processes()
    house.process.send_signal(signal.SIGINT)
    wait_until(lambda: "Stopping" in house.words, what="it stops")
    house.process.send_signal(signal.SIGINT)
    assert house.process.wait(5) == 0
    assert all_gone(processes)
