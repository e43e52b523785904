"""The forms of a page, as a browser without scripts fills them in and sends them."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from werkzeug.test import TestResponse

from tests.support.web import Client


@dataclass
class Form:
    """One form: where it goes and what would be sent with it, buttons left out."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What stands in a field, "" where it is empty or missing."""
        return next(iter(self.values.get(name, [])), "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._text: list[str] | None = None
        self._name = ""
        self._select = ""
        self._first: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        has = dict(attrs)
        if tag == "form":
            self.forms.append(Form(at.get("action", "")))
        elif not self.forms:
            return
        elif tag == "input" and at.get("name"):
            if at.get("type") not in ("checkbox", "radio") or "checked" in has:
                self._add(at["name"], at.get("value", "on" if at.get("type") == "checkbox" else ""))
        elif tag == "textarea" and at.get("name"):
            self._name, self._text = at["name"], []
        elif tag == "select" and at.get("name"):
            self._select, self._first = at["name"], None
        elif tag == "option" and self._select:
            self._first = at.get("value", "") if self._first is None else self._first
            if "selected" in has:
                self._add(self._select, at.get("value", ""))
                self._select = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text is not None:
            self._add(self._name, "".join(self._text).removeprefix("\n"))
            self._text = None
        elif tag == "select" and self._select:
            self._add(self._select, self._first or "")
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def _add(self, name: str, value: str) -> None:
        self.forms[-1].values.setdefault(name, []).append(value)


_OPENS = re.compile(r'<a [^>]*href="([^"#]+)#[^"]*" data-opens>')


def forms(page: TestResponse) -> list[Form]:
    """All forms of a page."""
    reader = _Reader()
    reader.feed(page.text)
    return reader.forms


def form(page: TestResponse, ending: str) -> Form:
    """The form of a page whose address ends like this; one without an address goes to the page itself."""
    path = page.request.path
    found = [each for each in forms(page) if (each.action or path).partition("?")[0].endswith(ending)]
    assert found, f"no form to …{ending} on {path}: {[each.action for each in forms(page)]}"
    return found[-1]


def send(client: Client, page: TestResponse, ending: str, **changes: Any) -> TestResponse:
    """Fill in a form of a page and send it; `changes` are typed over what stands in it (None leaves a field out)."""
    filled = form(page, ending)
    values: dict[str, Any] = {**filled.values, **changes}
    values = {name: value for name, value in values.items() if value is not None}
    return client.post(urljoin(page.request.path, filled.action or page.request.full_path.rstrip("?")), data=values)


def fill(client: Client, path: str, ending: str = "", **changes: Any) -> TestResponse:
    """Open a page, and its form where that is a link until it is opened; fill in the form and send it."""
    page = client.get(path)
    assert page.status_code == 200, (page.status_code, path)
    for address in _OPENS.findall(page.text):
        if ending and address.partition("?")[0].endswith(ending):
            page = client.get(unescape(address))
    return send(client, page, ending or path, **changes)
