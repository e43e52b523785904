"""What every command receives: the settings and the database, opened on first use, and how a command refuses."""

import contextlib
import os
import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, Final

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

    def read_settings(self, *, makes_home: bool = False) -> "Settings":
        """The environment's settings for a command that needs no secret key, and makes none. Raises ConfigError."""
        from tracker.config import Settings

        return Settings.from_env(self.environ, makes_home=makes_home, makes_key=False)

    def database(self) -> "Database":
        """The database, closed when the command ends. Raises SchemaError if it is not there or of another revision.

        Needs no secret key, and makes neither the home folder nor anything in it.
        """
        from tracker.schema_state import open_database

        self._wire()
        return self._keep(open_database(self.__dict__.get("settings") or self.read_settings()))

    def database_as_it_is(self, settings: "Settings", *, make: bool) -> "Database":
        """The database of any revision, closed when the command ends; without one it is made, or SchemaError raised."""
        from tracker.db import Database
        from tracker.schema_state import require_database

        self._wire()
        if not make:
            require_database(settings)
        return self._keep(Database(settings.database_url, must_exist=not make))

    def _wire(self) -> None:
        if self.before_opening is not None:
            self.before_opening()

    def _keep(self, database: "Database") -> "Database":
        self._closing.callback(database.dispose)
        return database

    def close(self) -> None:
        """Close what was opened."""
        self._closing.close()


_DAY: Final = click.DateTime(["%Y-%m-%d"])


def day_option(name: str, summary: str) -> Callable[[Any], Any]:
    """An option that takes a day as YYYY-MM-DD, described in the same words in every command; a datetime in the function."""
    return click.option(name, type=_DAY, metavar="DATE", help=f"{summary} DATE is YYYY-MM-DD in the newsroom's time zone.")


class Refused(click.ClickException):
    """The command was not carried out; one line on stderr gives the reason."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"tracker: {self.message}", file=file or sys.stderr)
