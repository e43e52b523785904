"""Faults that can be expected, each as one line for the person who runs the tracker; whatever is not one is a fault of ours."""

import sys

# Where the exceptions live whose text is that line already. Looked up, not imported: one that was raised is loaded.
_SAY_IT_THEMSELVES = (
    ("tracker.config", "ConfigError"),
    ("tracker.errors", "Refusal"),
    ("tracker.schema", "SchemaError"),
    ("tracker.imports.seeds", "SeedError"),
)


def explain(error: BaseException) -> str | None:
    """The line that explains an expected fault; None for any other."""
    for module, name in _SAY_IT_THEMSELVES:
        if module in sys.modules and isinstance(error, getattr(sys.modules[module], name)):
            return _line(error)
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else _line(error.strerror or error)
    return _of_the_database(error) if "sqlalchemy.exc" in sys.modules else None


def _of_the_database(error: BaseException) -> str | None:
    from sqlalchemy.exc import DBAPIError, OperationalError
    from sqlalchemy.exc import TimeoutError as PoolTimeout

    if isinstance(error, OperationalError) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return f"the database cannot do this now: {_line(error.orig)}"
    if isinstance(error, PoolTimeout):
        return "the database has no free connection"
    return None


def _line(thing: object) -> str:
    return " ".join(str(thing).split())
