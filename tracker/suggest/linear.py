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
        weights = self.by_feature
        return self.bias + sum([weights[name] * value for name, value in features.items() if name in weights])

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

    def judge(self, features: Mapping[str, float], thresholds: Mapping[str, float] | None = None) -> tuple[Kind | None, float]:
        """The kind of a sentence with the score that made it so; None where it is not to be marked."""
        least = {**self.thresholds, **(thresholds or {})}
        claim = self.claim.score(features)
        if claim >= least[Kind.PERHAPS] or claim >= least[Kind.LIKELY]:
            return (Kind.LIKELY if claim >= least[Kind.LIKELY] else Kind.PERHAPS), claim
        intention = self.intention.score(features)
        return (Kind.INTENTION if intention >= least[Kind.INTENTION] else None), intention


@cache
def load_model(language: str) -> Model:
    """The model that ships with the program, `model.<language>.json`."""
    kept = json.loads((files(__package__) / f"model.{language}.json").read_text(encoding="utf-8"))
    return Model(
        Weights(kept["claim"]["bias"], kept["claim"]["weights"]),
        Weights(kept["intention"]["bias"], kept["intention"]["weights"]),
        kept["thresholds"],
    )
