"""JSON Lines: one object a line, its values texts, numbers, true, false, nothing, or lists of these."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NoReturn

from tracker.errors import N_, Invalid, Message
from tracker.imports.limits import Limits
from tracker.imports.reading import encodings
from tracker.imports.reading.lines import Lines, oversized, too_many_columns, too_many_rows
from tracker.imports.reading.table import NAME_MAX, About, BadFile, Choices, Kind, Row

_SHOWN = 2_000  # characters of a line that is no object
LIST = "; "  # between the items of a list, as in our CSV


class JsonLines:
    """A file of one object a line. Its columns are all keys that occur in it, in the order of their first appearance."""

    def __init__(self, path: Path, choices: Choices, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._encoding = encodings.detect(path, choices.encoding)
        columns: dict[str, None] = {}
        letters: tuple[str, ...] = ()
        for line, found, _text in self._objects():
            if isinstance(found, dict) and not columns.keys() >= found.keys():
                columns.update(dict.fromkeys(found))
                if len(columns) > limits.columns:
                    raise too_many_columns(line, limits)
            if not letters and isinstance(found, dict):
                letters = encodings.letters(" ".join(found.values()))
        if not columns:
            raise BadFile(N_("There are no rows in this file: not one line is a JSON object."))
        self.columns = tuple(columns)
        self.about = About(Kind.JSONL, self._encoding.name, bool(self._encoding.mark), letters=letters)

    def rows(self) -> Iterator[Row]:
        for number, (line, found, text) in enumerate(self._objects(), start=1):
            if number > self._limits.rows:
                raise too_many_rows(self._limits)
            if isinstance(found, Message):
                yield Row(line, [text], found)
                continue
            cells = [found.get(column, "") for column in self.columns]
            if any(cells):
                yield Row(line, cells, oversized(cells, self._limits))

    def _objects(self) -> Iterator[tuple[int, dict[str, str] | Message, str]]:
        """Each line that is not blank: its number, its cells by their keys or what is wrong with it, and how it begins."""
        with closing(Lines(self._path, self._encoding, self._limits)) as lines:
            while True:
                lines.begin()
                text = next(lines, None)
                if text is None:
                    return
                if lines.number == 1 and text.lstrip().startswith("["):
                    raise BadFile(N_("This is one JSON list, not JSON Lines. Write each object on a line of its own."))
                if text.strip():
                    yield lines.number, _cells(text), text.strip()[:_SHOWN]


def _cells(text: str) -> dict[str, str] | Message:
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_int=str, parse_float=str, parse_constant=_no_number, strict=False)
        if not isinstance(found, dict):
            return Message(N_("This line is no JSON object."))
        return {" ".join(key.split())[:NAME_MAX] or "#": _cell(key, value) for key, value in found.items()}
    except Invalid as fault:
        return fault.message
    except RecursionError:
        return Message(N_("This line is nested too deeply."))
    except ValueError as error:
        column = getattr(error, "colno", 1)
        return Message(N_("This line is no JSON, from character %(column)s on."), {"column": column})


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise Invalid(N_("The key “%(key)s” stands twice in this line."), key=twice[:NAME_MAX])
    return found


def _no_number(name: str) -> NoReturn:
    raise Invalid(N_("“%(name)s” is no number of JSON."), name=name)


def _cell(key: str, value: Any) -> str:
    if value is None:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        if any("\ud800" <= c <= "\udfff" for c in value):
            raise Invalid(N_("This holds half a character, as broken copying makes. Type it anew."))
        if "\x00" in value:
            raise Invalid(N_("This holds a character that cannot be stored (NUL). Delete it or type it anew."))
        return value
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return LIST.join(_cell(key, item) for item in value)
    raise Invalid(N_("The value of “%(key)s” holds further values in itself. Only plain ones can be taken."), key=key[:NAME_MAX])
