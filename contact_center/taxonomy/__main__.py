"""``python -m contact_center.taxonomy FILE``: check a taxonomy file; with ``DATABASE_URL`` set, put it in force.

Prints one line for each fault, with its line number, and ends with 1 when there are any.
"""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from contact_center.db import Database
from contact_center.taxonomy import service
from contact_center.taxonomy.importer import parse


async def _import(url: str, path: Path) -> service.ImportReport:
    database = Database(url)
    try:
        async with database.transaction() as tx:
            return await service.import_file(tx, path)
    finally:
        await database.close()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m contact_center.taxonomy")
    parser.add_argument("file", type=Path)
    parser.add_argument("--check", action="store_true", help="only look for faults, write nothing")
    options = parser.parse_args(arguments)
    parsed = parse(options.file.read_text(encoding="utf-8"))
    for problem in parsed.problems:
        sys.stderr.write(
            f"{options.file}:{problem.line}: {problem.path}: {problem.code} {problem.value}".rstrip() + "\n"
        )
    if parsed.problems:
        return 1
    url = os.environ.get("DATABASE_URL", "")
    if url and not options.check:
        asyncio.run(_import(url, options.file))
    sys.stdout.write(f"{parsed.version}: {len(parsed.fields)} fields, {len(parsed.categories)} categories\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
