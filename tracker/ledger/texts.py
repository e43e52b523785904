"""Free text in events. The chain holds a salted hash of it; the text itself is in a table of its own, where it can be erased.

`{"sha256": hex(SHA-256(salt + text))}` with salt as 32 hex characters, both encoded as UTF-8. The salt keeps a short erased text
(a name) from being found again by trying.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

# Beyond these a JSON number is no exact integer to everybody (RFC 8785 refuses them).
_INTEGER_MOST = 2**53 - 1
# In rows and other tables, this is left of an erased text; in both languages, because it is stored.
MARK = "[erased / effacé]"
# An erased passage of an article's text is masked letter by letter, so that the places of quotes stay what they are.
MASK = "█"
# These hold fields, so a lone field of that name in them is no text.
_CONTAINERS = ("", "set", "was")
_NESTED = (dict, list)
_LISTS = (list, tuple, set, frozenset)


@dataclass(frozen=True)
class Text:
    """Marks a value in an event's data as free text."""

    value: str


def digest(salt: str, text: str) -> str:
    """The hash that the chain holds of a text."""
    return hashlib.sha256((salt + text).encode("utf-8")).hexdigest()


def separate(data: object, path: str = "") -> tuple[Any, dict[str, dict[str, str]]]:
    """Split event data into what goes into the chain and its texts.

    Texts are keyed by their dotted path in the data, each as {"salt": …, "text": …}. Dates, moments and enums become plain JSON.
    Raises TypeError for what the chain does not hold: fractions, keys that are not ASCII, objects of any other kind.
    """
    texts: dict[str, dict[str, str]] = {}
    return _separate(data, path, texts), texts


def _separate(data: object, path: str, texts: dict[str, dict[str, str]]) -> Any:
    if data is None or type(data) is str:
        return data
    if isinstance(data, Text):
        salt = secrets.token_hex(16)
        texts[path] = {"salt": salt, "text": data.value}
        return {"sha256": digest(salt, data.value)}
    if isinstance(data, dict):
        plain: dict[str, Any] = {}
        for key, value in data.items():
            if not isinstance(key, str) or not key.isascii():
                raise TypeError(f"the history cannot hold the key {key!r}")
            plain[key] = _separate(value, f"{path}.{key}" if path else key, texts)
        return plain
    if isinstance(data, _LISTS):
        items = sorted(data) if isinstance(data, set | frozenset) else data
        return [_separate(value, f"{path}.{index}" if path else str(index), texts) for index, value in enumerate(items)]
    return _plain(data)


def _plain(value: object) -> Any:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int) and abs(value) <= _INTEGER_MOST:
        return value
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    # Whole numbers and ASCII keys alone: so that anyone's JSON library writes the same bytes as RFC 8785 asks for.
    raise TypeError(f"the history cannot hold {value!r}")


def moment(at: datetime) -> str:
    """A moment as the chain writes it: UTC, microseconds, Z; years under 1000 keep four digits. ValueError without zone."""
    if at.tzinfo is None:
        raise ValueError("a moment without a zone cannot be recorded")
    at = at.astimezone(UTC)
    return at.strftime(f"{at.year:04d}-%m-%dT%H:%M:%S.%fZ")


def places(data: object) -> dict[str, str]:
    """Where texts stand in an event's data: their dotted paths, each with its hash."""
    found: dict[str, str] = {}
    _collect(data, "", found)
    return found


def _collect(data: Any, path: str, found: dict[str, str]) -> None:
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        if type(value) in _NESTED:
            inner = f"{path}.{key}" if path else str(key)
            if is_place(value, inner):
                found[inner] = value["sha256"]
            else:
                _collect(value, inner, found)


def is_place(value: object, path: str) -> bool:
    """Whether a value of an event's data, at this path, is in place of a text: an object with `sha256` as its only member."""
    if not isinstance(value, dict) or len(value) != 1 or not isinstance(value.get("sha256"), str):
        return False
    return path.rpartition(".")[2] not in _CONTAINERS
