"""``contact-center kb`` as an installer types it."""

import json
import os
import subprocess
import sys
from pathlib import Path


def kb(database_url: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "contact_center.cli", "kb", *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"DATABASE_URL": database_url} | environment,
    )


def test_articles_go_out_and_come_in_with_a_report_for_each_row(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "articles.json"
    assert kb(database_url, "export", str(file)).returncode == 0
    raws = json.loads(file.read_text("utf-8"))
    raws[0]["title"], raws[1]["sms"] = "Tiêu đề mới", "Có dấu"
    file.write_text(json.dumps(raws), "utf-8")
    tried = kb(database_url, "import", str(file))
    assert tried.returncode == 1, "a row was refused"
    lines = [line.split("\t") for line in tried.stdout.splitlines()]
    assert lines[0][1:3] == ["changed", raws[0]["slug"]]
    assert lines[1][1:] == ["refused", raws[1]["slug"], "sms: accents"]
    assert {line[1] for line in lines[2:]} == {"same"}
    assert "Chưa ghi gì" in tried.stderr
    assert "1 bài đã xuất bản" in kb(database_url, "import", str(file), "--publish").stderr
    again = kb(database_url, "import", str(file)).stdout.splitlines()
    assert again[0].split("\t")[1] == "same"


def test_the_index_is_built_and_compared(database_url: str, elasticsearch_url: str, index_name: str) -> None:
    server = {"ELASTICSEARCH_URL": elasticsearch_url, "ELASTICSEARCH_INDEX": index_name}
    built = kb(database_url, "rebuild", **server)
    assert built.returncode == 0, built.stderr
    assert "đoạn / passages" in built.stderr, "progress is told"
    counts = {line.partition(":")[2] for line in built.stdout.splitlines()}
    assert len(counts) == 1, "both indexes have the same passages"
    compared = kb(database_url, "reconcile", **server)
    assert "thiếu / missing 0, cũ / outdated 0, thừa / unwanted 0" in compared.stdout


def test_a_server_that_is_not_there_is_one_sentence_and_a_failure(database_url: str) -> None:
    missing = kb(database_url, "reconcile", ELASTICSEARCH_URL="http://127.0.0.1:9")
    assert missing.returncode == 1
    assert missing.stderr.startswith("search_unavailable")
    assert "Traceback" not in missing.stderr
    unset = kb(database_url, "reconcile", ELASTICSEARCH_URL="")
    assert unset.returncode == 2
    assert "ELASTICSEARCH_URL" in unset.stderr
