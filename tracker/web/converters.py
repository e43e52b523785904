"""`<id:claim_id>` in a route: a number that a row can have. Anything else is no such page, and never reaches the database."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**63 - 1


class IdConverter(IntegerConverter):
    """1 to 2⁶³-1 in plain digits, without leading zeros, so that one thing has one address."""

    regex = r"[1-9][0-9]{0,18}"

    def __init__(self, map: Map) -> None:  # noqa: A002  (Werkzeug's name)
        super().__init__(map, min=1, max=LARGEST)


def init_app(app: Flask) -> None:
    """Make the converter known."""
    app.url_map.converters["id"] = IdConverter
