"""Routes: `<id:claim_id>` is a number that a row can have. Anything else is no such page, and never reaches the database."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map, Rule

LARGEST = 2**63 - 1


class IdConverter(IntegerConverter):
    """1 to 2⁶³-1 in plain digits, without leading zeros, so that one thing has one address."""

    regex = r"[1-9][0-9]{0,18}"

    def __init__(self, map: Map) -> None:  # noqa: A002  (Werkzeug's name)
        super().__init__(map, min=1, max=LARGEST)


class LazyRule(Rule):
    """A rule that compiles the code that builds its addresses when it first builds one: a sixth of the start of a worker."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            compiled = Rule._compile_builder(rule, append_unknown).__get__(rule, None)
            setattr(rule, "_build_unknown" if append_unknown else "_build", compiled)  # in place of this function
            address: tuple[str, str] = compiled(**values)
            return address

        return build


def init_app(app: Flask) -> None:
    """Make the converter and the rule known. Call it before there are routes."""
    app.url_map.converters["id"] = IdConverter
    app.url_rule_class = LazyRule
