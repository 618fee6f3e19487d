"""The province's names, present and past, and what each can mean today.

A name is found syllable by syllable in any spelling. A ward of before 2025-07-01 means all of its successors; the
nearest administrative words around ("phường 4, Mỹ Tho cũ") narrow the choice.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from nlu.labels import DATA
from nlu.text import Token, fold

Level = Literal["commune", "old_ward", "old_district", "province"]
UnitKind = Literal["phuong", "xa", "thi_tran", "huyen", "thi_xa", "thanh_pho", "tinh"]


@dataclass(frozen=True, slots=True)
class Commune:
    """A unit of today. Centre in degrees (WGS 84); area in square kilometres, None where the source is unsure."""

    code: str
    name: str
    kind: UnitKind
    lat: float
    lon: float
    area_km2: float | None

    @property
    def full_name(self) -> str:
        return f"{'Phường' if self.kind == 'phuong' else 'Xã'} {self.name}"


@dataclass(frozen=True, slots=True)
class Named:
    """One meaning of a name: its level and kind, the communes it covers today, the old district it lay in."""

    name: str
    level: Level
    kind: UnitKind
    communes: tuple[str, ...]
    district: str | None


@dataclass(frozen=True, slots=True)
class NameHit:
    """A name on tokens `first` to `last` (exclusive). `accented`: typed with accents; `exact`: with all of its own;
    `is_glued`: a town's name in one word, "sadec"."""

    first: int
    last: int
    meanings: tuple[Named, ...]
    accented: bool
    exact: bool
    is_glued: bool = False


@dataclass
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    meanings: list[tuple[tuple[str, ...], Named]] = field(default_factory=list)


class Gazetteer:
    """Names in a trie of folded syllables. Reading only; share it."""

    def __init__(self, communes: dict[str, Commune], names: Sequence[Named]) -> None:
        self.communes = communes
        self.names = tuple(names)
        self._root = _Node()
        for named in names:
            self._add(named)
        towns = {named.name for named in names if named.level == "old_district"}
        self._glued: dict[str, tuple[Named, ...]] = {
            fold(town).replace(" ", ""): tuple(named for named in names if named.name == town) for town in towns
        }

    def _add(self, named: Named) -> None:
        syllables = tuple(named.name.lower().split())
        node = self._root
        for syllable in syllables:
            node = node.children.setdefault(fold(syllable), _Node())
        node.meanings.append((syllables, named))

    def names_at(self, tokens: Sequence[Token], first: int) -> NameHit | None:
        """The longest name starting at a token, or None. Accents that were typed must be the name's own."""
        glued = self._glued.get(tokens[first].folded) if first < len(tokens) else None
        if glued:
            return NameHit(first, first + 1, glued, False, False, is_glued=True)
        node, position, best = self._root, first, None
        while position < len(tokens):
            step = node.children.get(tokens[position].folded)
            if step is None:
                break
            node, position = step, position + 1
            spelled = tokens[first:position]
            written = tuple(t.lower for t in spelled)
            exact = tuple(named for syllables, named in node.meanings if syllables == written)
            meanings = tuple(named for syllables, named in node.meanings if _agrees(spelled, syllables))
            if meanings:
                is_accented = any(t.lower != t.folded for t in spelled)
                best = NameHit(first, position, (is_accented and exact) or meanings, is_accented, bool(exact))
        return best

    def find_commune(self, code: str) -> Commune | None:
        return self.communes.get(code)


def _agrees(tokens: Sequence[Token], syllables: tuple[str, ...]) -> bool:
    return all(t.lower in {s, t.folded} for t, s in zip(tokens, syllables, strict=True))


def _names(raw: dict[str, list[dict[str, object]]]) -> list[Named]:
    names = []
    for c in raw["communes"]:
        names.append(Named(str(c["name"]), "commune", c["kind"], (str(c["code"]),), None))  # type: ignore[arg-type]
    for w in raw["old_wards"]:
        codes = tuple(w["successors"])  # type: ignore[arg-type, var-annotated]
        names.append(Named(str(w["name"]), "old_ward", w["kind"], codes, str(w["district"])))  # type: ignore[arg-type]
        for earlier in w["earlier"]:  # type: ignore[attr-defined]
            kind: UnitKind = "phuong" if earlier.startswith("Phường") else "xa"
            name = earlier.split(" ", 1)[1]
            names.append(Named(name, "old_ward", kind, codes, str(w["district"])))
    for d in raw["old_districts"]:
        codes = tuple(d["successors"])  # type: ignore[arg-type]
        names.append(Named(str(d["name"]), "old_district", d["kind"], codes, str(d["code"])))  # type: ignore[arg-type]
    for province in ("Đồng Tháp", "Tiền Giang"):
        names.append(Named(province, "province", "tinh", (), None))
    return names


@cache
def load_gazetteer(path: Path = DATA / "places" / "dong_thap.json") -> Gazetteer:
    raw = json.loads(path.read_text("utf-8"))
    communes = {
        c["code"]: Commune(c["code"], c["name"], c["kind"], c["lat"], c["lon"], c["area_km2"]) for c in raw["communes"]
    }
    return Gazetteer(communes, _names(raw))
