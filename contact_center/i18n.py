"""The message catalogue: every word a person reads, Vietnamese first, English beside it.

Each feature keeps its own ``locales/vi.yaml`` and ``locales/en.yaml`` (nested keys, ``{blank}`` for what is filled in);
all are merged at start. A key missing in English falls back to Vietnamese; a key missing everywhere is a programming
error and raises.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LOCALES = ("vi", "en")
ROOT = Path(__file__).parent


class UnknownMessage(KeyError):
    """The catalogue has no such key."""


def _flatten(tree: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping):
            flat.update(_flatten(value, path + "."))
        else:
            flat[path] = str(value)
    return flat


@cache
def catalogue(locale: str) -> Mapping[str, str]:
    """Every message of one language, by dotted key. Raises ``ValueError`` when two features define the same key."""
    merged: dict[str, str] = {}
    for path in sorted(ROOT.glob(f"**/locales/{locale}.yaml")):
        for key, value in _flatten(yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items():
            if key in merged:
                raise ValueError(f"{path}: the message {key} is defined twice")
            merged[key] = value
    return merged


def translate(key: str, locale: str = "vi", **blanks: object) -> str:
    """The sentence for ``key`` with its blanks filled. Raises ``UnknownMessage``."""
    for language in (locale, "vi"):
        sentence = catalogue(language).get(key)
        if sentence is not None:
            return sentence.format(**blanks) if blanks else sentence
    raise UnknownMessage(key)


def has_message(key: str) -> bool:
    return key in catalogue("vi")
