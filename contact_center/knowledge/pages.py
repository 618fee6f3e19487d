"""Staff pages of the articles: the list, one article with its versions, the form, the steps of a review."""

import uuid
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData
from starlette.responses import Response

from contact_center.actors import Actor
from contact_center.clock import local, utc_now
from contact_center.db import Transaction
from contact_center.errors import InvalidInput
from contact_center.knowledge import (
    editing,
    forms,
    gap_pages,
    gaps,
    reading,
    settling,
    telling,
    tool_pages,
    wrong_answers,
)
from contact_center.knowledge.content import AUDIENCES, KINDS, LEVELS, ONLINE, Content
from contact_center.knowledge.editing import Instruction
from contact_center.knowledge.repository import Wanted
from contact_center.knowledge.workflow import Step, may_edit
from contact_center.media import service as media
from contact_center.media.storage import MediaStorage
from contact_center.staff.permissions import MAY_OPEN, Door
from contact_center.units import service as units
from contact_center.web.deps import AppSettings, Db, signed_in
from contact_center.web.security import verify_csrf
from contact_center.web.templates import render

router = APIRouter(prefix="/knowledge", include_in_schema=False, dependencies=[Depends(verify_csrf)])

Reader = Annotated[Actor, Depends(signed_in(*MAY_OPEN[Door.KNOWLEDGE]))]
Editor = Annotated[Actor, Depends(signed_in(*MAY_OPEN[Door.EDITING]))]
STATES = ("published", "draft", "expired", "withdrawn")
UNDER_WAY = ("in_review", "draft", "scheduled")
MOST_ROWS = 200

# Before the addresses with an article's id in them.
router.include_router(tool_pages.router)
router.include_router(gap_pages.router)


@router.get("")
async def articles(
    request: Request,
    database: Db,
    actor: Reader,
    q: Annotated[str, Query(max_length=200)] = "",
    state: str = "",
    work: str = "",
    kind: str = "",
    stale: bool = False,
) -> Response:
    async with database.transaction() as tx:
        ids, degraded = await reading.ids_for(tx, actor, q)
        wanted = Wanted(
            words=q.strip(),
            ids=ids,
            state=state if state in STATES else "",
            under_way=work if work in UNDER_WAY else "",
            kind=kind if kind in KINDS else "",
            stale=stale,
            limit=MOST_ROWS,
        )
        rows = await reading.rows(tx, actor, wanted)
        counts = await reading.counts(tx, actor)
        edits = actor.has_role(*MAY_OPEN[Door.EDITING])
        deflection = await telling.deflection(tx) if edits else None
    return render(
        request,
        "knowledge/list.html",
        rows=rows,
        counts=counts,
        wanted=wanted,
        q=q,
        edits=edits,
        deflection=deflection,
        states=STATES,
        kinds=KINDS,
        full=len(rows) == MOST_ROWS,
        degraded=degraded,
    )


# --- writing ----------------------------------------------------------------------------------------------------------


@router.get("/new")
async def new(request: Request, database: Db, actor: Editor, question: uuid.UUID | None = None) -> Response:
    """``question`` is one that nothing answered: the article is for it and for those like it."""
    async with database.transaction() as tx:
        group = await gaps.alike_to(tx, question) if question else None
        content = forms.blank(local(tx.now).date(), group.wordings if group else ())
        answers = [one.id for one in group.questions] if group else ()
        return await _form(request, tx, actor, content, owner_unit_id=actor.unit_id, answers=answers)


@router.post("")
async def create(request: Request, database: Db, actor: Editor) -> Response:
    form = await request.form()
    content = forms.content_of(form, local(utc_now()).date())
    owner = forms.unit_of(str(form.get("owner", ""))) if may_edit(actor, None) else actor.unit_id
    slug, why = str(form.get("slug", "")).strip(), str(form.get("why", ""))
    answers = forms.ids_of(form, "asked")
    try:
        async with database.transaction() as tx:
            version = await editing.create(tx, actor, content, slug=slug, owner_unit_id=owner, why=why)
            await settling.note_written(tx, actor, answers, version.article_id)
    except InvalidInput as error:
        async with database.transaction() as tx:
            return await _form(
                request,
                tx,
                actor,
                content,
                owner_unit_id=owner,
                slug=slug,
                why=why,
                answers=answers,
                errors=error.details,
            )
    return await _after_saving(request, database, actor, version.article_id, version.revision, form)


@router.get("/{article_id}/edit")
async def edit_page(request: Request, database: Db, actor: Editor, article_id: uuid.UUID) -> Response:
    async with database.transaction() as tx:
        return await _form_of(request, tx, actor, article_id)


@router.post("/{article_id}/edit")
async def edit(request: Request, database: Db, actor: Editor, article_id: uuid.UUID) -> Response:
    form = await request.form()
    content = forms.content_of(form, local(utc_now()).date())
    revision = int(str(form.get("revision", "0")) or 0)
    async with database.transaction() as tx:
        if may_edit(actor, None):
            await editing.assign(tx, actor, article_id, forms.unit_of(str(form.get("owner", ""))))
        version = await editing.edit(tx, actor, article_id, content, revision=revision, why=str(form.get("why", "")))
    return await _after_saving(request, database, actor, article_id, version.revision, form)


async def _after_saving(
    request: Request, database: Db, actor: Actor, article_id: uuid.UUID, revision: int, form: FormData
) -> Response:
    """What was written is kept whatever a submission lacks; then the form says what that is."""
    if form.get("then") != "submit":
        return RedirectResponse(f"/knowledge/{article_id}?done=saved", status_code=303)
    try:
        async with database.transaction() as tx:
            await editing.step(tx, actor, article_id, Instruction(Step.SUBMIT, revision))
    except InvalidInput as error:
        async with database.transaction() as tx:
            return await _form_of(request, tx, actor, article_id, errors=error.details)
    return RedirectResponse(f"/knowledge/{article_id}?done=submit", status_code=303)


async def _form_of(
    request: Request, tx: Transaction, actor: Actor, article_id: uuid.UUID, errors: dict[str, str] | None = None
) -> Response:
    seen = await reading.view(tx, actor, article_id)
    article, version = seen.article, seen.under_way
    return await _form(
        request,
        tx,
        actor,
        editing.content_now(article, version),
        owner_unit_id=article.owner_unit_id,
        slug=article.slug,
        why=version.why if version else "",
        revision=version.revision if version else 0,
        article_id=article_id,
        errors=errors,
    )


async def _form(
    request: Request,
    tx: Transaction,
    actor: Actor,
    content: Content,
    *,
    owner_unit_id: uuid.UUID | None,
    slug: str = "",
    why: str = "",
    revision: int = 0,
    article_id: uuid.UUID | None = None,
    answers: Sequence[uuid.UUID] = (),
    errors: dict[str, str] | None = None,
) -> Response:
    owner = await units.unit(tx, owner_unit_id) if owner_unit_id else None
    return render(
        request,
        "knowledge/form.html",
        status=422 if errors else 200,
        content=content,
        owner=owner,
        may_assign=may_edit(actor, None),
        slug=slug,
        why=why,
        revision=revision,
        article_id=article_id,
        answers=answers,
        errors=errors or {},
        names=await reading.names_of(tx, content),
        kinds=KINDS,
        audiences=AUDIENCES,
        levels=LEVELS,
        online=ONLINE,
    )


@router.post("/preview")
async def preview(request: Request, database: Db, actor: Editor) -> Response:
    """How it will look and sound, while it is being written."""
    try:
        content = forms.content_of(await request.form(), local(utc_now()).date())
    except InvalidInput:
        return Response(status_code=204)
    async with database.transaction() as tx:
        names = await reading.names_of(tx, content)
    return render(request, "knowledge/preview.html", content=content, names=names)


# --- one article ------------------------------------------------------------------------------------------------------


@router.get("/{article_id}")
async def article(request: Request, database: Db, actor: Reader, article_id: uuid.UUID, done: str = "") -> Response:
    return await _article(request, database, actor, article_id, done=done)


async def _article(
    request: Request,
    database: Db,
    actor: Actor,
    article_id: uuid.UUID,
    *,
    done: str = "",
    errors: dict[str, str] | None = None,
) -> Response:
    async with database.transaction() as tx:
        seen = await reading.view(tx, actor, article_id)
        draft = editing.content_now(seen.article, seen.under_way) if seen.under_way else None
    context: dict[str, Any] = {"seen": seen, "draft": draft, "done": done, "errors": errors or {}}
    return render(request, "knowledge/article.html", status=422 if errors else 200, **context)


@router.get("/{article_id}/versions/{number}")
async def version_page(request: Request, database: Db, actor: Editor, article_id: uuid.UUID, number: int) -> Response:
    async with database.transaction() as tx:
        seen, version, changes = await reading.compared(tx, actor, article_id, number)
    return render(request, "knowledge/version.html", seen=seen, version=version, changes=changes)


@router.post("/{article_id}/steps/{step}")
async def take_step(
    request: Request,
    database: Db,
    actor: Editor,
    article_id: uuid.UUID,
    step: Step,
    revision: Annotated[int, Form()],
    words: Annotated[str, Form(max_length=2000)] = "",
    publish_at: Annotated[str, Form(max_length=30)] = "",
) -> Response:
    try:
        instruction = Instruction(step, revision, words=words, publish_at=forms.moment_of(publish_at))
        async with database.transaction() as tx:
            version = await editing.step(tx, actor, article_id, instruction)
    except InvalidInput as error:
        return await _article(request, database, actor, article_id, errors=error.details)
    told = version.state if step is Step.APPROVE else step.value
    return RedirectResponse(f"/knowledge/{article_id}?done={told}", status_code=303)


@router.post("/{article_id}/withdraw")
async def withdraw(
    request: Request,
    database: Db,
    actor: Editor,
    article_id: uuid.UUID,
    words: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    try:
        async with database.transaction() as tx:
            await editing.withdraw(tx, actor, article_id, words=words)
    except InvalidInput as error:
        return await _article(request, database, actor, article_id, errors=error.details)
    return RedirectResponse(f"/knowledge/{article_id}?done=withdraw", status_code=303)


@router.post("/{article_id}/wrong")
async def say_wrong(
    request: Request,
    database: Db,
    actor: Reader,
    article_id: uuid.UUID,
    words: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """An agent knows better, or a citizen told them."""
    if not words.strip():
        return await _article(request, database, actor, article_id, errors={"wrong": "required"})
    async with database.transaction() as tx:
        seen = await reading.view(tx, actor, article_id)
        await wrong_answers.say_wrong(tx, actor, seen.article.slug, words=words)
    return RedirectResponse(f"/knowledge/{article_id}?done=wrong", status_code=303)


@router.post("/{article_id}/attachments")
async def add_attachment(
    request: Request,
    database: Db,
    settings: AppSettings,
    actor: Editor,
    article_id: uuid.UUID,
    attachment: Annotated[UploadFile, File()],
    internal: Annotated[bool, Form()] = False,
) -> Response:
    data = await attachment.read(media.LARGEST_UPLOAD + 1)
    try:
        async with database.transaction() as tx:
            await editing.add_attachment(
                tx,
                actor,
                MediaStorage(settings.media_dir),
                article_id,
                data=data,
                name=attachment.filename or "",
                internal=internal,
            )
    except InvalidInput as error:
        return await _article(
            request, database, actor, article_id, errors={"attachment": next(iter(error.details.values()))}
        )
    return RedirectResponse(f"/knowledge/{article_id}", status_code=303)


@router.post("/{article_id}/attachments/{media_id}/remove")
async def remove_attachment(database: Db, actor: Editor, article_id: uuid.UUID, media_id: uuid.UUID) -> Response:
    async with database.transaction() as tx:
        await editing.remove_attachment(tx, actor, article_id, media_id)
    return RedirectResponse(f"/knowledge/{article_id}", status_code=303)
