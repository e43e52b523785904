"""Uploaded files."""

from typing import ClassVar

from tracker.web.forms.base import Field


class FileField(Field):
    """A file; `data` is what the framework gives for one, None where none was chosen."""

    kind: ClassVar[str] = "file"

    def read(self, values: list[object]) -> None:
        found = values[0] if values else None
        self.data = found if getattr(found, "filename", "") else None

    def _value(self) -> str:
        return ""
