"""Fixtures for passkeys: a device, and an editor whose passkey it has."""

import pytest

from tests.factories import make_editor
from tests.support.authenticator import Authenticator, add_passkey
from tests.support.web import password_hash
from tracker.accounts.models import Editor
from tracker.db import Database


@pytest.fixture
def phone() -> Authenticator:
    return Authenticator()


@pytest.fixture
def ann(database: Database, phone: Authenticator) -> Editor:
    """An editor with a passkey on her phone, and with a password."""
    editor = make_editor(database, "Ann", email="ann@example.org", roles=("editor", "admin"))
    with database.writing() as session:
        own = session.get_one(Editor, editor.id)
        own.password = password_hash()
        add_passkey(session, own, phone)
    return editor
