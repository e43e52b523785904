"""What the command line prints of an import: the file, its columns, what comes of its rows, and how to answer a refusal."""

import json
from collections.abc import Iterator
from typing import Any, Final

from tracker.errors import Invalid
from tracker.imports import presentation
from tracker.imports.dates import CENTURIES, MOMENTS
from tracker.imports.fields import FIELDS
from tracker.imports.known_formats import find_format
from tracker.imports.mapping import DAY_ORDERS, DEFAULTS, SCALES, ColumnMapping
from tracker.imports.profile import FileProfile, Unanswered
from tracker.imports.readers import BadFile, FileInfo
from tracker.imports.stats import Group, ImportStats

_ANSWERS: Final = {"days": DAY_ORDERS, "centuries": CENTURIES, "likelihoods": SCALES}  # parts of a mapping, by column
_ORDERS: Final = {"day": "day first", "month": "month first"}
_SCALES: Final = {"percent": "per cent", "fraction": "from 0 to 1", "mixed": "up to 1 a fraction, else per cent"}
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


def describe_file(about: FileInfo, facts: FileProfile) -> str:
    """The file in a line or more: "CSV, UTF-8, between cells: commas, 12 rows."."""
    lines = [f"{presentation.describe_file(about)}, {count(facts.rows, 'row')}."]
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
        century = plan.centuries.get(name)
        inferred = (
            _ORDERS.get(plan.days.get(name, ""), ""),
            f"two-digit years are of the {century}s" if century else "",
            _SCALES.get(plan.likelihoods.get(name, ""), ""),
        )
        yield ", ".join([f"  {name} → {FIELDS[key].label}", *filter(None, inferred)])


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
    for group in tally.groups:
        yield _describe_group(group)


def _describe_group(group: Group) -> str:
    lines = ", ".join(map(str, group.lines)) + (", …" if group.count > len(group.lines) else "")
    column = f"column “{group.column}”: " if group.column else ""
    found = f" ({group.value[:60]!r})" if group.value else ""
    hint: Any = "" if group.column else _hint_for_field(group.field)
    return f"line {lines}: {column}{group.message}{found}{hint}"
