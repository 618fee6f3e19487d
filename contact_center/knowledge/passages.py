"""An article cut into the sections that are searched and cited. Pure."""

from contact_center.knowledge.models import Article
from kb.store import Audience, Passage

SECTIONS: tuple[tuple[str, str], ...] = (
    ("answer", ""),
    ("papers", "Giấy tờ cần có"),
    ("steps", "Các bước"),
    ("days", "Thời hạn giải quyết"),
    ("fees", "Lệ phí"),
    ("where", "Nơi nộp"),
    ("who", "Ai được làm"),
    ("forms", "Mẫu đơn"),
    ("legal_basis", "Căn cứ pháp lý"),
    ("internal", "Dành cho tổng đài viên"),
)
"""Field of an article and heading of its passage. A passage keeps its place here for ever: it is part of its id."""


ASKED_WITH = "answer"
"""The section that carries the questions people ask: every article has it, and it is what answers them. Said again with
each section they would make the index five times as large and drown the sections' own words."""


def passages_of(article: Article) -> list[Passage]:
    """None unless the article is published: then its passages are to be removed."""
    if article.state != "published":
        return []
    return [_passage(article, name, heading) for name, heading in SECTIONS if getattr(article, name)]


def _passage(article: Article, name: str, heading: str) -> Passage:
    value = getattr(article, name)
    audience: Audience = "internal" if "internal" in (name, article.audience) else "public"
    return Passage(
        id=passage_id(article, name),
        article_id=str(article.id),
        version=article.version,
        title=article.title,
        heading=heading,
        text=value if isinstance(value, str) else "\n".join(value),
        questions=tuple(article.questions) if name == ASKED_WITH else (),
        kind=article.kind,
        categories=tuple(article.category_codes),
        audience=audience,
        places=tuple(article.places),
        units=tuple(article.units),
        valid_from=article.valid_from,
        valid_to=article.valid_to,
    )


def passage_id(article: Article, section: str) -> str:
    return f"{article.id}:{section}"


def section_of(passage_id: str) -> str:
    return passage_id.partition(":")[2]


def absent_ids(article: Article) -> list[str]:
    """Ids of the sections the article does not have now: another version of it may have had them."""
    present = {passage.id for passage in passages_of(article)}
    return [key for name, _ in SECTIONS if (key := passage_id(article, name)) not in present]
