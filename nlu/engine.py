# ruff: noqa: PLC0415 - numpy, scikit-learn and yaml are slow to import and load only when used
"""The door to understanding: what every engine promises."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from nlu.explain import Explanation
from nlu.understanding import Channel, Understanding

if TYPE_CHECKING:
    from nlu.embedded import Pipeline


class Engine(Protocol):
    """Turns a message into an `Understanding`. Never raises for any text, however long or odd."""

    def understand(self, text: str, channel: Channel) -> Understanding:
        """Understand one message as received (any Unicode, possibly empty)."""
        ...


class EmbeddedEngine:
    """The engine in this process: rules, gazetteer and linear models. Safe to share between threads."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    @classmethod
    def load(cls, model_path: Path | None = None) -> EmbeddedEngine:
        """Load a model folder; without one, the model of the current data, trained first if there is none.

        Raises `nlu.classifier.ModelNotUsable` when the folder holds no readable model.
        """
        from nlu.embedded import load_pipeline

        return cls(load_pipeline(model_path))

    @property
    def model_version(self) -> str:
        """The version every `Understanding` of this engine carries in `model`."""
        return self._pipeline.model_version

    @property
    def abstain_below(self) -> float:
        """The probability of the best category under which this engine abstains."""
        return self._pipeline.abstain_below

    def understand(self, text: str, channel: Channel) -> Understanding:
        """See `Engine.understand`."""
        return self._pipeline.understand(text, channel)

    def explain(self, text: str, channel: Channel) -> Explanation:
        """What `understand` answers and why, for a page; never raises either."""
        return self._pipeline.explain(text, channel)
