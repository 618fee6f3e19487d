"""The ``contact-center`` command."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

COMMANDS = {
    "run": ("contact_center.run:main", "the whole hotline on embedded services, until Ctrl-C"),
    "migrate": ("contact_center.db.migrate:main", "bring DATABASE_URL to the newest schema"),
    "seed": ("contact_center.province:main", "load the sample province into DATABASE_URL"),
    "worker": ("contact_center.worker:main", "the worker process"),
    "kb": ("contact_center.knowledge.command:main", "the articles: their search index, import and export"),
    "nlu": ("contact_center.learning.command:main", "learn from corrections: train, compare, promote, rollback"),
    "replay": ("contact_center.replay:main", "answer conversations from standard input, a citizen's turn a line"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="contact-center", description="Tổng đài 1022")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (_, summary) in COMMANDS.items():
        commands.add_parser(name, help=summary, add_help=False)
    chosen, rest = parser.parse_known_args(arguments)
    module, function = COMMANDS[chosen.command][0].split(":")
    sys.argv = [f"contact-center {chosen.command}", *rest]
    # Imported only now, so that one command does not pay for the others.
    result = getattr(import_module(module), function)()
    return int(result or 0)


if __name__ == "__main__":
    sys.exit(main())
