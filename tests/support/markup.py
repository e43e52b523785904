"""Answers whose markup reads the same however a template is laid out: without the white space that HTML ignores."""

import re
from typing import Any, Final

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_KEPT: Final = re.compile(r"(<(?:pre|textarea)\b.*?</(?:pre|textarea)>)", re.DOTALL)
_TAG: Final = re.compile(r"<[a-zA-Z/][^<>]*>")
_BETWEEN: Final = re.compile(r">\s*\n\s*<")
_BLOCK: Final = re.compile(
    r"\s*(</?(?:article|aside|blockquote|body|d[dlt]|details|div|fieldset|figure|footer|form|h[1-6]|head|header|legend|li|main|nav"
    r"|ol|option|p|section|select|summary|svg|table|tbody|td|tfoot|th|thead|tr|ul)\b[^<>]*>)\s*"
)


def settle(html: str) -> str:
    """The markup on few lines: tags with single blanks, no white space next to the tags of blocks. Texts of areas are kept."""
    parts = _KEPT.split(html)
    parts[::2] = [_BLOCK.sub(r"\1", _BETWEEN.sub("> <", _TAG.sub(_in_one_line, part))) for part in parts[::2]]
    parts[1::2] = [_TAG.sub(_in_one_line, part, count=1) for part in parts[1::2]]
    return "".join(parts)


def _in_one_line(tag: re.Match[str]) -> str:
    return " ".join(tag[0].split()).replace(" >", ">")


class _Answer(TestResponse):
    @property
    def text(self) -> str:
        found = super().text
        return settle(found) if self.mimetype == "text/html" else found


class MarkupClient(FlaskClient):
    """A browser of a test whose pages are settled; `data` holds the bytes as they were sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.response_wrapper = type("Answer", (_Answer, self.response_wrapper), {})
