"""How Rasa stands, in one sentence: for the health page and for whoever puts a model to use."""

from dataclasses import dataclass, field
from datetime import datetime

from contact_center.i18n import translate
from contact_center.rasa import progress
from contact_center.rasa.progress import Progress, Stage
from contact_center.rasa.service import RasaEngine
from contact_center.web.templates import local_time
from nlu.engine import Engine


@dataclass(frozen=True, slots=True)
class Standing:
    """What Rasa is doing. ``words`` is the key of a sentence in the catalogue and ``blanks`` fill it; ``issues`` are
    the codes under which ``/health/ready`` names what is not as it should be."""

    words: str
    blanks: dict[str, object] = field(default_factory=dict)
    issues: tuple[str, ...] = ()


def standing(engine: Engine, *, in_force: str = "") -> Standing | None:
    """How Rasa stands, for the pages that say so; None where the hotline does without it. ``in_force`` is the version
    that ought to answer, where somebody knows it sooner than this process has moved to it."""
    if not isinstance(engine, RasaEngine):
        return None
    expected = in_force or engine.expected
    behind = ("rasa_carries_another_model",) if engine.carries_another_model else ()
    told = _told_by_keeper(engine)
    if told is not None and told.stage is not Stage.SERVING:
        issues = ("rasa_carries_another_model",) if told.stage is Stage.FAILED else ()
        return Standing(
            f"rasa.{told.stage}", {"model": told.model, "since": told.since, "again_at": told.again_at}, issues
        )
    if told is not None and told.model != expected:  # it has not heard yet, or we have not moved
        return Standing("rasa.behind", {"model": expected}, behind)
    if engine.circuit.is_open:
        return Standing("rasa.away", issues=("rasa_away",))
    return Standing("rasa.another" if behind else "rasa.serving", {"model": expected}, behind)


def _told_by_keeper(engine: RasaEngine) -> Progress | None:
    file = engine.address.file
    return progress.read(progress.progress_file(file)) if file is not None else None


def sentence(said: Standing, locale: str) -> str:
    """For people, times on the wall's clock."""
    blanks = {name: local_time(one) if isinstance(one, datetime) else one for name, one in said.blanks.items()}
    return translate(said.words, locale, **blanks)
