"""Asking for many rows by their numbers, such that the statement is the same however many there are.

PostgreSQL gets the numbers as one array. A list of them makes a new statement for each length that it has, so long that planning
it costs more than carrying it out; a statement that comes again is planned once per connection.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session


def among(session: Session, column: InstrumentedAttribute[Any], numbers: Iterable[int]) -> ColumnElement[bool]:
    """Whether the column is one of these numbers."""
    wanted = list(numbers)
    if session.get_bind().dialect.name == "postgresql":
        return column == any_(literal(wanted, ARRAY(BigInteger)))
    return column.in_(wanted)
