"""The same message as other people would type or a recogniser would hear it: for training and for measuring."""

from __future__ import annotations

import random
import re
import unicodedata

from nlu.text import fold

VIEWS = ("accented", "unaccented", "half", "typo", "voice")

_SYLLABLE = re.compile(r"\S+")
_TELEX_TONES = {"\u0300": "f", "\u0301": "s", "\u0303": "x", "\u0309": "r", "\u0323": "j"}
_TELEX_LETTERS = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}
_NEIGHBOURS = {
    "a": "sq",
    "o": "pi",
    "n": "mb",
    "h": "gj",
    "t": "ry",
    "i": "uo",
    "g": "fh",
    "u": "yi",
    "c": "xv",
    "d": "sf",
}
_DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
_MISHEARD = {
    "tr": "ch",
    "s": "x",
    "r": "g",
    "d": "gi",
    "v": "d",
}  # fmt: skip - what southern speech makes of these onsets


def unaccented(text: str) -> str:
    return fold(text)


def half_folded(text: str, chance: random.Random) -> str:
    """Accents dropped from a random half of the syllables."""
    return _SYLLABLE.sub(lambda m: fold(m.group()) if chance.random() < 0.5 else m.group(), text)


def telex(word: str) -> str:
    """A word as it comes out when the Vietnamese keyboard was off: 'đường' -> 'dduwongf'."""
    letters, tone = "", ""
    for char in word:
        marks = unicodedata.normalize("NFD", char)
        tone = next((_TELEX_TONES[mark] for mark in marks if mark in _TELEX_TONES), tone)
        plain = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TELEX_TONES))
        letters += _TELEX_LETTERS.get(plain.lower(), plain)
    return letters + tone


def with_typos(text: str, chance: random.Random, share: float = 0.15) -> str:
    """About one syllable in seven mistyped: swapped, missing, doubled or neighbouring letters, Telex left raw."""

    def slip(match: re.Match[str]) -> str:
        word = match.group()
        if len(word) < 3 or not word.isalpha() or chance.random() > share:
            return word
        place = chance.randrange(len(word) - 1)
        kind = chance.randrange(5)
        if kind == 0:
            return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        if kind == 1:
            return word[:place] + word[place + 1 :]
        if kind == 2:
            return word[: place + 1] + word[place] + word[place + 1 :]
        if kind == 3:
            near = _NEIGHBOURS.get(fold(word[place]))
            return word[:place] + chance.choice(near) + word[place + 1 :] if near else word
        return telex(word)

    return _SYLLABLE.sub(slip, text)


def as_heard(text: str, chance: random.Random, share: float = 0.06) -> str:
    """As a speech recogniser writes it: lower case, no punctuation, digits in words, some onsets misheard."""
    spoken = re.sub(r"\d", lambda m: f" {_DIGITS[int(m.group())]} ", text.lower())
    words = re.findall(r"[^\W_]+", spoken)
    heard = []
    for word in words:
        onset = next((key for key in _MISHEARD if word.startswith(key)), None)
        heard.append(_MISHEARD[onset] + word[len(onset) :] if onset and chance.random() < share else word)
    return " ".join(heard)


def reading(text: str, kind: str, seed: int = 7) -> str:
    """`text` in one of the `VIEWS`; the same text and seed always give the same reading."""
    chance = random.Random(f"{seed}:{text}")  # noqa: S311 - reproducible, not secret
    if kind == "unaccented":
        return unaccented(text)
    if kind == "half":
        return half_folded(text, chance)
    if kind == "typo":
        return with_typos(text, chance)
    if kind == "voice":
        return as_heard(text, chance)
    return text
