"""Text as people type and paste it: kept as it is but for what no text should hold."""

import re
import unicodedata
from typing import Any, ClassVar, Final

import wtforms

from tracker import bidi, validation
from tracker.web import formatting, i18n
from tracker.web.forms.base import Field

LINE_MAX: Final = 500
AREA_MAX: Final = 10_000

# Letters by category that show nothing: fillers of Hangul and Khmer, and the blank of Braille.
_BLANKS: Final = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"})
# Every control character but tab and line feed, which an area may hold.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_ADDRESS: Final = re.compile(r"[^@\s<>\"(),:;\[\]\\]{1,64}@[^@\s<>\"(),:;\[\]\\.]+(\.[^@\s<>\"(),:;\[\]\\.]+)+")
_HALVES: Final = re.compile(r"[\ud800-\udfff]")
_LINE_ENDS: Final = re.compile(r"\r\n?|[\x85\u2028\u2029]")


def is_blank(text: str) -> bool:
    """Whether a text shows nothing: white space, zero-width characters, or marks on nothing."""
    return all(c in _BLANKS or unicodedata.category(c) in _UNSEEN for c in text)


def clean(text: str, *, lines: bool, strip: bool = True) -> str:
    """The text as it may be stored: LF line ends, no control characters; on one line unless `lines`; "" if it shows nothing.

    Raises ValueError with a sentence for what no database or file can hold: NUL and lone surrogates.
    """
    if "\x00" in text:
        raise ValueError(i18n.gettext("This holds a character that cannot be stored (NUL). Delete it or type the text again."))
    if _HALVES.search(text):
        raise ValueError(i18n.gettext("This holds a damaged character. Type the text again."))
    if is_blank(text):
        return ""
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    if not lines:
        # A line is one line wherever it will be shown: in a subject, a cell, a feed.
        text = re.sub(r"[\t\n]+", " ", text)
    return text.strip() if strip else text


class TextField(Field):
    """One line of text; `data` is a `str`, "" when nothing was given. `max_length` counts code points."""

    kind: ClassVar[str] = "line"
    lines: ClassVar[bool] = False
    longest: ClassVar[int] = LINE_MAX

    def __init__(
        self,
        label: str | None = None,
        *,
        max_length: int | None = None,
        strip: bool = True,
        verbatim: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.max_length = max_length or self.longest
        self.strip = strip
        # Quoted words keep every character that they have; a name or a label has to fit into our own sentences.
        self.verbatim = verbatim or self.lines or self.kind == "hidden"

    def process_data(self, value: object) -> None:
        self.data = "" if value is None else value

    def read(self, values: list[object]) -> None:
        self.data = ""
        if values:
            self.data = clean(str(values[0]), lines=self.lines, strip=self.strip)

    def pre_validate(self, form: wtforms.form.BaseForm) -> None:
        super().pre_validate(form)
        if not self.verbatim and bidi.changes_direction(self.data):
            raise wtforms.validators.StopValidation(i18n.gettext(validation.REVERSES))
        if len(self.data) > self.max_length:
            language = i18n.language()
            raise wtforms.validators.StopValidation(
                i18n.gettext(
                    "Keep this under %(most)s characters; it has %(count)s.",
                    most=formatting.number(self.max_length, language),
                    count=formatting.number(len(self.data), language),
                )
            )


class AreaField(TextField):
    """Text of several lines, with LF line ends."""

    kind: ClassVar[str] = "area"
    lines: ClassVar[bool] = True
    longest: ClassVar[int] = AREA_MAX


class EmailField(TextField):
    """One mail address, in the plain form that every mail server takes."""

    kind: ClassVar[str] = "email"
    longest: ClassVar[int] = 254

    def pre_validate(self, form: wtforms.form.BaseForm) -> None:
        super().pre_validate(form)
        if self.data and not _ADDRESS.fullmatch(self.data):
            raise wtforms.validators.StopValidation(i18n.gettext("Write an address such as name@example.org."))


class SecretField(TextField):
    """A password: kept exactly as typed, never shown again."""

    kind: ClassVar[str] = "secret"
    longest: ClassVar[int] = 1_024

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, verbatim=True, **kwargs)

    def read(self, values: list[object]) -> None:
        self.data = str(values[0]) if values else ""

    def _value(self) -> str:
        return ""
