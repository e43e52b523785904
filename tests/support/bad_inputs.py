"""Input that harms careless programs, from `tests/data/bad_inputs.json`, by the place it is sent to."""

import json
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[1] / "data" / "bad_inputs.json"
_FOUND: dict[str, Any] = json.loads(_FILE.read_text())


def _whole(value: Any) -> Any:
    """A text written as [before, piece, times, after], in full; anything else as it is."""
    if isinstance(value, list) and len(value) == 4 and isinstance(value[2], int):
        before, piece, times, after = value
        return f"{before}{piece * times}{after}"
    return value


def texts(group: str) -> list[str]:
    """The texts of a group without names."""
    return [_whole(each) for each in _FOUND[group]]


def named(group: str) -> dict[str, Any]:
    """The inputs of a group by their names."""
    return {name: _whole(value) for name, value in _FOUND[group].items()}


def lists(group: str) -> list[tuple[str, str]]:
    """The inputs of a group of lists, each with the name of its list."""
    return [(name, _whole(each)) for name, values in _FOUND[group].items() for each in values]
