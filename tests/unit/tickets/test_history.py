"""History is append-only: one place writes lines, one place empties them by law, nobody deletes."""

from pathlib import Path

TICKETS = Path(__file__).parents[3] / "contact_center"


def files_with(text: str) -> set[str]:
    return {
        str(path.relative_to(TICKETS))
        for path in TICKETS.rglob("*.py")
        if "migrations" not in path.parts and text in path.read_text(encoding="utf-8")
    }


def test_lines_are_written_in_one_place() -> None:
    assert files_with("return TicketEvent(") == {"tickets/history.py"}


def test_only_sealing_touches_lines_already_written() -> None:
    assert files_with("update(TicketEvent)") == {"tickets/repository.py"}
    source = (TICKETS / "tickets" / "repository.py").read_text(encoding="utf-8")
    before, _, after = source.partition("update(TicketEvent)")
    assert "update(TicketEvent)" not in after
    assert before.rsplit("async def ", 1)[1].startswith("seal_history")


def test_no_line_is_ever_deleted() -> None:
    assert files_with("delete(TicketEvent)") == set()
