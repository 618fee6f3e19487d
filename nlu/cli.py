# ruff: noqa: PLC0415 - numpy, scikit-learn and yaml are slow to import and load only when used
"""Commands of `python -m nlu`. Progress and complaints go to stderr, answers to stdout."""

from __future__ import annotations

import sys
from collections.abc import Callable

USAGE = """python -m nlu predict < in.jsonl > out.jsonl   understand messages, {"id","text","channel"} per line
python -m nlu explain TEXT                     why a message is understood as it is, as JSON
python -m nlu train                            train the model of the current data, if there is none
python -m nlu evaluate [VIEW ...] [FILE ...] [--categories] [--hold]
                                               the table of figures on the development set (or other files), by
                                               register and region, and by category too; fail when the worst view
                                               falls under the line
python -m nlu semantic                         make the weights on sentence vectors anew (many minutes)
python -m nlu lint                             check the corpus
python -m nlu gazetteer import FILE.csv        check the province's own names of places and use them from now on
python -m nlu gazetteer check FILE.csv         only check them
"""


def _predict(arguments: list[str]) -> int:
    from nlu.engine import EmbeddedEngine
    from nlu.predict import predictions

    engine = EmbeddedEngine.load()
    for answer in predictions(sys.stdin.buffer, engine):
        sys.stdout.buffer.write(answer.encode() + b"\n")
        sys.stdout.buffer.flush()
    return 0


def _explain(arguments: list[str]) -> int:
    import json

    from nlu.engine import EmbeddedEngine

    explanation = EmbeddedEngine.load().explain(" ".join(arguments), "web")
    sys.stdout.write(json.dumps(explanation.as_dict(), ensure_ascii=False, indent=1) + "\n")
    return 0


def _train(arguments: list[str]) -> int:
    from nlu.models import ensure_model

    sys.stdout.write(f"{ensure_model()}\n")
    return 0


def _evaluate(arguments: list[str]) -> int:
    from pathlib import Path

    from nlu.corpus import corpus_files, load_corpus
    from nlu.embedded import SEMANTIC_MARK
    from nlu.engine import EmbeddedEngine
    from nlu.evaluate import as_groups, as_table, below_the_line, measure, memory_mb, too_slow
    from nlu.views import VIEWS

    views = [name for name in arguments if name in VIEWS] or list(VIEWS)
    files = [Path(name) for name in arguments if name.endswith((".yml", ".yaml", ".jsonl"))]
    engine = EmbeddedEngine.load()
    measured = measure(engine, views, load_corpus(files or corpus_files(development=True)))
    table = [m.figures for m in measured]
    sys.stdout.write(f"model {engine.model_version}\n{as_table(table)}\nmemory {memory_mb():.0f} MB\n")
    for group in ("register", "region", *(["category"] if "--categories" in arguments else [])):
        sys.stdout.write(f"\ncategory top-1 by {group}\n{as_groups(measured, group)}\n")
    if "--hold" not in arguments:
        return 0
    fallen = [*below_the_line(table), *too_slow(table, with_vectors=SEMANTIC_MARK in engine.model_version)]
    for line in fallen:
        sys.stderr.write(f"nlu: {line}\n")
    return 1 if fallen else 0


def _lint(arguments: list[str]) -> int:
    from nlu.lint import lint, summary

    findings = lint()
    for finding in findings:
        sys.stdout.write(f"{finding}\n")
    sys.stderr.write(f"nlu: {summary(findings)}\n")
    return 1 if any(finding.is_error for finding in findings) else 0


def _semantic(arguments: list[str]) -> int:
    from nlu.corpus import corpus_files, load_corpus
    from nlu.models import model_root
    from nlu.train_semantic import VECTORS_FILE, EncoderMissing, train_semantic

    try:
        train_semantic(load_corpus(corpus_files()), model_root() / VECTORS_FILE)
    except EncoderMissing as error:
        sys.stderr.write(f"nlu: {error}\n")
        return 1
    return 0


def _gazetteer(arguments: list[str]) -> int:
    from pathlib import Path

    from nlu.gazetteer import load_gazetteer
    from nlu.local_names import LocalNamesNotReadable, import_local_names, load_local_names, local_names_path
    from nlu.models import model_root

    if len(arguments) != 2 or arguments[0] not in {"import", "check"}:
        sys.stderr.write(USAGE)
        return 2
    source, target = Path(arguments[1]), local_names_path(model_root())
    try:
        if arguments[0] == "check":
            count = len(load_local_names(source, load_gazetteer()).names)
        else:
            count = import_local_names(source, target, load_gazetteer())
    except (LocalNamesNotReadable, OSError) as error:
        sys.stderr.write(f"nlu: {error}\n")
        return 1
    sys.stdout.write(f"{count} names{'' if arguments[0] == 'check' else f', in {target}'}\n")
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "predict": _predict,
    "explain": _explain,
    "train": _train,
    "evaluate": _evaluate,
    "lint": _lint,
    "semantic": _semantic,
    "gazetteer": _gazetteer,
}


def main(arguments: list[str]) -> int:
    """Run one command; 2 for an unknown one."""
    if not {"-h", "--help"}.isdisjoint(arguments):
        sys.stdout.write(USAGE)
        return 0
    command = COMMANDS.get(arguments[0]) if arguments else None
    if command is None:
        sys.stderr.write(USAGE)
        return 2
    return command(arguments[1:])
