"""What came of the rows of a file: how many of each, what is wrong with the bad ones, and a few to look at."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from tracker.errors import Message
from tracker.imports.messages import plain, restored
from tracker.imports.rows import Incoming, Problem

GROUPS: Final = 100  # different things that can be wrong, each told once
LISTED: Final = 100
LINES: Final = 5

BadRow = Callable[[Incoming], None]


@dataclass
class Group:
    """The same thing wrong in the same column, of however many rows."""

    column: str
    message: Message
    count: int = 0
    lines: list[int] = field(default_factory=list)
    value: str = ""


@dataclass
class Differing:
    """A row that is here already but says something else now, or said something else further up in the file."""

    line: int
    claim: int | None
    other_line: int | None
    fields: list[str]


@dataclass
class Tally:
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
    unowned: int = 0  # rows whose owner is nobody here
    unplaced: int = 0  # quotes whose exact place was not found in the article's text
    notes: int = 0
    groups: list[Group] = field(default_factory=list)
    differing: list[Differing] = field(default_factory=list)
    first: list[dict[str, Any]] = field(default_factory=list)

    def add_bad(self, incoming: Incoming) -> None:
        """Count a bad row with all that is wrong with it."""
        self.bad += 1
        for problem in incoming.problems:
            self._group(problem, incoming.line)

    def _group(self, problem: Problem, line: int) -> None:
        for group in self.groups:
            if group.column == problem.column and group.message.text == problem.message.text:
                break
        else:
            if len(self.groups) == GROUPS:
                return
            group = Group(problem.column, problem.message, value=problem.value)
            self.groups.append(group)
        group.count += 1
        if len(group.lines) < LINES:
            group.lines.append(line)

    def add_differing(self, differing: Differing) -> None:
        """Count a row that says something else than what is here."""
        self.changed += 1
        if len(self.differing) < LISTED:
            self.differing.append(differing)

    def to_data(self) -> dict[str, Any]:
        """The tally as JSON can hold it."""
        kept = asdict(self)
        for group, own in zip(kept["groups"], self.groups, strict=True):
            group["message"] = plain(own.message)
        return kept

    @classmethod
    def from_data(cls, kept: dict[str, Any]) -> "Tally":
        """The tally that `to_data` wrote."""
        groups = [Group(**{**group, "message": restored(group["message"])}) for group in kept.get("groups", ())]
        differing = [Differing(**each) for each in kept.get("differing", ())]
        return cls(**{**kept, "groups": groups, "differing": differing})
