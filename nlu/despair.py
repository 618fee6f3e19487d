"""Somebody who says they do not want to live: heard by these words alone, whatever the models make of the rest.

Figures of speech ("nóng muốn chết", "mắc cười chết") have none of these words. The number is the ambulance's, 115;
a listener decides the rest, so the verdict is always to ask.
"""

from __future__ import annotations

from functools import cache

from nlu.phrases import PhraseTable
from nlu.text import TextView

NUMBER_OF_DESPAIR = "115"
_NOT = ("không", "hổng", "hông", "ko", "k", "chẳng", "hết", "không còn", "hổng còn")
_PHRASES = (
    *(f"{no} {word} sống" for no in _NOT for word in ("muốn", "thiết")),
    "chán sống",
    "sống không nổi nữa",
    "sống hổng nổi nữa",
    "muốn tự tử",
    "định tự tử",
    "tính tự tử",
    "muốn tự sát",
    "muốn chết cho rồi",
    "muốn chết cho xong",
    "muốn chết quách",
    "chết đi cho rồi",
    "chết cho rảnh nợ",
    "kết thúc cuộc đời",
    "kết liễu đời",
)


@cache
def _table() -> PhraseTable[str]:
    return PhraseTable((phrase, phrase) for phrase in _PHRASES)


def speaks_of_dying(view: TextView) -> bool:
    """True when the message says that its writer, or somebody near, does not want to live."""
    return bool(_table().find(view.tokens))
