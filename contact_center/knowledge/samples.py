"""The articles that come with the installation: written once, brought up to date until people take them over."""

import uuid
from collections.abc import Sequence
from pathlib import Path

import yaml

from contact_center.actors import SYSTEM
from contact_center.db import Transaction
from contact_center.knowledge import editing, indexing, repository, synonyms
from contact_center.knowledge.content import copied
from contact_center.knowledge.loading import Draft, read
from contact_center.knowledge.models import Article
from contact_center.units import service as units
from contact_center.units.service import Unit

DATA = Path(__file__).parent / "data"
SYNONYMS = Path("words") / "synonyms.yaml"


async def load_articles(tx: Transaction, path: Path = DATA) -> int:
    """Bring articles and index to what the files say; returns how many changed.

    An article somebody edited here stays as they left it. Raises ``InvalidInput`` by article. Synonyms come once, with
    the first articles: from then on they are what people make of them.
    """
    drafts = read(path)
    known = await repository.by_slugs(tx, [draft.slug for draft in drafts])
    if not known:
        synonyms.begin_with(tx, yaml.safe_load((path / SYNONYMS).read_text(encoding="utf-8")))
    changed = [draft for draft in drafts if _differs(draft, known.get(draft.slug))]
    owners = await units.units_by_code(tx, {draft.owner for draft in changed} - {""})
    articles = [known.get(draft.slug) or _new(tx, draft, owners.get(draft.owner)) for draft in changed]
    await tx.session.flush()
    await _publish(tx, changed, articles)
    await indexing.index(tx, articles)
    return len(changed)


def _new(tx: Transaction, draft: Draft, owner: Unit | None) -> Article:
    """Without an owner where this province has no such unit: then the supervisor answers for it."""
    return editing.new_article(tx, draft.slug, owner.id if owner else None, copied(draft))


def _differs(draft: Draft, article: Article | None) -> bool:
    return article is None or (not article.edited and copied(article) != copied(draft))


async def _publish(tx: Transaction, drafts: Sequence[Draft], articles: Sequence[Article]) -> None:
    earlier = await repository.published_versions(tx, [article.id for article in articles])
    for version in earlier.values():
        version.state = "superseded"
    await tx.session.flush()
    numbers: dict[uuid.UUID, int] = await repository.last_numbers(tx, [article.id for article in articles])
    for draft, article in zip(drafts, articles, strict=True):
        editing.publish_unread(tx, article, copied(draft), SYSTEM, number=numbers.get(article.id, 0) + 1)
