"""Words that mean the same to whoever asks, edited by people and effective with the next question."""

import uuid
from collections.abc import Iterable, Sequence

from contact_center.actors import Actor
from contact_center.db import Transaction, new_id
from contact_center.errors import InvalidInput, NotAllowed, NotFound
from contact_center.knowledge import repository
from contact_center.knowledge.models import SynonymGroup
from contact_center.knowledge.workflow import may_edit
from contact_center.staff import service as staff
from kb.synonyms import LONGEST, SynonymTable, key_of

MOST_WORDS = 10
_TABLE = "synonym_table"


async def table(tx: Transaction) -> SynonymTable:
    """What the search expands a question with; read once a transaction."""
    known: SynonymTable | None = tx.session.info.get(_TABLE)
    if known is None:
        known = SynonymTable.of(group.words for group in await repository.synonym_groups(tx))
        tx.session.info[_TABLE] = known
    return known


async def listed(tx: Transaction) -> Sequence[SynonymGroup]:
    """In the order they were made."""
    return await repository.synonym_groups(tx)


def words_of(text: str) -> list[str]:
    """``cúp điện = mất điện, mất lửa`` -> its wordings, each once."""
    wordings = (" ".join(part.split()) for part in text.replace("=", ",").replace("\n", ",").split(","))
    return list({key_of(wording): wording for wording in wordings if key_of(wording)}.values())


def problem_of(words: Sequence[str]) -> str:
    """The error key of what is wrong with a group; empty when nothing is."""
    if len(words) < 2:
        return "two_words"
    if len(words) > MOST_WORDS or any(len(key_of(word).split()) > LONGEST for word in words):
        return "too_long"
    return ""


def begin_with(tx: Transaction, groups: Iterable[Sequence[str]]) -> None:
    """Groups nobody here wrote."""
    tx.session.add_all(SynonymGroup(id=new_id(), words=list(words), created_at=tx.now) for words in groups)
    tx.session.info.pop(_TABLE, None)


async def add(tx: Transaction, actor: Actor, text: str) -> SynonymGroup:
    """Raises ``NotAllowed``, ``InvalidInput``."""
    _require_editor(actor)
    words = words_of(text)
    if wrong := problem_of(words):
        raise InvalidInput(words=wrong)
    group = SynonymGroup(id=new_id(), words=words, created_at=tx.now, created_by=actor.id)
    tx.session.add(group)
    await tx.session.flush()
    tx.session.info.pop(_TABLE, None)
    await staff.audit(tx, actor, action="synonyms_added", subject_kind="synonym_group", subject_id=group.id)
    return group


async def change(tx: Transaction, actor: Actor, group_id: uuid.UUID, text: str) -> SynonymGroup | None:
    """New words for a group; none at all removes it. Raises ``NotAllowed``, ``NotFound``, ``InvalidInput``."""
    _require_editor(actor)
    group = await tx.session.get(SynonymGroup, group_id)
    if group is None:
        raise NotFound(what="synonym_group")
    words = words_of(text)
    tx.session.info.pop(_TABLE, None)
    if not words:
        await tx.session.delete(group)
        await staff.audit(tx, actor, action="synonyms_removed", subject_kind="synonym_group", subject_id=group_id)
        return None
    if wrong := problem_of(words):
        raise InvalidInput(words=wrong)
    group.words = words
    await staff.audit(tx, actor, action="synonyms_changed", subject_kind="synonym_group", subject_id=group_id)
    return group


def _require_editor(actor: Actor) -> None:
    if not may_edit(actor, actor.unit_id):
        raise NotAllowed(action="synonyms", reason="knowledge")
