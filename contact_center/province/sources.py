"""The sample province as plain rows, read from data files. Pure: no database."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import cos, radians
from pathlib import Path
from typing import Any

import yaml

from nlu.text import fold

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # PyYAML built without libyaml: slower, the same rows
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

DATA = Path(__file__).parent / "data"
# The place table the understanding uses: one list of communes for the whole house.
PLACES = Path(__file__).parents[2] / "nlu" / "data" / "places" / "dong_thap.json"
KIND_NAMES = {"phuong": "Phường", "xa": "Xã"}


@dataclass(frozen=True, slots=True)
class CommuneSource:
    code: str
    name: str
    kind: str
    latitude: float
    longitude: float

    @property
    def full_name(self) -> str:
        return f"{KIND_NAMES[self.kind]} {self.name}"


@dataclass(frozen=True, slots=True)
class UnitSource:
    """``bound_to`` are (department type, commune code or None) pairs the unit stands for."""

    code: str
    name: str
    short_name: str
    department_type: str
    commune_code: str | None
    parent: str | None
    bound_to: tuple[tuple[str, str | None], ...]

    @property
    def sort_key(self) -> str:
        return fold(self.name)


@dataclass(frozen=True, slots=True)
class ProvinceSource:
    effective: date
    communes: tuple[CommuneSource, ...]
    units: tuple[UnitSource, ...]
    calendar: dict[str, Any]


@cache
def read_province() -> ProvinceSource:
    """Everything in the data files."""
    places = json.loads(PLACES.read_text(encoding="utf-8"))
    communes = tuple(
        CommuneSource(row["code"], row["name"], row["kind"], row["lat"], row["lon"]) for row in places["communes"]
    )
    areas = _yaml("areas.yaml")
    units = (*_departments(), *_commune_units(areas["commune_units"], communes), *_teams(areas, communes))
    return ProvinceSource(date.fromisoformat(places["effective"]), communes, units, _yaml("calendar.yaml"))


def _yaml(name: str) -> Any:
    return yaml.load((DATA / name).read_text(encoding="utf-8"), Loader=Loader)


def _departments() -> Iterable[UnitSource]:
    for row in _yaml("units.yaml"):
        yield UnitSource(
            code=row["code"],
            name=row["name"],
            short_name=row.get("short", row["name"]),
            department_type=row["for"][0],
            commune_code=None,
            parent=row.get("parent"),
            bound_to=tuple((department, None) for department in row["for"]),
        )


def _commune_units(templates: list[dict[str, str]], communes: Iterable[CommuneSource]) -> Iterable[UnitSource]:
    for commune in communes:
        for template in templates:
            yield UnitSource(
                code=f"{template['code']}-{commune.code}",
                name=template["name"].format(full_name=commune.full_name),
                short_name=template["short"].format(full_name=commune.full_name),
                department_type=template["type"],
                commune_code=commune.code,
                parent=f"ubnd-{commune.code}" if template["type"] == "ttpvhcc_xa" else None,
                bound_to=((template["type"], commune.code),),
            )


def _teams(areas: dict[str, list[dict[str, str]]], communes: tuple[CommuneSource, ...]) -> Iterable[UnitSource]:
    by_code = {commune.code: commune for commune in communes}
    centres = {centre["slug"]: by_code[centre["commune"]] for centre in areas["centres"]}
    nearest = {commune.code: min(centres, key=lambda slug: _distance(commune, centres[slug])) for commune in communes}
    for team in areas["teams"]:
        for centre in areas["centres"]:
            around = tuple((team["type"], code) for code, slug in nearest.items() if slug == centre["slug"])
            yield UnitSource(
                code=f"{team['code']}-{centre['slug']}",
                name=team["name"].format(centre=centre["name"]),
                short_name=team["short"].format(centre=centre["name"]),
                department_type=team["type"],
                commune_code=None,
                parent=team["code"],
                bound_to=around,
            )


def _distance(one: CommuneSource, other: CommuneSource) -> float:
    """Only for comparing: squared degrees, longitude shortened."""
    east = (one.longitude - other.longitude) * cos(radians(one.latitude))
    return float((one.latitude - other.latitude) ** 2 + east**2)
