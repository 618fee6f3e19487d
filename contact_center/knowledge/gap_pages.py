"""Staff pages of what nothing answered: the questions, and what an editor makes of each."""

import uuid
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from contact_center.actors import Actor
from contact_center.db import Database
from contact_center.errors import InvalidInput
from contact_center.i18n import translate
from contact_center.knowledge import gaps, reading, settling
from contact_center.knowledge.repository import Wanted
from contact_center.knowledge.workflow import may_edit
from contact_center.staff import service as staff
from contact_center.staff.permissions import MAY_OPEN, Door
from contact_center.web.deps import Db, signed_in
from contact_center.web.options import MOST_OPTIONS, Option, render_options
from contact_center.web.templates import render

router = APIRouter(prefix="/unanswered")

Editor = Annotated[Actor, Depends(signed_in(*MAY_OPEN[Door.EDITING]))]
Ids = Annotated[list[uuid.UUID], Form()]

DONE = ("added", "ignored")


@dataclass(frozen=True, slots=True)
class Failed:
    """A form that was refused: on which questions, why, and what was typed."""

    ids: tuple[uuid.UUID, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)


@router.get("")
async def unanswered(
    request: Request, database: Db, actor: Editor, done: str = "", article: uuid.UUID | None = None
) -> Response:
    return await _open(request, database, actor, done=done if done in DONE else "", article_id=article)


async def _open(
    request: Request,
    database: Database,
    actor: Actor,
    *,
    done: str = "",
    article_id: uuid.UUID | None = None,
    failed: Failed | None = None,
) -> Response:
    async with database.transaction() as tx:
        groups = await gaps.listed(tx)
        articles = await gaps.articles_of(tx, groups)
        counts = await reading.counts(tx, actor)
        counted = await gaps.counted(tx)
    return render(
        request,
        "knowledge/unanswered.html",
        status=422 if failed else 200,
        groups=groups,
        articles=articles,
        editable={key for key, article in articles.items() if may_edit(actor, article.owner_unit_id)},
        counts=counts,
        counted=counted,
        done=done,
        article_id=article_id,
        failed=failed or Failed(),
        full=sum(len(group.questions) for group in groups) == gaps.MOST_LISTED,
    )


@router.get("/settled")
async def settled(request: Request, database: Db, actor: Editor) -> Response:
    """What editors are done with, by whom and why."""
    async with database.transaction() as tx:
        questions = await gaps.settled(tx)
        articles = await gaps.articles_by(tx, {one.settled_article_id for one in questions if one.settled_article_id})
        names = await staff.names_of(tx, list({one.settled_by for one in questions if one.settled_by}))
        counts = await reading.counts(tx, actor)
        counted = await gaps.counted(tx)
    return render(
        request,
        "knowledge/unanswered_settled.html",
        questions=questions,
        articles=articles,
        names=names,
        counts=counts,
        counted=counted,
    )


@router.get("/articles")
async def pick_article(
    request: Request, database: Db, actor: Editor, q: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """Articles of theirs that a question may join."""
    async with database.transaction() as tx:
        ids, _ = await reading.ids_for(tx, actor, q)
        owner = None if may_edit(actor, None) else actor.unit_id
        rows = await reading.rows(tx, actor, Wanted(words=q.strip(), ids=ids, owner_unit_id=owner, limit=MOST_OPTIONS))
    return render_options(request, (Option(str(row.article.id), row.title, row.owner) for row in rows))


@router.post("/add")
async def add(
    request: Request,
    database: Db,
    actor: Editor,
    asked: Ids,
    question: Annotated[str, Form(max_length=2000)] = "",
    article_id: Annotated[str, Form(max_length=40)] = "",
    article_words: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    try:
        async with database.transaction() as tx:
            article = await settling.add_to_article(
                tx, actor, asked, _id_of(article_id), question, why=translate("knowledge.gaps.why")
            )
    except InvalidInput as error:
        typed = {"question": question, "article_id": article_id, "article_words": article_words}
        failed = Failed(tuple(asked), dict(error.details), typed)
        return await _open(request, database, actor, failed=failed)
    return RedirectResponse(f"/knowledge/unanswered?done=added&article={article.id}", status_code=303)


@router.post("/ignore")
async def ignore(
    request: Request,
    database: Db,
    actor: Editor,
    asked: Ids,
    reason: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    try:
        async with database.transaction() as tx:
            await settling.ignore(tx, actor, asked, reason)
    except InvalidInput as error:
        failed = Failed(tuple(asked), dict(error.details), {"reason": reason})
        return await _open(request, database, actor, failed=failed)
    return RedirectResponse("/knowledge/unanswered?done=ignored", status_code=303)


def _id_of(text: str) -> uuid.UUID | None:
    """Raises ``InvalidInput``."""
    try:
        return uuid.UUID(text) if text else None
    except ValueError as error:
        raise InvalidInput(article="unknown") from error
