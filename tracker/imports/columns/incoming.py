"""A row of a file after parsing: its values, what is wrong with it, and the id under which its claim is stored."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from tracker.claims.enums import Status
from tracker.errors import Message

# Editors change these later, so they do not identify a row.
_DESK: Final = frozenset({"status", "owner", "review_on", "verdict", "note", "criteria_set_on", "criteria_retrospective"})
_PLACES: Final = frozenset({"text_number", "paragraph", "quote_start", "quote_end"})


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a row. `column` is "" for the whole row, `value` the cell, `field` the claim's field."""

    column: str
    message: Message
    value: str = ""
    field: str = ""


@dataclass(frozen=True)
class ArticleFields:
    """The article's fields in a row."""

    external_id: str = ""
    title: str = ""
    url: str = ""
    outlet: str = ""
    author: str = ""
    language: str = ""
    published_on: date | None = None
    old_id: str = ""  # the number alone, as ids were before numbers counted within their source


@dataclass
class IncomingRow:
    """A parsed row. `values` by field key, from its cells or, where they are empty, from the defaults of the mapping."""

    line: int
    cells: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)  # of these, those from cells
    notes: list[tuple[str, str]] = field(default_factory=list)  # column, text
    problems: list[Problem] = field(default_factory=list)
    key: str = ""  # the claim's external id
    origin: tuple[int, str] | None = None  # in our own export: number and moment of the claim it came from
    old_key: str = ""  # the external id as it was before numbers counted within their source
    old_article_key: str = ""
    dropped: str = ""  # characters that no text can hold
    moved: list[tuple[str, str, date]] = field(default_factory=list)  # moments that are another day here: column, cell, day

    @property
    def article(self) -> ArticleFields:
        values = self.values
        return ArticleFields(
            values.get("article_external_id", ""),
            values.get("article_title", ""),
            values.get("article_url", ""),
            values.get("outlet", ""),
            values.get("article_author", ""),
            values.get("article_language", ""),
            values.get("article_published_on"),
            self.old_article_key,
        )

    @property
    def status(self) -> Status:
        """The status of the new claim: an import makes drafts and open claims only."""
        given = self.values.get("status", Status.OPEN)
        return Status.DRAFT if given in (Status.DRAFT, Status.WITHDRAWN) else Status.OPEN

    @property
    def digest(self) -> str:
        """A hash of the claim's fields in the row, without those that editors change later."""
        fields = {key: str(value) for key, value in self.given.items() if key not in _DESK | _PLACES | {"external_id"}}
        return hashlib.sha256(json.dumps(fields, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()[:40]
