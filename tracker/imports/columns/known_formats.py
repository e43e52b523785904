"""Exports of other programs, recognised by their columns and mapped without questions. Outcomes are kept as private notes.

Columns are compared by `normalise_label`. Written after the public documentation of each program.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from tracker.imports.columns.fields import normalise_label


@dataclass(frozen=True)
class KnownFormat:
    """One program's export. `signature`: columns that it always has. `columns`: field by normalised column.

    `row_articles`: each linked page is an article, named after its claim; else all rows belong to one article of that name.
    """

    name: str
    signature: frozenset[str]
    columns: Mapping[str, str]
    likelihoods: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    row_articles: bool = False

    def defaults(self) -> dict[str, str]:
        """Defaults of the mapping, apart from those of every file."""
        found = {"outlet": self.name}
        if not self.row_articles:
            found |= {"article_title": self.name, "article_external_id": self.name}
        return found | ({"language": self.language} if self.language else {})


FORMATS: Final = (
    KnownFormat(
        "Fatebook",
        frozenset({"question title", "forecast scale 0 1", "question resolve by"}),
        {
            "question title": "statement", "forecast created by": "speaker", "forecast scale 0 1": "likelihood",
            "forecast created at": "made_on", "question resolve by": "deadline_on", "resolution": "verdict",
            "resolved at": "verdict", "question notes": "note", "multiple choice option": "note", "question comments": "note",
        },
        {"forecast scale 0 1": "fraction"},
        "en",
    ),
    KnownFormat(
        "PredictionBook",
        frozenset({"description with group", "deadline", "mean confidence"}),
        {
            "id": "external_id", "description": "statement", "creator label": "speaker", "created at": "made_on",
            "deadline": "deadline_on", "mean confidence": "likelihood", "outcome": "verdict", "withdrawn": "note",
        },
        {"mean confidence": "percent"},
        "en",
    ),
    KnownFormat(
        "Metaculus",
        frozenset({"question id", "question url", "question title"}),
        {
            "question id": "external_id", "question url": "article_url", "question title": "statement", "open time": "made_on",
            "scheduled close time": "deadline_on", "resolution": "verdict", "resolution known time": "verdict",
            "question type": "note", "label": "note",
        },
        language="en",
        row_articles=True,
    ),
    KnownFormat(
        "Manifold",
        frozenset({"question", "creatorusername", "closetime", "url"}),
        {
            "id": "external_id", "question": "statement", "url": "article_url", "createdtime": "made_on",
            "closetime": "deadline_on",
            "probability": "likelihood", "resolution": "verdict", "resolutiontime": "verdict", "resolutionprobability": "verdict",
            "creatorname": "article_author", "groupslugs": "topics",
        },
        {"probability": "fraction"},
        "en",
        row_articles=True,
    ),
    KnownFormat(
        "ClaimReview",
        frozenset({"claimreviewed", "reviewrating alternatename"}),
        {
            "claimreviewed": "statement", "itemreviewed author name": "speaker", "itemreviewed datepublished": "made_on",
            "datepublished": "article_published_on", "reviewrating alternatename": "verdict", "author name": "verdict",
            "url": "note", "inlanguage": "language",
        },
    ),
    KnownFormat(
        "TrumpTracker",
        frozenset({"title", "status", "category", "status info"}),
        {
            "title": "statement", "category": "topics", "status": "verdict", "status info": "verdict", "description": "note",
            "sources": "note",
        },
        language="en",
    ),
    KnownFormat(
        "Polimeter",
        frozenset({"promise", "politician", "date promised"}),
        {
            "promise": "statement", "politician": "speaker", "party": "speaker_affiliation", "date promised": "made_on",
            "status": "verdict", "source": "note", "category": "topics",
        },
    ),
)  # fmt: skip


def find_format(columns: Iterable[str]) -> KnownFormat | None:
    """The format that has these columns; None for a file of no known program."""
    names = {label_of(column) for column in columns}
    return next((each for each in FORMATS if each.signature <= names), None)


def label_of(column: str) -> str:
    """The normalised column, without the envelope that feeds put round each item."""
    return normalise_label(column).removeprefix("item ")
