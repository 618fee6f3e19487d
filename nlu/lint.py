"""`python -m nlu lint`: what is wrong with the corpus, with file and line, before it is learned."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.corpus import CorpusNotReadable, Utterance, corpus_files, read_file, same_words
from nlu.labels import DATA, MATTER_INTENTS, Labels, load_labels
from nlu.place_rule import broken_rules

FEWEST = 15
"""Utterances a category or intent needs before a model may be trusted with it."""

_LEFT_OVER_MARK = re.compile(r"[\[\]]|\]\(|\(place\)")
REGISTERS = frozenset({"", "formal", "colloquial", "sms", "voice", "indirect", "short", "teen"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong. Errors must go; warnings are for the writer to judge."""

    is_error: bool
    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {'error' if self.is_error else 'warning'}: {self.message}"


def lint(folder: Path = DATA) -> list[Finding]:
    """Everything wrong in the training and development files of a folder."""
    labels = load_labels()
    findings: list[Finding] = []
    sets: list[list[Utterance]] = []
    for development in (False, True):
        utterances: list[Utterance] = []
        for path in corpus_files(folder, development=development):
            try:
                utterances += read_file(path, folder)
            except CorpusNotReadable as error:
                findings.append(Finding(True, path.name, 0, str(error)))
        sets.append(utterances)
    training, held_back = sets
    for utterance in (*training, *held_back):
        findings += _wrong_with(utterance, labels)
        findings += [Finding(True, utterance.file, utterance.line, broken) for broken in broken_rules(utterance)]
    findings += _duplicates(training, held_back)
    findings += _balance(training, labels)
    return findings


def _wrong_with(u: Utterance, labels: Labels) -> Iterator[Finding]:
    def error(message: str) -> Finding:
        return Finding(True, u.file, u.line, message)

    if not same_words(u.text):
        yield error("no words")
    if _LEFT_OVER_MARK.search(u.text):
        yield error("a place mark is broken or empty")
    if any(end <= start or u.text[start:end] != u.text[start:end].strip() for start, end in u.places):
        yield error("a place span is empty or begins or ends with a space")
    for what, code, known in (
        ("intent", u.intent, labels.intents),
        ("case_type", u.case_type, labels.case_types),
        ("urgency", u.urgency, labels.urgencies),
        ("register", u.register, REGISTERS),
    ):
        if code not in known:
            yield error(f"unknown {what} {code!r}")
    for category in (u.category, *u.acceptable):
        if category is not None and category not in labels.categories:
            yield error(f"unknown category {category!r}")
    if u.intent in MATTER_INTENTS and u.category is None:
        yield error(f"{u.intent} without a category")
    if u.intent not in MATTER_INTENTS and u.category is not None and not u.acceptable:
        yield Finding(False, u.file, u.line, f"{u.intent} with category {u.category}: it is not learned")
    if u.emergency_number is not None and u.emergency_number not in labels.emergency_numbers:
        yield error(f"unknown emergency number {u.emergency_number!r}")


def _duplicates(training: Sequence[Utterance], held_back: Sequence[Utterance]) -> Iterator[Finding]:
    """The same words twice teach nothing, twice under different labels confuse, and in both sets they flatter."""
    seen: dict[str, Utterance] = {}
    for utterance in training:
        key = same_words(utterance.text)
        first = seen.setdefault(key, utterance)
        if first is not utterance:
            differs = (first.intent, first.category) != (utterance.intent, utterance.category)
            is_error = differs and len(key.split()) > 2
            label = " under another label" if differs else ""
            yield Finding(is_error, utterance.file, utterance.line, f"same words as {first.file}:{first.line}{label}")
    for utterance in held_back:
        first_seen = seen.get(same_words(utterance.text))
        if first_seen is not None and len(same_words(utterance.text).split()) > 3:
            message = f"development message is in training too: {first_seen.file}:{first_seen.line}"
            yield Finding(True, utterance.file, utterance.line, message)


def _balance(training: Sequence[Utterance], labels: Labels) -> Iterator[Finding]:
    categories = Counter(u.category for u in training if u.category)
    intents = Counter(u.intent for u in training)
    for what, counts, codes in (("category", categories, labels.categories), ("intent", intents, labels.intents)):
        for code in codes:
            if counts[code] < FEWEST:
                yield Finding(True, "corpus", 0, f"{what} {code} has {counts[code]} utterances, fewer than {FEWEST}")


def summary(findings: Sequence[Finding]) -> str:
    errors = sum(finding.is_error for finding in findings)
    return f"{errors} errors, {len(findings) - errors} warnings"
