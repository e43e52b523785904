"""Letters as HTML and as plain text, from the templates in `mail/`. Free of Flask."""

import textwrap
from functools import lru_cache
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from tracker import bidi, paths
from tracker.notifications.messages import MessageContent
from tracker.web import i18n

WIDTH: Final = 70


def wrapped(text: str, indent: int) -> str:
    """A text in lines that fit, each moved in by so many spaces. Words are never broken: an address stays one that works."""
    space = " " * indent
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=space,
        subsequent_indent=space,
        break_long_words=False,
        break_on_hyphens=False,
    )


@lru_cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(paths.templates_dir() / "mail"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(_=i18n.gettext, ngettext=i18n.ngettext, wrapped=wrapped)
    environment.filters["isolated"] = bidi.isolate
    return environment


def render(content: MessageContent) -> tuple[str, str]:
    """The content as (HTML, plain text), in its own language, which need not be the one in use when it is sent."""
    with i18n.use_language(content.language):
        html, text = (_templates().get_template(f"message.{ending}").render(content=content) for ending in ("html", "txt"))
    return html, text
