"""Putting a model to use, from the command or by a supervisor on a page: the same rule, by figures that were kept.

Measuring takes a minute of processor time and is done beside (``workshop``, ``measuring``). Here is only judged what
was measured: on the present development set, against the model that answers now, with the labels held back today.
"""

from dataclasses import dataclass

from contact_center.actors import Actor
from contact_center.db import Transaction
from contact_center.errors import Conflict, NotFound
from contact_center.learning import repository, serving
from contact_center.learning.comparing import Comparison, Line, comparison_from_json, lines_between
from contact_center.learning.lessons import held_back_labels
from contact_center.learning.models import NluModel, NluServing


async def kept_comparison(tx: Transaction, version: str, *, shipped: str) -> Comparison | None:
    """The candidate beside the model that answers now; None when they have to be measured first. Raises
    ``NotFound``."""
    model = await serving.candidate_of(tx, version)
    kept = model.figures.get("compared", {})
    comparison = comparison_from_json(kept)
    if comparison is None or kept["labels"] != await held_back_labels(tx):
        return None
    return comparison if comparison.present == (await serving.in_force(tx, shipped)).version else None


def may_be_promoted(model: NluModel, *, present: str, shipped: str) -> bool:
    """Whether it makes sense to ask: it does not answer already and fits the code that runs."""
    return model.version != present and model.base == shipped and model.version != model.base


async def promote(tx: Transaction, actor: Actor, version: str, *, against: str, shipped: str) -> NluServing:
    """Let a candidate answer citizens from now on. ``against`` is the model whose figures somebody saw beside it.

    Raises ``NotFound``, and ``Conflict`` when another model answers by now (``another_serves_now``), when nobody has
    compared the two (``not_compared``), when a guarded figure drops (``figures_dropped``), or as
    ``serving.put_in_force`` does; nothing is changed then.
    """
    await repository.hold_serving(tx)
    model = await serving.candidate_of(tx, version)
    if (await serving.in_force(tx, shipped)).version != against:
        raise Conflict(what="nlu_model", reason="another_serves_now")
    comparison = await kept_comparison(tx, version, shipped=shipped)
    if comparison is None:
        raise Conflict(what="nlu_model", reason="not_compared")
    if comparison.dropped:
        raise Conflict(what="nlu_model", reason="figures_dropped", figures=list(comparison.dropped))
    return await serving.put_in_force(tx, actor, model, shipped=shipped)


@dataclass(frozen=True, slots=True)
class WayBack:
    """What a rollback would do: the model left, the one gone back to, and the figures known of both."""

    present: str
    before: str
    lines: tuple[Line, ...]


async def way_back(tx: Transaction) -> WayBack:
    """Raises ``Conflict`` when there is nothing to go back to."""
    newest = await repository.serving(tx)
    if newest is None or newest.before is None:
        raise Conflict(what="nlu_model", reason="nothing_before")
    present, before = [await repository.model(tx, one) for one in (newest.version, newest.before)]
    if present is None or before is None:
        raise NotFound(what="nlu_model")
    return WayBack(present.version, before.version, tuple(lines_between(_worst(present), _worst(before))))


def _worst(model: NluModel) -> dict[str, float]:
    worst: dict[str, float] = model.figures.get("development", {}).get("worst", {})
    return worst
