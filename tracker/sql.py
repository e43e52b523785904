"""Statements as both databases take them: rows by their numbers, changes and deletions past the objects of a session, turns.

PostgreSQL gets numbers as one array. A list of them makes a new statement for each length that it has, so long that planning
it costs more than carrying it out; a statement that comes again is planned once per connection.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final, TypeVar, cast

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Dialect,
    Result,
    Row,
    Select,
    Text,
    TypeDecorator,
    UpdateBase,
    any_,
    bindparam,
    delete,
    func,
    inspect,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased
from sqlalchemy.sql.visitors import replacement_traverse

from tracker.errors import NotFound

Model = TypeVar("Model")
# A query, and a row of it, whose columns are chosen at run time.
AnySelect = Select[*tuple[Any, ...]]
AnyRow = Row[*tuple[Any, ...]]


def require_row(session: Session, model: type[Model], number: int, **options: Any) -> Model:
    """The row with this number; `options` as of `Session.get`. Raises NotFound."""
    row = session.get(model, number, **options)
    if row is None:
        raise NotFound()
    return row


_PAST_OBJECTS: Final = {"synchronize_session": False}


def update_rows(session: Session, model: Any, *where: ColumnElement[bool], **values: object) -> Sequence[Any]:
    """Set columns of the rows that meet all conditions; return their keys. Objects of the session stay as they are."""
    statement = update(model).where(*where).values(**values).returning(inspect(model).primary_key[0])
    return session.scalars(statement, execution_options=_PAST_OBJECTS).all()


def delete_rows(session: Session, model: Any, *where: ColumnElement[bool]) -> int:
    """Delete the rows that meet all conditions; return how many. Objects of the session stay as they are."""
    statement = delete(model).where(*where).returning(inspect(model).primary_key[0])
    return len(session.scalars(statement, execution_options=_PAST_OBJECTS).all())


def insert_into(session: Session, model: Any) -> postgresql.Insert:
    """An insert that can say what it does on a conflict, as both databases can."""
    make: Any = postgresql.insert if dialect_of(session) == "postgresql" else sqlite.insert
    statement: postgresql.Insert = make(model)
    return statement


def take_turns(session: Session, subject: str) -> None:
    """Wait until no other transaction has its turn over this subject; the turn ends with the transaction.

    It needs no row and no right: the application may lock no row of a table that it may only read. SQLite has one writer anyhow.
    """
    if dialect_of(session) == "postgresql":
        number = int.from_bytes(hashlib.sha256(subject.encode()).digest()[:8], "big", signed=True)
        session.execute(select(func.pg_advisory_xact_lock(number)))


def make_alias(model: type[Model]) -> type[Model]:
    """An alias of a model that threads may build statements of.

    SQLAlchemy makes the columns of an alias, and an index of them, at their first use. A thread that finds half an index takes
    columns of the table itself into its statement, which then finds no rows, as long as the process keeps it.
    """
    made = aliased(model)
    for column in inspect(model).local_table.c:
        inspect(made).selectable.corresponding_column(column)
    return made


def among(session: Session, column: InstrumentedAttribute[Any], numbers: Iterable[int]) -> ColumnElement[bool]:
    """Whether the column is one of these numbers."""
    wanted = list(numbers)
    if dialect_of(session) == "postgresql":
        return column == any_(literal(wanted, ARRAY(BigInteger)))
    return column.in_(wanted)


def read_columns(session: Session, query: AnySelect, parameters: Mapping[str, object] | None = None) -> Result[*tuple[Any, ...]]:
    """Run a query for columns, not for whole rows of the mapper, below it: its part of a short query costs more than the query.

    What the session has not written yet is written first, as the mapper does it.
    """
    if session.autoflush:
        session.flush()
    return session.connection().execute(query, parameters or {})


def write_values(query: AnySelect) -> AnySelect:
    """Return the query with its fixed texts and numbers written into it, for one that is kept: lists of parameters cost most."""

    def write(element: Any, **_: object) -> ColumnElement[Any] | None:
        if not isinstance(element, BindParameter) or element.required:
            return None
        values: Any = element.value if element.expanding else [element.value]
        if not values or not all(type(value) is int or isinstance(value, str) for value in values):
            return None
        texts = [str(value) if type(value) is int else "'" + value.replace("'", "''") + "'" for value in values]
        return literal_column(f"({', '.join(texts)})" if element.expanding else texts[0], element.type)

    return cast(AnySelect, replacement_traverse(query, {}, write))


class ByNumbers:
    """A query about the rows of some numbers, made once and run below the mapper.

    For what every signature waits for: making such a statement anew takes longer than running it. The session has to be flushed.
    """

    def __init__(self, column: Any, build: Callable[[ColumnElement[bool]], AnySelect]) -> None:
        self._one = build(column == bindparam("numbers_one"))
        self._many = build(column.in_(bindparam("numbers_many", expanding=True)))

    def run(
        self, session: Session, numbers: Sequence[int], parameters: Mapping[str, object] | None = None
    ) -> Result[*tuple[Any, ...]]:
        """Run it for these numbers, of which there are a few hundred at most."""
        if len(numbers) == 1:
            return session.connection().execute(self._one, {**(parameters or {}), "numbers_one": numbers[0]})
        return session.connection().execute(self._many, {**(parameters or {}), "numbers_many": list(numbers)})

    def run_plain(self, session: Session, numbers: Sequence[int]) -> Result[*tuple[Any, ...]]:
        """Run it as `run_plain` does."""
        return run_plain(session, self._one, numbers_one=numbers[0]) if len(numbers) == 1 else self.run(session, numbers)


def run_plain(session: Session, query: AnySelect, **parameters: object) -> Result[*tuple[Any, ...]]:
    """Run a query that is kept in the form that the driver takes; its columns come as the driver has them.

    Parameters are numbers and text; SQLite has 0 or 1 for a bool. The session has to be flushed.
    """
    connection = session.connection()
    sql, places, fixed = _compile(query, connection.dialect, tuple(parameters))
    given = fixed | parameters
    return connection.exec_driver_sql(sql, given if places is None else tuple(given[name] for name in places))


def dialect_of(session: Session) -> str:
    """Return the name of the session's database: `sqlite` or `postgresql`."""
    return session.get_bind().dialect.name


def run_many(session: Session, statement: UpdateBase, rows: Sequence[Mapping[str, object]]) -> None:
    """Run a statement that returns no rows once for each of these rows of parameters, of which there is one at least.

    Parameters are numbers and text. For what every signature waits for: the statement is kept in the form that the driver takes.
    The session has to be flushed.
    """
    connection = session.connection()
    sql, places, fixed = _compile(statement, connection.dialect, tuple(rows[0]))
    given: Any = [fixed | dict(row) for row in rows] if fixed else list(rows)
    connection.exec_driver_sql(sql, given if places is None else [*map(_taking(places), given)])


def _taking(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what takes the values of these names out of a row of parameters, in this order."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda row: tuple(row[name] for name in names)


@lru_cache(maxsize=256)
def _compile(
    statement: UpdateBase | AnySelect, dialect: Dialect, names: tuple[str, ...]
) -> tuple[str, tuple[str, ...] | None, dict[str, object]]:
    """Return a statement that takes parameters of these names: as text, their order unless it names them, and what is fixed."""
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(names))
    fixed = {name: value for name, value in compiled.params.items() if name not in names}
    return str(compiled), tuple(compiled.positiontup) if compiled.positional else None, fixed


def among_parameter(dialect: str, column: InstrumentedAttribute[object], name: str) -> ColumnElement[bool]:
    """Return the same condition with the numbers as a list parameter of that name, for a statement that is built once.

    Building a statement costs more than a short query on SQLite; one that is kept knows its place among the compiled ones.
    """
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=ARRAY(BigInteger)))
    # A list would be written into the statement anew for each number of numbers.
    return column.in_(select(func.json_each(bindparam(name, type_=_Numbers)).table_valued("value").c.value))


class _Numbers(TypeDecorator[Sequence[int]]):
    """Numbers as SQLite takes them in one parameter."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> str:
        return json.dumps(value)
