"""Read JSON, JSON Lines and YAML: lists of objects become rows, nested fields columns."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, NoReturn

from tracker.errors import N_, Invalid, Message
from tracker.imports.limits import MB, Limits
from tracker.imports.readers import encodings
from tracker.imports.readers.encodings import Lines, find_oversized_cell, open_text, too_many_columns, too_many_rows
from tracker.imports.readers.table import NAME_MAX, BadFile, FileInfo, Kind, ReadOptions, Row, name_some
from tracker.imports.stats import Number
from tracker.on_demand import OnDemand

if TYPE_CHECKING:
    import yaml
else:
    yaml = OnDemand("yaml")

LIST: Final = "; "  # between the items of a list, as in our CSV
_EXCERPT: Final = 2_000  # characters of a line that is no object
_PIECE: Final = 1 << 16  # characters of a list that are read at a time
_LIST: Final = re.compile(r"\s*\[\s*(?:\{|\]|$)")
# The key of the list in the answers of programs and in feeds.
_ENVELOPE: Final = re.compile(r'("(?:predictions|questions|markets|promises|dataFeedElement|items|results|data)"\s*:\s*)\[\s*\{')
_AFTER: Final = re.compile(r"[\s,]*")  # between two objects of a list
_DEPTH: Final = 4  # objects within objects that become columns
_LEFT_OUT_MAX: Final = 20  # keys that are named

Cells = dict[str, str]


class JsonlReader:
    """A file of JSON objects. Its columns are all keys that occur in it, in the order of their first appearance."""

    kind: ClassVar[Kind] = Kind.JSONL

    def __init__(self, path: Path, choices: ReadOptions, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._encoding = encodings.detect_encoding(path, choices.encoding)
        self._list_start = _find_list(path, self._encoding)
        self._left_out: dict[str, None] = {}
        columns: dict[str, None] = {}
        letters: tuple[str, ...] = ()
        first_fault: Message | None = None
        for line, found, _text in self._objects():
            if isinstance(found, Message):
                first_fault = first_fault or found
                continue
            if not columns.keys() >= found.keys():
                columns.update(dict.fromkeys(found))
                if len(columns) > limits.columns:
                    raise too_many_columns(line, limits)
            letters = letters or encodings.find_non_ascii_words(" ".join(found.values()))
        if not columns:
            if first_fault is not None:
                raise BadFile(first_fault.text, **first_fault.params)
            raise BadFile(N_("There are no rows in this file: not one line is a JSON object."))
        self.columns = tuple(columns)
        left_out = name_some(tuple(self._left_out), _LEFT_OUT_MAX)
        self.about = FileInfo(self.kind, self._encoding.name, bool(self._encoding.mark), letters=letters, left_out=left_out)

    def rows(self) -> Iterator[Row]:
        for number, (line, found, text) in enumerate(self._objects(), start=1):
            if number > self._limits.rows:
                raise too_many_rows(self._limits)
            if isinstance(found, Message):
                yield Row(line, [text], found)
                continue
            cells = [found.get(column, "") for column in self.columns]
            if any(cells):
                yield Row(line, cells, find_oversized_cell(cells, self._limits))

    def _objects(self) -> Iterator[tuple[int, Cells | Message, str]]:
        """Each object: its line, its cells by their keys or what is wrong with it, and the beginning of its text."""
        if self._list_start is not None:
            yield from self._items()
            return
        with closing(Lines(self._path, self._encoding, self._limits)) as lines:
            while True:
                lines.start_record()
                text = next(lines, None)
                if text is None:
                    return
                stripped = text.strip()
                if stripped:
                    yield lines.number, self._cells(stripped), stripped[:_EXCERPT]

    def _items(self) -> Iterator[tuple[int, Cells | Message, str]]:
        """The objects of a list. No more than one of them is held in memory. Raises BadFile where the list breaks off."""
        decoder = json.JSONDecoder(
            object_pairs_hook=_unique, parse_int=str, parse_float=str, parse_constant=_no_number, strict=False
        )
        with open_text(self._path, self._encoding) as file:
            text, place, line = file.read(_PIECE), (self._list_start or 0) + 1, 1
            while True:
                place = _AFTER.match(text, place).end()  # type: ignore[union-attr]  # it matches the empty text, too
                if text[place : place + 1] == "]":
                    return
                try:
                    value, end = decoder.raw_decode(text, place)
                except Invalid as fault:
                    raise BadFile(fault.message.text, **fault.message.params) from None
                except (ValueError, RecursionError):
                    line += text.count("\n", 0, place)
                    more = file.read(_PIECE)
                    text, place = text[place:] + more, 0
                    if not more or len(text) > self._limits.record:
                        raise BadFile(N_("The JSON list breaks off, or has a mistake, after line %(line)s."), line=line) from None
                    continue
                yield line + text.count("\n", 0, place), self._flattened(value), text[place : min(end, place + _EXCERPT)]
                place = end

    def _cells(self, text: str) -> Cells | Message:
        try:
            found = json.loads(
                text, object_pairs_hook=_unique, parse_int=str, parse_float=str, parse_constant=_no_number, strict=False
            )
        except Invalid as fault:
            return fault.message
        except RecursionError:
            return Message(N_("This line is nested too deeply."))
        except ValueError as error:
            return Message(N_("This line is not JSON, from character %(column)s on."), {"column": getattr(error, "colno", 1)})
        return self._flattened(found)

    def _flattened(self, found: object) -> Cells | Message:
        if not isinstance(found, dict):
            return Message(N_("This line is not a JSON object."))
        try:
            cells: Cells = {}
            self._flatten(found, "", cells, _DEPTH)
        except Invalid as fault:
            return fault.message
        return cells

    def _flatten(self, found: dict[str, object], prefix: str, cells: Cells, depth: int) -> None:
        for key, value in found.items():
            name = prefix + (" ".join(str(key).split()) or "#")
            if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
                value = value[0]
            if isinstance(value, dict) and depth > 1 and len(name) < NAME_MAX:
                self._flatten(value, f"{name}.", cells, depth - 1)
            elif isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, list | dict) for item in value)):
                self._left_out.setdefault(name[:NAME_MAX])
            else:
                cells.setdefault(name[:NAME_MAX], _cell(value))


def _find_list(path: Path, encoding: encodings.Encoding) -> int | None:
    """Where the list starts in a file that is one list of objects, or one object around such a list; None for JSON Lines."""
    with open_text(path, encoding) as file:
        head = file.read(_PIECE)
    if _LIST.match(head):
        return head.index("[")
    match = _ENVELOPE.search(head) if head.lstrip().startswith("{") else None
    first, _, rest = head.strip().partition("\n")
    is_json_lines = first.rstrip().endswith("}") and bool(rest)
    return match.end(1) if match is not None and not is_json_lines else None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise Invalid(N_("The key “%(key)s” occurs twice in this line."), key=twice[:NAME_MAX])
    return found


def _no_number(name: str) -> NoReturn:
    raise Invalid(N_("“%(name)s” is not a JSON number."), name=name)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, list):
        return LIST.join(map(_cell, value))
    text = str(value)
    if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
        raise Invalid(N_("This holds a damaged character. Type the text again."))
    if "\x00" in text:
        raise Invalid(N_("This holds a character that cannot be stored (NUL). Delete it or type the text again."))
    return text


_SIZE_MAX: Final = 5 * MB  # the whole file is held in memory


class YamlReader(JsonlReader):
    """The longest list of objects in a YAML document, read like JSON. Its lines are the numbers of the items."""

    kind = Kind.YAML

    def __init__(self, path: Path, choices: ReadOptions, limits: Limits) -> None:
        if path.stat().st_size > _SIZE_MAX:
            raise BadFile(N_("A YAML file can have at most %(most)s MB. Save it as JSON."), most=Number(_SIZE_MAX // MB))
        self._items_of_document = _load(path)
        super().__init__(path, choices, limits)

    def _objects(self) -> Iterator[tuple[int, Cells | Message, str]]:
        for number, item in enumerate(self._items_of_document, start=1):
            yield number, self._flattened(item), str(item)[:200]


def _load(path: Path) -> list[object]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        content = path.read_bytes()
        # A few aliases of aliases stand for billions of items.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(content, Loader=loader)):
            raise BadFile(N_("This YAML file has aliases, which are not read. Save it as JSON."))
        document = yaml.load(content, Loader=loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadFile(N_("This is not YAML, from line %(line)s on."), line=line) from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise BadFile(N_("This is not YAML, from line %(line)s on."), line=1) from None
    lists = [document] if isinstance(document, list) else list(document.values()) if isinstance(document, dict) else []
    found = max((each for each in lists if isinstance(each, list)), key=_count_objects, default=[])
    if not _count_objects(found):
        raise BadFile(N_("There are no rows in this file: it has no list of objects."))
    return found


def _count_objects(items: list[object]) -> int:
    return sum(isinstance(item, dict) for item in items)
