"""What the tests of imports share."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.factories import DESK
from tracker.db import Database
from tracker.imports import job_store, runner
from tracker.imports.columns import profile
from tracker.imports.columns.incoming import IncomingRow
from tracker.imports.columns.mapping import ColumnMapping
from tracker.imports.columns.profile import FileProfile
from tracker.imports.models import State
from tracker.imports.readers import ReadOptions, Table, open_table
from tracker.imports.stats import ImportStats
from tracker.ledger import Actor

Open = Callable[..., Table]
# For tests of rules whose questions to the database others ask on both systems.
ON_ONE = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """`opened("claim,due\\n…")` or `opened(b"…", "file.xlsx", encoding="cp1252")`."""

    def go(content: str | bytes, name: str = "claims.csv", *, pasted: bool = False, **choices: str) -> Table:
        path = tmp_path / "file"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return open_table(path, name, ReadOptions(**choices), pasted=pasted)

    return go


def count(database: Database, model: Any) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def cells_of(table: Table) -> list[list[str]]:
    return [row.cells for row in table.rows()]


def planned(table: Table, facts: FileProfile | None = None, **changes: Any) -> ColumnMapping:
    """The plan that a page would begin with, with some of it changed; `defaults` are added to what there is."""
    start = profile.guess_mapping(facts or profile.profile_table(table))
    defaults = {**start.defaults, **changes.pop("defaults", {})}
    return replace(start, defaults=defaults, **changes)


@dataclass
class Import:
    """One file on its way into a database."""

    database: Database
    source: runner.Source
    actor: Actor = DESK
    bad: list[IncomingRow] = field(default_factory=list)

    def check(self) -> ImportStats:
        tally = runner.check_import(self.database, self.source, self.actor, bad_row=self.bad.append)
        assert tally is not None
        return tally

    def run(self) -> ImportStats:
        """All of it in one transaction."""
        return runner.run_whole(self.database, self.source, self.actor, self.ledger(), bad_row=self.bad.append)

    def run_in_batches(self, ledger: job_store.Checkpoint | None = None, **more: Any) -> ImportStats | None:
        return runner.run_in_batches(
            self.database, self.source, self.actor, ledger or self.ledger(), bad_row=self.bad.append, **more
        )

    def ledger(self) -> job_store.Checkpoint:
        with self.database.writing() as session:
            job = job_store.create_cli_job(session, self.source.name, kind="csv", size=1, sha256="0" * 64, editor_id=None)
            return job_store.Checkpoint(job.id, State.COMMAND)


Importing = Callable[..., Import]


@pytest.fixture
def importing(database: Database, tmp_path: Path) -> Importing:
    """`importing("claim,due\\n…", defaults={…})`: an import of this file with the plan that a page would begin with."""
    return importing_into(database, tmp_path)


def importing_into(database: Database, folder: Path) -> Importing:
    """Return what makes imports into a database, with their files in a folder."""

    def make(
        content: str | bytes, name: str = "claims.csv", *, into: Database | None = None, actor: Actor = DESK, **changes: Any
    ) -> Import:
        path = folder / "import"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        table = open_table(path, name)
        plan = changes.pop("plan", None) or planned(table, **changes)
        source = runner.Source(name, path.stat().st_size, job_store.hash_file(path), table, plan)
        return Import(into or database, source, actor)

    return make
