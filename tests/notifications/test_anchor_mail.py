"""The day's anchor goes out of the house, once; what fails is tried again; what arrives can be fed back."""

from datetime import date
from pathlib import Path

import pytest

from tests.factories import change_settings, make_claim, on
from tests.ledger.support import tampering
from tests.support.mail import Sink, smtp_sink
from tests.support.web import SignIn
from tracker.config import Settings
from tracker.db import Database
from tracker.errors import Invalid
from tracker.ledger import anchors
from tracker.ledger.findings import What
from tracker.ledger.reading import one_moment
from tracker.ledger.verify import verify
from tracker.notifications import anchor_mail
from tracker.scheduling import heartbeats

ADDRESS = "notary@example.org"
DAY = date(2026, 3, 11)


@pytest.fixture
def sink():
    with smtp_sink() as server:
        yield server


@pytest.fixture
def anchored(database: Database, tmp_path: Path, clock_at) -> Database:
    """A database with an outside address and an anchor of the day."""
    clock_at(DAY)
    change_settings(database, anchor_address=ADDRESS, name="The Gazette")
    make_claim(database)
    with database.writing() as session:
        anchors.drop(session, tmp_path, DAY)
    return database


def a_round(database: Database, url: str) -> dict[str, object]:
    """What the scheduler does."""
    job = anchor_mail.build_job(Settings(Path(), "", "", smtp_url=url, mail_from="tracker@example.org"))
    assert job is not None
    result = job(database, lambda: False)
    heartbeats.record(database, anchor_mail.JOB, result)
    return result


def attached(mail) -> str:
    (part,) = mail.message.iter_attachments()
    return str(part.get_content())


def test_it_goes_out_once_a_day(anchored: Database, sink: Sink, tmp_path: Path, clock_at):
    for _ in range(3):
        a_round(anchored, sink.url)
    assert [(mail.receiver, mail.sender) for mail in sink.mails] == [(ADDRESS, "tracker@example.org")]
    assert "The Gazette" in sink.mails[0].subject
    clock_at(date(2026, 3, 12))
    with anchored.writing() as session:
        anchors.drop(session, tmp_path, date(2026, 3, 12))
    a_round(anchored, sink.url)
    assert len(sink.mails) == 2


def test_what_arrives_can_be_fed_back(anchored: Database, sink: Sink):
    a_round(anchored, sink.url)
    (mail,) = sink.mails
    in_the_text = [line for line in mail.text.splitlines() if line.startswith("{")]
    for lines in (attached(mail).splitlines(), in_the_text):
        with one_moment(anchored) as session:
            report = verify(session, anchors=anchors.read_all(lines))
        assert report.ok
        assert report.anchors == 1
    with tampering(anchored) as connection:
        connection.exec_driver_sql("DELETE FROM event_texts")
        connection.exec_driver_sql("DELETE FROM event WHERE seq > 1")
        connection.exec_driver_sql("UPDATE chain_head SET seq = 1, hash = (SELECT hash FROM event WHERE seq = 1)")
    with one_moment(anchored) as session:
        report = verify(session, anchors=anchors.read_all(attached(mail).splitlines()))
    assert What.CUT in [finding.what for finding in report.findings]


def test_a_failure_is_kept_and_tried_again(anchored: Database, sink: Sink):
    sink.on_message = lambda _mail: "451 try later"
    assert "451" in str(a_round(anchored, sink.url)["failed"])
    with anchored.reading() as session:
        assert "451" in anchor_mail.state(session).fault
        assert anchor_mail.state(session).mailed is None
    sink.on_message = lambda _mail: None
    a_round(anchored, sink.url)
    assert len(sink.mails) == 1
    with anchored.reading() as session:
        assert anchor_mail.state(session) == anchor_mail.State(anchor_mail.last(session), DAY, "")


def test_a_new_address_gets_it_at_once(anchored: Database, sink: Sink):
    a_round(anchored, sink.url)
    change_settings(anchored, anchor_address="archive@example.org")
    a_round(anchored, sink.url)
    assert [mail.receiver for mail in sink.mails] == [ADDRESS, "archive@example.org"]


def test_nothing_goes_out_without_an_address_an_anchor_or_a_server(database: Database, sink: Sink):
    assert a_round(database, sink.url) == {}
    change_settings(database, anchor_address=ADDRESS)
    assert a_round(database, sink.url) == {}
    assert anchor_mail.build_job(Settings(Path(), "", "")) is None
    assert sink.mails == []
    with pytest.raises(Invalid) as refusal:
        change_settings(database, anchor_address="nobody")
    assert refusal.value.field == "anchor_address"


def test_the_record_shows_how_far_anchors_got(database: Database, sink: Sink, sign_in: SignIn, tmp_path: Path, clock_at):
    clock_at(on(DAY))
    browser = sign_in("chief")
    page = browser.get("/record")
    assert "No anchor recorded yet." in page.text
    assert "Anchors are not sent outside" in page.text
    change_settings(database, anchor_address=ADDRESS)
    with database.writing() as session:
        anchors.drop(session, tmp_path, DAY)
    sink.on_recipient = lambda _address: "550 no such user"
    a_round(database, sink.url)
    assert "Sending the last anchor failed:" in browser.get("/record").text
    sink.on_recipient = lambda _address: None
    a_round(database, sink.url)
    page = browser.get("/record")
    assert "Sent outside on" in page.text
    assert "failed" not in page.text.split('id="anchors"')[1].split("</p>")[0]
