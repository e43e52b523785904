"""The environment, read once and checked, as frozen settings."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from tracker import paths

SECRET_KEY_MIN = 32


class ConfigError(Exception):
    """A setting that cannot be used; its one line names the variable."""


@dataclass(frozen=True)
class Settings:
    """Everything the environment says. Nothing else in the tracker reads the environment."""

    home: Path
    database_url: str
    secret_key: str
    base_url: str | None = None
    timezone: str | None = None
    smtp_url: str | None = None
    mail_from: str | None = None
    demo: bool = False

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return make_url(self.database_url).get_backend_name() == "sqlite"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, *, demo: bool = False) -> "Settings":
        """Read the TRACKER_ variables. Raises ConfigError on the first that cannot be used.

        Makes the home folder and, on SQLite, the secret key in it (readable by its owner alone).
        """
        env = os.environ if environ is None else environ

        def given(name: str) -> str | None:
            return (env.get(name) or "").strip() or None

        home = Path(given("TRACKER_HOME") or paths.default_home()).expanduser()
        url = _database_url(given("TRACKER_DATABASE_URL"), home)
        settings = cls(
            home=home,
            database_url=url,
            secret_key="",
            base_url=_base_url(given("TRACKER_BASE_URL")),
            timezone=_timezone(given("TRACKER_TIMEZONE")),
            smtp_url=_smtp_url(given("TRACKER_SMTP_URL")),
            mail_from=_mail_from(given("TRACKER_MAIL_FROM")),
            demo=demo,
        )
        return replace(settings, secret_key=_secret_key(given("TRACKER_SECRET_KEY"), settings))


def _database_url(given: str | None, home: Path) -> str:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"TRACKER_HOME: cannot make the folder {home}: {error.strerror}") from error
    if given is None:
        return f"sqlite:///{home / 'tracker.db'}"
    try:
        url = make_url(given)
    except ArgumentError as error:
        raise ConfigError("TRACKER_DATABASE_URL: not a database address such as postgresql://user@host/name") from error
    backend = url.get_backend_name()
    if backend == "sqlite":
        if not url.database or url.database == ":memory:":
            raise ConfigError("TRACKER_DATABASE_URL: SQLite needs a file, such as sqlite:////srv/tracker/tracker.db")
        return given
    if backend != "postgresql":
        raise ConfigError(f"TRACKER_DATABASE_URL: {backend} is not supported; use sqlite or postgresql")
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _secret_key(given: str | None, settings: Settings) -> str:
    if given is not None:
        if len(given) < SECRET_KEY_MIN or len(set(given)) < 8:
            raise ConfigError(
                f"TRACKER_SECRET_KEY: too weak; give {SECRET_KEY_MIN} random characters or more, "
                'such as those of: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        return given
    if not settings.is_sqlite:
        raise ConfigError("TRACKER_SECRET_KEY: required with PostgreSQL, the same on every machine")
    key_file = settings.home / "secret_key"
    try:
        # O_EXCL: of two processes that start at once, one makes the key and the other reads it.
        with os.fdopen(os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    except OSError as error:
        raise ConfigError(f"TRACKER_HOME: cannot write {key_file}: {error.strerror}") from error
    key = key_file.read_text().strip()
    if len(key) < SECRET_KEY_MIN:
        raise ConfigError(f"TRACKER_HOME: {key_file} holds no usable key; delete it to have a new one made")
    return key


def _base_url(given: str | None) -> str | None:
    if given is None:
        return None
    try:
        parts = urlsplit(given)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or parts.path.strip("/") or parts.username:
        raise ConfigError("TRACKER_BASE_URL: give scheme and host alone, such as https://tracker.example.org")
    return given.rstrip("/")


def _timezone(given: str | None) -> str | None:
    if given is None:
        return None
    if not is_timezone(given):
        raise ConfigError(f"TRACKER_TIMEZONE: {given!r} is no time zone; give one such as Europe/Paris")
    return given


def is_timezone(name: str) -> bool:
    """Whether the name is a zone of the tz database."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError on some versions, a folder name an OSError
        return False
    except KeyError:
        return False
    return True


def _smtp_url(given: str | None) -> str | None:
    if given is None:
        return None
    try:
        parts = urlsplit(given)
        usable = parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigError("TRACKER_SMTP_URL: give smtp://user:password@host:587 or smtps://user:password@host:465")
    return given


def _mail_from(given: str | None) -> str | None:
    if given is None:
        return None
    if "@" not in given or any(ord(c) < 32 for c in given):
        raise ConfigError("TRACKER_MAIL_FROM: give an address such as tracker@example.org")
    return given
