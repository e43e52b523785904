"""What happened, as a person tells it: who did what, what it was before and what it is now, and why.

Everything is a `Message`, translated where it is shown. `tell` never fails: an event that it has no words for is told plainly.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tracker.audit.tellings import ALONE, says
from tracker.audit.vocabulary import FIELDS, Field, Names, each, name_of, named, plain, role
from tracker.errors import N_, Message
from tracker.ledger.queries import REDACTED, Entry


@dataclass(frozen=True)
class Change:
    """One field: what stood there and what stands there now, each None where that is nothing."""

    label: Message
    before: Message | None
    after: Message | None
    is_text: bool  # free text, to be shown in quotes or as a difference


@dataclass(frozen=True)
class Sentence:
    """One event. `says` goes on after the name of `who`, or stands alone where that is None."""

    who: Message | None
    says: Message
    changes: tuple[Change, ...] = ()
    why: Message | None = None  # in the words of whoever did it

    @property
    def whole(self) -> Message:
        """The sentence in one piece, without changes and reason."""
        return self.says if self.who is None else Message(N_("%(who)s %(says)s."), {"who": self.who, "says": self.says})


# Words beside the fields of a row that are worth showing.
_EXTRAS: Final[Mapping[str, Field]] = {
    "name": Field(N_("Name"), words=True),
    "email": Field(N_("E-mail address"), words=True),
    "stand_in": Field(N_("Stands in"), named("editor")),
}
# Lists beside the fields of a row: what it is now, what it was, and how to show it.
_LISTS: Final = (
    ("topics", "topics_were", Field(N_("Topics"), each(named("topic")))),
    ("roles", "roles_before", Field(N_("Roles"), each(role))),
)


def tell(entry: Entry, names: Names) -> Sentence:
    """An event in words. `names` come from `names.names`, one call for a whole page."""
    changes = tuple(_changes(entry, names))
    if entry.kind in ALONE:
        return Sentence(None, ALONE[entry.kind](entry, names), changes)
    return Sentence(who(entry, names), says(entry, names), changes, _why(entry))


def who(entry: Entry, names: Names) -> Message:
    """Who did it."""
    return Message(N_("The tracker")) if entry.actor == "system" else name_of(entry.actor, names)


def _why(entry: Entry) -> Message | None:
    """The reason given, in the event itself or, for a decision and for withdrawn evidence, in the row."""
    given = [entry.data.get(name) for name in ("reason", "note", "body")]
    for row, part in entry.parts().items():
        fields = part.get("set", {})
        given += [fields.get("withdrawn_because"), fields.get("note") if row.startswith("decision:") else None]
    found = next((each for each in given if each and isinstance(each, str | Message)), None)
    return plain(found) if isinstance(found, str) else found


def _changes(entry: Entry, names: Names) -> Iterator[Change]:
    data = entry.data
    for row, part in entry.parts().items():
        yield from _fields(row, part.get("set", {}), part.get("was", {}), names)
    if entry.kind == "translation.set":
        yield from _fields("claim:0", data.get("to", {}), data.get("from", {}), names)
    for extra, field in _EXTRAS.items():
        if data.get(extra) is not None:
            yield _change(field, None, data[extra], names)
    for now, then, field in _LISTS:
        if now in data and (data[now] or then in data):
            yield _change(field, data.get(then), data[now], names)


def _fields(row: str, now: Mapping[str, Any], then: Mapping[str, Any], names: Names) -> Iterator[Change]:
    known = FIELDS.get(row.partition(":")[0], {})
    for name, field in known.items():
        if name not in now and name not in then:
            continue
        before, after = then.get(name), now.get(name)
        if not then and after in (False, None, ""):
            continue  # a new row's empty fields say nothing
        yield _change(field, before, after, names)


def _change(field: Field, before: Any, after: Any, names: Names) -> Change:
    return Change(Message(field.label), _shown(field, before, names), _shown(field, after, names), field.words)


def _shown(field: Field, value: Any, names: Names) -> Message | None:
    if value in (None, "", []):
        return None
    return REDACTED if value is REDACTED else field.show(value, names)
