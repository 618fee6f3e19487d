"""Understanding one message in this process, beside a bare scikit-learn pipeline learned from the same text and beside
the bare folding of the same messages: time, and how often the category is right.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from benchmarks.http import quantile
from nlu.corpus import Utterance, corpus_files, load_corpus
from nlu.engine import EmbeddedEngine
from nlu.labels import MATTER_INTENTS
from nlu.text import fold
from nlu.views import reading

VIEWS = ("accented", "unaccented", "typo", "voice")


def report() -> None:
    engine = EmbeddedEngine.load()
    bare = bare_pipeline(_matters(development=False))
    strangers = _matters(development=True)
    engine.understand(strangers[0].text, "sms")
    texts = [utterance.text for utterance in strangers]
    ours = [_milliseconds(partial(engine.understand, text, "sms")) for text in texts]
    theirs = [_milliseconds(partial(bare.predict, [text])) for text in texts]
    folding = [_milliseconds(partial(fold, text)) for text in texts]
    print(
        f"\n## understanding, one message at a time on one thread, {len(texts)} messages, model {engine.model_version}"
    )
    _line("understand (everything)", ours, theirs)
    _line("bare scikit-learn (category)", theirs, theirs)
    _line("fold only", folding, theirs)
    print("category right          " + "".join(f"{view:>12}" for view in VIEWS))
    for name, guess in (("ours", partial(_ours, engine)), ("bare", partial(_bares, bare))):
        print(f"{name:24}" + "".join(f"{_right(strangers, view, guess):>12.3f}" for view in VIEWS))


def bare_pipeline(utterances: Sequence[Utterance]) -> Any:
    """What one writes in an afternoon: words and pairs as typed, rarity, linear support vectors."""
    features: Any = TfidfVectorizer  # scikit-learn carries no types
    machine: Any = LinearSVC
    chain: Any = make_pipeline
    learner = chain(features(ngram_range=(1, 2), sublinear_tf=True), machine(C=0.5))
    return learner.fit([u.text for u in utterances], [u.category for u in utterances])


def _matters(*, development: bool) -> list[Utterance]:
    every = load_corpus(corpus_files(development=development))
    return [u for u in every if u.category and u.intent in MATTER_INTENTS]


def _ours(engine: EmbeddedEngine, texts: Sequence[str]) -> list[str]:
    return [engine.understand(text, "web").categories[0].code for text in texts]


def _bares(bare: Any, texts: Sequence[str]) -> list[str]:
    return [str(code) for code in bare.predict(list(texts))]


def _right(utterances: Sequence[Utterance], view: str, guess: Callable[[Sequence[str]], list[str]]) -> float:
    guesses = guess([reading(u.text, view) for u in utterances])
    right = (code in {u.category, *u.acceptable} for u, code in zip(utterances, guesses, strict=True))
    return sum(right) / len(utterances)


def _line(name: str, times: Sequence[float], beside: Sequence[float]) -> None:
    middle = quantile(times, 0.5)
    print(
        f"{name:30} p50 {middle:7.3f} ms   p99 {quantile(times, 0.99):7.3f} ms   "
        f"{middle / quantile(beside, 0.5):6.2f} x bare scikit-learn"
    )


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
