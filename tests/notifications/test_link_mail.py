"""Links that work once go out by mail: to whom, in which words, and what happens when the server says no."""

import re
from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.factories import change_settings, make_editor
from tests.support.databases import BACKENDS, Backend
from tests.support.mail import Sink, smtp_sink
from tests.support.web import Client
from tracker import clock
from tracker.accounts import invitations, links, password_reset
from tracker.accounts.links import Mail
from tracker.accounts.models import OneTimeLink
from tracker.config import Settings
from tracker.db import Database
from tracker.notifications import link_mail

BASE = "https://tracker.example.org"


@pytest.fixture
def backend() -> Backend:
    """Who of two gets a mail to send is asked of both; the rest is no matter of the database."""
    return "sqlite"


@pytest.fixture(scope="module")
def server() -> Generator[Sink]:
    with smtp_sink() as running:
        yield running


@pytest.fixture
def sink(server: Sink) -> Sink:
    server.mails.clear()
    server.on_recipient = lambda _address: None
    return server


def a_round(database: Database, sink: Sink) -> dict[str, object]:
    """What the scheduler does."""
    job = link_mail.build_job(Settings(Path(), "", "", base_url=BASE, smtp_url=sink.url, mail_from="Desk <tracker@example.org>"))
    assert job is not None
    return job(database, lambda: False)


def ask(database: Database, email: str) -> None:
    with database.writing() as session:
        password_reset.ask(session, email)


def invite(database: Database, language: str = "en") -> None:
    admin = make_editor(database, "Ada Marsh", roles=("admin",))
    with database.writing() as session:
        invitations.invite(session, "ben@example.org", "Ben", ["editor"], language=language, actor=admin.actor, by_mail=True)


def path_in(text: str) -> str:
    found = re.search(rf"{BASE}(/\w+/[\w-]{{43}})", text)
    assert found, text
    return found[1]


def rows(database: Database) -> list[OneTimeLink]:
    with database.reading() as session:
        return list(session.scalars(select(OneTimeLink).order_by(OneTimeLink.id)))


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_invitation_goes_out_once_and_its_link_works(database: Database, sink: Sink, client: Client):
    change_settings(database, name="The Gazette")
    invite(database)
    assert rows(database)[0].token_hash is None
    assert a_round(database, sink) == {"sent": 1, "failed": 0}
    assert a_round(database, sink) == {"sent": 0, "failed": 0}
    (mail,) = sink.mails
    assert (mail.receiver, mail.subject) == ("ben@example.org", "Ada Marsh invites you to The Gazette [Tracker]")
    assert path_in(mail.text) == path_in(mail.html)
    assert client.get(path_in(mail.text)).status_code == 200
    assert mail.message["Auto-Submitted"] == "auto-generated"


def test_it_speaks_the_language_that_was_chosen(database: Database, sink: Sink):
    invite(database, "fr")
    a_round(database, sink)
    assert "vous invite à rejoindre" in sink.mails[0].subject
    assert "Accepter l’invitation" in sink.mails[0].html
    assert f"Accepter l’invitation\u202f: {BASE}" in sink.mails[0].text


def test_names_are_text_in_the_mail_and_one_line_in_its_head(database: Database, sink: Sink):
    change_settings(database, name="<script>alert(1)</script>")
    invite(database)
    a_round(database, sink)
    assert "<script" not in sink.mails[0].html
    assert "&lt;script&gt;" in sink.mails[0].html


def test_only_who_has_an_account_gets_a_link_for_a_password(database: Database, sink: Sink):
    ann = make_editor(database, email="ann@example.org", language="fr")
    make_editor(database, email="gone@example.org", active=False)
    make_editor(database, email="ines@example.org", is_sample=True)
    for email in ("Ann@Example.org", "gone@example.org", "ines@example.org", "nobody@example.org"):
        ask(database, email)
    a_round(database, sink)
    assert sink.subjects == [("ann@example.org", "Un nouveau mot de passe [Tracker]")]
    assert [row.editor_id for row in rows(database)] == [ann.id]  # of strangers, nothing is kept


def test_the_newest_link_counts(database: Database, sink: Sink, client: Client):
    make_editor(database, email="ann@example.org")
    for _ in range(2):
        ask(database, "ann@example.org")
        a_round(database, sink)
    first, second = (path_in(mail.text) for mail in sink.mails)
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


def test_a_mail_that_was_not_accepted_is_written_anew_and_given_up_in_the_end(
    database: Database, sink: Sink, client: Client, clock_at: Callable[[datetime], None]
):
    invite(database)
    sink.on_recipient = lambda _address: "451 come back later"
    at = clock.now()
    assert a_round(database, sink) == {"sent": 0, "failed": 1}
    assert a_round(database, sink) == {"sent": 0, "failed": 0}  # not at once
    assert "451" in rows(database)[0].mail_fault
    for pause in link_mail.PAUSES:
        at += pause + timedelta(seconds=1)
        clock_at(at)
        a_round(database, sink)
    assert rows(database)[0].mail == Mail.FAILED
    sink.on_recipient = lambda _address: None
    clock_at(at + timedelta(hours=2))
    a_round(database, sink)
    assert sink.mails == []


def test_a_refused_address_is_not_tried_again(database: Database, sink: Sink):
    invite(database)
    sink.on_recipient = lambda _address: "550 no such user"
    a_round(database, sink)
    (row,) = rows(database)
    assert (row.mail, row.mail_tries) == (Mail.FAILED, 1)
    assert "no such user" in row.mail_fault


def test_withdrawn_or_used_link_is_not_mailed(database: Database, sink: Sink):
    invite(database)
    with database.writing() as session:
        links.end_all(session)
    a_round(database, sink)
    assert sink.mails == []
