"""The settings of the environment and of files it names, read once and checked, as frozen values."""

import contextlib
import os
import pwd
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from tracker import config_sources, paths
from tracker.config_access import MonitoringSettings as MonitoringSettings
from tracker.config_access import Network as Network
from tracker.config_access import SignInSettings as SignInSettings
from tracker.config_access import StaticCopySettings as StaticCopySettings
from tracker.config_access import is_plain, read_monitoring, read_networks, read_sign_in, read_static_copy
from tracker.config_reading import LanguageModelSettings, read_language_model
from tracker.config_sources import ConfigError as ConfigError

SECRET_KEY_MIN = 32
_MAKE_A_KEY = (
    f"give {SECRET_KEY_MIN} random characters or more, "
    'such as those of: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
)

_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*/?")


@dataclass(frozen=True)
class Settings:
    """The settings of this process. Nothing else in Tracker reads the environment."""

    home: Path
    database_url: str
    secret_key: str
    base_url: str | None = None
    timezone: str | None = None
    smtp_url: str | None = None
    mail_from: str | None = None
    webhook_private: tuple[Network, ...] = ()  # networks that are not public and that webhooks may be sent to all the same
    # Networks whose word on addresses, scheme and host is believed.
    trusted_proxies: tuple[Network, ...] = ()
    sign_in: SignInSettings = field(default_factory=SignInSettings)
    monitoring: MonitoringSettings = field(default_factory=MonitoringSettings)
    static_copy: StaticCopySettings | None = None
    language_model: LanguageModelSettings = field(default_factory=LanguageModelSettings)
    demo: bool = False
    served_at: str = "http://localhost:8000"  # where the server of this machine listens; `tracker serve` puts its own here

    @property
    def sends_mail(self) -> bool:
        """Whether this installation sends mail; without a server there is the bell alone."""
        return self.smtp_url is not None

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return make_url(self.database_url).get_backend_name() == "sqlite"

    @classmethod
    def from_env(
        cls,
        environ: Mapping[str, str] | None = None,
        *,
        demo: bool = False,
        makes_home: bool = True,
        makes_key: bool = True,
    ) -> "Settings":
        """Read the TRACKER_ variables and the files they name. Raises ConfigError on the first that cannot be used.

        Makes the home folder unless `makes_home` is False and, on SQLite, the secret key in it (readable by its owner alone)
        unless `makes_key` is False; without a key, `secret_key` is empty. What makes something refuses to run as root in the home
        of another account, which could not read or replace what root makes there.
        """
        values = config_sources.read(os.environ if environ is None else environ)

        def given(name: str) -> str | None:
            found = values.get(name.removeprefix(config_sources.PREFIX))
            return found.text if found else None

        home = _home(given("TRACKER_HOME"), make=makes_home)
        url = _database_url(given("TRACKER_DATABASE_URL"), home)
        settings = cls(
            home=home,
            database_url=url,
            secret_key="",
            base_url=_base_url(given("TRACKER_BASE_URL")),
            timezone=_timezone(given("TRACKER_TIMEZONE")),
            smtp_url=_smtp_url(given("TRACKER_SMTP_URL")),
            mail_from=_mail_from(given("TRACKER_MAIL_FROM")),
            webhook_private=read_networks("TRACKER_WEBHOOK_PRIVATE", given("TRACKER_WEBHOOK_PRIVATE")),
            trusted_proxies=_trusted_proxies(given("TRACKER_TRUSTED_PROXIES")),
            sign_in=read_sign_in(given),
            monitoring=read_monitoring(given),
            static_copy=read_static_copy(given),
            language_model=read_language_model(given),
            demo=demo,
        )
        if not settings.sign_in.local and not settings.sign_in.has_provider and not settings.sign_in.user_header:
            raise ConfigError("TRACKER_LOCAL_SIGN_IN: it is off and no other way to sign in is configured")
        if settings.sign_in.user_header and not settings.trusted_proxies:
            raise ConfigError("TRACKER_PROXY_USER_HEADER: name the proxies that set it in TRACKER_TRUSTED_PROXIES")
        if not makes_key and given("TRACKER_SECRET_KEY") is None:
            return settings
        return replace(settings, secret_key=_secret_key(given("TRACKER_SECRET_KEY"), settings))


def _home(given: str | None, *, make: bool) -> Path:
    try:
        home = Path(given or paths.default_home()).expanduser().absolute()
        if make:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)  # one that is there keeps the mode it was given
            _refuse_root(home)
        str(home).encode()
    except OSError as error:
        raise ConfigError(f"TRACKER_HOME: cannot make the folder {given or home}: {error.strerror}") from error
    except RuntimeError as error:  # ~nobody
        raise ConfigError(f"TRACKER_HOME: {str(given)[:100]!r} names no user's home") from error
    except UnicodeError as error:
        raise ConfigError(f"TRACKER_HOME: the name {given!a} cannot be written as text") from error
    return home


def _refuse_root(home: Path) -> None:
    owner = home.stat().st_uid
    if os.geteuid() == 0 and owner != 0:
        try:
            name = pwd.getpwuid(owner).pw_name
        except KeyError:
            name = f"#{owner}"
        raise ConfigError(
            f"TRACKER_HOME: {home} belongs to the account {name}, not to root. Run this as: sudo -u '{name}' tracker …"
        )


def _database_url(given: str | None, home: Path) -> str:
    if given is None:
        # Made from its parts, because the folder's name may hold what has a meaning in an address.
        return URL.create("sqlite", database=str(home / "tracker.db")).render_as_string()
    try:
        url = make_url(given)
        driver = url.drivername
    except (ArgumentError, ValueError) as error:
        raise ConfigError("TRACKER_DATABASE_URL: not a database address such as postgresql://user@host/name") from error
    backend = url.get_backend_name()
    if backend == "sqlite":
        if driver not in {"sqlite", "sqlite+pysqlite"}:
            raise ConfigError(f"TRACKER_DATABASE_URL: {driver} is not supported; use sqlite")
        if not url.database or ":memory:" in url.database or url.query:
            raise ConfigError("TRACKER_DATABASE_URL: SQLite needs a plain file, such as sqlite:////srv/tracker/tracker.db")
        return given
    if backend not in {"postgresql", "postgres"}:
        raise ConfigError(f"TRACKER_DATABASE_URL: {backend} is not supported; use sqlite or postgresql")
    if not url.database:
        raise ConfigError("TRACKER_DATABASE_URL: name the database, as in postgresql://user@host/name")
    if find_spec("psycopg") is None:
        raise ConfigError("TRACKER_DATABASE_URL: PostgreSQL needs its driver; install newsroom-tracker[postgres]")
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _secret_key(given: str | None, settings: Settings) -> str:
    if given is not None:
        if len(given) < SECRET_KEY_MIN or len(set(given)) < 8:
            raise ConfigError(f"TRACKER_SECRET_KEY: too weak; {_MAKE_A_KEY}")
        return given
    if not settings.is_sqlite:
        raise ConfigError(f"TRACKER_SECRET_KEY: required with PostgreSQL, the same on every machine; {_MAKE_A_KEY}")
    return _own_key(settings.home / "secret_key")


def _own_key(file: Path) -> str:
    try:
        if not file.exists():
            _make_key(file)
        key = file.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ConfigError(f"TRACKER_HOME: cannot read or write {file}: {error.strerror}") from error
    except UnicodeError:
        key = ""
    if len(key) < SECRET_KEY_MIN:
        raise ConfigError(f"TRACKER_HOME: {file} holds no usable key; delete it to have a new one made")
    return key


def _make_key(file: Path) -> None:
    # Written whole under another name first: of two processes that start at once, one stores its key and the other finds it, and
    # neither ever sees half of one. Made for the owner's eyes alone.
    descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=".secret_key-")
    try:
        with os.fdopen(descriptor, "w") as new:
            new.write(secrets.token_urlsafe(48))
            new.flush()
            os.fsync(new.fileno())
        _put(draft, file)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(draft)


def _put(draft: str, file: Path) -> None:
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    except OSError:
        # Some file systems know no links. There the first start of all had better be one alone.
        os.replace(draft, file)


def _base_url(given: str | None) -> str | None:
    if given is None:
        return None
    parts = _split_url(given, {"http", "https"})
    if parts is None or not _is_host(parts.hostname) or "@" in parts.netloc or not _PATH.fullmatch(parts.path):
        raise ConfigError("TRACKER_BASE_URL: give scheme, host and at most a path, such as https://example.org/tracker")
    return given.rstrip("/")


def _split_url(given: str, schemes: set[str]) -> SplitResult | None:
    """The parts of an address with one of these schemes and a host, without query or fragment; None for any other."""
    try:
        parts = urlsplit(given)
        usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0 and is_plain(given)
    except ValueError:
        return None
    return parts if usable and "?" not in given and "#" not in given else None


def _is_host(name: str | None) -> bool:
    """Whether a name is as short as names of hosts can be."""
    return name is not None and 0 < len(name) <= 253 and all(len(label) <= 63 for label in name.split("."))


def _timezone(given: str | None) -> str | None:
    if given is None:
        return None
    if not is_timezone(given):
        raise ConfigError(f"TRACKER_TIMEZONE: {given[:100]!r} is no time zone; give one such as Europe/Paris")
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
    parts = _split_url(given, {"smtp", "smtps"})
    if parts is None or parts.path.strip("/"):
        raise ConfigError("TRACKER_SMTP_URL: give smtp://user:password@host:587 or smtps://user:password@host:465")
    return given


def _mail_from(given: str | None) -> str | None:
    if given is None:
        return None
    address = parseaddr(given)[1]
    name, _, host = address.rpartition("@")
    if not name or not host or not is_plain(address) or any(ord(c) < 32 or 126 < ord(c) < 160 for c in given):
        raise ConfigError("TRACKER_MAIL_FROM: give an address such as tracker@example.org")
    return given


def _trusted_proxies(given: str | None) -> tuple[Network, ...]:
    networks = read_networks("TRACKER_TRUSTED_PROXIES", given)
    for network in networks:
        if network.prefixlen == 0:
            raise ConfigError(f"TRACKER_TRUSTED_PROXIES: {network} is every address; name the proxies that stand in front")
    return networks
