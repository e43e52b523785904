"""How the fixed words are kept in columns: as their keys, with a CHECK that names the column."""

import enum
from typing import Any

from sqlalchemy import Enum


def words(kind: type[enum.StrEnum]) -> Enum:
    """A column type for an enum of words: text of the key, checked by the database."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=kind.__name__.lower(),
        values_callable=_keys,
    )


def _keys(kind: Any) -> list[str]:
    return [member.value for member in kind]
