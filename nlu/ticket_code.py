"""Ticket codes: nine digits, said and written 3-3-3, the last a check digit.

ISO 7064 MOD 11,10 catches every single wrong digit and nearly every swap of two neighbours, the slips of people who
read a code aloud. About one swap in forty-five (2.2 %) still makes a valid code: whoever acts on a code read aloud
reads back what the ticket is about.
"""

from __future__ import annotations

LENGTH = 9


def check_digit(digits: str) -> str:
    """The check digit over `digits` (ISO/IEC 7064, MOD 11,10). Raises ValueError for anything but ASCII digits."""
    if not digits.isascii() or not digits.isdigit():
        raise ValueError("check_digit takes ASCII digits")
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def is_valid(code: str) -> bool:
    """True for nine digits whose last is right; separators must be gone."""
    if len(code) != LENGTH or not code.isascii() or not code.isdigit():
        return False
    return check_digit(code[:-1]) == code[-1]


def in_groups(code: str) -> str:
    """'123456788' -> '123 456 788', for reading and writing."""
    return " ".join(code[i : i + 3] for i in range(0, len(code), 3))
