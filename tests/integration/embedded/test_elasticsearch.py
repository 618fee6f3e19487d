"""The embedded Elasticsearch below a private folder: found, filled, killed, back again with what it had, and gone."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psutil
import pytest

from contact_center.embedded import ElasticsearchServer, EmbeddedServerError
from contact_center.embedded.processes import leftovers
from kb.breaker import Breaker
from kb.elastic import ElasticsearchStore, connect
from kb.store import Passage, Query, SearchUnavailable

QUESTION = Query("khai sinh ở đâu", at=date(2026, 11, 22))
ARTICLE = Passage("birth:answer", "birth", 1, "Đăng ký khai sinh", "", "Tại Ủy ban nhân dân xã, phường.")


@pytest.fixture
def private_folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    yield folder
    folder.chmod(0o700)


async def test_what_it_was_told_is_there_after_a_kill(private_folder: Path) -> None:
    server = ElasticsearchServer(private_folder / "elasticsearch", port=23500)
    try:
        server.start()
        breaker = Breaker(failures=2, pause_s=0.0)
        async with connect(server.url) as client:
            store = ElasticsearchStore(client, "articles", breaker=breaker)
            await store.ready()
            await store.put([ARTICLE])
            server.kill()
            for _ in range(3):
                with pytest.raises(SearchUnavailable):
                    await store.search(QUESTION)
                with pytest.raises(SearchUnavailable):
                    await store.put([ARTICLE])
            address = server.url
            server.start()
            assert server.url == address
            assert [found.article_id for found in await store.search(QUESTION)] == ["birth"]
        pids = [process.pid for process in leftovers(server.program, server.marker)]
    finally:
        server.stop()
    assert pids
    assert not [pid for pid in pids if psutil.pid_exists(pid)]


def test_without_java_it_says_so_before_anything_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contact_center.embedded.java.USUAL_PLACES", ())
    monkeypatch.setenv("PATH", "")
    for name in ("ES_JAVA_HOME", "JAVA_HOME"):
        monkeypatch.delenv(name, raising=False)
    server = ElasticsearchServer(tmp_path / "elasticsearch", downloads=tmp_path / "downloads")
    with pytest.raises(EmbeddedServerError) as refused:
        server.start()
    assert refused.value.code == "java_missing"
    assert not (tmp_path / "downloads").exists()
