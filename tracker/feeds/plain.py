"""Texts as feeds can hold them."""

import re
from typing import Final

# What XML 1.0 cannot hold, and no calendar shows: controls, halves of characters, and the two that are none.
_UNFIT: Final = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")


def plain(text: str, most: int = 500) -> str:
    """A text on one line, without what no feed can hold, and cut where it is too long."""
    shown = _UNFIT.sub(" ", text).strip(" ")  # and no other white space: French has some of its own
    return shown if len(shown) <= most else f"{shown[: most - 1].rstrip()}…"
