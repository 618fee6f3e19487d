"""The province's own names: its streets, bridges, markets and hamlets with the commune each lies in, from a CSV file.

Columns: `name`, `kind` (street, bridge, market, hamlet, landmark, route), `communes` (today's codes or full names,
separated by `;`, may be empty) and, when there are any, `aliases` (separated by `;`). UTF-8, with or without a mark.
The file is checked as a whole by `python -m nlu gazetteer import` and read when an engine is loaded.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.gazetteer import Gazetteer
from nlu.phrases import PhraseTable
from nlu.text import TextView, Token, canonical, fold
from nlu.understanding import PlaceKind

GAZETTEER_VARIABLE = "NLU_GAZETTEER"
FILE_NAME = "gazetteer.csv"
COLUMNS = ("name", "kind", "communes", "aliases")

KINDS: dict[str, PlaceKind] = {
    "street": "street",
    "bridge": "landmark",
    "market": "landmark",
    "hamlet": "hamlet",
    "landmark": "landmark",
    "route": "route",
}
_KIND_WORDS = {
    "street": ("đường", "phố", "lộ", "đại lộ", "đg"),
    "bridge": ("cầu",),
    "market": ("chợ",),
    "hamlet": ("ấp", "khóm", "khu phố", "thôn", "xóm"),
    "landmark": (),
    "route": (),
}
_SURE_SYLLABLES = 3
"""A name of so many syllables is hardly ever anything else, however it is typed."""


class LocalNamesNotReadable(Exception):
    """The file is not such a table; the message names every line at fault."""

    code = "local_names_not_readable"


@dataclass(frozen=True, slots=True)
class LocalName:
    """One name with the communes (codes of today) it lies in, and the other names people have for it."""

    name: str
    kind: str
    communes: tuple[str, ...]
    aliases: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class LocalHit:
    """A name on tokens `first` to `last` (exclusive) with every meaning it has."""

    first: int
    last: int
    meanings: tuple[LocalName, ...]

    @property
    def communes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for meaning in self.meanings for code in meaning.communes))

    @property
    def kind(self) -> PlaceKind:
        return KINDS[self.meanings[0].kind]


class LocalNames:
    """Names ready to be found. Reading only; share it."""

    def __init__(self, names: Sequence[LocalName] = ()) -> None:
        self.names = tuple(names)
        self._table = PhraseTable((spelling, name) for name in names for spelling in name.spellings)

    def find(self, view: TextView) -> list[LocalHit]:
        """The longest name at each place that is surely meant as one: said with its kind, capitalised, or long."""
        if not self.names:
            return []
        meanings: dict[tuple[int, int], list[LocalName]] = {}
        for hit in self._table.find(view.tokens):
            first = _with_kind(view.tokens, hit.first, hit.value.kind)
            if first < hit.first or _is_sure(view, hit.first, hit.last, hit.value):
                meanings.setdefault((first, hit.last), []).append(hit.value)
        found = [LocalHit(first, last, tuple(names)) for (first, last), names in meanings.items()]
        return _longest(found)


def _with_kind(tokens: Sequence[Token], first: int, kind: str) -> int:
    """Where the word of kind before a name begins, "đường" or "khu phố"; `first` itself when there is none."""
    for word in _KIND_WORDS[kind]:
        syllables = word.split()
        before = tokens[max(first - len(syllables), 0) : first]
        if len(before) == len(syllables) and all(
            token.lower in {said, fold(said)} for token, said in zip(before, syllables, strict=True)
        ):
            return first - len(syllables)
    return first


def _is_sure(view: TextView, first: int, last: int, name: LocalName) -> bool:
    said = view.tokens[first:last]
    if name.kind == "route" or any(fold(name.name).startswith(fold(word) + " ") for word in _KIND_WORDS[name.kind]):
        return True
    is_capitalised = all(not token.lower[0].isalpha() or view.text[token.start].isupper() for token in said)
    return len(said) >= _SURE_SYLLABLES or (len(said) > 1 and is_capitalised and first > 0)


def _longest(found: Iterable[LocalHit]) -> list[LocalHit]:
    kept: list[LocalHit] = []
    for hit in sorted(found, key=lambda hit: (hit.first - hit.last, hit.first)):
        if not any(hit.first < other.last and other.first < hit.last for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.first)


def parse_local_names(content: str, gazetteer: Gazetteer) -> list[LocalName]:
    """The names of a CSV table. Raises `LocalNamesNotReadable` naming every line at fault."""
    table = csv.DictReader(io.StringIO(content.removeprefix("\ufeff")))
    missing = {"name", "kind", "communes"} - set(table.fieldnames or ())
    if missing:
        raise LocalNamesNotReadable(f"columns missing: {', '.join(sorted(missing))}")
    codes = _codes_by_name(gazetteer)
    names: list[LocalName] = []
    faults: list[str] = []
    for row in table:
        try:
            names.append(_name(row, codes))
        except ValueError as error:
            faults.append(f"line {table.line_num}: {error}")
    if faults:
        raise LocalNamesNotReadable("; ".join(faults))
    return names


def _name(row: dict[str, str | None], codes: dict[str, str]) -> LocalName:
    name, kind = canonical((row["name"] or "").strip()), (row["kind"] or "").strip()
    if not any(char.isalnum() for char in name):
        raise ValueError("no name")
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}, one of {', '.join(KINDS)}")
    communes = []
    for said in _parts(row["communes"]):
        code = codes.get(fold(said))
        if code is None:
            raise ValueError(f"unknown commune {said!r}")
        communes.append(code)
    aliases = tuple(canonical(alias) for alias in _parts(row.get("aliases")))
    return LocalName(name, kind, tuple(communes), aliases)


def _parts(cell: str | None) -> list[str]:
    return [part.strip() for part in (cell or "").split(";") if part.strip()]


def _codes_by_name(gazetteer: Gazetteer) -> dict[str, str]:
    """Codes by code and by full name, folded; full names are unique in the province."""
    codes = {code: code for code in gazetteer.communes}
    return codes | {fold(commune.full_name): code for code, commune in gazetteer.communes.items()}


def local_names_path(model_root: Path) -> Path:
    """Where the imported table lies: as the environment says, else beside the models."""
    return Path(os.environ.get(GAZETTEER_VARIABLE) or model_root / FILE_NAME)


def load_local_names(path: Path, gazetteer: Gazetteer) -> LocalNames:
    """The imported table; no names when nothing was imported. Raises `LocalNamesNotReadable`."""
    if not path.exists():
        return LocalNames()
    return LocalNames(parse_local_names(_read(path), gazetteer))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LocalNamesNotReadable(f"not UTF-8: {error}") from error


def import_local_names(source: Path, target: Path, gazetteer: Gazetteer) -> int:
    """Check a table and put it in place of the last one, whole or not at all; gives the number of names.

    Raises `LocalNamesNotReadable` and `OSError`; engines loaded before keep the names they have.
    """
    names = parse_local_names(_read(source), gazetteer)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=target.parent, suffix=".csv", delete=False
    ) as draft:
        writer = csv.writer(draft)
        writer.writerow(COLUMNS)
        writer.writerows((n.name, n.kind, ";".join(n.communes), ";".join(n.aliases)) for n in names)
        draft.flush()
        os.fsync(draft.fileno())
    Path(draft.name).chmod(0o644)
    os.replace(draft.name, target)
    return len(names)
