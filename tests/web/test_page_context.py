"""Parts of pages that are drawn once: what they depend on is what they are kept by."""

import re
from collections.abc import Iterator
from itertools import product

import pytest
from flask import Flask

from tests.factories import make_editor
from tests.support.databases import Backend
from tests.support.web import SignIn
from tracker.db import Database

SITE = "http://localhost"
WAYS = [*product(("viewer", "editor"), ("en", "fr"), ("", "/here"))]


@pytest.fixture
def backend() -> Backend:
    """The part holds nothing of a database."""
    return "sqlite"


@pytest.mark.parametrize("is_kept", [True, False])
def test_script_of_the_desk_depends_on_works_language_and_mount_alone(sign_in: SignIn, database: Database, is_kept: bool):
    def read(turn: int) -> Iterator[str]:
        """The part for each way, as two editors see it on two pages each."""
        for role, language, root in WAYS:
            roles = (role, "chief", "admin")[: 1 + 2 * turn] if role == "editor" else (role,)
            browser = sign_in(make_editor(database, f"Editor {role} {language} {root} {turn}", roles=roles))
            browser.post("/language", data={"language": language})
            for path in ("/keys", "/claims?q=bridge"):
                if not is_kept:
                    browser.application.extensions["tracker_parts"].clear()
                page = browser.get(path, base_url=f"{SITE}{root}").text
                (found,) = re.findall(r'<script src="[^"]*desk\.js[^>]*></script>', page)
                yield found

    first, second = list(read(0)), list(read(1))
    assert first == second
    assert first[::2] == first[1::2]
    assert len(set(first)) == len(WAYS)


@pytest.mark.parametrize("turn", [1, 2])
def test_part_that_one_test_draws_the_next_does_not_find(app: Flask, turn: int):
    parts = app.extensions["tracker_parts"].setdefault("", {})
    assert ("left",) not in parts
    parts["left",] = f"turn {turn}"
