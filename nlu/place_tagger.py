"""Where a place begins and ends in a message: a linear-chain model (CRF) over words, folded words and cues.

Trained with the spans the corpus marks, in every spelling; decoded here by Viterbi over plain weight tables, so
that a model holds numbers only and is shared between threads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.admin_places import AdminPlace
from nlu.landmarks import landmark_marks
from nlu.numbered_places import numbered_marks
from nlu.streets import marks, street_names
from nlu.text import TextView

TAGS = ("O", "B", "I")
_LONGEST = 400
"""Tokens looked at."""

_HEADS = {
    "duong": "way",
    "hem": "way",
    "ngo": "way",
    "lo": "way",
    "kiet": "way",
    "quoc": "way",
    "tinh": "way",
    "ql": "way",
    "dt": "way",
    "dal": "way",
    "de": "way",
    "cau": "mark",
    "cho": "mark",
    "truong": "mark",
    "benh": "mark",
    "tram": "mark",
    "chua": "mark",
    "nga": "mark",
    "vong": "mark",
    "cong": "mark",
    "ben": "mark",
    "khu": "zone",
    "kcn": "zone",
    "kdc": "zone",
    "ap": "zone",
    "khom": "zone",
    "to": "zone",
    "xom": "zone",
    "kenh": "mark",
    "kinh": "mark",
    "rach": "mark",
    "song": "mark",
    "cay": "mark",
    "nha": "mark",
    "so": "way",
    "km": "way",
    "ubnd": "mark",
    "phuong": "unit",
    "xa": "unit",
    "huyen": "unit",
    "p": "unit",
    "tp": "unit",
    "tx": "unit",
    "thi": "unit",
    "thanh": "unit",
    "gan": "near",
    "truoc": "near",
    "sau": "near",
    "doi": "near",
    "canh": "near",
    "ngang": "near",
    "doan": "near",
    "goc": "near",
    "dau": "near",
    "cuoi": "near",
    "o": "at",
    "tai": "at",
    "ngay": "at",
    "khuc": "near",
    "ngoai": "at",
    "trong": "at",
    "duoi": "at",
    "tren": "at",
    "ben ": "at",
}  # fmt: skip - a table of cue words
_ROUTE = re.compile(r"(?:ql|dt|tl|hl|dh|km|lo)\d+[a-z]?")


def token_features(view: TextView, admin: Sequence[AdminPlace]) -> list[list[str]]:
    """Features of each token, at most `_LONGEST` of them."""
    tokens = view.tokens[:_LONGEST]
    in_admin: dict[int, str] = {}
    for place in admin:
        grade = "sure" if place.is_sure else "maybe"
        for i in range(place.first, place.last):
            in_admin[i] = f"{grade}-{'b' if i == place.first else 'i'}"
    named = marks(tokens, street_names(tokens))
    landmarks = landmark_marks(tokens)
    numbers = numbered_marks(view)
    folded = ["<<", "<", *(_word_shape(token.folded) for token in tokens), ">", ">>"]
    lower = ["<", *(token.lower for token in tokens), ">"]
    caps = ["-", *(_case(view, i) for i in range(len(tokens))), "-"]
    cues = ["", *(_HEADS.get(token.folded, "") for token in tokens), ""]
    gaps = [_gap(view, i) for i in range(len(tokens) + 1)]
    rows: list[list[str]] = []
    for i in range(len(tokens)):
        f = i + 2
        here, before, after = folded[f], folded[f - 1], folded[f + 1]
        row = [
            "b", f"w={lower[i + 1]}", f"f={here}", f"f-1={before}", f"f+1={after}", f"f-2={folded[f - 2]}",
            f"f+2={folded[f + 2]}", f"f-1f={before} {here}", f"ff+1={here} {after}", f"w-1={lower[i]}",
            f"w+1={lower[i + 2]}", f"c={caps[i + 1]}",
            f"c-1c={caps[i]}{caps[i + 1]}", f"cc+1={caps[i + 1]}{caps[i + 2]}", f"g={gaps[i]}", f"g+={gaps[i + 1]}",
            f"a={in_admin.get(i, '')}", f"a+1={in_admin.get(i + 1, '')}", f"a-1={in_admin.get(i - 1, '')}",
            f"h={cues[i + 1]}", f"h-1={cues[i]}{gaps[i]}", f"h+1={cues[i + 2]}", f"h-1c={cues[i]}{caps[i + 1]}",
            f"s={named.get(i, '')}", f"s+1={named.get(i + 1, '')}{cues[i + 1]}",
            f"l={landmarks.get(i, '')}", f"l-1={landmarks.get(i - 1, '')}{caps[i + 1]}",
            f"l-2={landmarks.get(i - 2, '')}{caps[i + 1]}", f"l+1={landmarks.get(i + 1, '')}",
            f"l-1={landmarks.get(i - 1, '')}{gaps[i]}{here}",
            f"n={numbers.get(i, '')}", f"n+1={numbers.get(i + 1, '')}", f"n-1={numbers.get(i - 1, '')}{gaps[i]}",
        ]  # fmt: skip
        if i >= 2:
            row.append(f"h-2={cues[i - 1]}")
        if i >= 2 and caps[i + 1] != "-":
            row.append(f"h-2c={cues[i - 1]}{caps[i]}{caps[i + 1]}")
        rows.append(row)
    return rows


def _word_shape(folded: str) -> str:
    if folded.isdecimal():
        return f"#{min(len(folded), 4)}"
    return "#route" if _ROUTE.fullmatch(folded) else folded


def _case(view: TextView, index: int) -> str:
    token = view.tokens[index]
    first = view.text[token.start]
    if first.isdecimal():
        return "9"
    if not first.isupper():
        return "x"
    starts_sentence = index == 0 or any(mark in view.text[view.tokens[index - 1].end : token.start] for mark in ".!?\n")
    return "X1" if starts_sentence else "X"


def _gap(view: TextView, index: int) -> str:
    """What stands before token `index`: a space, a comma, a stop, a slash or hyphen."""
    if index == 0 or index >= len(view.tokens):
        return "|"
    between = view.text[view.tokens[index - 1].end : view.tokens[index].start].strip()
    return between[:1]


@dataclass(frozen=True)
class PlaceTagger:
    """The weights: per feature one number a tag, and one for each pair of following tags."""

    weights: dict[str, tuple[float, float, float]]
    transitions: tuple[tuple[float, float, float], ...]

    def spans(self, rows: Sequence[Sequence[str]]) -> list[tuple[int, int, float]]:
        """Token spans (first, last exclusive) with the margin per token over leaving them out."""
        if not rows:
            return []
        scores = [self._emission(row) for row in rows]
        tags = self._best_path(scores)
        spans: list[tuple[int, int, float]] = []
        i = 0
        while i < len(tags):
            if tags[i] == 0:
                i += 1
                continue
            end = i + 1
            while end < len(tags) and tags[end] == 2:
                end += 1
            margin = sum(scores[k][tags[k]] - scores[k][0] for k in range(i, end)) / (end - i)
            spans.append((i, end, margin))
            i = end
        return spans

    def _emission(self, row: Sequence[str]) -> tuple[float, float, float]:
        o = b = i = 0.0
        for name in row:
            weight = self.weights.get(name)
            if weight is not None:
                o += weight[0]
                b += weight[1]
                i += weight[2]
        return o, b, i

    def _best_path(self, scores: Sequence[tuple[float, float, float]]) -> list[int]:
        never = -1e9
        best = [scores[0][0], scores[0][1], never]
        back: list[tuple[int, ...]] = []
        for emitted in scores[1:]:
            step, reached = [], []
            for tag in range(3):
                options = [best[k] + self.transitions[k][tag] for k in range(3)]
                source = max(range(3), key=options.__getitem__)
                step.append(source)
                reached.append(options[source] + emitted[tag])
            back.append(tuple(step))
            best = reached
        tag = max(range(3), key=best.__getitem__)
        path = [tag]
        for step_back in reversed(back):
            tag = step_back[tag]
            path.append(tag)
        return path[::-1]

    def save(self, path: Path) -> None:
        content = {
            "transitions": self.transitions,
            "weights": {k: [round(x, 3) for x in v] for k, v in self.weights.items()},
        }
        path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> PlaceTagger:
        """Raises OSError, ValueError or KeyError when the file is not a tagger's."""
        content = json.loads(path.read_text("utf-8"))
        weights = {name: (w[0], w[1], w[2]) for name, w in content["weights"].items()}
        return cls(weights, tuple((t[0], t[1], t[2]) for t in content["transitions"]))
