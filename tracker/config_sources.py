"""Where settings come from: the environment, files named by `*_FILE` variables, and an optional TOML file.

A variable of the environment wins over the same key of the file. `TRACKER_SECRET_KEY_FILE=/run/secrets/key` reads a value from a
file, as containers hand secrets over; so does `secret_key_file` in the TOML file.
"""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from tracker.errors import OperatorError

PREFIX: Final = "TRACKER_"
_FILE: Final = "_FILE"
_FILE_MAX: Final = 64 * 1024

# Every setting, and whether its value is a secret ("address": only the password in it is).
VARIABLES: Final[Mapping[str, str]] = {
    "HOME": "",
    "DATABASE_URL": "address",
    "SECRET_KEY": "secret",
    "BASE_URL": "",
    "TIMEZONE": "",
    "SMTP_URL": "address",
    "MAIL_FROM": "",
    "WEBHOOK_PRIVATE": "",
    "TRUSTED_PROXIES": "",
    "LOCAL_SIGN_IN": "",
    "OIDC_ISSUER": "",
    "OIDC_CLIENT_ID": "",
    "OIDC_CLIENT_SECRET": "secret",
    "OIDC_SCOPES": "",
    "OIDC_NAME": "",
    "OIDC_GROUPS_CLAIM": "",
    "OIDC_ROLES": "",
    "OIDC_CREATE": "",
    "PROXY_USER_HEADER": "",
    "METRICS_TOKEN": "secret",
    "METRICS_NETWORKS": "",
    "SECURITY_CONTACT": "",
    "ACCESS_LOG": "",
    "STATIC_FOLDER": "",
    "STATIC_URL": "",
    "MODEL_URL": "",
    "MODEL_NAME": "",
    "MODEL_KEY": "secret",
    "MODEL_PRIVATE": "",
}
# Read by the test suite of the project, not by the program.
_OTHERS: Final = ("CONFIG", "TEST_")


class ConfigError(OperatorError):
    """A setting that cannot be used; its one line names the variable."""


@dataclass(frozen=True)
class Value:
    """A setting as it was given, and where: "environment", or the path of a file."""

    text: str
    source: str


def read(environ: Mapping[str, str]) -> dict[str, Value]:
    """Return every setting that is given, by its name without prefix. Raises ConfigError, also for a name that is none."""
    found: dict[str, Value] = {}
    if path := environ.get(f"{PREFIX}CONFIG", "").strip():
        found = _take(_of_file(Path(path)), str(path), "")
    given = {
        name.removeprefix(PREFIX): text
        for name, text in environ.items()
        if name.startswith(PREFIX) and not name.removeprefix(PREFIX).startswith(_OTHERS)
    }
    return found | _take(given, "environment", PREFIX)


def masked(name: str, text: str) -> str:
    """Return a value as it may be shown: of a secret only that it is set, of an address all but its password."""
    if VARIABLES[name] == "secret":
        return "(set, not shown)"
    if VARIABLES[name] == "address":
        try:
            return make_url(text).render_as_string(hide_password=True)
        except (ArgumentError, ValueError):
            return "(set, not shown)"
    return text


def _take(given: Mapping[str, str], source: str, prefix: str) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, text in given.items():
        key = name.removesuffix(_FILE)
        shown = f"{prefix}{name}" if prefix else name.lower()
        if name not in VARIABLES and not (name.endswith(_FILE) and key in VARIABLES):
            raise ConfigError(f"{shown}: there is no such setting{_suggestion(name, VARIABLES, prefix)}")
        if not text.strip():
            continue
        if key in found:
            raise ConfigError(f"{shown}: given both as a value and as a file; give one of them")
        found[key] = Value(_content(shown, Path(text.strip())), text.strip()) if name != key else Value(text.strip(), source)
    return found


def _suggestion(name: str, known: Iterable[str], prefix: str) -> str:
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    if not close:
        return ""
    return f"; did you mean {prefix}{close[0]}?" if prefix else f"; did you mean {close[0].lower()}?"


def _content(name: str, path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(_FILE_MAX + 1)
    except (OSError, UnicodeError) as error:
        raise ConfigError(f"{name}: cannot read {path}: {getattr(error, 'strerror', None) or 'it is not text'}") from error
    if len(text) > _FILE_MAX or not text.strip():
        raise ConfigError(f"{name}: {path} is empty or too large to hold a setting")
    return text.strip()


def _of_file(path: Path) -> dict[str, str]:
    """Return the keys of a TOML file, in capitals. Lists become words with spaces between, truths "on" and "off"."""
    try:
        with path.open("rb") as file:
            data = tomllib.load(file)
    except OSError as error:
        raise ConfigError(f"{PREFIX}CONFIG: cannot read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeError) as error:
        raise ConfigError(f"{PREFIX}CONFIG: {path} is not TOML: {error}") from error
    return {name.upper(): _as_text(path, name, value) for name, value in data.items()}


def _as_text(path: Path, name: str, value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, list) and all(isinstance(each, str | int) and not isinstance(each, bool) for each in value):
        return " ".join(map(str, value))
    raise ConfigError(f"{PREFIX}CONFIG: {name} in {path} is neither a text, a number, true or false, nor a list of texts")
