"""Arguments of addresses, read by one rule on every page: what cannot be read is refused and never ignored."""

from datetime import date

from flask import request

from tracker.errors import Invalid
from tracker.web.dates import UnreadableDay, parse_iso_day


def read_day_arg(name: str) -> date | None:
    """The day that the request's address gives under a name, None where it gives none. Raises Invalid, naming the argument."""
    given = request.args.get(name, "")
    if not given:
        return None
    try:
        return parse_iso_day(given)
    except UnreadableDay as error:
        raise Invalid(error.message.text, field=name, **error.message.params) from None
