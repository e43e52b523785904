"""YAML lists, such as those of promises: a list of objects, or an object with one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from tracker.errors import N_, Message
from tracker.imports.limits import MB, Limits
from tracker.imports.messages import Number
from tracker.imports.readers.jsonl import Cells, JsonlReader
from tracker.imports.readers.table import BadFile, Kind, ReadOptions

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


def _load(path: Path) -> list[Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        content = path.read_bytes()
        # A few aliases of aliases stand for billions of items.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(content, Loader=loader)):
            raise BadFile(N_("This YAML file has aliases, which are not read. Save it as JSON."))
        document = yaml.load(content, Loader=loader)  # noqa: S506  (a safe loader)
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


def _count_objects(items: list[Any]) -> int:
    return sum(isinstance(item, dict) for item in items)
