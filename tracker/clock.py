"""The one clock. Everything that asks what time it is asks here, so that tests can travel in time."""

import time
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones


def now() -> datetime:
    """The present moment, aware, in UTC, to the microsecond."""
    return datetime.now(UTC)


def today(zone: ZoneInfo | str) -> date:
    """The calendar day it is now in a zone; all dates of the tracker are days in the newsroom's zone."""
    return now().astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone).date()


def monotonic() -> float:
    """Seconds that only ever grow, independent of the wall clock."""
    return time.monotonic()


@lru_cache
def list_timezones() -> tuple[str, ...]:
    """Return the names of the tz database that are places, with UTC first. Aliases and fixed offsets are left out."""
    no_places = ("Etc/", "posix/", "right/", "SystemV/")
    return ("UTC", *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(no_places)))
