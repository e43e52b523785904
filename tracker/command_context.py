"""What every command receives: the settings and the database, opened on first use, and how a command refuses."""

import contextlib
import os
import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from tracker.config import Settings
    from tracker.db import Database


class Context:
    """What a command may need, made when it first asks: the settings of the environment and the database they name.

    A command gets it by `@click.pass_obj`.
    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self.environ = os.environ if environ is None else environ
        self._closing = contextlib.ExitStack()
        self.before_opening: Callable[[], None] | None = None

    @cached_property
    def settings(self) -> "Settings":
        """The environment's settings. Raises ConfigError."""
        from tracker.config import Settings

        return Settings.from_env(self.environ)

    def database(self, *, current: bool = True) -> "Database":
        """The database, closed when the command ends. Raises SchemaError if it is not there or of another revision.

        With `current` False it is taken as it is, and made if there is none.
        """
        from tracker.db import Database
        from tracker.opening import open_database

        if self.before_opening is not None:
            self.before_opening()
        database = open_database(self.settings) if current else Database(self.settings.database_url)
        self._closing.callback(database.dispose)
        return database

    def close(self) -> None:
        """Close what was opened."""
        self._closing.close()


class Refused(click.ClickException):
    """The command was not carried out; one line on stderr gives the reason."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"tracker: {self.message}", file=file or sys.stderr)
