"""The command that names the sentences of a file that may be predictions, and writes down what editors decided on theirs."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any, Final

import click

from tracker import clock
from tracker.command_context import Context, day_option
from tracker.suggest import LANGUAGES, Suggestion, detect_language
from tracker.suggest import suggest as read_article

if TYPE_CHECKING:
    from collections.abc import Iterable

_FIELDS: Final = (
    "start", "end", "text", "paragraph", "kind", "score", "cues", "speaker", "speaker_start", "speaker_end", "attribution",
    "hedge", "certainty", "deadline",
)  # fmt: skip


@click.command()
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of the text; found out from its words unless given.")
@day_option("--published-on", "Day of publication, from which dates are understood; today unless given.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON array instead of a list to read.")
@click.option(
    "--export-labels",
    "labels",
    type=click.File("w", encoding="utf-8", atomic=True),
    help="Write the passages that editors kept or rejected as labelled sentences (JSON Lines), instead of reading a text.",
)
@click.pass_obj
def suggest(
    context: Context,
    file: IO[bytes] | None,
    language: str | None,
    published_on: datetime | None,
    as_json: bool,
    labels: IO[str] | None,
) -> None:
    """Mark the sentences of a text that may be predictions.

    FILE is UTF-8 text, - for standard input. Nothing is stored. Offsets are code points of the text with line feeds as line ends.

    \b
    Examples:
      tracker suggest article.txt --language fr --published-on 2026-11-30
      tracker suggest - --json < article.txt
      tracker suggest --export-labels labels.jsonl
    """
    if (file is None) == (labels is None):
        raise click.UsageError("Give a FILE to read, or --export-labels; not both.")
    if labels is not None:
        from tracker.intake.labels import list_labels

        with context.database().reading() as session:
            _write_labels(labels, list_labels(session, language))
        return
    assert file is not None
    text = file.read().decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    day = published_on.date() if published_on else clock.today("UTC")
    found = read_article(text, language or detect_language(text), day)
    if as_json:
        click.echo(json.dumps([build_entry(each) for each in found], ensure_ascii=False, indent=2))
        return
    for each in found:
        click.echo(_describe(each))


def _write_labels(file: IO[str], labels: "Iterable[dict[str, Any]]") -> None:
    count = 0
    for each in labels:
        file.write(json.dumps(each, ensure_ascii=False) + "\n")
        count += 1
    click.echo(f"{count} labelled sentences written.", err=True)


def build_entry(found: Suggestion) -> dict[str, object]:
    """A suggestion as the JSON array has it: plain values, dates as ISO 8601."""
    whole = asdict(found)
    entry = {name: whole[name] for name in _FIELDS}
    if found.deadline is not None:
        deadline = found.deadline
        entry["deadline"] = {
            "earliest": deadline.earliest.isoformat(),
            "latest": deadline.latest.isoformat(),
            "start": deadline.start,
            "end": deadline.end,
        }
    return entry


def _describe(found: Suggestion) -> str:
    reasons = ", ".join(
        f"“{found.text[cue.start - found.start : cue.end - found.start]}”" for cue in found.cues if cue.weight > 0
    )
    lines = [f"{found.paragraph:>4}  {found.kind:<9}  {found.score:.2f}  {' '.join(found.text.split())}"]
    if reasons:
        lines.append(f"      found by {reasons}")
    facts = [f"speaker {found.speaker}" if found.speaker else "", f"by {found.deadline.latest}" if found.deadline else ""]
    if any(facts):
        lines.append(f"      {'; '.join(fact for fact in facts if fact)}")
    return "\n".join(lines)
