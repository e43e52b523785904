"""Fields to choose from a list: an enum with its words, or pairs of value and label."""

import enum
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, ClassVar, Final

from tracker.search.name_keys import is_same_name
from tracker.web import i18n
from tracker.web.forms.base import Field

Labels = Callable[[Any], str]
Finder = Callable[[str], list[tuple[Any, str]]]

NAMED_MAX: Final = 2_000  # characters of the names that are typed instead of chosen
ALIKE_SHOWN: Final = 10  # entries of one name that a refusal lists; it gives their number, too


class ChoiceField(Field):
    """One of a list, drawn as a select; `data` is the enum's member, or the pair's value.

    choices: an Enum, or (value, label) pairs, or a function that gives them (asked once a form). labels: what to call a
    member of the enum or a stored value that is not among the choices; without it, its value. blank: the label of choosing
    nothing; without it and without a default, a select starts with "Choose…".

    The value that the form was made with (`data`) stays a choice of its own, so that a form sent back untouched changes nothing.

    A list that holds only the first of many comes with `find`: the form then has a second input, `NAME-named`, and what is
    typed there is looked up by its name.
    """

    kind: ClassVar[str] = "select"
    find: Finder | None = None
    named: str = ""

    def __init__(
        self,
        label: str | None = None,
        choices: type[enum.Enum] | Iterable[tuple[object, str]] | Callable[[], Iterable[tuple[object, str]]] = (),
        *,
        labels: Labels | None = None,
        blank: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.blank = blank
        self._labels = labels
        self.stored: Any = None
        if isinstance(choices, enum.EnumType):
            self.set_choices((member, labels(member) if labels else str(member.value)) for member in list[enum.Enum](choices))
        else:
            self.set_choices(choices() if callable(choices) else choices)

    def set_choices(self, pairs: Iterable[tuple[object, str]], *, find: Finder | None = None) -> None:
        """Set what can be chosen, for lists that are known only to the route. Call it before `validate`.

        find: where `pairs` is only the first part of the list, a function from a typed name to the entries that have it.
        """
        self.pairs = list(pairs)
        self.offered = len(self.pairs)
        self.find = find
        self._by_key = {_key(value): value for value, _ in self.pairs}
        self._keep_stored()
        if self.raw_data is not None:
            self.process_errors = []
            try:
                self.process_formdata(self.raw_data)
            except ValueError as error:
                self.process_errors = [str(error)]

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        """Read what was sent: the choices and, from an input of its own, the name that was typed instead."""
        typed = formdata.getlist(f"{self.name}-named") if formdata is not None else []
        self.named = str(typed[0]).replace("\x00", "\ufffd").encode("utf-8", "replace").decode().strip() if typed else ""
        super().process(formdata, *args, **kwargs)

    def process_data(self, value: object) -> None:
        self.data = self.stored = value
        self._keep_stored()

    def _keep_stored(self) -> None:
        for value in self._stored_values():
            if _key(value) not in self._by_key:
                self.pairs.append((value, self._labels(value) if self._labels else str(_key(value))))
                self._by_key[_key(value)] = value

    def _stored_values(self) -> Iterable[object]:
        return () if self.stored is None or self.stored == "" else (self.stored,)

    def read(self, values: list[object]) -> None:
        self.data = None
        if self.find is not None and self.named:
            self.data, self.named = self._find(self.find, self.named), ""
        elif values and str(values[0]) != "":
            self.data = self._chosen(str(values[0]))

    def _chosen(self, key: str) -> object:
        if key not in self._by_key:
            raise ValueError(i18n.gettext("Choose one of the options."))
        return self._by_key[key]

    def _find(self, find: Finder, name: str) -> object:
        """The entry with this name, which becomes one of the choices. Raises ValueError where there is none, or more than one."""
        if len(name) > NAMED_MAX:
            raise ValueError(i18n.gettext("This is too long: at most %(most)s characters.", most=NAMED_MAX))
        found = dict(find(name))
        exact = [value for value, label in found.items() if is_same_name(label, name)]
        if len(found) > 1 and len(exact) == 1:
            found = {exact[0]: found[exact[0]]}
        if not found:
            raise ValueError(i18n.gettext("No entry has the name “%(name)s”. Check the spelling, or add it first.", name=name))
        if len(found) > 1:
            labels = "; ".join(islice(found.values(), ALIKE_SHOWN))
            raise ValueError(
                i18n.gettext(
                    "%(n)s entries have the name “%(name)s”. Type one of these: %(found)s.", n=len(found), name=name, found=labels
                )
            )
        (value, label), *_none = found.items()
        if _key(value) not in self._by_key:
            self.pairs.append((value, label))
            self._by_key[_key(value)] = value
        return value

    def missing(self) -> str:
        return i18n.gettext("Choose one of the options.")

    def iter_choices(self) -> Iterator[tuple[str, str, bool, dict[str, object]]]:
        """What the macro draws: value, label, whether chosen, more attributes."""
        if self.blank is not None or (self.kind == "select" and self.data is None):
            yield "", self.blank if self.blank is not None else i18n.gettext("Choose…"), self.data is None, {}
        for value, label in self.pairs:
            yield _key(value), label, self._is_chosen(value), {}

    def _is_chosen(self, value: object) -> bool:
        return self.data is not None and _key(value) == _key(self.data)


class RadioField(ChoiceField):
    """One of a short list, all in sight."""

    kind: ClassVar[str] = "radio"


class ChoicesField(ChoiceField):
    """Any number of a list, drawn as ticks; `data` is a list."""

    kind: ClassVar[str] = "checks"
    takes_many: ClassVar[bool] = True

    def process_data(self, value: Any) -> None:
        self.data = self.stored = list(value) if value else []
        self._keep_stored()

    def _stored_values(self) -> Iterable[object]:
        return self.stored or ()

    def read(self, values: list[object]) -> None:
        self.data = []
        self.data = [self._chosen(str(key)) for key in dict.fromkeys(values)]
        if self.find is not None and self.named:
            names = filter(None, (name.strip() for name in self.named.split(";")))
            found = [self._find(self.find, name) for name in names]
            self.data, self.named = list(dict.fromkeys((*self.data, *found))), ""

    def is_empty(self) -> bool:
        return not self.data

    def _is_chosen(self, value: object) -> bool:
        return any(_key(value) == _key(chosen) for chosen in self.data or [])


def _key(value: object) -> str:
    """How a value travels in a form."""
    return str(value.value if isinstance(value, enum.Enum) else value)
