"""Numbers said in words, digit by digit or in tens and hundreds, as recognisers write them: -> digits.

'không chín một hai ba bốn năm sáu bảy tám' -> '0912345678'; 'bảy mươi lăm' -> '75'; 'ba trăm linh hai' -> '302'.
"""

from __future__ import annotations

from dataclasses import dataclass

from nlu.text import TextView, Token

DIGITS = {
    "khong": "0",
    "mot": "1",
    "hai": "2",
    "ba": "3",
    "bon": "4",
    "tu": "4",
    "nam": "5",
    "lam": "5",
    "nham": "5",
    "sau": "6",
    "bay": "7",
    "tam": "8",
    "chin": "9",
}  # fmt: skip - one line a row reads as a table
_ACCENTED = {
    "khong": {"không", "hông"}, "mot": {"một", "mốt"}, "hai": {"hai"}, "ba": {"ba"}, "bon": {"bốn"}, "tu": {"tư"},
    "nam": {"năm"}, "lam": {"lăm"}, "nham": {"nhăm"}, "sau": {"sáu"}, "bay": {"bảy", "bẩy"}, "tam": {"tám"},
    "chin": {"chín"},
}  # fmt: skip
_TEN, _TENS, _HUNDRED = "muoi", {"muoi", "chuc"}, "tram"
_ZERO_BETWEEN = {"linh", "le"}


@dataclass(frozen=True, slots=True)
class SpokenNumber:
    """A run of number words: its span in the view, and its digits."""

    start: int
    end: int
    digits: str


def spoken_numbers(view: TextView, shortest: int = 6) -> list[SpokenNumber]:
    """Runs of at least `shortest` digits. Figures already in the run ('09 một hai') are taken as they are."""
    found: list[SpokenNumber] = []
    run: list[Token] = []
    for token in view.tokens:
        if is_number_word(token):
            run.append(token)
            continue
        _close(run, shortest, found)
        run = []
    _close(run, shortest, found)
    return found


def is_number_word(token: Token) -> bool:
    """True for a digit, ten, hundred or zero said in words, and for figures."""
    folded = token.folded
    if folded.isascii() and folded.isdigit():
        return True
    if folded in DIGITS:
        return token.lower == folded or token.lower in _ACCENTED[folded]
    return folded in {_TEN, _HUNDRED, *_ZERO_BETWEEN}


def _close(run: list[Token], shortest: int, found: list[SpokenNumber]) -> None:
    while run and run[0].folded in _ZERO_BETWEEN:
        run = run[1:]
    if len(run) < 2 or not any(token.folded in DIGITS for token in run):
        return
    digits = digits_of([token.folded for token in run])
    if len(digits) >= shortest:
        found.append(SpokenNumber(run[0].start, run[-1].end, digits))


def digits_of(words: list[str]) -> str:
    """Digits of folded number words; tens and hundreds are resolved where they are said."""
    digits = ""
    position = 0
    while position < len(words):
        taken, said = _one_number(words[position:])
        digits += said
        position += taken
    return digits


def _one_number(words: list[str]) -> tuple[int, str]:
    """The first number of the words: how many words it took, and its digits."""
    first, rest = words[0], words[1:]
    if first == _TEN:
        unit = DIGITS.get(rest[0]) if rest else None
        return (2, f"1{unit}") if unit else (1, "10")
    digit = DIGITS.get(first)
    if digit is None:
        return 1, first if first.isdigit() else ""
    if rest and rest[0] == _HUNDRED:
        return _hundreds(digit, rest[1:])
    if rest and rest[0] in _TENS:
        unit = DIGITS.get(rest[1]) if len(rest) > 1 else None
        return (3, digit + unit) if unit else (2, f"{digit}0")
    return 1, digit


def _hundreds(digit: str, rest: list[str]) -> tuple[int, str]:
    if rest and rest[0] in _ZERO_BETWEEN and len(rest) > 1 and rest[1] in DIGITS:
        return 4, f"{digit}0{DIGITS[rest[1]]}"
    if rest and (rest[0] in DIGITS or rest[0] == _TEN):
        taken, tail = _one_number(rest)
        if len(tail) == 2:
            return 2 + taken, digit + tail
        if len(rest) > 1 and rest[1] in DIGITS:  # "ba trăm bốn lăm": the tens word swallowed
            return 4, digit + tail + DIGITS[rest[1]]
    return 2, f"{digit}00"
