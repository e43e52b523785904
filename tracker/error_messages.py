"""One-line messages for the errors that an operator can expect; any other error is a bug and keeps its traceback."""

from sqlalchemy.exc import DBAPIError

from tracker.errors import OperatorError, Refusal
from tracker.outages import is_outage


def explain(error: BaseException) -> str | None:
    """The line that explains an expected error; None for any other."""
    if isinstance(error, OperatorError | Refusal):
        return _line(error)
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else _line(error.strerror or error)
    if not is_outage(error):
        return None
    cause = error.orig if isinstance(error, DBAPIError) else None
    return f"the database cannot do this now: {_line(cause)}" if cause else "the database has no free connection"


def _line(thing: object) -> str:
    return " ".join(str(thing).split())
