"""``python -m kb``: index documents, search them, measure the search.

    python -m kb index --corpus docs.jsonl --name x [--backend elasticsearch|postgres]
    python -m kb search --name x [--backend ...] < queries.jsonl
    python -m kb evaluate [--backend ...] [--questions questions.jsonl]
    python -m kb fit [--seen seen.jsonl]

Documents are lines ``{"id", "text"}`` (a ``title`` counts more), queries ``{"id", "query"}``; an answer is a line
``{"id", "hits": [[doc, score], ...], "ms", "backend"}``. ``seen.jsonl`` is what ``python -m nlu predict`` makes of the
questions: with it the rule is measured, and set, as the hotline follows it, which knows the likely category. Without
``ELASTICSEARCH_URL`` or ``DATABASE_URL`` a server is started for the command.
"""

import argparse
import asyncio
import json
import re
import sys
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TextIO

from kb import evaluation, fitting
from kb.corpus import Corpus, Document
from kb.deciding import RULE
from kb.elastic import ElasticsearchStore, connect
from kb.open_postgres import postgres_store
from kb.servers import NoServer, address
from kb.store import SearchStore

BACKENDS = ("elasticsearch", "postgres")
TELL_EVERY = 1000
PATIENCE_S = 60.0


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        return _COMMANDS[options.command](options)
    except (NoServer, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m kb", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    index = commands.add_parser("index", help="documents from a file, in place of what the index had")
    index.add_argument("--corpus", type=Path, required=True, help='lines {"id", "text"}')
    search = commands.add_parser("search", help="questions from stdin, answers to stdout")
    search.add_argument("--limit", type=int, default=10)
    for command in (index, search):
        command.add_argument("--name", type=_name, required=True, help="of the index")
        command.add_argument("--backend", choices=BACKENDS, default="elasticsearch")
    evaluate = commands.add_parser("evaluate", help="how well questions find their article, and what is told")
    evaluate.add_argument("--backend", choices=BACKENDS, action="append", help="both unless given")
    evaluate.add_argument("--questions", type=Path, action="append", help="ours and the held-out ones unless given")
    fit = commands.add_parser("fit", help="set the weights of the rule that decides what is told")
    fit.add_argument("--backend", choices=BACKENDS, default="postgres")
    fit.add_argument("--questions", type=Path, default=evaluation.QUESTIONS)
    fit.add_argument("--rule", type=Path, default=RULE, help="the file to write")
    for command in (evaluate, fit):
        command.add_argument("--articles", type=Path, default=evaluation.ARTICLES, help="a folder of YAML files")
        command.add_argument("--seen", type=_seen, help="their categories, from python -m nlu predict")
    return parser


def _seen(path: str) -> evaluation.Seen:
    return evaluation.read_seen(Path(path))


def _name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_]{0,40}", text):
        raise argparse.ArgumentTypeError("lower-case letters, digits and _")
    return text


@asynccontextmanager
async def corpus_of(backend: str, url: str, name: str) -> AsyncIterator[Corpus]:
    """The two indexes of a named corpus."""
    async with AsyncExitStack() as stack:
        passages, whole = [await stack.enter_async_context(store_of(backend, url, part)) for part in _parts(name)]
        yield Corpus(passages, whole)


def _parts(name: str) -> tuple[str, str]:
    return f"corpus_{name}_passages", f"corpus_{name}_whole"


@asynccontextmanager
async def store_of(backend: str, url: str, name: str) -> AsyncIterator[SearchStore]:
    if backend == "postgres":
        async with postgres_store(url, name) as store:
            yield store
        return
    async with connect(url, timeout_s=PATIENCE_S) as client:
        elastic = ElasticsearchStore(client, name)
        await elastic.ready()
        yield elastic


# --- index and search -------------------------------------------------------------------------------------------------


def _index(options: argparse.Namespace) -> int:
    documents = list(read_documents(options.corpus))
    with address(options.backend) as url:
        count = asyncio.run(_index_all(options, url, documents))
    sys.stderr.write(f"{len(documents)} documents, {count} passages\n")
    return 0


async def _index_all(options: argparse.Namespace, url: str, documents: list[Document]) -> int:
    async with corpus_of(options.backend, url, options.name) as corpus:
        return await corpus.index(documents, _tell)


def _tell(done: int) -> None:
    if done % TELL_EVERY == 0:
        sys.stderr.write(f"{done}...\n")


def read_documents(path: Path) -> Iterator[Document]:
    """Raises ``ValueError`` naming the line that is none."""
    with path.open(encoding="utf-8") as lines:
        for raw in _read(lines, ("id", "text")):
            yield Document(str(raw["id"]), str(raw["text"]), str(raw.get("title") or ""))


def _read(lines: Iterable[str], needed: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
            missing = [name for name in needed if name not in raw]
        except (ValueError, TypeError) as error:
            raise ValueError(f"line {number}: {error}") from error
        if missing:
            raise ValueError(f"line {number}: no {', '.join(missing)}")
        yield raw


def _search(options: argparse.Namespace) -> int:
    with address(options.backend) as url:
        asyncio.run(_search_all(options, url, sys.stdin, sys.stdout))
    return 0


async def _search_all(options: argparse.Namespace, url: str, questions: TextIO, answers: TextIO) -> None:
    async with corpus_of(options.backend, url, options.name) as corpus:
        for raw in _read(questions, ("id", "query")):
            began = time.perf_counter()
            hits = await corpus.search(str(raw["query"]), options.limit)
            milliseconds = round((time.perf_counter() - began) * 1000, 2)
            answer = {"id": raw["id"], "hits": hits, "ms": milliseconds, "backend": options.backend}
            answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
            answers.flush()


def _evaluate(options: argparse.Namespace) -> int:
    files = options.questions or [file for file in (evaluation.QUESTIONS, evaluation.HELD_OUT) if file.exists()]
    backends = options.backend or BACKENDS
    sys.stdout.write(evaluation.command(backends, store_of, options.articles, files, options.seen))
    return 0


def _fit(options: argparse.Namespace) -> int:
    given = (options.backend, store_of, options.articles, options.questions, options.seen)
    sys.stdout.write(fitting.command(*given, into=options.rule))
    return 0


_COMMANDS = {"index": _index, "search": _search, "evaluate": _evaluate, "fit": _fit}

if __name__ == "__main__":
    sys.exit(main())
