"""What pages and commands show of an import: the file, how cells are read, the first claims, counts and problems."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tracker.claims.labels import label
from tracker.errors import N_, Invalid
from tracker.imports.columns.cells import CENTURIES, MOMENTS
from tracker.imports.columns.fields import FIELDS
from tracker.imports.columns.known_formats import find_format
from tracker.imports.columns.mapping import DAY_ORDERS, DEFAULTS, SCALES, ColumnMapping
from tracker.imports.columns.profile import FileProfile, Unanswered
from tracker.imports.readers import ENCODINGS, BadFile, FileInfo, Kind
from tracker.imports.stats import Group, ImportStats
from tracker.web import formatting, i18n

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


def list_rules(keys: Iterable[str]) -> list[tuple[str, str]]:
    """Answers to a question about a column, each with its label, as choices of a form."""
    return [(key, i18n.gettext(RULES[key])) for key in keys]


def describe_file(about: FileInfo) -> str:
    """Kind, encoding, delimiter and sheet: "CSV, UTF-8, between cells: commas"."""
    parts = [i18n.gettext(about.kind.english)]
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


_ANSWERS: Final = {"days": DAY_ORDERS, "centuries": CENTURIES, "likelihoods": SCALES}  # parts of a mapping, by column
_SHOWN_LINES: Final = 10


def count(number: int, noun: str) -> str:
    """The number with its noun: "1 row", "2,000 rows"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def to_pretty_json(plan: ColumnMapping) -> str:
    """The mapping as a person edits it."""
    return json.dumps(json.loads(plan.to_json()), ensure_ascii=False, indent=2)


def hint_for(refused: Invalid) -> str:
    """The option, or the key of `--map`, that answers a refusal; "" where there is none."""
    if isinstance(refused, Unanswered):
        choices = "|".join(_ANSWERS[refused.part])
        return f' Answer in --map: "{refused.part}": {{"{refused.field}": "{choices}"}}.'
    if isinstance(refused, BadFile):
        return f" Give --{refused.option}." if refused.option else ""
    return _hint_for_field(refused.field or "")


def _hint_for_field(field: str) -> str:
    if field == "article":
        return " Give --article TITLE|ID|URL."
    if field == "columns":
        return ' Answer in --map: "columns": {"COLUMN": "statement"}.'
    if field == "review_on":
        return ' Give --default review_on=YYYY-MM-DD, or answer in --map: "review": "deadline|days".'
    return f" Give --default {field}=VALUE." if field in DEFAULTS else ""


def describe_source(about: FileInfo, facts: FileProfile) -> str:
    """The file in a line or more: "CSV, UTF-8, between cells: commas, 12 rows."."""
    lines = [f"{describe_file(about)}, {count(facts.rows, 'row')}."]
    if (program := find_format(facts.names)) is not None:
        lines.append(f"  Recognised as an export of {program.name}; outcomes are kept as private notes.")
    if about.header_row > 1:
        lines.append(f"  Column names are taken from row {about.header_row}; rows above are left out (--header-row).")
    if len(about.sheets) > 1:
        lines.append(f"  Sheets: {', '.join(about.sheets)}. Read: {about.sheet} (--sheet).")
    if about.hidden_sheets:
        lines.append(f"  Hidden sheets are left out: {', '.join(about.hidden_sheets)}.")
    if about.hidden_columns:
        lines.append(f"  Hidden columns are read like the others: {', '.join(about.hidden_columns)}.")
    if about.hidden_rows:
        lines.append(f"  Hidden rows are read like the others: {', '.join(map(str, about.hidden_rows))}.")
    if about.merged:
        lines.append(f"  {count(about.merged, 'range')} of merged cells: the value counts for all rows of the range.")
    if about.left_out:
        lines.append(f"  Left out, for their values are nested too deeply: {', '.join(about.left_out)}.")
    return "\n".join(lines)


def describe_columns(plan: ColumnMapping, facts: FileProfile) -> Iterator[str]:
    """What each column is taken for, and what was inferred for it."""
    for name in facts.names:
        key = plan.columns.get(name, "")
        if key not in FIELDS:
            yield f"  {name} → (left out)"
            continue
        chosen = (plan.days.get(name), plan.centuries.get(name), plan.likelihoods.get(name))
        yield ", ".join([f"  {name} → {FIELDS[key].label}", *(RULES[rule] for rule in chosen if rule)])


def describe_tally(tally: ImportStats, plan: ColumnMapping, made: str) -> list[tuple[str, bool]]:
    """What came of the rows: lines, each with whether it is a detail for the error stream."""
    new = [count(tally.created, "new claim")]
    if tally.drafts:
        new.append(f"of these {count(tally.drafts, 'draft')}")
    lines = [(f"{', '.join(new)} {made}.", False)]
    for number, noun in ((tally.articles, "article"), (tally.speakers, "speaker"), (tally.topics, "topic")):
        if number:
            lines.append((f"  with {count(number, f'new {noun}')}", False))
    for number, text in (
        (tally.unchanged, "here already"),
        (tally.repeated, "the same as an earlier row"),
        (tally.changed, "different from what is here, or from an earlier row; left out"),
        (tally.unowned, "with an owner who is not an editor here"),
        (tally.unplaced, "with a quote that is not found exactly once in the article's text"),
        (tally.bad, "bad"),
    ):
        if number:
            lines.append((f"  {count(number, 'row')} {text}", False))
    lines += [(f"  {line}", False) for line in _describe_losses(tally, plan)]
    return lines + [(f"    {line}", True) for line in _describe_details(tally)]


def _describe_losses(tally: ImportStats, plan: ColumnMapping) -> Iterator[str]:
    if tally.dropped:
        kinds, rows = ", ".join(tally.dropped_kinds), ", ".join(map(str, tally.dropped_lines))
        yield f"{count(tally.dropped, 'character')} left out that no text can hold ({kinds}; line {rows}); perhaps the encoding"
    if tally.moved:
        line, _column, cell, day = tally.moved_examples[0]
        yield (
            f"{count(tally.moved, 'day')} moved by the time zone ({plan.moments}), such as line {line}: {cell} is {day}; "
            f"--moments {'|'.join(each for each in MOMENTS if each != plan.moments)} reads them otherwise"
        )


def _describe_details(tally: ImportStats) -> Iterator[str]:
    for column, examples in tally.examples.items():
        shown = [f"{cell!r} is {value}" for cell, value in examples if str(value) != cell]
        if shown:
            yield f"{column}: {', '.join(shown)}"
    for each in tally.differing[:_SHOWN_LINES]:
        where = f"claim {each.claim}: {', '.join(each.fields)}" if each.claim else f"line {each.other_line}"
        yield f"line {each.line} differs from {where}"
    if tally.changed > _SHOWN_LINES:
        yield f"and {tally.changed - _SHOWN_LINES} more that differ"
    for group in tally.groups:
        yield _describe_group(group)
    if tally.has_more_groups:
        yield "and other problems; the file of --bad-rows names those of each row"


def _describe_group(group: Group) -> str:
    lines = ", ".join(map(str, group.lines)) + (", …" if group.count > len(group.lines) else "")
    column = f"column “{group.column}”: " if group.column else ""
    found = f" ({group.value[:60]!r})" if group.value else ""
    hint: object = "" if group.column else _hint_for_field(group.field)
    return f"line {lines}: {column}{group.message}{found}{hint}"
