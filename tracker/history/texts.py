"""Free text in events. The chain holds a salted hash of it; the text itself lies beside, where it can be erased.

`{"sha256": hex(SHA-256(salt + text))}` with salt as 32 hex characters, both encoded as UTF-8. The salt keeps a short erased text
(a name) from being found again by trying.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any


@dataclass(frozen=True)
class Text:
    """Marks a value in an event's data as free text."""

    value: str


def digest(salt: str, text: str) -> str:
    """The hash that stands in the chain for a text."""
    return hashlib.sha256((salt + text).encode("utf-8")).hexdigest()


def separate(data: Any, path: str = "") -> tuple[Any, dict[str, dict[str, str]]]:
    """Split event data into what goes into the chain and the texts that lie beside it.

    Texts are keyed by their dotted path in the data, each as {"salt": …, "text": …}. Dates, moments and enums become plain JSON.
    """
    texts: dict[str, dict[str, str]] = {}
    if isinstance(data, Text):
        salt = secrets.token_hex(16)
        texts[path] = {"salt": salt, "text": data.value}
        return {"sha256": digest(salt, data.value)}, texts
    if isinstance(data, dict):
        plain: dict[str, Any] = {}
        for key, value in data.items():
            plain[key], inner = separate(value, f"{path}.{key}" if path else key)
            texts.update(inner)
        return plain, texts
    if isinstance(data, list | tuple | set | frozenset):
        items = []
        for index, value in enumerate(sorted(data) if isinstance(data, set | frozenset) else data):
            item, inner = separate(value, f"{path}.{index}" if path else str(index))
            items.append(item)
            texts.update(inner)
        return items, texts
    return _plain(data), texts


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def moment(at: datetime) -> str:
    """A moment as the chain writes it: UTC, microseconds, Z. Years under 1000 keep four digits."""
    return at.strftime(f"{at.year:04d}-%m-%dT%H:%M:%S.%fZ")
