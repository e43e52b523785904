"""Enums whose members are declared with the label that people read: `DAILY = "daily", N_("Every day")`."""

import enum
from typing import Self


class LabelledEnum(enum.StrEnum):
    """A fixed word, which equals its stored key. `english` is its label, to be translated where it is shown."""

    english: str

    def __new__(cls, key: str, english: str = "") -> Self:
        member = str.__new__(cls, key)
        member._value_, member.english = key, english
        return member
