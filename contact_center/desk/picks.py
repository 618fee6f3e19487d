"""Options of long lists, filtered on the server; with or without accents."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from contact_center.desk.access import AnyStaff
from contact_center.taxonomy import service as taxonomy
from contact_center.units import service as units
from contact_center.web.deps import Db
from contact_center.web.options import MOST_OPTIONS, Option, render_options
from nlu.text import fold

router = APIRouter(prefix="/pick")

Asked = Annotated[str, Query(max_length=100)]


@router.get("/units")
async def pick_unit(request: Request, database: Db, actor: AnyStaff, q: Asked = "") -> Response:
    async with database.transaction() as tx:
        found = await units.units(tx, _abbreviated(q), limit=MOST_OPTIONS)
    return render_options(request, [Option(str(unit.id), unit.name) for unit in found])


@router.get("/categories")
async def pick_category(request: Request, database: Db, actor: AnyStaff, q: Asked = "") -> Response:
    async with database.transaction() as tx:
        known = await taxonomy.snapshot(tx)
    wanted = fold(q).split()
    fitting = (
        Option(category.code, category.name, known.field(category.field_code).name)
        for category in known.categories
        if _fits(wanted, f"{category.code} {category.name} {category.description}")
    )
    return render_options(request, fitting)


@router.get("/communes")
async def pick_commune(request: Request, database: Db, actor: AnyStaff, q: Asked = "") -> Response:
    async with database.transaction() as tx:
        communes = await units.communes(tx)
    wanted = fold(q).split()
    return render_options(
        request, (Option(one.code, one.full_name) for one in communes if _fits(wanted, one.full_name))
    )


def _abbreviated(words: str) -> str:
    """People write "uỷ ban"; the units are named UBND."""
    folded = fold(words)
    for long in ("uy ban nhan dan", "uy ban"):
        folded = folded.replace(long, "ubnd")
    return folded


def _fits(wanted: list[str], text: str) -> bool:
    folded = fold(text)
    return all(word in folded for word in wanted)
