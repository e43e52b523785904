"""`program("editor", "read")`: a program with a token of such an editor."""

import pytest
from flask import Flask

from tests.api.support import ALL, Program, Programs, make_program
from tests.factories import make_editor
from tracker.accounts.models import Editor
from tracker.api.rate_limit import RateLimit
from tracker.api.routes.authentication import LIMIT
from tracker.db import Database


@pytest.fixture
def program(app: Flask, database: Database) -> Programs:
    app.extensions[LIMIT] = RateLimit()  # the application of several tests may be one

    def make(owner: str | Editor = "editor", *scopes: str) -> Program:
        editor = make_editor(database, roles=(owner,)) if isinstance(owner, str) else owner
        return make_program(app, database, editor, scopes or ALL)

    return make
