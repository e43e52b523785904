"""The field for a day: typed as people type it, read back to them, and asked about where it could mean two days."""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar

from tracker.web import formatting, i18n
from tracker.web.dates import Prefer, UnreadableDay, parse_day
from tracker.web.forms.base import Field

READING = "-reading"


class DayField(Field):
    """A day; `data` is a `date` or None.

    prefer: "past" or "future", the year to suggest when none was typed. today: a function that gives the day it is;
    without it, the newsroom's. After an unclear date, `readings` are the days it may mean; the page offers them as a
    choice, and the choice counts as long as the text of the field is the same unclear one.
    """

    kind: ClassVar[str] = "day"

    def __init__(
        self,
        label: str | None = None,
        *,
        prefer: Prefer | None = None,
        today: Callable[[], date] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.prefer = prefer
        self._today = today or i18n.today
        self._chosen = ""
        self.readings: tuple[date, ...] = ()
        self.suggestion: date | None = None

    @property
    def reading_name(self) -> str:
        """The name under which the page sends the reading that was chosen."""
        return self.name + READING

    @property
    def read_as(self) -> date | None:
        """The day that was understood, to be shown when the page comes back for another reason."""
        return self.data if self.raw_data and not self.errors else None

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        if formdata is not None:
            self._chosen = next(iter(formdata.getlist(self.reading_name)), "")
        super().process(formdata, *args, **kwargs)

    def read(self, values: list[object]) -> None:
        self.data = None
        typed = str(values[0]) if values else ""
        if not typed.strip():
            return
        try:
            self.data = parse_day(typed, today=self._today(), prefer=self.prefer)
        except UnreadableDay as unclear:
            self.data = next((day for day in unclear.readings if day.isoformat() == self._chosen), None)
            if self.data is None:
                self.readings, self.suggestion = unclear.readings, unclear.suggestion
                raise ValueError(i18n.translate(unclear.message)) from None

    def _value(self) -> str:
        if self.raw_data and (self.data is None or not self._chosen):
            return self.typed()
        return formatting.day(self.data, i18n.language()) if self.data else ""
