"""Messages stored as JSON and translated when they are shown."""

import json
from dataclasses import dataclass
from typing import Any

from tracker.errors import Message
from tracker.web import formatting, i18n


@dataclass(frozen=True)
class Number:
    """A number inside a sentence, written as the language of the sentence writes it."""

    value: int

    def __str__(self) -> str:
        return formatting.number(self.value, i18n.language())


def message_to_data(message: Message) -> list[Any]:
    """A message as JSON can hold it."""
    return [message.text, {name: _plain(value) for name, value in message.params.items()}]


def message_from_data(kept: list[Any]) -> Message:
    """The message that `message_to_data` was given."""
    text, params = kept
    return Message(text, {name: _restored(value) for name, value in params.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, Number):
        return {"number": value.value}
    return message_to_data(value) if isinstance(value, Message) else value if isinstance(value, int) else str(value)


def _restored(value: Any) -> Any:
    if isinstance(value, dict):
        return Number(value["number"])
    return message_from_data(value) if isinstance(value, list) else value


def dump_json(value: Any) -> str:
    """JSON text, with messages and numbers inside it."""
    return json.dumps(value, ensure_ascii=False, default=_default)


def _default(value: Any) -> Any:
    if isinstance(value, Message):
        return message_to_data(value)
    raise TypeError(f"cannot be kept: {value!r}")
