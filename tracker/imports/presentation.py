"""What pages and commands show of an import, in the language spoken now: the file, how cells are read, and the first claims."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tracker.claims.labels import label
from tracker.errors import N_
from tracker.imports.fields import FIELDS
from tracker.imports.mapping import ColumnMapping
from tracker.imports.profile import FileProfile
from tracker.imports.readers import ENCODINGS, FileInfo, Kind
from tracker.imports.stats import ImportStats
from tracker.web import formatting, i18n

KINDS: Final = {
    Kind.CSV: N_("CSV"),
    Kind.XLSX: N_("Workbook (XLSX)"),
    Kind.JSONL: N_("JSON"),
    Kind.YAML: N_("YAML"),
    Kind.PASTE: N_("Pasted rows"),
}
DELIMITERS: Final = {",": N_("commas"), ";": N_("semicolons"), "\t": N_("tabs"), "|": N_("vertical bars")}
RULES: Final = {
    "day": N_("day first"),
    "month": N_("month first"),
    "1900": N_("1900s"),
    "2000": N_("2000s"),
    "percent": N_("per cent"),
    "fraction": N_("from 0 to 1"),
    "mixed": N_("mixed: up to 1 a fraction, else per cent"),
}


@dataclass(frozen=True)
class Reading:
    """How a column is read: its field, the rules that were inferred or chosen, and cells with what they are read as."""

    column: str
    label: str
    rules: tuple[str, ...]
    examples: tuple[tuple[str, str], ...]


def describe_file(about: FileInfo) -> str:
    """Kind, encoding, delimiter and sheet: "CSV, UTF-8, between cells: commas"."""
    parts = [i18n.gettext(KINDS[about.kind])]
    if about.encoding and about.kind is not Kind.PASTE:
        name = ENCODINGS[about.encoding]
        parts.append(i18n.gettext("%(encoding)s with a byte order mark", encoding=name) if about.has_mark else name)
    if about.delimiter:
        parts.append(i18n.gettext("between cells: %(delimiter)s", delimiter=i18n.gettext(DELIMITERS[about.delimiter])))
    if about.sheet:
        parts.append(i18n.gettext("sheet “%(name)s”", name=about.sheet))
    return ", ".join(parts)


def list_readings(facts: FileProfile, plan: ColumnMapping, tally: ImportStats) -> Iterator[Reading]:
    """The columns whose cells are not simply their own text."""
    for name in facts.names:
        key = plan.columns.get(name, "")
        if key not in FIELDS:
            continue
        chosen = (part.get(name) for part in (plan.days, plan.centuries, plan.likelihoods))
        rules = tuple(i18n.gettext(RULES[rule]) for rule in chosen if rule)
        examples = tuple((cell, show_value(key, value)) for cell, value in tally.examples.get(name, ()))
        if rules or any(cell != value for cell, value in examples):
            yield Reading(name, i18n.gettext(FIELDS[key].label), rules, examples)


def list_moved_days(tally: ImportStats) -> list[tuple[int, str, str]]:
    """A few moments that are another day here than they are written: line, cell, day."""
    return [(line, cell, show_value("made_on", day)) for line, _column, cell, day in tally.moved_examples]


def list_first_claims(tally: ImportStats) -> list[list[tuple[str, str]]]:
    """The first claims that would be made, each as labels and values."""
    return [[(_label(name), show_value(name, value)) for name, value in claim.items()] for claim in tally.first]


def show_value(key: str, value: Any) -> str:
    """A stored value of a field as a person reads it: days written out, fixed words by their label."""
    kind = FIELDS[key].words if key in FIELDS else None
    if kind is not None and value in set(kind):
        return label(kind(value))
    if key.endswith("_on") and isinstance(value, str):
        return formatting.day(date.fromisoformat(value), i18n.language())
    return str(value)


def _label(name: str) -> str:
    return i18n.gettext(FIELDS[name].label) if name in FIELDS else i18n.gettext("Line")
