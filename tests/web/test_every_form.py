"""Every form of every page, filled with hostile text: answered in words, nothing typed is lost, and no trace is shown."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.claims.pages import Form, forms
from tests.support import bad_inputs, every_page
from tests.support.databases import Content, TestDatabase
from tests.support.newsroom import Newsroom, furnished
from tests.support.web import SECRET, Client
from tracker.accounts.models import Editor
from tracker.db import Database

TEXTS: Final = bad_inputs.named("texts")
# They end the session that sends the others.
LEFT_OUT: Final = ("/logout", "/goes-wrong", "/settings/sessions", "/account/sessions")
TYPED: Final = re.compile(
    r"<textarea[^>]*|<input(?![^>]*(?:readonly|type=\"(?:hidden|checkbox|radio|file|submit|password|number)\"))[^>]*"
)
WORD: Final = "kept7"
ASKED_OF_BOTH: Final = ("NUL", "direction", "odd")  # what databases take differently


def _furnish(database: Database) -> tuple[dict[str, Editor], dict[str, str]]:
    room = furnished(database, SECRET)
    return room.people, room.ids


@pytest.fixture
def database_content() -> Content:
    return Content("furnished", _furnish)


@pytest.fixture
def room(database: Database, own_database: TestDatabase) -> Newsroom:
    return Newsroom(database, SECRET, *own_database.known)


@dataclass(frozen=True)
class Found:
    """A form of a page: who sees it, where it goes, what would be sent, and the names of what is typed."""

    who: str
    address: str
    form: Form
    typed: tuple[str, ...]

    @property
    def shape(self) -> tuple[str, ...]:
        return re.sub(r"[0-9]+", "N", urlsplit(self.address).path), *self.typed


def _typed_names(page: str, form: Form) -> tuple[str, ...]:
    tags = (re.search(r'name="([^"]+)"', tag) for tag in TYPED.findall(page))
    names = {match[1] for match in tags if match}
    return tuple(sorted(names & set(form.values)))


def _find_forms(room: Newsroom, clients: dict[str, Client]) -> Iterator[Found]:
    """Each form of the newsroom once, of whichever page has it first."""
    seen: set[tuple[str, ...]] = set()
    for look in every_page.LOOKS:
        if look.typed or look.status != 200 or look.who not in clients:
            continue
        page = clients[look.who].get(room.fill(look.address), follow_redirects=True)
        for form in forms(page):
            target = urljoin(page.request.path, form.action or page.request.full_path.rstrip("?"))
            found = Found(look.who, target, form, _typed_names(page.text, form))
            if found.typed and found.shape not in seen and not target.startswith(LEFT_OUT):
                seen.add(found.shape)
                yield found


def _faults(name: str, found: Found, answer: TestResponse) -> Iterator[str]:
    """What is wrong with an answer, in words."""
    what = f"{name} to {found.shape}: {answer.status_code}"
    if answer.status_code >= 500 or "Traceback" in answer.text:
        yield f"{what}, a fault"
    if answer.status_code == 422 and not re.search(r'class="(err|notice|problem)[^"]*"|role="alert"', answer.text):
        yield f"{what}, without a sentence"
    if answer.status_code == 422 and WORD in TEXTS[name] and WORD not in answer.text and _is_drawn(found, answer):
        yield f"{what}, without what was typed"


def _is_drawn(found: Found, answer: TestResponse) -> bool:
    """Whether the page that refuses has the form: by what was sent before, it may no longer be due."""
    path = urlsplit(found.address).path
    return any(urlsplit(urljoin(path, form.action or path)).path == path for form in forms(answer))


def _send(client: Client, found: Found, text: str) -> TestResponse:
    # What is long goes into one field: all fields together would be more than a form may have.
    changed = found.typed[:1] if len(text) > 10_000 else found.typed
    sent = {**found.form.values, **dict.fromkeys(changed, text)}
    if "csrf_token" not in sent:
        return client.get(found.address.partition("?")[0], query_string=sent)
    return client.post(found.address, data=sent)


def _sign_all_in(room: Newsroom, app: Flask) -> dict[str, Client]:
    clients: dict[str, Client] = {}
    for who in ("", "boss", "ben", "key"):
        client = app.test_client()
        assert isinstance(client, Client)
        if who:
            client.enter(room.people[who])
        clients[who] = client
    return clients


def test_hostile_text_in_every_form_is_answered_in_words(room: Newsroom, app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    room.ids["LANG"] = "en"
    clients = _sign_all_in(room, app)
    all_forms = list(_find_forms(room, clients))
    assert len(all_forms) > 30, sorted(each.shape for each in all_forms)

    wrong: list[str] = []
    for name in TEXTS if room.database.is_sqlite else ASKED_OF_BOTH:
        for found in all_forms:
            client = clients[found.who]
            answer = _send(client, found, TEXTS[name])
            wrong += _faults(name, found, answer)
            if found.who and urlsplit(answer.location or "").path == "/login":
                client.enter(room.people[found.who])
    assert not wrong, "\n".join(wrong)


def _repeated_ids(page: str) -> list[str]:
    ids = Counter(re.findall(r'<[a-zA-Z][^<>]*?\sid="([^"]+)"', page))
    return sorted(name for name, number in ids.items() if number > 1)


def test_no_id_is_used_twice_on_a_page(room: Newsroom, app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    room.ids["LANG"] = "en"
    clients = _sign_all_in(room, app)
    looks = [look for look in every_page.LOOKS if look.who in clients and not look.address.startswith(LEFT_OUT)]
    addresses = sorted({(look.who, room.fill(look.address)) for look in looks})
    pages = {where: clients[where[0]].get(where[1], follow_redirects=True) for where in addresses}
    drawn = {where: page.text for where, page in pages.items() if page.mimetype == "text/html" and page.status_code == 200}
    assert len(drawn) > 100
    wrong = {where: repeated for where, text in drawn.items() if (repeated := _repeated_ids(text))}
    assert wrong == {}
