"""The way of a candidate: trained, in shadow, measured, promoted or not, taken back.

Training and measuring take minutes of processor time: they run in the ``contact-center nlu`` process, never in one that
answers citizens, and hold no transaction open meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contact_center.actors import Actor
from contact_center.db import Database, Transaction
from contact_center.errors import Conflict, NotFound
from contact_center.learning import promoting, repository, serving
from contact_center.learning.comparing import Comparison, Scores, compare, from_json, on_corrected, score
from contact_center.learning.lessons import Lesson, accepted_sources, held_back_labels, lessons
from contact_center.learning.models import NluModel
from contact_center.learning.training import (
    Candidate,
    Progress,
    forget_old_candidates,
    shipped_version,
    train_candidate,
)
from contact_center.staff import service as staff
from nlu.corpus import Utterance
from nlu.engine import EmbeddedEngine
from nlu.views import VIEWS


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where models are made and judged. ``shipped`` is the version of the model this code brings along, ``corpus`` what
    it was trained with; both are found by themselves."""

    database: Database
    root: Path
    progress: Progress
    shipped: str = ""
    corpus: Sequence[Utterance] | None = None
    views: Sequence[str] = VIEWS

    @property
    def base(self) -> str:
        return self.shipped or shipped_version()

    async def train(self, actor: Actor) -> Candidate:
        """Train a candidate and let it run in shadow. Raises ``Conflict`` when nobody has accepted a label."""
        _, engine = await self.engine("")
        known = await self._lessons(engine)
        if not any(not lesson.held_back for lesson in known):
            raise Conflict(what="nlu_model", reason="nothing_to_learn")
        candidate = train_candidate(known, self.root, self.progress, base=self.base, corpus=self.corpus)
        async with self.database.transaction() as tx:
            await keep(tx, actor, candidate)
            older = [model.version for model in await repository.models(tx) if model.version != model.base]
            needed = await serving.needed(tx)
        forget_old_candidates(self.root, older, needed | {candidate.version, self.base})
        return candidate

    async def engine(self, version: str) -> tuple[str, EmbeddedEngine]:
        """The engine of a version, or of the one that serves. Raises ``nlu.classifier.ModelNotUsable``."""
        if not version:
            async with self.database.transaction() as tx:
                version = (await serving.in_force(tx, self.base)).version
        folder = serving.folder_of(version, self.root, shipped=self.base)
        return version, EmbeddedEngine.load(folder)

    async def compare(self, version: str = "") -> Comparison:
        """The candidate, the newest without a version, beside the model that serves; its figures are kept with it.
        Raises ``NotFound``, ``Conflict`` when it serves already."""
        candidate = await self._candidate(version)
        present, present_engine = await self.engine("")
        if candidate == present:
            raise Conflict(what="nlu_model", reason="already_serving")
        _, candidate_engine = await self.engine(candidate)
        async with self.database.transaction() as tx:
            labels = await held_back_labels(tx)
        known = await self._lessons(present_engine)
        before = await self._scores(present, present_engine)
        after = await self._scores(candidate, candidate_engine)
        corrected = [on_corrected(engine, known) for engine in (present_engine, candidate_engine)]
        comparison = compare(
            (present, before, corrected[0]), (candidate, after, corrected[1]), corrected=corrected[0].messages
        )
        await self._note(candidate, compared=comparison.as_json() | {"labels": labels})
        return comparison

    async def promote(self, actor: Actor, version: str = "") -> Comparison:
        """Let the candidate answer, unless a guarded figure drops (then nothing changes and the comparison says which).
        Raises as ``compare`` does, and ``Conflict`` when another model came to serve meanwhile."""
        comparison = await self.compare(version)
        if comparison.dropped:
            return comparison
        async with self.database.transaction() as tx:
            await promoting.promote(tx, actor, comparison.candidate, against=comparison.present, shipped=self.base)
        return comparison

    async def roll_back(self, actor: Actor) -> str:
        """The version that serves again."""
        async with self.database.transaction() as tx:
            return (await serving.roll_back(tx, actor, shipped=self.base)).version

    async def listed(self) -> list[str]:
        """One line a model, newest first."""
        async with self.database.transaction() as tx:
            present = await serving.in_force(tx, self.base)
            models = await repository.models(tx)
        marks = {present.version: "serves"} | {model.version: "shadow" for model in models if model.shadowing}
        lines = [_line(model, marks.get(model.version, ""), self.base) for model in models]
        known = {model.version for model in models}
        return lines if self.base in known else [*lines, f"{self.base}  shipped  {marks.get(self.base, '')}".rstrip()]

    # --- inside -------------------------------------------------------------------------------------------------------

    async def _lessons(self, engine: EmbeddedEngine) -> list[Lesson]:
        async with self.database.transaction() as tx:
            pairs = await accepted_sources(tx)
        return lessons(pairs, engine)

    async def _candidate(self, version: str) -> str:
        async with self.database.transaction() as tx:
            if version:
                return (await serving.candidate_of(tx, version)).version
            models = await repository.models(tx)
        newest = next((model.version for model in models if model.version != model.base), None)
        if newest is None:
            raise NotFound(what="nlu_model")
        return newest

    async def _scores(self, version: str, engine: EmbeddedEngine) -> Scores:
        """Measured now, unless they were for this development set; kept with the model."""
        async with self.database.transaction() as tx:
            model = await repository.model(tx, version)
        kept = from_json(model.figures.get("development", {})) if model is not None else None
        if kept is not None:
            return kept
        self.progress(f"nlu: measuring {version}")
        scores = score(engine, self.progress, views=self.views)
        await self._note(version, development=scores.as_json())
        return scores

    async def _note(self, version: str, **figures: Any) -> None:
        """Add to a model's figures."""
        async with self.database.transaction() as tx:
            await serving.remember_shipped(tx, self.base)
            model = await serving.candidate_of(tx, version)
            model.figures = model.figures | figures


async def keep(tx: Transaction, actor: Actor, candidate: Candidate) -> NluModel:
    """Write a trained candidate down; it is the one in shadow from now on."""
    await repository.end_shadows(tx)
    model = await repository.model(tx, candidate.version)
    if model is None:
        model = NluModel(
            version=candidate.version,
            base=candidate.base,
            utterances=candidate.utterances,
            corrections=candidate.corrections,
            figures={},
            trained_by=actor.id if actor.kind == "staff" else None,
            trained_at=tx.now,
        )
        tx.session.add(model)
    model.shadowing = True
    await tx.session.flush()
    await staff.audit(
        tx,
        actor,
        action="nlu_trained",
        subject_kind="nlu_model",
        subject_id=candidate.version,
        corrections=candidate.corrections,
        by=actor.name,
    )
    return model


def _line(model: NluModel, mark: str, shipped: str) -> str:
    kind = "shipped" if model.version == model.base else f"{model.corrections} accepted labels"
    outdated = "" if model.base == shipped else "outdated"
    worst = model.figures.get("development", {}).get("worst", {}).get("top1")
    figure = f"top1 {worst:.3f}" if worst is not None else ""
    return "  ".join(part for part in (model.version, kind, figure, mark, outdated) if part)
