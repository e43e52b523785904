"""Counts of an import, its problems in groups, and examples; kept as JSON, translated when they are shown."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from tracker.errors import Message
from tracker.imports.columns.incoming import IncomingRow, Problem
from tracker.web import formatting, i18n


@dataclass(frozen=True)
class Number:
    """A number inside a sentence, written as the language of the sentence writes it."""

    value: int

    def __str__(self) -> str:
        return formatting.number(self.value, i18n.language())


def message_to_data(message: Message) -> list[Any]:
    """A message as JSON can hold it."""
    return [message.text, {name: _plain(value) for name, value in message.params.items()}]


def message_from_data(kept: list[Any]) -> Message:
    """The message that `message_to_data` was given."""
    text, params = kept
    return Message(text, {name: _restored(value) for name, value in params.items()})


def _plain(value: object) -> Any:
    if isinstance(value, Number):
        return {"number": value.value}
    return message_to_data(value) if isinstance(value, Message) else value if isinstance(value, int) else str(value)


def _restored(value: object) -> Any:
    if isinstance(value, dict):
        return Number(value["number"])
    return message_from_data(value) if isinstance(value, list) else value


def dump_json(value: object) -> str:
    """JSON text, with messages and numbers inside it."""
    return json.dumps(value, ensure_ascii=False, default=_default)


def _default(value: object) -> Any:
    if isinstance(value, Message):
        return message_to_data(value)
    raise TypeError(f"cannot be kept: {value!r}")


GROUPS: Final = 100  # of problems
LISTED: Final = 100
LINES: Final = 5

BadRow = Callable[[IncomingRow], None]


@dataclass
class Group:
    """The same thing wrong in the same column, of however many rows."""

    column: str
    message: Message
    count: int = 0
    lines: list[int] = field(default_factory=list)
    value: str = ""
    field: str = ""  # of a claim, "" where the cell itself cannot be read


@dataclass
class Differing:
    """A row whose number is that of a claim, or of an earlier row, with other content."""

    line: int
    claim: int | None
    other_line: int | None
    fields: list[str]


@dataclass
class ImportStats:
    """Counts of rows, and of what was (or would be) made. `first` are previews of the first claims."""

    rows: int = 0
    created: int = 0
    unchanged: int = 0
    changed: int = 0
    repeated: int = 0
    bad: int = 0
    drafts: int = 0  # of those created
    articles: int = 0
    speakers: int = 0
    topics: int = 0
    unowned: int = 0  # rows whose owner is not an editor here
    unplaced: int = 0  # quotes whose exact place was not found in the article's text
    notes: int = 0
    dropped: int = 0  # characters that no text can hold and that were left out
    dropped_kinds: list[str] = field(default_factory=list)  # such as U+0096
    dropped_lines: list[int] = field(default_factory=list)
    moved: int = 0  # moments that are another day in the newsroom's zone than they are written
    moved_examples: list[tuple[int, str, str, str]] = field(default_factory=list)  # line, column, cell, day
    examples: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)  # by column: cells, and what they are read as
    groups: list[Group] = field(default_factory=list)  # at most GROUPS
    has_more_groups: bool = False
    differing: list[Differing] = field(default_factory=list)
    first: list[dict[str, Any]] = field(default_factory=list)

    def add_bad(self, incoming: IncomingRow) -> None:
        """Count a bad row with all that is wrong with it."""
        self.bad += 1
        for problem in incoming.problems:
            self._group(problem, incoming.line)

    def _group(self, problem: Problem, line: int) -> None:
        for group in self.groups:
            # Problems of whole rows are grouped by their parameters (the number of cells), those of cells by kind.
            same = group.message == problem.message if not problem.column else group.message.text == problem.message.text
            if same and group.column == problem.column:
                break
        else:
            if len(self.groups) == GROUPS:
                self.has_more_groups = True
                return
            group = Group(problem.column, problem.message, value=problem.value, field=problem.field)
            self.groups.append(group)
        group.count += 1
        if len(group.lines) < LINES:
            group.lines.append(line)

    def add_losses(self, incoming: IncomingRow) -> None:
        """Count what the claim of a row lost on its way: characters, and days that moved."""
        if incoming.dropped:
            self.dropped += len(incoming.dropped)
            kinds = dict.fromkeys((*self.dropped_kinds, *(f"U+{ord(c):04X}" for c in incoming.dropped)))
            self.dropped_kinds = list(kinds)[:LINES]
            if len(self.dropped_lines) < LINES:
                self.dropped_lines.append(incoming.line)
        self.moved += len(incoming.moved)
        for column, cell, day in incoming.moved[: LINES - len(self.moved_examples)]:
            self.moved_examples.append((incoming.line, column, cell[:40], day.isoformat()))

    def add_differing(self, differing: Differing) -> None:
        """Count a row that differs from the claim or row with its number."""
        self.changed += 1
        if len(self.differing) < LISTED:
            self.differing.append(differing)

    def to_data(self) -> dict[str, Any]:
        """The tally as JSON can hold it."""
        kept = asdict(self)
        for group, own in zip(kept["groups"], self.groups, strict=True):
            group["message"] = message_to_data(own.message)
        return kept

    @classmethod
    def from_data(cls, kept: dict[str, Any]) -> "ImportStats":
        """The tally that `to_data` wrote."""
        groups = [Group(**{**group, "message": message_from_data(group["message"])}) for group in kept.get("groups", ())]
        differing = [Differing(**each) for each in kept.get("differing", ())]
        return cls(**{**kept, "groups": groups, "differing": differing})
