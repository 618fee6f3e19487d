# ruff: noqa: PLC0415 - numpy, scikit-learn and yaml are slow to import and load only when used
"""The training and development utterances: Rasa's NLU YAML with metadata, read into plain records.

Both of Rasa's forms are read: a block of lines under `examples: |` with the block's metadata, and a list of
`text` + `metadata` where the example's metadata is laid over the block's. A place is marked `[...](place)`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.labels import DATA
from nlu.text import fold

DEVELOPMENT = "dev"
_PLACE = re.compile(r"\[([^\[\]]+)\]\(place\)")


class CorpusNotReadable(Exception):
    """A corpus file is not the YAML it should be; the message names file and line."""

    code = "corpus_not_readable"


@dataclass(frozen=True, slots=True)
class Utterance:
    """One labelled message. Spans are offsets into `text`, the message without its marks. `look_alike` marks words of
    danger without danger: calm messages of the files about emergencies, and others marked so."""

    text: str
    intent: str
    category: str | None
    case_type: str
    urgency: str
    register: str
    region: str
    emergency: bool
    emergency_number: str | None
    acceptable: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    file: str
    line: int
    look_alike: bool = False


def parse_marks(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """'tắt [hẻm 12](place)' -> ('tắt hẻm 12', ((4, 10),))."""
    plain: list[str] = []
    spans: list[tuple[int, int]] = []
    length = position = 0
    for match in _PLACE.finditer(marked):
        before = marked[position : match.start()]
        start = length + len(before)
        spans.append((start, start + len(match.group(1))))
        plain += [before, match.group(1)]
        length = spans[-1][1]
        position = match.end()
    return "".join(plain) + marked[position:], tuple(spans)


def corpus_files(folder: Path = DATA, *, development: bool = False) -> list[Path]:
    """The training files, or the development files; never both."""
    files = sorted(folder.rglob("*.yml"))
    return [path for path in files if (DEVELOPMENT in path.relative_to(folder).parts) is development]


def load_corpus(files: list[Path], folder: Path = DATA) -> list[Utterance]:
    """Every utterance of the files, in order.

    Raises `CorpusNotReadable` when a file is not valid YAML or lacks the `nlu` list.
    """
    return [utterance for path in files for utterance in read_file(path, folder)]


def read_file(path: Path, folder: Path = DATA) -> Iterator[Utterance]:
    """Every utterance of a file: Rasa's format, or one JSON object a line (`.jsonl`) without marks of places."""
    import yaml

    source = path.read_text("utf-8")
    name = str(path.relative_to(folder)) if path.is_relative_to(folder) else path.name
    if path.suffix == ".jsonl":
        yield from _read_lines(source, name)
        return
    try:
        raw = yaml.load(source, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.YAMLError as error:
        raise CorpusNotReadable(f"{name}: {error}") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("nlu"), list):
        raise CorpusNotReadable(f"{name}: no `nlu` list")
    lines = _line_numbers(source)
    for block in raw["nlu"]:
        intent = str(block.get("intent", ""))
        for marked, metadata in _examples(block):
            yield _utterance(marked, intent, metadata, name, lines.get(marked, 0))


def _read_lines(source: str, name: str) -> Iterator[Utterance]:
    for number, line in enumerate(source.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            labels = json.loads(line)
            yield _utterance(str(labels["text"]), str(labels["intent"]), labels, name, number)
        except (ValueError, KeyError, TypeError) as error:
            raise CorpusNotReadable(f"{name}:{number}: {error}") from error


def _line_numbers(source: str) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for number, line in enumerate(source.splitlines(), start=1):
        numbers.setdefault(line.strip().removeprefix("- ").strip(), number)
    return numbers


def _examples(block: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    shared = block.get("metadata") or {}
    examples = block.get("examples") or []
    if isinstance(examples, str):
        for line in examples.splitlines():
            if line.strip().startswith("-"):
                yield line.strip()[1:].strip(), shared
        return
    for example in examples:
        if isinstance(example, str):
            yield example.strip(), shared
        else:
            marked = str(example.get("text", "")).strip().removeprefix("- ").strip()
            yield marked, {**shared, **(example.get("metadata") or {})}


def _codes(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(code) for code in value) if isinstance(value, (list, tuple)) else (str(value),)


def _utterance(marked: str, intent: str, metadata: dict[str, Any], file: str, line: int) -> Utterance:
    text, places = parse_marks(marked)
    case_type = str(metadata.get("case_type", "khac"))
    number = metadata.get("emergency_number")
    is_emergency = bool(metadata.get("emergency", case_type == "khan_cap"))
    category = metadata.get("category")
    return Utterance(
        text=text,
        intent=intent,
        category=None if category in {None, "", "null"} else str(category),
        case_type=case_type,
        urgency=str(metadata.get("urgency", "thuong")),
        register=str(metadata.get("register", "")),
        region=str(metadata.get("region", "")),
        emergency=is_emergency,
        emergency_number=None if number is None else str(number),
        look_alike=bool(metadata.get("look_alike", not is_emergency and "emergency" in file)),
        acceptable=_codes(metadata.get("acceptable", metadata.get("also", metadata.get("second")))),
        places=places,
        file=file,
        line=line,
    )


def same_words(text: str) -> str:
    """The key under which two utterances count as the same: folded words only."""
    return " ".join(re.findall(r"[a-z0-9]+", fold(text)))
