"""``contact-center kb``: the search server's index, and many articles at once, from a terminal."""

import argparse
import asyncio
import os
import sys
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from contact_center.actors import Actor, Role
from contact_center.db import Database
from contact_center.errors import DomainError
from contact_center.knowledge import sync, tables, transfer
from contact_center.knowledge.searching import SearchServer
from contact_center.settings import Settings, get_settings
from kb.postgres_store import PostgresSearch
from kb.store import SearchUnavailable

# Whoever may run commands on the machine answers for what they bring in, as an administrator does.
INSTALLER = Actor(kind="staff", role=Role.ADMINISTRATOR)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="contact-center kb", description="Kho tri thức / the knowledge base")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("rebuild", help="build the search indexes anew; searches go on meanwhile")
    commands.add_parser("reconcile", help="compare the search server with the articles and put right what differs")
    out = commands.add_parser("export", help="write every article to a .csv, .xlsx, .json or .zip file")
    out.add_argument("file", type=Path)
    back = commands.add_parser("import", help="try a file or a folder of Markdown; --do brings it in")
    back.add_argument("file", type=Path)
    back.add_argument("--do", action="store_true", help="bring the rows in as drafts")
    back.add_argument("--publish", action="store_true", help="and publish them without a review")
    chosen = parser.parse_args(arguments)
    settings = get_settings()
    if not settings.database_url:
        sys.stderr.write("DATABASE_URL chưa đặt. / DATABASE_URL is not set.\n")
        return 2
    try:
        return asyncio.run(_run(settings, chosen))
    except (SearchUnavailable, DomainError) as error:
        sys.stderr.write(f"{error.code}: {error}\n")
        return 1


async def _run(settings: Settings, chosen: argparse.Namespace) -> int:
    database = Database(settings.database_url)
    try:
        if chosen.command == "export":
            return await _export(database, chosen.file)
        if chosen.command == "import":
            return await _import(database, chosen.file, do=chosen.do or chosen.publish, publish=chosen.publish)
        return await _index(database, settings, chosen.command)
    finally:
        await database.close()


# --- the index --------------------------------------------------------------------------------------------------------


async def _index(database: Database, settings: Settings, command: str) -> int:
    if command == "rebuild":
        async with database.transaction() as tx:
            total = await PostgresSearch(tx.session).rebuild(sync.every_passage(database), _bar)
        sys.stdout.write(f"PostgreSQL: {total} đoạn / passages\n")
        if not settings.elasticsearch_url:
            return 0
    if not settings.elasticsearch_url:
        sys.stderr.write("ELASTICSEARCH_URL chưa đặt. / ELASTICSEARCH_URL is not set.\n")
        return 2
    server = SearchServer.of(settings)
    try:
        await _on_server(database, server.store(), command)
    finally:
        await server.close()
    return 0


async def _on_server(database: Database, store: sync.ServerStore, command: str) -> None:
    await store.ready()
    if command == "rebuild":
        total = await sync.rebuild(database, store, _bar)
        sys.stdout.write(f"Elasticsearch: {total} đoạn / passages\n")
    else:
        sys.stdout.write(f"{_told(await sync.reconcile(database, store))}\n")


def _bar(done: int) -> None:
    sys.stderr.write(f"\r{done:>9,} đoạn / passages\r")
    sys.stderr.flush()


def _told(report: sync.Report) -> str:
    return (
        f"cần / expected {report.expected}, có / found {report.found}, thiếu / missing {report.missing}, "
        f"cũ / outdated {report.outdated}, thừa / unwanted {report.unwanted}"
    )


# --- files ------------------------------------------------------------------------------------------------------------


async def _export(database: Database, file: Path) -> int:
    ending = file.suffix.lstrip(".").lower()
    if ending not in tables.WRITERS:
        sys.stderr.write("chỉ ghi .csv, .xlsx, .json, .zip / only .csv, .xlsx, .json, .zip\n")
        return 2
    async with database.transaction() as tx:
        drafts = await transfer.taken_out(tx, INSTALLER)
    await asyncio.to_thread(file.write_bytes, tables.write(ending, drafts))
    sys.stdout.write(f"{len(drafts)} bài / articles -> {file}\n")
    return 0


async def _import(database: Database, file: Path, *, do: bool, publish: bool) -> int:
    name, data = await asyncio.to_thread(_read, file)
    rows = tables.read(name, data)
    async with database.transaction() as tx:
        reports = await transfer.bring_in(tx, INSTALLER, rows, dry_run=not do)
        slugs = [report.slug for report in reports if report.outcome in ("new", "changed")]
        published = await transfer.publish_at_once(tx, INSTALLER, slugs) if publish else 0
    for report in reports:
        faults = ", ".join(f"{name}: {fault}" for name, fault in report.faults.items())
        sys.stdout.write(f"{report.place}\t{report.outcome}\t{report.slug}\t{faults}\n")
    if not do:
        sys.stderr.write("Chưa ghi gì; thêm --do để nhập. / Nothing is written; add --do to bring it in.\n")
    elif publish:
        sys.stderr.write(f"{published} bài đã xuất bản / articles published\n")
    return 1 if any(report.outcome == "refused" for report in reports) else 0


def _read(file: Path) -> tuple[str, bytes]:
    """A folder is read as if it were packed."""
    if not file.is_dir():
        return file.name, file.read_bytes()
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for path in sorted(file.rglob("*.md")):
            packed.write(path, os.fspath(path.relative_to(file)))
    return "folder.zip", out.getvalue()
