"""The trained weights and their sum: two scores between 0 and 1, that a sentence predicts and that it states an intention."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tracker.suggest.values import Kind


@dataclass(frozen=True)
class Weights:
    """One linear model: a bias, and a weight for each feature that has one."""

    bias: float
    by_feature: Mapping[str, float]

    def sum(self, features: Mapping[str, float]) -> float:
        return self.bias + sum(self.by_feature.get(name, 0.0) * value for name, value in features.items())

    def score(self, features: Mapping[str, float]) -> float:
        return 1 / (1 + math.exp(-max(-40.0, min(40.0, self.sum(features)))))

    def contributions(self, features: Mapping[str, float]) -> list[tuple[str, float]]:
        """The features that count, each with what it adds."""
        return [(name, self.by_feature[name] * value) for name, value in features.items() if name in self.by_feature]


@dataclass(frozen=True)
class Model:
    """What was trained for a language. `thresholds`: the least score of each kind."""

    claim: Weights
    intention: Weights
    thresholds: Mapping[str, float]

    def choose_kind(self, claim: float, intention: float, thresholds: Mapping[str, float] | None = None) -> Kind | None:
        """The kind of a sentence with these scores; None where it is not to be marked."""
        least = {**self.thresholds, **(thresholds or {})}
        if claim >= least[Kind.LIKELY]:
            return Kind.LIKELY
        if claim >= least[Kind.PERHAPS]:
            return Kind.PERHAPS
        return Kind.INTENTION if intention >= least[Kind.INTENTION] else None


@cache
def load_model(language: str) -> Model:
    """The model that ships with the program, `model.<language>.json`."""
    kept = json.loads((files(__package__) / f"model.{language}.json").read_text(encoding="utf-8"))
    return Model(
        Weights(kept["claim"]["bias"], kept["claim"]["weights"]),
        Weights(kept["intention"]["bias"], kept["intention"]["weights"]),
        kept["thresholds"],
    )
