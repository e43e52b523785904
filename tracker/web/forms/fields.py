"""Small fields: numbers, ticks, and what travels hidden in a form."""

import re
from typing import Any, ClassVar, Final

import wtforms

from tracker.web import i18n
from tracker.web.forms.base import UNUSABLE, Field
from tracker.web.forms.text import TextField

INT_MAX: Final = 2**63 - 1  # what both databases hold


class IntegerField(Field):
    """A whole number within bounds; a sign of the unit ("60 %") and spaces between thousands are understood."""

    kind: ClassVar[str] = "number"

    def __init__(
        self, label: str | None = None, *, least: int = -INT_MAX, most: int = INT_MAX, unit: str = "", **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.least, self.most, self.unit = least, most, unit

    def read(self, values: list[object]) -> None:
        self.data = None
        typed = re.sub(r"\s+", "", str(values[0])) if values else ""
        if self.unit:
            typed = typed.removesuffix(self.unit)
        if not typed:
            return
        # Twenty places hold every number a database holds; int() refuses thousands of digits with an error of its own.
        if not re.fullmatch(r"[+-]?[0-9]{1,20}", typed):
            raise ValueError(i18n.gettext("Write a whole number in digits."))
        number = int(typed)
        if not self.least <= number <= self.most:
            raise ValueError(
                i18n.gettext(
                    "Give a number from %(least)s to %(most)s.",
                    least=self.least,
                    most=self.most,
                )
            )
        self.data = number


class CheckField(Field):
    """A tick box; `data` is a `bool`."""

    kind: ClassVar[str] = "check"

    def process_data(self, value: object) -> None:
        self.data = bool(value)

    def read(self, values: list[object]) -> None:
        self.data = bool(values) and str(values[0]) not in {"", "false", "0", "no", "off"}

    def is_empty(self) -> bool:
        return not self.data

    def _value(self) -> str:
        return "y"


class HiddenTextField(TextField):
    """A short text that the page carries for itself; its errors are not shown as errors of the user."""

    kind: ClassVar[str] = "hidden"

    def validate(self, form: wtforms.form.BaseForm, extra_validators: Any = ()) -> bool:
        is_good = super().validate(form, extra_validators)
        if not is_good:
            self.errors = [i18n.gettext(UNUSABLE)]
        return is_good


class VersionField(Field):
    """The version of the thing that the page was made from. Without it, nothing can be compared, so it is always required."""

    kind: ClassVar[str] = "hidden"

    def __init__(self, label: str | None = None, **kwargs: Any) -> None:
        super().__init__(label or "version", **{"required": True, **kwargs})

    def read(self, values: list[Any]) -> None:
        self.data = None
        if values and re.fullmatch(r"[0-9]{1,18}", str(values[0])):
            self.data = int(values[0])

    def missing(self) -> str:
        return i18n.gettext(UNUSABLE)

    def _value(self) -> str:
        # As it was sent, so that a page that comes back still speaks of what was read; a conflict page sets `data` anew.
        return "" if self.data is None else str(self.data)


class TokenField(Field):
    """The token of one rendering of a form, by which a double click is known; drawn by `form_token()`. May be missing."""

    kind: ClassVar[str] = "hidden"

    def read(self, values: list[object]) -> None:
        self.data = None
        if values and re.fullmatch(r"[A-Za-z0-9_-]{16,64}", str(values[0])):
            self.data = str(values[0])

    def validate(self, form: wtforms.form.BaseForm, extra_validators: Any = ()) -> bool:
        self.errors = []
        return True


class FileField(Field):
    """A file; `data` is what the framework gives for one, None where none was chosen."""

    kind: ClassVar[str] = "file"

    def read(self, values: list[object]) -> None:
        found = values[0] if values else None
        self.data = found if getattr(found, "filename", "") else None

    def _value(self) -> str:
        return ""
