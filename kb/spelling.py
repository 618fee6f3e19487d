"""Mistyped syllables: which ones nobody ever wrote, and what they probably are.

Vietnamese is written in few syllables, so most slips of a finger give one that does not exist, and few real ones are a
single slip away.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping

from kb import analysis
from kb.fields import Asked, Key, with_grams_of, with_guesses

LETTERS = "abcdefghijklmnopqrstuvwxyz"
GUESSES = 8
MOST_MISTYPED = 10
SHORTEST, LONGEST = 2, 12

Frequencies = Callable[[Iterable[Key]], Awaitable[Mapping[Key, int]]]
"""In how many passages each term occurs; what occurs nowhere is left out."""


async def with_mistypings(asked: Asked, frequencies: Frequencies) -> Asked:
    """The question with guesses at the words nobody ever wrote, and with the letters of no other words."""
    strange = await never_written((word for word in asked.written if word not in asked.manner), frequencies)
    return with_guesses(with_grams_of(asked, strange), await guess(strange, frequencies))


async def never_written(words: Iterable[str], frequencies: Frequencies) -> list[str]:
    """Those of the folded words that occur nowhere."""
    distinct = list(dict.fromkeys(words))
    known = await frequencies([("words", word) for word in distinct])
    return [word for word in distinct if ("words", word) not in known]


async def guess(strange: Iterable[str], frequencies: Frequencies) -> dict[str, list[str]]:
    """For each folded word, which occurs nowhere, the words one slip away that do, most frequent first."""
    mistyped = [word for word in strange if may_be_mistyped(word)][:MOST_MISTYPED]
    if not mistyped:
        return {}
    readings = {word: one_slip_away(word) for word in mistyped}
    found = await frequencies([("words", reading) for reading in set().union(*readings.values())])
    best = {word: _most_frequent(readings[word], found) for word in mistyped}
    return {word: guesses for word, guesses in best.items() if guesses}


def may_be_mistyped(word: str) -> bool:
    return SHORTEST <= len(word) <= LONGEST and word.isascii() and word.isalpha()


def one_slip_away(word: str) -> set[str]:
    """Everything that one letter left out, added, replaced or swapped with its neighbour turns ``word`` into."""
    halves = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    slips = {left + right[1:] for left, right in halves if right}
    slips |= {left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1}
    slips |= {left + letter + right[1:] for left, right in halves if right for letter in LETTERS}
    slips |= {left + letter + right for left, right in halves for letter in LETTERS}
    return {slip for slip in slips if len(slip) >= SHORTEST} - {word}


def _most_frequent(readings: Iterable[str], found: Mapping[Key, int]) -> list[str]:
    known = [reading for reading in readings if ("words", reading) in found]
    return sorted(known, key=lambda reading: (-found["words", reading], reading))[:GUESSES]


# --- did you mean -----------------------------------------------------------------------------------------------------


async def mended(text: str, frequencies: Frequencies, models: Callable[[str], Awaitable[Iterable[str]]]) -> str | None:
    """``text`` with each mistyped word replaced by the guess that stands best beside its neighbours, or None.

    ``models`` gives texts that answer the mended question; their accents are taken over where the text has accents.
    """
    written = [syllable.folded for syllable, _, _ in analysis.located(text)]
    guesses = await guess(await never_written(written, frequencies), frequencies)
    if not guesses:
        return None
    beside = await frequencies([("pairs", pair) for pair in _pairs_to_try(written, guesses)])
    chosen = {
        place: _best_beside(written, place, guesses[word], beside)
        for place, word in enumerate(written)
        if word in guesses
    }
    plain = [chosen.get(place, word) for place, word in enumerate(written)]
    if analysis.fold(text) == text:
        return _replaced(text, chosen)
    return _replaced(text, _accented(plain, chosen, await models(" ".join(plain))))


def _pairs_to_try(written: list[str], guesses: Mapping[str, list[str]]) -> Iterable[str]:
    for place, word in enumerate(written):
        for option in guesses.get(word, ()):
            yield from _pairs_around(written, place, option)


def _pairs_around(written: list[str], place: int, option: str) -> Iterable[str]:
    if place > 0:
        yield f"{written[place - 1]}_{option}"
    if place + 1 < len(written):
        yield f"{option}_{written[place + 1]}"


def _best_beside(written: list[str], place: int, options: list[str], beside: Mapping[Key, int]) -> str:
    def fits(option: str) -> int:
        return sum(beside.get(("pairs", pair), 0) for pair in _pairs_around(written, place, option))

    return max(options, key=fits)


def _accented(plain: list[str], chosen: Mapping[int, str], models: Iterable[str]) -> dict[int, str]:
    """The chosen words with the accents they have in the models, beside the same neighbour where possible."""
    by_word: dict[str, str] = {}
    by_pair: dict[tuple[str, str], str] = {}
    for text in models:
        words = [(syllable.folded, text[start:end].lower()) for syllable, start, end in analysis.located(text)]
        for place, (folded, as_written) in enumerate(words):
            by_word.setdefault(folded, as_written)
            if place:
                by_pair.setdefault((words[place - 1][0], folded), as_written)
    return {
        place: by_pair.get((plain[place - 1] if place else "", word)) or by_word.get(word) or word
        for place, word in chosen.items()
    }


def _replaced(text: str, words: Mapping[int, str]) -> str:
    pieces: list[str] = []
    behind = 0
    for place, (_, start, end) in enumerate(analysis.located(text)):
        if place in words:
            pieces += [text[behind:start], words[place]]
            behind = end
    return "".join([*pieces, text[behind:]])
