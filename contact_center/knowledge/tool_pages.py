"""Staff pages around the articles: answers called wrong, words that mean the same, many articles at once."""

import asyncio
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from contact_center.actors import Actor
from contact_center.clock import local, utc_now
from contact_center.errors import InvalidInput
from contact_center.knowledge import reading, synonyms, tables, transfer, wrong_answers
from contact_center.staff import service as staff
from contact_center.staff.permissions import MAY_OPEN, Door
from contact_center.web.deps import Db, signed_in
from contact_center.web.templates import render

router = APIRouter()

Editor = Annotated[Actor, Depends(signed_in(*MAY_OPEN[Door.EDITING]))]


# --- answers called wrong ---------------------------------------------------------------------------------------------


@router.get("/wrong")
async def tasks(request: Request, database: Db, actor: Editor, closed: bool = False, done: str = "") -> Response:
    return await _tasks(request, database, actor, closed=closed, done=done)


async def _tasks(
    request: Request,
    database: Db,
    actor: Actor,
    *,
    closed: bool = False,
    done: str = "",
    wrong_id: uuid.UUID | None = None,
) -> Response:
    async with database.transaction() as tx:
        found = await wrong_answers.listed(tx, actor, closed=closed)
        people = {one for task, _ in found for one in (task.account_id, task.closed_by) if one}
        names = await staff.names_of(tx, list(people))
        counts = await reading.counts(tx, actor)
    return render(
        request,
        "knowledge/wrong.html",
        status=422 if wrong_id else 200,
        tasks=found,
        names=names,
        counts=counts,
        closed=closed,
        done=done,
        wrong_id=wrong_id,
    )


@router.post("/wrong/{task_id}/close")
async def close_task(
    request: Request,
    database: Db,
    actor: Editor,
    task_id: uuid.UUID,
    words: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    try:
        async with database.transaction() as tx:
            await wrong_answers.close(tx, actor, task_id, words=words)
    except InvalidInput:
        return await _tasks(request, database, actor, wrong_id=task_id)
    return RedirectResponse("/knowledge/wrong?done=closed", status_code=303)


# --- words that mean the same -----------------------------------------------------------------------------------------


@router.get("/synonyms")
async def synonym_page(request: Request, database: Db, actor: Editor, done: str = "") -> Response:
    return await _synonyms(request, database, done=done)


async def _synonyms(
    request: Request, database: Db, *, done: str = "", errors: dict[str, str] | None = None, typed: str = ""
) -> Response:
    async with database.transaction() as tx:
        groups = await synonyms.listed(tx)
    status = 422 if errors else 200
    return render(
        request, "knowledge/synonyms.html", status=status, groups=groups, done=done, errors=errors or {}, typed=typed
    )


@router.post("/synonyms")
async def add_synonyms(
    request: Request, database: Db, actor: Editor, words: Annotated[str, Form(max_length=500)] = ""
) -> Response:
    try:
        async with database.transaction() as tx:
            await synonyms.add(tx, actor, words)
    except InvalidInput as error:
        return await _synonyms(request, database, errors=error.details, typed=words)
    return RedirectResponse("/knowledge/synonyms?done=saved", status_code=303)


@router.post("/synonyms/{group_id}")
async def change_synonyms(
    request: Request,
    database: Db,
    actor: Editor,
    group_id: uuid.UUID,
    words: Annotated[str, Form(max_length=500)] = "",
    then: Annotated[str, Form()] = "",
) -> Response:
    try:
        async with database.transaction() as tx:
            await synonyms.change(tx, actor, group_id, "" if then == "remove" else words)
    except InvalidInput as error:
        return await _synonyms(request, database, errors=error.details, typed=words)
    return RedirectResponse("/knowledge/synonyms?done=saved", status_code=303)


# --- many at once -----------------------------------------------------------------------------------------------------


@router.get("/import")
async def import_page(request: Request, actor: Editor) -> Response:
    return _report(request)


@router.post("/import")
async def try_import(request: Request, database: Db, actor: Editor, file: Annotated[UploadFile, File()]) -> Response:
    """Nothing is written yet: what each row would do."""
    try:
        data = await file.read(tables.LARGEST_BYTES + 1)
        rows = await asyncio.to_thread(tables.read, file.filename or "", data)
    except InvalidInput as error:
        return _report(request, errors=error.details)
    async with database.transaction() as tx:
        reports = await transfer.bring_in(tx, actor, rows, dry_run=True)
        useful = any(report.outcome in ("new", "changed") for report in reports)
        kept = await transfer.keep_tried(tx, actor, rows) if useful else None
    return _report(request, reports, kept=kept)


@router.post("/import/{import_id}")
async def do_import(request: Request, database: Db, actor: Editor, import_id: uuid.UUID) -> Response:
    """The rows just tried, checked again: an hour may lie between."""
    async with database.transaction() as tx:
        rows = await transfer.tried(tx, actor, import_id)
        reports = await transfer.bring_in(tx, actor, rows, dry_run=False)
    return _report(request, reports, done=True)


def _report(
    request: Request,
    reports: Sequence[transfer.RowReport] | None = None,
    *,
    kept: uuid.UUID | None = None,
    done: bool = False,
    errors: dict[str, str] | None = None,
) -> Response:
    counts = Counter(report.outcome for report in reports or ())
    return render(
        request,
        "knowledge/import.html",
        status=422 if errors else 200,
        reports=reports,
        counts=counts,
        kept=kept,
        done=done,
        errors=errors or {},
    )


@router.get("/export.{ending}")
async def export(database: Db, actor: Editor, ending: str) -> Response:
    if ending not in tables.WRITERS:
        raise InvalidInput(file="unknown_format")
    async with database.transaction() as tx:
        drafts = await transfer.taken_out(tx, actor)
        await staff.audit(
            tx, actor, action="articles_exported", subject_kind="article", subject_id="", count=len(drafts)
        )
    data = await asyncio.to_thread(tables.write, ending, drafts)
    name = f"tri-thuc-{local(utc_now()):%Y%m%d}.{ending}"
    return Response(
        data,
        media_type=tables.MEDIA_TYPES[ending],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
