"""What the agent reads first when a talk is handed over, so that nobody has to tell it twice."""

from contact_center.bot.decisions import Facts
from contact_center.bot.flows import report as reports
from contact_center.bot.state import State
from contact_center.i18n import has_message, translate
from nlu import ticket_code

LONGEST_STORY = 600


def summary_of(state: State, reason: str, facts: Facts) -> str:
    """A few lines in Vietnamese, what is known only."""
    report = state.report
    reason_key = f"bot.summary.reasons.{reason}"
    lines = {
        "reason": translate(reason_key) if has_message(reason_key) else reason,
        "what": " / ".join(report.what.splitlines())[:LONGEST_STORY],
        "matter": facts.matters[report.category].name if report.category in facts.matters else "",
        "place": reports.full_place(report, facts),
        "codes": ", ".join(ticket_code.in_groups(ticket.code) for ticket in state.tickets),
    }
    keys = {"reason": "reason", "what": "report", "matter": "matter", "place": "place", "codes": "tickets"}
    return "\n".join(translate(f"bot.summary.{keys[name]}", **{name: value}) for name, value in lines.items() if value)
