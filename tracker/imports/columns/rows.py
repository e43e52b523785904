"""Parses the rows of a file by a mapping: each cell as its field, with all problems of a row at once."""

import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from tracker import validation
from tracker.articles.services import LINE_MAX
from tracker.claims.enums import Attribution
from tracker.claims.services import terms
from tracker.claims.services.common import KEY_MAX, NAME_MAX, STATEMENT_MAX, TEXT_MAX
from tracker.claims.services.editing import TRANSLATED
from tracker.errors import N_, Invalid, Message
from tracker.imports.columns import cells, keywords
from tracker.imports.columns.fields import FIELDS, LEFT_OUT, SOURCE, Field, Shape
from tracker.imports.columns.incoming import IncomingRow, Problem
from tracker.imports.columns.mapping import SOURCE_MAX, ColumnMapping
from tracker.imports.readers import Row
from tracker.urls import URL_MAX, check_link

# Cells that count as empty in columns of dates, numbers and keywords.
_NOTHING: Final = frozenset({"n/a", "#n/a", "na", "null", "none", "nil", "nan", "-", "–", "—", "?", "n.a.", "n.d.", "nd", "s.o."})
# The same in columns of text, where "Null", "NA" and "None" can be a name or a word.
_NOTHING_WRITTEN: Final = frozenset({"n/a", "#n/a", "-", "–", "—"})
_WORDS: Final = frozenset({Shape.TEXT, Shape.NOTE, Shape.LIST})
_EXAMPLES: Final = 3  # cells of a column that are shown with what they are read as
_SHOWN_SHAPES: Final = frozenset({Shape.DAY, Shape.BAND, Shape.PERCENT, Shape.LANGUAGE, Shape.WORD})
_CONTROLS: Final = re.compile(r"[\x01-\x08\x0b-\x1f\x7f-\x9f]")
_LINE_ENDS: Final = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_ONE_LINE: Final = frozenset({"article_title", "outlet", "article_author", "speaker", "speaker_affiliation", "external_id"})
_EXCERPT: Final = 200  # characters of a cell that is shown with what is wrong with it

# Fields of a claim that a column of another name fills.
_WITHIN: Final = {"likelihood_low": "likelihood", "likelihood_high": "likelihood", "speaker_id": "speaker"}
_LENGTHS: Final = {
    "article_title": LINE_MAX,
    "outlet": LINE_MAX,
    "article_author": LINE_MAX,
    "article_url": URL_MAX,
    "article_external_id": KEY_MAX,
    "external_id": KEY_MAX,
    "speaker": NAME_MAX,
    "owner": NAME_MAX,
    "statement": STATEMENT_MAX,
    "translation_statement": STATEMENT_MAX,
}


class RowReader:
    """Parses the rows of one file. `exact`: it is our own export, whose texts are taken unchanged. `name` is the file's name."""

    def __init__(
        self, plan: ColumnMapping, columns: Iterable[str], zone: ZoneInfo, *, exact: bool = False, name: str = ""
    ) -> None:
        self._plan = plan
        self._name = default_source(name)
        self._zone = zone
        self._exact = exact
        self.columns = tuple(columns)
        self._fields = [
            (place, column, FIELDS[key])
            for place, column in enumerate(self.columns)
            if (key := plan.columns.get(column)) is not None and key not in LEFT_OUT
        ]
        self.examples: dict[str, dict[str, Any]] = {}  # by column: what cells are read as
        self._defaults = {key: value for key, text in plan.defaults.items() if (value := self._default(FIELDS[key], text))}
        if keywords.is_own_voice(self._defaults.get("speaker", "")):
            del self._defaults["speaker"]
        self._source_place = self.columns.index(SOURCE) if SOURCE in self.columns else None
        self._origin = (self.columns.index("claim_id"), self.columns.index("created_at")) if exact else None

    def read(self, row: Row) -> IncomingRow:
        """Return the parsed row; its `problems` tell what is wrong with it."""
        incoming = IncomingRow(row.line, row.cells)
        if row.fault is not None:
            incoming.problems.append(Problem("", row.fault))
            return incoming
        for place, column, target in self._fields:
            cell = row.cells[place]
            try:
                value = self._value(target, column, cell)
                if target.shape in _SHOWN_SHAPES and value is not None:
                    self._note_reading(incoming, target, column, cell, value)
            except Invalid as refused:
                if target.key == "status" and keywords.is_outcome(cell):
                    incoming.notes.append((column, cell.strip()))
                    continue
                incoming.problems.append(Problem(column, refused.message, cell[:_EXCERPT]))
                continue
            if value in (None, "", ()):
                continue
            if target.shape in _WORDS and not self._exact and not cell.isprintable():
                incoming.dropped += "".join(_CONTROLS.findall(_LINE_ENDS.sub("\n", cell)))
            if target.shape is Shape.NOTE:
                incoming.notes.append((column, str(value)))
            elif target.key in incoming.given and target.many:
                incoming.given[target.key] += value
            else:
                incoming.given[target.key] = value
        if not self._exact and keywords.is_own_voice(incoming.given.get("speaker", "")):
            del incoming.given["speaker"]
            incoming.given.setdefault("attribution", Attribution.ARTICLE)
            incoming.values = {key: value for key, value in self._defaults.items() if key != "speaker"} | incoming.given
        else:
            incoming.values = {**self._defaults, **incoming.given}
        self._complete(incoming)
        return incoming

    def _note_reading(self, incoming: IncomingRow, target: Field, column: str, cell: str, value: Any) -> None:
        seen = self.examples.setdefault(column, {})
        text = cell.strip()
        if len(seen) < _EXAMPLES and text not in seen:
            seen[text] = value
        if target.shape is Shape.DAY and len(text) > 9 and (written := cells.written_day(text)) is not None and written != value:
            incoming.moved.append((column, text, value))

    def shown_examples(self) -> dict[str, list[tuple[str, Any]]]:
        """By column, a few cells with what they are read as, as JSON can hold it."""
        return {column: [(cell[:60], _plain(value)) for cell, value in seen.items()] for column, seen in self.examples.items()}

    def column_of(self, key: str) -> str:
        """The column that is mapped to a field, or ""."""
        return self._plan.column_of(key) or self._plan.column_of(_WITHIN.get(key, "")) or ""

    def _complete(self, incoming: IncomingRow) -> None:
        values = incoming.values
        band = values.pop("likelihood", None)
        if band is not None:
            values["likelihood_low"], values["likelihood_high"] = band
        if "statement" not in values and not any(problem.column == self.column_of("statement") for problem in incoming.problems):
            needed = Message(N_("Write the claim in your own plain words."))
            incoming.problems.append(Problem(self.column_of("statement"), needed))
        incoming.key = values.get("external_id", "")
        if not self._exact:
            source = self._plan.source or self._source_of(incoming)
            if incoming.key:
                incoming.old_key, incoming.key = incoming.key, scope_key(source, incoming.key)
            if number := values.get("article_external_id"):
                values["article_external_id"], incoming.old_article_key = scope_key(source, number), number
        if self._origin is not None:
            number, made = (incoming.cells[place] for place in self._origin)
            if number.isascii() and number.isdigit() and len(number) < 19:
                incoming.origin = (int(number), made)
                incoming.key = incoming.key or f"export:{number}:{made}"[:KEY_MAX]
        incoming.key = incoming.key or f"row:{incoming.digest}"

    def _source_of(self, incoming: IncomingRow) -> str:
        """The default source of a row's number: the host that it links to, else the file."""
        if self._source_place is not None:
            return incoming.cells[self._source_place][:SOURCE_MAX] or self._name
        return (urlsplit(incoming.given.get("article_url", "")).hostname or self._name)[:SOURCE_MAX]

    def _default(self, target: Field, text: str) -> Any:
        try:
            return self._value(target, "", text)
        except Invalid as refused:
            raise Invalid(refused.message.text, field=target.key, **refused.message.params) from None

    def _value(self, target: Field, column: str, cell: str) -> Any:
        """Parse a cell; None, "" or () for an empty one. Raises Invalid."""
        if self._exact and target.shape is Shape.TEXT:
            return _checked(target.key, cell)
        text = _clean(cell, lines=target.key not in _ONE_LINE)
        if text.casefold() in (_NOTHING_WRITTEN if target.shape in _WORDS else _NOTHING):
            return None
        if not text:
            return None
        return _READ[target.shape](self, target, column, text)

    def _text(self, target: Field, _column: str, text: str) -> str:
        return _checked(target.key, text)

    def _day(self, _target: Field, column: str, text: str) -> date:
        plan = self._plan
        return cells.parse_date(text, plan.days.get(column), self._zone, plan.centuries.get(column), plan.moments)

    def _word(self, target: Field, _column: str, text: str) -> Any:
        assert target.words is not None
        return keywords.parse_keyword(target.words, text)

    def _language(self, target: Field, _column: str, text: str) -> str:
        return validation.language(keywords.parse_language(text), target.key)

    def _number(self, target: Field, _column: str, text: str) -> int:
        digits = text.removesuffix(".0")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
            raise Invalid(N_("Write a whole number in digits."))
        return int(digits)

    def _percent(self, target: Field, column: str, text: str) -> int:
        low, high = cells.parse_band(text, self._plan.likelihoods.get(column) or ("percent" if self._exact else None))
        if high - low > 1:
            raise Invalid(N_("This column takes one number; map it as a likelihood to give a band."))
        return high if target.key == "likelihood_high" else low

    def _band(self, _target: Field, column: str, text: str) -> cells.Band:
        return cells.parse_band(text, self._plan.likelihoods.get(column))

    def _switch(self, _target: Field, _column: str, text: str) -> bool:
        return keywords.parse_boolean(text)

    def _list(self, _target: Field, _column: str, text: str) -> tuple[str, ...]:
        divider = next((d for d in (";", "|", "\n") if d in text), None if self._exact else ",")
        parts = text.split(divider) if divider else [text]
        found = dict.fromkeys(" ".join(part.split()) for part in parts)
        return tuple(validation.text(item, "topics", most=120) for item in found if item)

    def _note(self, _target: Field, _column: str, text: str) -> str:
        return validation.text(text, "note", most=TEXT_MAX)


_READ: Final[dict[Shape, Callable[[RowReader, Field, str, str], Any]]] = {
    Shape.TEXT: RowReader._text,
    Shape.DAY: RowReader._day,
    Shape.WORD: RowReader._word,
    Shape.LANGUAGE: RowReader._language,
    Shape.NUMBER: RowReader._number,
    Shape.PERCENT: RowReader._percent,
    Shape.BAND: RowReader._band,
    Shape.SWITCH: RowReader._switch,
    Shape.LIST: RowReader._list,
    Shape.NOTE: RowReader._note,
}


def default_source(name: str) -> str:
    """The default source of a file's numbers: its name without its date and without " (1)"."""
    stem = re.sub(r"(?:[\s_.-]*(?:\(\d+\)|\d{4}-?\d{2}(?:-?\d{2})?))+$", "", name.rpartition(".")[0] or name)
    return (" ".join(stem.split()) or name)[:SOURCE_MAX]


def scope_key(source: str, number: str) -> str:
    """The external id of a row: its number within its source, for two sources may use the same numbers."""
    key = f"{source}:{number}" if source else number
    if len(key) <= KEY_MAX:
        return key
    return f"{source[:100]}:sha256:{hashlib.sha256(number.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _plain(value: object) -> Any:
    if isinstance(value, tuple):
        return "–".join(map(str, dict.fromkeys(value))) + " %"
    return value.isoformat() if isinstance(value, date) else value if isinstance(value, int) else str(value)


def _clean(cell: str, *, lines: bool) -> str:
    if cell.isascii() and cell.isprintable():
        return cell.strip()
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", cell))
    return text.strip() if lines else " ".join(text.split())


def _checked(key: str, text: str) -> str:
    """A text as it is kept. Raises Invalid."""
    if key in terms.EDITABLE:
        return str(terms.clean({key: text})[key]) if text.strip() else ""
    if key.startswith("translation_") and key.removeprefix("translation_") in TRANSLATED:
        return validation.text(text, key, most=_LENGTHS.get(key, TEXT_MAX))
    kept = validation.text(text, key, most=_LENGTHS.get(key, TEXT_MAX))
    if key == "article_url" and kept:
        check_link(kept, key)
    return kept
