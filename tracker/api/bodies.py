"""Reading JSON strictly: no name twice, no NaN, nothing nested beyond reason. Two programs never read one body differently."""

import json
from typing import Final, NoReturn

from tracker.api.errors import Malformed
from tracker.errors import N_

_BROKEN: Final = N_("The body is not JSON in UTF-8, or has a name twice.")


def read_json(body: bytes) -> object:
    """The value of a body. Raises Malformed."""
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Malformed(_BROKEN) from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _refuse(_constant: str) -> NoReturn:
    raise ValueError("no number")
