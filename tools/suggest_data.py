"""Labelled sentences for training and measuring: read from JSONL files, with the features that reading an article gives them.

A line holds `label` (yes, borderline, no), `lang`, `published_on` and either `text` or the place in a text file (`id`, `start`,
`end`) that is looked up in a folder of texts; `published_on` may then come from the sources file beside the labels. `weight`
makes it count more or less than others in training.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tracker.suggest.reading import ReadSentence, read_sentences


@dataclass(frozen=True)
class Labelled:
    """One labelled sentence. `article`: whose fold it belongs to; None for single sentences, which only train."""

    language: str
    label: str
    article: str | None
    text: str
    features: dict[str, float]
    can_be_marked: bool
    is_heading: bool
    is_made: bool = False  # written for the purpose, not found in an article
    weight: float = 1.0  # how much it counts in training


def load_rows(files: Iterable[Path], folder: Path | None) -> list[Labelled]:
    """All labelled sentences of some files, in their order; of two labels for one place the first counts.

    Their places are looked up in the texts of `folder`, those of a file that has its own `texts/` next to its folder in there.
    """
    sources = _load_sources(folder)
    texts: dict[str, dict[int, ReadSentence]] = {}
    rows, seen = [], set()
    for file in files:
        own = file.resolve().parent.parent
        place = own if (own / "texts").is_dir() else folder
        for entry in _lines(file):
            key = (entry.get("id"), entry.get("start"), entry.get("text"))
            if key[:2] != (None, None):
                key = (*key[:2], None)
            if key in seen:
                continue
            seen.add(key)
            rows.append(_build_row(entry, sources, texts, place))
    return rows


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def _load_sources(folder: Path | None) -> dict[str, Any]:
    file = folder / "labels" / "sources.json" if folder else None
    return {each["id"]: each for each in json.loads(file.read_text(encoding="utf-8"))} if file and file.exists() else {}


def _build_row(
    entry: dict[str, Any], sources: dict[str, Any], texts: dict[str, dict[int, ReadSentence]], folder: Path | None
) -> Labelled:
    language, article = entry["lang"], entry.get("id")
    stated = entry.get("published_on") or sources.get(article, {}).get("published_on")
    published_on = date.fromisoformat(stated) if stated else None
    read = None
    if folder and article and "start" in entry and "text" not in entry:
        body = (folder / "texts" / f"{article}.txt").read_text(encoding="utf-8")
        if article not in texts:
            texts[article] = {each.sentence.start: each for each in read_sentences(body, language, published_on)}
        read = texts[article].get(entry["start"])
        words = body[entry["start"] : entry["end"]]
    else:
        words = entry["text"]
    if read is None:
        read = next(iter(read_sentences(words.replace("\n", " "), language, published_on)))
    whole = entry.get("set") == "article"
    return Labelled(
        language,
        entry["label"],
        article if whole else None,
        words,
        read.features,
        read.can_be_marked,
        bool(entry.get("heading")),
        "id" not in entry,
        float(entry.get("weight", 1.0)),
    )
