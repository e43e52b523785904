"""The one clock. Everything that asks what time it is asks here, so that tests can travel in time."""

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present moment, aware, in UTC, to the microsecond."""
    return datetime.now(UTC)


def today(zone: ZoneInfo | str) -> date:
    """The calendar day it is now in a zone; all dates of the tracker are days in the newsroom's zone."""
    return now().astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone).date()


def monotonic() -> float:
    """Seconds that only ever grow, whatever happens to the wall clock."""
    return time.monotonic()
