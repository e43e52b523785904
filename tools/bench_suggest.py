"""Measures `tracker/suggest`: on our own articles, on labelled ones beside the project, on held-back folds, and the reference.

    make bench-suggest [DATA=folder of training labels] [DEV=folder of labelled articles] [LABELS=further files of labels]

What is not there is said and left out. Precision leaves intentions aside; marks are those of the two upper strengths.
"""

import argparse
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tracker.suggest import Kind, Suggestion, suggest
from tracker.suggest.cues import find_times
from tracker.suggest.speakers import fold_name

ROOT = Path(__file__).resolve().parents[1]
OWN = ROOT / "tests/suggest/articles"
BESIDE = ROOT.parent / "shared"


@dataclass(frozen=True)
class Expected:
    """A labelled sentence of an article."""

    start: int
    end: int
    label: str
    latest: date | None = None
    speakers: tuple[str, ...] = ()


@dataclass
class Article:
    language: str
    published_on: date
    text: str
    sentences: list[Expected] = field(default_factory=list)


def load_own(folder: Path) -> list[Article]:
    """Our own articles: a line each sentence, with label, deadline, speaker and words between tabs."""
    articles = []
    for file in sorted(folder.glob("*.txt")):
        head, *lines = file.read_text(encoding="utf-8").splitlines()
        day, language = head.split()
        article, paragraphs, current = Article(language, date.fromisoformat(day), ""), 0, ""
        for line in [*lines, ""]:
            if not line:
                current, paragraphs = "", paragraphs + 1
                continue
            label, latest, speaker, words = line.split("\t")
            gap = " " if current else "\n\n" if article.text else ""
            start = len(article.text) + len(gap)
            article.text += gap + words
            current = words
            article.sentences.append(
                Expected(
                    start,
                    start + len(words),
                    {"y": "yes", "b": "borderline"}.get(label, "no"),
                    None if latest == "-" else date.fromisoformat(latest),
                    () if speaker == "-" else (speaker,),
                )
            )
        articles.append(article)
    return articles


def load_dev(folder: Path) -> list[Article]:
    articles = []
    for file in sorted(folder.glob("*.json")):
        kept = json.loads(file.read_text(encoding="utf-8"))
        text = kept.get("text") or (file.parent / kept["text_file"]).read_text(encoding="utf-8")
        article = Article(kept["lang"], date.fromisoformat(kept["published_on"]), text)
        for each in kept["sentences"]:
            horizon, names = each.get("horizon"), [each.get("speaker"), each.get("speaker_alt")]
            article.sentences.append(
                Expected(
                    each["start"],
                    each["end"],
                    each["label"],
                    date.fromisoformat(horizon[1]) if horizon else None,
                    tuple(name for name in names if name),
                )
            )
        articles.append(article)
    return articles


Reader = Callable[[Article], list[Suggestion]]


def read(article: Article) -> list[Suggestion]:
    return suggest(article.text, article.language, article.published_on)


def find_mark(expected: Expected, marks: Sequence[Suggestion]) -> Suggestion | None:
    half = (expected.end - expected.start) / 2
    return next((each for each in marks if min(each.end, expected.end) - max(each.start, expected.start) > half), None)


def print_marks(name: str, articles: Sequence[Article], marks_of: Reader) -> None:
    """Precision, recall and the rest, for each language."""
    for language in ("fr", "en"):
        mine = [each for each in articles if each.language == language]
        if not mine:
            continue
        labels: dict[str, Counter[str]] = {"shown": Counter(), "likely": Counter(), "intention": Counter()}
        total: Counter[str] = Counter()
        for article in mine:
            marks = marks_of(article)
            for expected in article.sentences:
                total[expected.label] += 1
                mark = find_mark(expected, marks)
                if mark is not None:
                    labels["intention" if mark.kind is Kind.INTENTION else "shown"][expected.label] += 1
                    labels["likely"][expected.label] += mark.kind is Kind.LIKELY
        words = sum(len(each.text.split()) for each in mine)
        shown, likely, paler = labels["shown"], labels["likely"], labels["intention"]
        every = sum(shown.values()) + sum(paler.values())
        figures = {
            "precision": _share(shown["yes"], shown["yes"] + shown["no"]),
            "recall": _share(shown["yes"], total["yes"]),
            "false alarms per 400 words": _share(shown["no"] * 400, words),
            "intentions among the marks": _share(shown["borderline"], sum(shown.values())),
            "likely alone: precision": _share(likely["yes"], likely["yes"] + likely["no"]),
            "recall of likely": _share(likely["yes"], total["yes"]),
            "paler marks of all": _share(sum(paler.values()), every),
        }
        print(f"{name} {language}: {len(mine)} articles, {total['yes']} predictions;", _write(figures), dict(paler))


def _share(part: float, whole: float) -> float:
    return part / max(1, whole)


def _write(figures: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.2f}" for name, value in figures.items())


def print_facts(name: str, articles: Sequence[Article]) -> None:
    """Deadlines and speakers of the predictions that are marked."""
    for language in ("fr", "en"):
        deadline, speaker = Counter[str](), Counter[str]()
        for article in (each for each in articles if each.language == language):
            marks = read(article)
            for expected in article.sentences:
                mark = find_mark(expected, marks)
                if mark is None or expected.label != "yes":
                    continue
                times = find_times(mark.text, language, article.published_on)
                found = mark.deadline.latest if mark.deadline else None
                if expected.latest:
                    deadline["stated"] += 1
                    deadline["among those found"] += any(each.latest == expected.latest for each in times)
                    deadline["picked"] += found == expected.latest
                else:
                    deadline["none stated, one picked"] += found is not None
                if mark.speaker:
                    speaker["named"] += 1
                    speaker["right"] += any(_is_same(mark.speaker, each) for each in expected.speakers)
                speaker["expected"] += bool(expected.speakers)
        if deadline or speaker:
            print(f"{name} {language}: deadlines {dict(deadline)}; speakers {dict(speaker)}")


def _is_same(first: str, second: str) -> bool:
    a, b = fold_name(first), fold_name(second)
    return a in b or b in a


def print_reference(folder: Path, articles: Sequence[Article]) -> None:
    """The reference's marks; its weights were trained on the labelled articles themselves, ours were not."""
    sys.path.insert(0, str(folder))
    import evaluate  # the reference's own

    def marks_of(article: Article) -> list[Suggestion]:
        least = evaluate.MODEL[article.language]["threshold"]
        marks = []
        for each in article.sentences:
            words = article.text[each.start : each.end]
            score = evaluate.score(words[:2000], article.language, article.published_on.isoformat())
            if score >= least:
                marks.append(Suggestion(each.start, each.end, words, 1, Kind.PERHAPS, score, ()))
        return marks

    print_marks("reference on the labelled articles (it was trained on them)", articles, marks_of)


def print_folds(data: Path, further: Sequence[Path]) -> None:
    try:
        import train_suggest
    except ImportError:
        print("held-back folds: left out, scikit-learn is not installed (.ci/uv sync --inexact --group train)")
        return
    rows = train_suggest.load_rows([data / "labels/train.jsonl", *train_suggest.OWN, *further], data)
    for language in ("fr", "en"):
        scored = train_suggest.cross_validate([row for row in rows if row.language == language])
        least = train_suggest.choose_thresholds(scored, language)
        figures = train_suggest.measure(
            [row for score, _, row in scored if score >= least["perhaps"]], [row for *_, row in scored]
        )
        print(f"held-back folds {language}:", _write(figures))


def print_costs() -> None:
    """CPU time and memory for an article of 1,500 words."""
    for article in _longest(load_own(OWN)):
        read(article)
        began = time.process_time()
        read(article)
        spent = (time.process_time() - began) * 1000
        print(f"{article.language}: {spent:.0f} ms of CPU for {len(article.text.split())} words")
    print(f"memory of the whole process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _longest(articles: Sequence[Article]) -> Iterator[Article]:
    for language in ("fr", "en"):
        mine = [each for each in articles if each.language == language]
        text = "\n\n".join(each.text for each in mine)
        yield Article(language, mine[0].published_on, " ".join((text + "\n\n" + text).split(" ")[:1500]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=BESIDE / "suggest-train")
    parser.add_argument("--dev", type=Path, default=BESIDE / "suggest-dev")
    parser.add_argument("--labels", type=Path, nargs="*", default=[], help="further files of labels for the folds")
    parser.add_argument("--no-folds", action="store_true", help="leave out the folds, which take minutes")
    given = parser.parse_args()
    print_costs()
    own = load_own(OWN)
    print_marks("own articles", own, read)
    print_facts("own articles", own)
    if given.dev.is_dir():
        dev = load_dev(given.dev)
        print_marks("labelled articles", dev, read)
        print_facts("labelled articles", dev)
        if (given.data / "model.json").exists():
            print_reference(given.data, dev)
    else:
        print("labelled articles: left out, no folder of them is here (DEV=folder)")
    if not (given.data / "labels").is_dir():
        print("held-back folds: left out, no folder of training labels is here (DATA=folder)")
    elif not given.no_folds:
        print_folds(given.data, given.labels)


if __name__ == "__main__":
    main()
