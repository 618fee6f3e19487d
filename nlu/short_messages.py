"""Messages whose few words mean nothing without what was asked before: mere answers, and places alone.

The heads have learned from messages that tell something; on "dạ đúng" their odds are chance.
"""

from collections.abc import Sequence
from functools import cache

from nlu.phrases import PhraseTable
from nlu.text import TextView, Token
from nlu.understanding import PlaceMention

# Folded. Said back to somebody, they agree, refuse, address or fill the pause.
_ANSWERING = """
    a ah alo anh bac ban ca chac chau chi chinh cho chu chua co con cung da dang day di do don dong du dung duoc em
    gi ha hai ho hoi hong khoi khong ko la lai len luon ma mot nay nghe nghen nha nhe o oi ok oke okie phai qua ro roi
    sao tam thi thoi toi tu tui u ua uh uhm um ung vang vay xac xin xong y
"""
ANSWERING = frozenset(_ANSWERING.split())

# Folded. Each alone is a yes or a no; with the words around them that say nothing, still.
_YES_AND_NO = """
    chac chua co da dung hong khong ko oh ok oke okie phai roi u ua uh uhm um ung vang xac y
"""
_YES_OR_NO = frozenset(_YES_AND_NO.split())
_PARTICLES = """
    a ah anh bac chi chinh chu co con cung day do duoc em ha ho la nha nhe nghe nghen o oi vay
"""
_AROUND = frozenset(_PARTICLES.split())

# Folded.
_ASKING_WORDS = """
    ai bao chi chua dau gi ha ho hoi hong k khi khong ko may mo nao rang sao the
"""
_ASKING = frozenset(_ASKING_WORDS.split())

_NOT_HEARD = (
    "nghe không rõ",
    "nghe hổng rõ",
    "không nghe rõ",
    "hổng nghe rõ",
    "nói lớn lên",
    "nói to lên",
    "nói lại đi",
)
_LONGEST_REPEAT = 10
"""Words; a longer message tells something else too."""

# Folded. They lead to a place and tell nothing of what is there.
_LEADING = """
    a anh chi chinh cho da dang day dia diem do duoi em gan la ngay nha nhe o oi tai thi thuoc trong tren
"""
LEADING = frozenset(_LEADING.split())


def is_mere_answer(seen: TextView) -> bool:
    """Nothing but words of answering: 'dạ đúng rồi em', 'không có'."""
    return bool(seen.tokens) and all(token.folded in ANSWERING for token in seen.tokens)


def is_yes_or_no(seen: TextView) -> bool:
    """A yes or a no and nothing else: 'dạ đúng', 'không phải em'. Not 'thôi khỏi', which takes something back."""
    said = {token.folded for token in seen.tokens}
    return bool(said & _YES_OR_NO) and said <= _YES_OR_NO | _AROUND


def asks_something(seen: TextView) -> bool:
    """A question has a mark or a word of asking; 'đèn đường tắt ở Gò Công' has none."""
    return "?" in seen.text or any(token.folded in _ASKING for token in seen.tokens)


def asks_to_repeat(seen: TextView) -> bool:
    """Somebody who did not hear: 'gì con, nói lớn lên, ông nghe không rõ'. About the talk, not about a matter."""
    return len(seen.tokens) <= _LONGEST_REPEAT and bool(_not_heard().find(seen.tokens))


@cache
def _not_heard() -> PhraseTable[str]:
    return PhraseTable((phrase, phrase) for phrase in _NOT_HEARD)


def is_place_alone(seen: TextView, places: Sequence[PlaceMention]) -> bool:
    """Nothing but where: 'dạ ở chợ Mỹ Tho, phường Mỹ Tho'."""
    return bool(places) and all(token.folded in LEADING for token in tokens_outside(seen, places))


def tokens_outside(seen: TextView, places: Sequence[PlaceMention]) -> list[Token]:
    """The words that say something else than where."""
    return [token for token in seen.tokens if not _is_within(seen, token, places)]


def _is_within(seen: TextView, token: Token, places: Sequence[PlaceMention]) -> bool:
    start, end = seen.original_span(token.start, token.end)
    return any(place.start < end and start < place.end for place in places)
