"""The same question as other people would have sent it: without accents, mistyped, said on the phone."""

import random

from kb import analysis

VIEWS = ("accented", "unaccented", "typos", "speech")
MISTYPED = 0.2
"""Part of the syllables that has a slip in it."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def view(text: str, name: str, *, seed: int = 0) -> str:
    """One of ``VIEWS``; the same ``seed`` makes the same slips. Raises ``ValueError``."""
    match name:
        case "accented":
            return text
        case "unaccented":
            return analysis.fold(text)
        case "typos":
            return mistyped(text, random.Random(f"{seed} {text}"))  # noqa: S311 - no secret
        case "speech":
            return spoken(text)
    raise ValueError(f"no view {name}")


def mistyped(text: str, slips: random.Random) -> str:
    return " ".join(_slip(word, slips) if slips.random() < MISTYPED else word for word in text.split())


def _slip(word: str, slips: random.Random) -> str:
    """One letter left out, added, replaced, or swapped with the next."""
    if len(word) < 2:
        return word
    place, letter = slips.randrange(len(word)), slips.choice(_LETTERS)
    left, right = word[:place], word[place:]
    swapped = word[: min(place, len(word) - 2)]
    rest = word[len(swapped) :]
    return slips.choice(
        [left + right[1:], left + letter + right, left + letter + right[1:], swapped + rest[1] + rest[0] + rest[2:]]
    )


def spoken(text: str) -> str:
    """As a recogniser writes it: lower case, no punctuation, numbers in words, digit by digit."""
    words = (text[start:end].lower() for _, start, end in analysis.located(text))
    return " ".join(_in_words(word) for word in words)


def _in_words(word: str) -> str:
    return " ".join(_DIGITS[int(digit)] for digit in word) if word.isascii() and word.isdigit() else word
