"""Prompt keys into words: the same facts on every channel, shaped for the ear, for 160 characters, or for a screen."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from contact_center.bot.address import me_to
from contact_center.bot.decisions import Line
from contact_center.bot.state import Option
from contact_center.clock import local
from contact_center.i18n import has_message, translate
from nlu import ticket_code

VARIANTS = {"voice": "voice", "sms": "sms", "zalo": "chat", "web": "chat"}


@dataclass(frozen=True, slots=True)
class Voice:
    """Who is spoken to, where, and in which language."""

    channel: str
    honorific: str
    locale: str
    province: str

    @property
    def spoken(self) -> bool:
        return self.channel == "voice"


def render(lines: Sequence[Line], options: Sequence[Option], voice: Voice) -> str:
    """All lines of a turn as one message."""
    sentences = [render_line(line, options, voice) for line in lines]
    sentences = [sentence if n == 0 else _without_second_yes(sentence) for n, sentence in enumerate(sentences)]
    joined = (" " if voice.channel in {"voice", "sms"} else "\n").join(part for part in sentences if part)
    return re.sub(r"[ \t]{2,}", " ", joined).strip()


def _without_second_yes(sentence: str) -> str:
    """One 'Dạ' a turn is polite, two are a recording."""
    return capitalised(sentence.removeprefix("Dạ, ").removeprefix("Dạ. "))


def render_line(line: Line, options: Sequence[Option], voice: Voice) -> str:
    blanks = {name: fill(value, voice, name) for name, value in line.blanks.items()}
    sentence = translate(message_key(line.key, voice.channel), voice.locale, **{**common(voice, options), **blanks})
    return capitalised(sentence)


def message_key(key: str, channel: str) -> str:
    """The channel's own wording if there is one, else the chat's, else the only one."""
    for candidate in (f"bot.{key}.{VARIANTS[channel]}", f"bot.{key}.chat"):
        if has_message(candidate):
            return candidate
    return f"bot.{key}"


def common(voice: Voice, options: Sequence[Option] = ()) -> dict[str, str]:
    """The blanks every sentence may use."""
    you = voice.honorific.replace("/", " ") if voice.spoken else voice.honorific
    me = me_to(voice.honorific)
    return {
        "you": you,
        "You": you[:1].upper() + you[1:],
        "me": me,
        "Me": me[:1].upper() + me[1:],
        "province": voice.province,
        "options": spelled_out(options, voice),
    }


def fill(value: str, voice: Voice, name: str = "") -> str:
    """``@key`` is a message, ``#digits`` a ticket code, ``%iso`` a promised date; anything else stands for itself."""
    if value.startswith("@bot."):
        key = value[1:]
        return translate(key, voice.locale, **common(voice)) if has_message(key) else ""
    if value.startswith("#"):
        return code_for(value[1:], voice)
    if value.startswith("%"):
        due = date_for(datetime.fromisoformat(value[1:]), voice)
        return translate("bot.report.due", voice.locale, date=due)
    return value


def code_for(code: str, voice: Voice) -> str:
    """Read in groups of three, with a pause between, or written so."""
    groups = ticket_code.in_groups(code)
    return groups.replace(" ", ", ") if voice.spoken else groups


def date_for(moment: datetime, voice: Voice) -> str:
    """The full hour and the day on the wall's clock: never later than the promise. The year goes without saying."""
    there = local(moment)
    if voice.spoken and voice.locale == "vi":
        return f"{there.hour} giờ ngày {there.day} tháng {there.month}"
    return f"{there.hour}h ngày {there.day}/{there.month}"


def spelled_out(options: Sequence[Option], voice: Voice) -> str:
    """Choices where there are no buttons: 'Đúng bấm 1, sửa bấm 2' or '1 Đúng, 2 Sửa'."""
    if voice.spoken:
        return ", ".join(f"{option.label} bấm {number}" for number, option in enumerate(options, start=1))
    return ", ".join(f"{number} {option.label}" for number, option in enumerate(options, start=1))


def with_labels(options: Sequence[Option], voice: Voice) -> tuple[Option, ...]:
    """Options whose labels are words, as the citizen sees them and as their answer is compared."""
    return tuple(replace(option, label=capitalised(fill(option.label, voice))) for option in options)


def capitalised(sentence: str) -> str:
    return sentence if sentence.startswith(("http://", "https://")) else sentence[:1].upper() + sentence[1:]
