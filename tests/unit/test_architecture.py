"""Rules of the house that a machine can check. Each failure says what to do instead."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
CORE = ROOT / "contact_center"

# Built from several features on purpose: the composition root, the schema, and what prepares or replays a whole house.
COMPOSITION = {"app.py", "wiring.py", "worker.py", "cli.py", "run.py", "prepare.py", "replay.py", "health.py"}
NOT_FEATURES = {"db", "web", "live", "embedded"}
# What a feature may take from another one: its service, and constants without behaviour.
PUBLIC_MODULES = {"service"}

PURE_RULES = ["tickets/workflow.py", "tickets/deadlines.py", "tickets/codes.py", "units/calendar.py"]


def _python_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "versions" not in path.parts)


def _imports(path: Path) -> Iterator[tuple[str, str, int]]:
    """(module, name, line) of every import in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            for alias in node.names:
                yield node.module, alias.name, node.lineno
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, "", node.lineno


def _feature(path: Path) -> str | None:
    relative = path.relative_to(CORE)
    return relative.parts[0] if len(relative.parts) > 1 else None


def _foreign_internals(path: Path) -> Iterator[str]:
    own = _feature(path)
    for module, name, line in _imports(path):
        parts = module.split(".")
        if parts[0] != "contact_center" or len(parts) < 2:
            continue
        other = parts[1]
        if other == own or other in NOT_FEATURES or not (CORE / other).is_dir():
            continue
        inner = parts[2] if len(parts) > 2 else name
        if inner in {"models", "repository"}:
            yield f"{path.relative_to(ROOT)}:{line} reaches into {other}.{inner}; ask {other}.service"


def test_features_talk_through_services_only() -> None:
    found = [
        wrong
        for path in _python_files(CORE)
        if path.name not in COMPOSITION and path != CORE / "db" / "tables.py" and _feature(path) != "province"
        for wrong in _foreign_internals(path)
    ]
    assert not found, "\n".join(found)


def test_only_the_transaction_commits() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in _python_files(CORE)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "commit" and path.parts[-2:] != ("migrations", "env.py")
    ]
    assert not found, f"one handler, one transaction: it commits by ending. Found {found}"


@pytest.mark.parametrize("name", PURE_RULES)
def test_pure_rules_know_no_clock_and_no_database(name: str) -> None:
    source = (CORE / name).read_text(encoding="utf-8")
    modules = {module.split(".")[0] for module, _, _ in _imports(CORE / name)}
    assert "sqlalchemy" not in modules
    assert "utc_now" not in source
    assert ".now(" not in source


def test_no_file_is_a_drawer() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for folder in ("contact_center", "channels", "nlu", "kb")
        for path in _python_files(ROOT / folder)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 500
    }
    assert not long, f"past 400 lines a file wants to be two: {long}"


def test_every_language_has_every_message() -> None:
    from contact_center.i18n import catalogue

    vietnamese, english = set(catalogue("vi")), set(catalogue("en"))
    assert vietnamese == english, sorted(vietnamese ^ english)
