"""Trains the weights of `tracker/suggest` and writes model.<language>.json; the same labels give the same bytes.

    .ci/uv sync --inexact --group train
    .venv/bin/python tools/train_suggest.py --data FOLDER [LABELS.jsonl ...] [--out FOLDER] [--language fr|en]

FOLDER holds labels/train.jsonl, labels/sources.json and texts/; further files of labels (`tracker suggest --export-labels` writes
one) are added to them. Thresholds come from cross-validation by article: no sentence is scored by weights that saw its article.
"""

import argparse
import hashlib
import json
import math
from collections import Counter
from pathlib import Path

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from suggest_data import Labelled, load_rows

HERE = Path(__file__).resolve().parent
OWN = (HERE / "suggest_labels.jsonl", HERE / "suggest_sentences.jsonl")
PACKAGE = HERE.parent / "tracker" / "suggest"
FOLDS = 8
STRENGTH = {"en": 3.0, "fr": 0.7}  # of the weights against their penalty: C of scikit-learn
BORDERLINE = 0.3  # how much an intention counts as no prediction
MADE = {"en": 1.0, "fr": 0.3}  # how much a sentence counts that was written for the purpose
LEAST_SEEN = 2  # times that a run of words must occur
LEAST_WEIGHT = 0.02
# Per 400 words, that the second strength may give in cross-validation; .5 on other articles is promised. Many articles of the
# folds were written to mislead: in English those of newspapers, and text written later, have half as many. In French they have
# not, so a margin is kept.
FALSE_ALARMS = {"en": 0.50, "fr": 0.39}
LEAST_PRECISION = {"en": {"perhaps": 0.82, "likely": 0.93}, "fr": {"perhaps": 0.85, "likely": 0.93}}
INTENTIONS = 0.30  # of all marks, at most
NO_INTENTIONS = 0.40  # of the intentions, that may be none


def train(rows: list[Labelled], target: str) -> tuple[float, dict[str, float]]:
    """Bias and weights of a logistic regression: `target` against the other labels."""
    seen = Counter(name for row in rows for name in row.features)
    kept = [{name: value for name, value in row.features.items() if name[0] != "w" or seen[name] >= LEAST_SEEN} for row in rows]
    vectorizer = DictVectorizer(sort=True)
    matrix = vectorizer.fit_transform(kept)
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")
    weights = [
        (BORDERLINE if target == "yes" and row.label == "borderline" else 1.0)
        * (MADE[row.language] if row.is_made else row.weight)
        for row in rows
    ]
    model = LogisticRegression(C=STRENGTH[rows[0].language], solver="liblinear", max_iter=500, random_state=0)
    model.fit(matrix, [row.label == target for row in rows], sample_weight=weights)
    found = zip(vectorizer.feature_names_, model.coef_[0], strict=True)
    return round(float(model.intercept_[0]), 3), {name: round(float(w), 3) for name, w in found if abs(w) >= LEAST_WEIGHT}


def score(model: tuple[float, dict[str, float]], row: Labelled) -> float:
    """The sum of weights; 0 is even odds. Nothing where no cue can make a prediction."""
    bias, weights = model
    return bias + sum(weights.get(name, 0.0) * value for name, value in row.features.items()) if row.can_be_marked else -40.0


def cross_validate(rows: list[Labelled]) -> list[tuple[float, float, Labelled]]:
    """The sentences of whole articles with the two scores that weights trained without their article give them."""
    articles = sorted({row.article for row in rows if row.article})
    fold = {article: number % FOLDS for number, article in enumerate(articles)}
    scored = []
    for number in range(FOLDS):
        rest = [row for row in rows if row.article is None or fold[row.article] != number]
        claim, intention = train(rest, "yes"), train(rest, "borderline")
        scored += [
            (score(claim, row), score(intention, row), row)
            for row in rows
            if row.article is not None and fold[row.article] == number
        ]
    return scored


def measure(marked: list[Labelled], rows: list[Labelled]) -> dict[str, float]:
    """Precision (without intentions), recall, false alarms per 400 words, share of intentions among the marks."""
    labels = Counter(row.label for row in marked)
    words = sum(len(row.text.split()) for row in rows)
    return {
        "precision": labels["yes"] / max(1, labels["yes"] + labels["no"]),
        "recall": labels["yes"] / max(1, sum(row.label == "yes" for row in rows)),
        "false_alarms": labels["no"] * 400 / max(1, words),
        "intentions": labels["borderline"] / max(1, len(marked)),
    }


def choose_thresholds(scored: list[tuple[float, float, Labelled]], language: str) -> dict[str, float]:
    """The lowest score of each strength that keeps its precision and the number of false alarms."""
    rows = [row for _, _, row in scored]
    ranked = sorted(scored, key=lambda each: -each[0])
    chosen = {"likely": 3.0, "perhaps": 0.0}
    for kind, precision in LEAST_PRECISION[language].items():
        for count in range(20, len(ranked)):
            figures = measure([row for _, _, row in ranked[:count]], rows)
            if figures["precision"] >= precision and figures["false_alarms"] <= FALSE_ALARMS[language]:
                chosen[kind] = ranked[count - 1][0]
    chosen["perhaps"] = min(chosen["perhaps"], chosen["likely"])
    claims = sum(each[0] >= chosen["perhaps"] for each in scored)
    most = int(claims * INTENTIONS / (1 - INTENTIONS))
    paler = sorted(((each[1], each[2].label) for each in scored if each[0] < chosen["perhaps"]), reverse=True)[:most]
    chosen["intention"] = paler[0][0]
    for count in range(5, len(paler)):
        labels = Counter(label for _, label in paler[:count])
        if labels["no"] <= NO_INTENTIONS * count:
            chosen["intention"] = paler[count - 1][0]
    return chosen


def to_probability(value: float) -> float:
    return round(1 / (1 + math.exp(-value)) - 0.0005, 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels", nargs="*", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=PACKAGE)
    parser.add_argument("--only-data", action="store_true", help="leave out the labels beside this tool")
    parser.add_argument("--language", choices=("fr", "en"))
    given = parser.parse_args()
    files = [given.data / "labels" / "train.jsonl", *(() if given.only_data else OWN), *given.labels]
    rows = load_rows(files, given.data)
    for language in [given.language] if given.language else ["en", "fr"]:
        mine = [row for row in rows if row.language == language]
        scored = cross_validate(mine)
        thresholds = choose_thresholds(scored, language)
        everyone = [row for _, _, row in scored]
        for kind in ("likely", "perhaps"):
            figures = measure([row for claim, _, row in scored if claim >= thresholds[kind]], everyone)
            print(language, kind, *(f"{name} {value:.3f}" for name, value in figures.items()))
        paler = [row for claim, other, row in scored if claim < thresholds["perhaps"] and other >= thresholds["intention"]]
        print(language, "intention", Counter(row.label for row in paler))
        models = {name: train(mine, target) for name, target in (("claim", "yes"), ("intention", "borderline"))}
        kept = {name: {"bias": bias, "weights": weights} for name, (bias, weights) in models.items()}
        kept["thresholds"] = {kind: to_probability(value) for kind, value in thresholds.items()}
        kept["trained_on"] = {
            "sentences": len(mine),
            "labels_sha256": hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest(),
        }
        body = json.dumps(kept, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        (given.out / f"model.{language}.json").write_text(body + "\n", encoding="utf-8")
        print(language, len(mine), "sentences", Counter(row.label for row in mine), {n: len(w) for n, (_, w) in models.items()})


if __name__ == "__main__":
    main()
