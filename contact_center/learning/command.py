"""``contact-center nlu``: learn from accepted labels, measure, promote, go back.

    train       train a candidate from the shipped data and the accepted labels; it runs in shadow from then on
    evaluate    the figures of a model on the development set (the one that serves, or VERSION)
    compare     a candidate (the newest, or VERSION) beside the model that serves
    promote     let a candidate answer citizens, if no guarded figure drops; running processes move over by themselves
    rollback    back to the model that answered before, at once
    list        every model and which of them serves

Answers go to stdout, progress to stderr. 0 = done, 1 = refused (nothing was changed), 2 = wrong use. The database is
``DATABASE_URL``'s, or that of the hotline running in ``--data``.
"""

import argparse
import asyncio
import getpass
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from contact_center.actors import Actor
from contact_center.db import Database
from contact_center.errors import DomainError
from contact_center.learning import comparing
from contact_center.learning.comparing import as_table
from contact_center.learning.workshop import Workshop
from nlu.classifier import ModelNotUsable
from nlu.evaluate import as_table as figures_table
from nlu.evaluate import evaluate
from nlu.models import MODEL_DIR_VARIABLE, model_root
from nlu.train import say
from nlu.views import VIEWS


def answer(line: str) -> None:
    sys.stdout.write(f"{line}\n")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the command."""

    work: Workshop
    actor: Actor
    version: str


async def _train(call: Call) -> int:
    candidate = await call.work.train(call.actor)
    answer(f"{candidate.version}: {candidate.utterances} utterances, {candidate.corrections} accepted labels")
    return 0


async def _evaluate(call: Call) -> int:
    version, engine = await call.work.engine(call.version)
    answer(f"model {version}\n{figures_table(evaluate(engine, VIEWS))}")
    return 0


async def _compare(call: Call) -> int:
    return _tell(await call.work.compare(call.version))


def _tell(comparison: comparing.Comparison) -> int:
    answer(as_table(comparison))
    if comparison.dropped:
        answer(f"would not be promoted: {', '.join(comparison.dropped)} dropped")
    return 1 if comparison.dropped else 0


async def _promote(call: Call) -> int:
    comparison = await call.work.promote(call.actor, call.version)
    refused = _tell(comparison)
    if not refused:
        answer(f"{comparison.candidate} serves; {comparison.present} is what rollback goes back to")
    return refused


async def _rollback(call: Call) -> int:
    answer(f"{await call.work.roll_back(call.actor)} serves")
    return 0


async def _list(call: Call) -> int:
    for line in await call.work.listed():
        answer(line)
    return 0


COMMANDS: dict[str, Callable[[Call], Awaitable[int]]] = {
    "train": _train,
    "evaluate": _evaluate,
    "compare": _compare,
    "promote": _promote,
    "rollback": _rollback,
    "list": _list,
}
OF_A_VERSION = ("evaluate", "compare", "promote")


def _settle_house(data: Path) -> str:
    """The database's address; beside it, the folder of the models. Empty when nobody says where it is."""
    url = os.environ.get("DATABASE_URL", "")
    state = data / "run.json"
    if not url and state.exists():
        url = str(json.loads(state.read_text("utf-8")).get("database_url", ""))
        os.environ.setdefault(MODEL_DIR_VARIABLE, str(data / "nlu"))
    return url


async def _run(url: str, command: str, version: str) -> int:
    database = Database(url)
    call = Call(Workshop(database, model_root(), say), Actor(kind="system", name=getpass.getuser()), version)
    try:
        return await COMMANDS[command](call)
    finally:
        await database.close()


def main(arguments: list[str] | None = None) -> int:
    """The command; see above for what it gives back."""
    parser = argparse.ArgumentParser(
        prog="contact-center nlu", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=list(COMMANDS))
    parser.add_argument("version", nargs="?", default="", help="for " + ", ".join(OF_A_VERSION))
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("CONTACT_CENTER_DATA") or "var"))
    options = parser.parse_args(arguments)
    url = _settle_house(options.data)
    if not url:
        sys.stderr.write(f"DATABASE_URL is not set and no hotline runs in {options.data}\n")
        return 2
    try:
        return asyncio.run(_run(url, options.command, options.version))
    except DomainError as refused:
        sys.stderr.write(f"nlu: {refused.code} {json.dumps(refused.details, ensure_ascii=False)}\n")
        return 1
    except ModelNotUsable as error:
        sys.stderr.write(f"nlu: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
