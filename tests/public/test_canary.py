"""A marked word in every private field of a newsroom, looked for in every byte that leaves."""

import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.api.support import make_program
from tests.factories import DESK, make_article, make_check, make_claim, make_editor, make_evidence, make_speaker, on, prepare
from tests.public.sample import AT, publish
from tests.support.web import Client, SignIn
from tracker.accounts.models import Editor
from tracker.api.resources import RESOURCES
from tracker.claims.enums import Attribution, Certainty, Outcome, Visibility
from tracker.claims.models import Claim, Verdict
from tracker.claims.queries import claim_rows
from tracker.claims.services import evidence, holds, moves, verdicts
from tracker.claims.verdict_rules import Proposed
from tracker.config import Settings
from tracker.db import Database
from tracker.exports import archive
from tracker.ledger import export, reading
from tracker.newsroom import settings
from tracker.notifications import feed_tokens as feeds
from tracker.notifications.models import Feed, Format
from tracker.notifications.webhook_events import Event
from tracker.public import reports
from tracker.public.models import ReportKind
from tracker.publishing import people, scorecards
from tracker.server import static_copy
from tracker.webhooks import payloads

CANARY = "Kanarienvogel"
CLAIMS = 200
FEW = 24  # every state with and without an implied speaker
BAND = {"certainty": Certainty.HEDGED, "hedge": "probably", "likelihood_low": 55, "likelihood_high": 75}


def word(field: str) -> str:
    """The marked word with the field that it was put into, so that a leak says where it is from."""
    return f"{CANARY}-{field}"


class Newsroom:
    """Claims with the marked word wherever nobody outside may read it."""

    def __init__(self, database: Database, claims: int = FEW) -> None:
        self.database = database
        self.owner = make_editor(database, word("owner"), email=f"{CANARY}@example.org")
        self.one, self.two = make_editor(database, "Proposer One"), make_editor(database, "Signer Two")
        self.hidden = make_speaker(database, word("implied"), affiliation=word("affiliation"), aliases=(word("alias"),))
        self.shown = make_speaker(database, "Zenobia Quill")
        self.article = make_article(database)
        stated = {"speaker_id": self.shown.id, "attribution": Attribution.STATED, **BAND}
        make_claim(database, "resolved", article=self.article, owner=self.owner, **stated)
        self.claims = [self._claim(number) for number in range(claims)]
        with database.writing() as session:
            given = reports.Given(ReportKind.ERROR, None, "en", word("reporter"), f"{CANARY}@example.com", word("report"))
            reports.receive(session, given, network="0" * 64)
            settings.change(session, DESK, public_scorecards=True)
            for speaker in (self.hidden, self.shown):
                people.show_card(session, speaker.id, True, reason=word("reason"), actor=DESK)
        publish(database, self.article.id)
        scorecards.count(database, lambda: False)

    def _claim(self, number: int) -> int:
        status = ("open", "due", "proposed", "held", "resolved", "draft", "returned", "withdrawn")[number % 8]
        named = {"speaker_id": self.hidden.id, "attribution": Attribution.IMPLIED} if number % 3 == 0 else {}
        start = status if status in ("open", "draft", "resolved", "withdrawn") else "due"
        given = {"article": self.article, "owner": self.owner, "statement": f"Statement number {number}.", **named}
        claim = make_claim(self.database, start, **given)
        with self.database.writing() as session:
            own = session.get_one(Claim, claim.id)
            evidence.add_note(session, own, word("note"), actor=self.owner.actor)
            if status != "withdrawn":
                self._sources(session, own)
            if status in ("proposed", "held", "returned"):
                self._propose(session, own, status)
            if status == "due":
                day = (AT + timedelta(days=9)).date()
                moves.postpone(session, own, day, word("postponed"), actor=self.one.actor, version=own.version, at=AT)
        return claim.id

    def _sources(self, session, own: Claim) -> None:
        inside = {"title": word("evidence"), "document": word("document"), "publisher": word("publisher"), "url": None}
        more = {"locator": word("locator"), "note": word("evidence_note")}
        make_evidence(session, own, visibility=Visibility.INTERNAL, **inside, **more)
        make_check(session, own, where_looked=word("where"), queries=word("queries"), found=word("found"))

    def _propose(self, session, own: Claim, status: str) -> None:
        prepare(session, own, Outcome.CONFIRMED, at=on(own.review_on, 13))
        session.refresh(own)
        said = word({"proposed": "waiting_rationale", "held": "held_rationale", "returned": "returned_rationale"}[status])
        happened = own.deadline_on
        proposed = Proposed(Outcome.CONFIRMED, f"{said}, in a few words.", known_on=happened, occurred_from=happened)
        proposal = verdicts.propose(session, own, proposed, actor=self.one.actor, version=own.version, at=AT)
        if status == "held":
            verdicts.sign(session, own, actor=self.two.actor, version=own.version, at=AT, note=word("decision_note"))
            holds.hold(session, own, proposal.id, AT + timedelta(days=3650), actor=self.two.actor, at=AT)
        elif status == "returned":
            verdicts.return_(session, own, word("return_note"), actor=self.two.actor, version=own.version, at=AT)


@pytest.fixture
def newsroom(database: Database) -> Newsroom:
    return Newsroom(database)


def leaks(pieces: Iterator[tuple[str, bytes]]) -> list[str]:
    found = []
    seen = 0
    for name, body in pieces:
        seen += 1
        at = body.decode("utf-8", "replace").find(CANARY)
        if at >= 0:
            found.append(f"{name}: {body.decode('utf-8', 'replace')[at : at + 40]}")
    assert seen
    return found


def test_no_private_word_is_in_any_public_byte(database: Database, settings: Settings, tmp_path: Path):
    claims = CLAIMS if database.is_sqlite else FEW  # the files are made from the same rows by the same code
    newsroom = Newsroom(database, claims)
    folder = tmp_path / "site"
    done = static_copy.publish(settings, database, folder, "https://static.example.org")
    assert done.files > 2 * claims
    people_shown = [path.name for path in (folder / "public/en/scorecards/people").iterdir() if path.is_dir()]
    assert people_shown == [str(newsroom.shown.id)]
    assert leaks((str(path.relative_to(folder)), path.read_bytes()) for path in folder.rglob("*") if path.is_file()) == []


def test_no_private_word_is_in_the_newsroom_s_own_addresses_for_readers(newsroom: Newsroom, client: Client):
    card = f"/public/en/scorecards/people/{newsroom.shown.id}"
    paths = [card, f"{card}.json", "/public/en/scorecards", "/public/scorecards.csv", "/public/scorecards.csv?table=bands"]
    paths += ["/public/en/", "/public/fr/?q=kanarienvogel", "/public/verdicts.csv", "/sitemap.xml", "/public/en/verdicts.atom"]
    found = {path: client.get(path) for path in paths}
    assert {answer.status_code for answer in found.values()} == {200}
    assert "Zenobia Quill" in found[card].text
    assert f",person,{newsroom.shown.id},55,75," in found["/public/scorecards.csv?table=bands"].text
    missing = f"/public/en/scorecards/people/{newsroom.hidden.id}"
    found[missing] = client.get(missing)
    assert found[missing].status_code == 404
    for number in newsroom.claims:
        own = (f"/public/en/claims/{number}", f"/public/en/claims/{number}.json", f"/embed/fr/claims/{number}")
        found.update({path: client.get(path) for path in own})
        assert len({found[path].status_code for path in own}) == 1
    read = sum(answer.status_code == 200 for answer in found.values()) - len(paths)
    assert read == 3 * len(newsroom.claims) * 7 // 8  # all but drafts
    # The page of a search says what was searched for, in lower case.
    assert leaks((path, answer.data) for path, answer in found.items()) == []


def test_no_private_word_is_in_the_export_of_verdicts(newsroom: Newsroom, sign_in: SignIn):
    client = sign_in("viewer")
    text = client.get("/export/verdicts.csv").get_data()
    allowed = word("owner").encode()
    assert CANARY.encode() not in text.replace(allowed, b"")


def test_no_note_and_no_internal_evidence_is_in_the_archive(newsroom: Newsroom, database: Database, tmp_path: Path):
    target = tmp_path / "all.zip"
    with reading.one_moment(database) as session:
        archive.write_archive(target, session)
    with zipfile.ZipFile(target) as opened:
        text = "".join(opened.read(name).decode("utf-8") for name in opened.namelist())
    for field in (
        "note",
        "evidence",
        "document",
        "publisher",
        "locator",
        "evidence_note",
        "where",
        "found",
        "report",
        "reporter",
    ):
        assert word(field) + " " not in text.replace(",", " ").replace("\n", " "), field


def test_no_private_word_is_in_the_ledger_s_export(newsroom: Newsroom, database: Database):
    with reading.one_moment(database) as session:
        text = "\n".join(export.lines(session))
    private = ("note", "evidence", "document", "publisher", "locator", "evidence_note", "where", "queries", "found")
    private += ("waiting_rationale", "held_rationale", "returned_rationale", "implied", "affiliation", "alias")
    assert [field for field in private if f'"{word(field)}' in text] == []


def test_no_private_word_is_in_a_dossier_for_others(newsroom: Newsroom, sign_in: SignIn):
    client = sign_in("editor")
    found = []
    for number in newsroom.claims:
        text = client.get(f"/claims/{number}/dossier.jsonl").text
        found += [
            f"{number}: {field}"
            for field in (
                "note", "evidence", "document", "locator", "evidence_note", "where", "found", "waiting_rationale",
                "held_rationale", "implied", "alias",
            )
            if word(field) in text
        ]  # fmt: skip
    assert found == []


@pytest.mark.parametrize("form", list(Format))
def test_no_private_word_is_in_a_webhook(newsroom: Newsroom, database: Database, form: Format):
    pieces = []
    with database.reading() as session:
        shown = claim_rows.fetch(session, newsroom.claims, "en")
        for number, row in shown.items():
            claim = session.get_one(Claim, number)
            verdict = session.get(Verdict, claim.signed_verdict_id or 0)
            held = verdict is not None and CANARY in verdict.rationale
            for event in Event:
                given = {"claim": row, "url": "https://example.org", "verdict": verdict, "is_held": held}
                news = payloads.News(event, AT, "The House", **given)
                pieces.append((f"{event} {number}", payloads.write(news, form).encode()))
    assert leaks(iter(pieces)) == []


def test_no_private_word_is_in_calendars_and_feeds(newsroom: Newsroom, database: Database, client: Client):
    pieces = []
    for feed, name in ((Feed.CALENDAR, "cal/{}/reviews.ics"), (Feed.ATOM, "feeds/{}/due.atom")):
        with database.writing() as session:
            owner = session.scalars(select(Editor).where(Editor.id == newsroom.owner.id)).unique().one()
            token = feeds.renew(session, owner.id, feed)
        pieces.append((name, client.get(f"/{name.format(token)}").data))
    assert b"Statement number" in pieces[0][1]
    assert leaks(iter(pieces)) == []


def test_no_private_word_is_in_the_api_for_readers_of_verdicts(newsroom: Newsroom, app: Flask, database: Database):
    program = make_program(app, database, make_editor(database, roles=("viewer",)), ("read",))
    pieces = [(name, json.dumps(program.items(f"/{name}?limit=100"), ensure_ascii=False).encode()) for name in RESOURCES]
    includes = "?include=evidence,checks,verdicts,translations"
    pieces += [(f"claim {number}", program.get(f"/claims/{number}{includes}").data) for number in newsroom.claims]
    pieces.append(("events", program.get("/events?limit=100").data))
    assert b"Statement number" in b"".join(body for _, body in pieces)
    # The owner is a colleague, and named to colleagues.
    assert leaks((name, body.replace(word("owner").encode(), b"")) for name, body in pieces) == []


def test_no_private_word_is_in_scorecards(newsroom: Newsroom, sign_in: SignIn):
    client = sign_in("viewer")
    paths = [f"/scorecards?by={by}&format={form}" for by in ("speaker", "topic", "year", "hedge") for form in ("csv", "json")]
    paths += ["/scorecards", "/scorecards/own-voice"]
    # The owner is a colleague, and named to colleagues.
    pieces = [(path, client.get(path).data.replace(word("owner").encode(), b"")) for path in paths]
    assert leaks(iter(pieces)) == []
