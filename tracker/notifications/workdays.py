"""The newsroom's days: which of them it works on, and at what moment of a day reminders go out. No database in here."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.newsroom.settings import Newsroom
from tracker.notifications.models import Frequency

_DAY = timedelta(days=1)
# How far ahead a working day is looked for: holidays may fill weeks, but a calendar without any must cause no endless loop.
_DAYS_AHEAD = 400
# How far back a digest that was missed is looked for: the longest pause between two, and a few days more.
_DAYS_BACK = 14


@dataclass(frozen=True)
class Workdays:
    """A newsroom's zone, hour, working days of the week (1 is Monday) and holidays."""

    zone: ZoneInfo
    hour: int
    weekdays: frozenset[int]
    days_off: frozenset[date]

    @classmethod
    def from_newsroom(cls, newsroom: Newsroom) -> "Workdays":
        """The working days of the newsroom's settings."""
        return cls(newsroom.zone, newsroom.digest_hour, newsroom.weekdays, newsroom.days_off)

    def day_of(self, at: datetime) -> date:
        """The newsroom's calendar day at a moment."""
        return at.astimezone(self.zone).date()

    def moment(self, day: date, hour: int | None = None) -> datetime:
        """When an hour comes on a day, in UTC; without `hour`, the hour of the newsroom.

        An hour that the clocks leap over is as long after they leapt, one that they show twice is the first of the two: each day
        has this moment once.
        """
        hour = self.hour if hour is None else hour
        return datetime.combine(day, time(hour), self.zone).astimezone(UTC)

    def is_working(self, day: date) -> bool:
        """Whether the newsroom works on a day."""
        return day.isoweekday() in self.weekdays and day not in self.days_off

    def after(self, day: date, count: int) -> date:
        """The working day that comes `count` working days after a day."""
        for _ in range(_DAYS_AHEAD):
            day += _DAY
            count -= self.is_working(day)
            if count <= 0:
                break
        return day

    def first_day_from(self, at: datetime) -> date:
        """The first day on which the newsroom's hour is not over at `at`."""
        day = self.day_of(at)
        return day if self.moment(day) >= at else day + _DAY

    def has_digest(self, day: date, frequency: Frequency) -> bool:
        """Whether a digest of this frequency goes out on a day."""
        match frequency:
            case Frequency.DAILY:
                return True
            case Frequency.WEEKDAYS:
                return self.is_working(day)
            case Frequency.WEEKLY:
                monday = day - (day.isoweekday() - 1) * _DAY
                week = (monday + number * _DAY for number in range(7))
                return day == next(filter(self.is_working, week), None)
        return False

    def last_digest_before(self, day: date, frequency: Frequency) -> date | None:
        """The last day before this one on which a digest of this frequency went out, or should have."""
        days = (day - number * _DAY for number in range(1, _DAYS_BACK + 1))
        return next((each for each in days if self.has_digest(each, frequency)), None)

    def next_digest_from(self, at: datetime, frequency: Frequency, hour: int | None) -> datetime | None:
        """When the next digest of this frequency goes out, at or after a moment; None where none does."""
        today = self.day_of(at)
        for number in range(_DAYS_AHEAD):
            day = today + number * _DAY
            if self.has_digest(day, frequency) and (found := self.moment(day, hour)) >= at:
                return found
        return None
