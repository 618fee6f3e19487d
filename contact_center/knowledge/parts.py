"""The part of an article a short question asks for: the fee, the time, the papers, the place, the hours. Pure.

"Thế phí bao nhiêu?" is told what the article says of fees, in its own words, or nothing where it says nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from contact_center.knowledge.models import Article
from kb import analysis

_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_THANKS = re.compile(r"\b(cam on|thanks?|tks|ok|oke|vang)\b")


@dataclass(frozen=True, slots=True)
class Part:
    """``asked`` finds the question, ``field`` names the article's own field, ``told`` finds sentences that speak of it
    where that field is empty; ``label`` is a catalogue key below ``knowledge.part``."""

    label: str
    asked: re.Pattern[str]
    field: str = ""
    told: re.Pattern[str] | None = None


def _part(label: str, asked: str, *, field: str = "", told: str = "") -> Part:
    return Part(label, re.compile(rf"\b({asked})\b"), field, re.compile(rf"\b({told})\b") if told else None)


PARTS = (
    _part(
        "days",
        r"bao lau|(may|bao nhieu) (ngay|bua|hom|tuan|thang)|(chung|khi) nao (co|xong|lay)|bao gio (co|xong)"
        r"|thoi han|lau khong",
        field="days",
        told=r"(giai quyet|xong|tra ket qua|co ket qua|nhan ket qua|cap|xu ly) .{0,30}\b(ngay|tuan|thang|gio|phut)"
        r"|nhan ngay|trong ngay|lay ngay",
    ),
    _part(
        "fees",
        r"(le phi|phi)( (het|la|thu|lam))?( bao nhieu)?|(bao nhieu|may|nhieu|ton|mat|het|dong|dung) tien|ton kem"
        r"|(gia )?bao nhieu|mien phi|may (ngan|tram)",
        field="fees",
        told=r"phi|mien|tien|dong",
    ),
    _part(
        "hours",
        r"may gio|gio (lam viec|giac|mo cua|hanh chinh)|(thu (bay|7)|chu nhat|cuoi tuan|ngay nghi|ngay le)"
        r"( (co|thi|ho|nay))*( (lam|mo|tiep|nhan|di))?",
        told=r"thu (bay|hai|sau|7|2|6)|chu nhat|cuoi tuan|gio hanh chinh|\d{1,2} (gio|h)|ngay nghi|24/7|24 gio",
    ),
    _part(
        "papers",
        r"giay to|ho so (gom|gi|can)|can gi|(mang|dem|cam)( theo)? (gi|nhung gi)|chuan bi|can (mang|dem)|don tu",
        field="papers",
    ),
    _part(
        "where",
        r"(nop|lam|xin|toi|den|di|gap) (o )?(dau|cho nao|mo)|o (dau|mo)|cho nao|dia chi",
        field="where",
        told=r"(nop|den|toi|tai|qua|tren|gui|gap) .{0,40}"
        r"(trung tam|ubnd|uy ban|cong an|cong dich vu|phong|chi nhanh|xa|phuong)",
    ),
    _part(
        "online",
        r"online|qua mang|tren mang|truc tuyen|dich vu cong|vneid",
        told=r"cong dich vu|vneid|truc tuyen|qua mang|ung dung",
    ),
    _part(
        "who",
        r"ai (duoc|lam|di|nop)|(di|lam|nop) (thay|giup|ho)|uy quyen|nguoi khac (di|lam)|nho nguoi",
        field="who",
        told=r"uy quyen|thay|nguoi than|dai dien",
    ),
    _part("steps", r"lam sao|cach nao|the nao|nop sao|buoc|quy trinh|trinh tu", field="steps"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What the article says of a part: a list, or sentences."""

    label: str
    items: tuple[str, ...]

    @property
    def words(self) -> str:
        return "; ".join(self.items).rstrip(".") + "."


def asked_for(text: str) -> Part | None:
    """The part a question is about; None when it is about no single one."""
    asked = folded(text)
    return next((part for part in PARTS if part.asked.search(asked)), None)


def told_of(article: Article, part: Part) -> Told | None:
    """None when the article says nothing of it."""
    value = getattr(article, part.field) if part.field else ""
    if value:
        return Told(part.label, tuple(value) if isinstance(value, list) else (value,))
    if part.told is None:
        return None
    found = [sentence for sentence in _sentences(article) if part.told.search(analysis.fold(sentence).lower())]
    return Told(part.label, (" ".join(found),)) if found else None


def _sentences(article: Article) -> Iterable[str]:
    yield from sentences(article.answer)
    yield from article.steps


def sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE.split(text.strip()) if sentence]


def leans_on_nothing(text: str) -> bool:
    """ "Cần giấy tờ gì?" asks for a part of a matter nobody has named: every procedure has papers."""
    asked = folded(text)
    for part in PARTS:
        asked = part.asked.sub(" ", asked)
    return not set(asked.split()) - analysis.STOP


def folded(text: str) -> str:
    return " ".join(syllable.folded for syllable in analysis.syllables(text))


def says_something(text: str) -> bool:
    """More than "dạ, cảm ơn": a word of some matter."""
    return bool(set(_THANKS.sub(" ", folded(text)).split()) - analysis.STOP)
