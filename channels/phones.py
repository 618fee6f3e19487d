"""Telephone numbers as one text each: E.164. Vietnamese trunks give ``0…``, Twilio gives ``+84…``."""

import phonenumbers

HOME = "VN"
# What Twilio puts in From when the caller hides the number: the words ANONYMOUS, RESTRICTED ... on a keypad
# (Twilio help, "Why am I getting calls from these strange numbers?").
WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})


def as_e164(raw: str) -> str | None:
    """``0912 345 678`` -> ``+84912345678``; None for what nobody can answer: brand names, hidden numbers, short codes.

    Only the length is checked: which ranges are in use changes faster than any table.
    """
    if raw in WITHHELD:
        return None
    # Zalo and some gateways write the country code without its plus.
    written = f"+{raw}" if raw.startswith("84") and len(raw) >= 11 else raw
    try:
        number = phonenumbers.parse(written, HOME)
    except phonenumbers.NumberParseException:
        return None
    if any(char.isalpha() for char in raw) or not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
