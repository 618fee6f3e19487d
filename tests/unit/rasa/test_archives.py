"""Which Rasa model is in use, and what its files say about themselves."""

import os
from pathlib import Path
from typing import get_args

import pytest
import yaml

from contact_center.embedded import EmbeddedServerError
from contact_center.embedded.rasa import rasa_environment
from contact_center.rasa.archives import Archives, version_in
from nlu.labels import load_labels
from nlu.understanding import EntityKind

RASA = Path(__file__).parent.parent.parent.parent / "nlu" / "rasa"


def archives_with(folder: Path, *names: str) -> Archives:
    for name in names:
        (folder / name).write_bytes(b"")
    return Archives(folder)


def test_nothing_is_in_use_until_somebody_says_so(tmp_path: Path) -> None:
    archives = archives_with(tmp_path, "a.tar.gz")
    assert archives.current is None
    archives.use("a.tar.gz")
    assert archives.current == tmp_path / "a.tar.gz"


def test_a_model_that_is_not_there_cannot_be_used(tmp_path: Path) -> None:
    archives = archives_with(tmp_path, "a.tar.gz")
    archives.use("a.tar.gz")
    with pytest.raises(EmbeddedServerError, match=r"b\.tar\.gz"):
        archives.use("b.tar.gz")
    assert archives.current == tmp_path / "a.tar.gz"


def test_another_model_of_ours_gets_another_archive(tmp_path: Path) -> None:
    archives = Archives(tmp_path)
    assert archives.path_for("one") != archives.path_for("two")
    assert [version_in(archives.path_for("one")), version_in(None)] == ["one", ""]


def test_old_models_go_but_never_the_ones_used_last(tmp_path: Path) -> None:
    archives = archives_with(tmp_path, *(f"{letter}.tar.gz" for letter in "abcdefg"))
    for path in tmp_path.glob("*.tar.gz"):
        os.utime(path, (0, 0))
    for name in ("b.tar.gz", "c.tar.gz", "a.tar.gz"):
        archives.use(name)
    archives.forget_old()
    assert archives.current == tmp_path / "a.tar.gz"
    assert sorted(path.name[0] for path in tmp_path.glob("*.tar.gz")) == ["a", "b", "c"]


def test_the_domain_knows_the_intents_of_the_taxonomy_and_our_entities() -> None:
    domain = yaml.safe_load((RASA / "domain.yml").read_text("utf-8"))
    assert set(domain["intents"]) == set(load_labels().intents)
    assert set(domain["entities"]) == {"place", *get_args(EntityKind)}


def test_rasa_is_told_none_of_the_houses_secrets() -> None:
    ours = {"PATH": "/bin", "SECRET_KEY": "s", "DATABASE_URL": "postgresql://u:p@h/d", "RASA_SECRET": "r"}
    assert rasa_environment(ours).keys() & ours.keys() == {"PATH", "RASA_SECRET"}


def test_rasa_does_without_the_sentences_meaning_where_the_house_does() -> None:
    assert rasa_environment({"NLU_SEMANTIC": "off"})["NLU_SEMANTIC"] == "off"
