"""What the tests of imports share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tracker.exchange.imports import fields
from tracker.exchange.imports.reading import Choices, Table, open_table

Open = Callable[..., Table]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """`opened("claim,due\\n…")` or `opened(b"…", "file.xlsx", encoding="cp1252")`."""

    def go(content: str | bytes, name: str = "claims.csv", *, pasted: bool = False, **choices: str) -> Table:
        path = tmp_path / "file"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return open_table(path, name, Choices(**choices), known=fields.is_known, pasted=pasted)

    return go


def cells_of(table: Table) -> list[list[str]]:
    return [row.cells for row in table.rows()]
