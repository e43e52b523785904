"""A lawyer's questions, answered by the dossier of one claim: who said what when, who changed which criterion when and from what
to what, who proposed, who signed, what was known then. And what must not be in it."""

import hashlib
import json
import re
from datetime import date

import pytest
from sqlalchemy import text

from tests.factories import (
    change_settings,
    everyday,
    flag,
    fresh,
    make_article,
    make_check,
    make_claim,
    make_editor,
    make_evidence,
    make_speaker,
    on,
)
from tests.ledger.support import CHIEF, tampering
from tests.support.web import SignIn
from tracker.claims.enums import Attribution, QuoteKind, Stance, VerdictKind, Visibility
from tracker.claims.models import Evidence
from tracker.claims.services import editing, evidence, moves, verdicts
from tracker.db import Database
from tracker.ledger.models import Event
from tracker.ledger.redaction import redact

OLD = "A deal is announced."
NEW = "A signed deal is published by either government."


@pytest.fixture
def story(database: Database):
    """Ann stores a claim and changes what counts; Ben adds sources; Ann proposes, Cleo signs; later it is reopened."""
    people = {name: make_editor(database, name) for name in ("Ann Archer", "Ben Baker", "Cleo Carver")}
    ann, ben, cleo = people.values()
    article = make_article(
        database, "Before the summit", body="The minister spoke.\n\nA deal will come.", url="https://example.org/a"
    )
    minister = make_speaker(database, "Minister Moss", affiliation="Trade")
    claim = make_claim(
        database,
        article=article,
        actor=ann.actor,
        owner=ann,
        statement="The summit will bring a deal.",
        quote="A deal will come.",
        quote_kind=QuoteKind.VERBATIM,
        text_number=1,
        paragraph=2,
        quote_start=21,
        quote_end=38,
        confirmed_if=OLD,
        speaker_id=minister.id,
        attribution=Attribution.STATED,
    )
    with database.writing() as session:
        own = fresh(session, claim)
        moves.track(session, own, actor=ann.actor, version=own.version, at=on(date(2024, 1, 15)))
        editing.edit(session, own, {"confirmed_if": NEW}, actor=ben.actor, version=own.version, at=on(date(2024, 2, 2)))
        flag(session, own)
        evidence.add_note(session, own, "Do not tell anyone.", actor=ben.actor, at=on(date(2024, 3, 11)))
    make_evidence(database, claim, actor=ben.actor, title="The gazette", at=on(date(2024, 3, 11), 8))
    make_evidence(
        database, claim, actor=ben.actor, title="A secret cable", visibility=Visibility.INTERNAL, at=on(date(2024, 3, 11), 9)
    )
    gone = make_evidence(database, claim, Stance.CONTRADICTS, actor=ben.actor, title="A rumour", at=on(date(2024, 3, 11), 10))
    make_check(database, claim, actor=ben.actor, at=on(date(2024, 3, 11), 11), visibility=Visibility.PUBLIC)
    with database.writing() as session:
        own = fresh(session, claim)
        evidence.withdraw_evidence(session, own, gone.id, "It was a hoax.", actor=ben.actor, at=on(date(2024, 3, 11), 12))
        verdicts.propose(session, own, everyday(own), actor=ann.actor, version=own.version, at=on(date(2024, 3, 12), 9))
        verdicts.sign(session, own, actor=cleo.actor, version=own.version, at=on(date(2024, 3, 12), 10))
    make_evidence(database, claim, actor=ben.actor, title="Found later", at=on(date(2024, 4, 1)))
    with database.writing() as session:
        own = fresh(session, claim)
        moves.reopen(
            session, own, VerdictKind.CORRECTION, "We misread.", actor=cleo.actor, version=own.version, at=on(date(2024, 4, 2))
        )
    return {"claim": claim, **people}


def objects(answer, kind: str) -> list[dict]:
    return [each for each in map(json.loads, answer.text.splitlines()) if each["type"] == kind]


def dossier(sign_in: SignIn, story, role: str = "editor", *, query: str = ""):
    return sign_in(role).get(f"/claims/{story['claim'].id}/dossier.jsonl{query}")


def test_dossier_shows_quote_speaker_day_and_place(story, sign_in: SignIn):
    (claim,) = objects(dossier(sign_in, story), "claim")
    assert (claim["speaker"], claim["quote"], claim["made_on"]) == ("Minister Moss", "A deal will come.", "2024-01-15")
    assert claim["article"]["title"] == "Before the summit"
    assert claim["article"]["url"] == "https://example.org/a"
    assert claim["article"]["text_sha256"] == hashlib.sha256(b"The minister spoke.\n\nA deal will come.").hexdigest()


def test_who_changed_which_criterion_when_and_from_what_to_what(story, sign_in: SignIn):
    changes = [each for each in objects(dossier(sign_in, story), "amendment") if each["field"] == "confirmed_if"]
    assert [(c["who"], c["before"], c["after"], c["at"][:10]) for c in changes] == [
        ("Ann Archer", None, OLD, "2024-01-15"),
        ("Ben Baker", OLD, NEW, "2024-02-02"),
    ]


def test_who_proposed_who_signed_and_what_was_known_when(story, sign_in: SignIn):
    answer = dossier(sign_in, story)
    (proposal,) = objects(answer, "proposal")
    assert (proposal["outcome"], proposal["proposed_by"], proposal["decision"]) == ("confirmed", "Ann Archer", "signed")
    assert (proposal["decided_by"], proposal["decided_at"]) == ("Cleo Carver", "2024-03-12T10:00:00.000000Z")
    sources = {each["number"]: each["title"] for each in objects(answer, "evidence")}
    assert sources == {1: "The gazette", 2: "A rumour", 3: "Found later"}
    # The rumour was withdrawn by then, and the last source came later.
    assert [sources[number] for number in proposal["evidence_known"]] == ["The gazette"]
    assert proposal["checks_known"] == [1]
    (rumour,) = [each for each in objects(answer, "evidence") if each["title"] == "A rumour"]
    assert (rumour["withdrawn_by"], rumour["withdrawn_because"]) == ("Ben Baker", "It was a hoax.")


def test_that_it_was_reopened_and_why(story, sign_in: SignIn):
    (line,) = [each for each in objects(dossier(sign_in, story), "event") if each["kind"] == "claim.reopen"]
    assert (line["who"], line["why"]) == ("Cleo Carver", "We misread.")
    assert "because we erred" in line["what"]


def test_every_line_is_there_in_order_and_verifies_by_itself(story, database: Database, sign_in: SignIn):
    lines = objects(dossier(sign_in, story), "event")
    with database.reading() as session:
        assert [line["seq"] for line in lines] == [
            seq
            for (seq,) in session.execute(
                text("SELECT seq FROM event WHERE subject = :s ORDER BY seq"), {"s": f"claim:{story['claim'].id}"}
            )
        ]
    for line in lines:
        jcs = json.dumps(line["sealed"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(f"tracker-history-1\n{line['prev_hash']}\n{jcs}".encode()).hexdigest() == line["hash"]
        for path, side in line.get("texts", {}).items():
            place = line["sealed"]["data"]
            for step in path.split("."):
                place = place[step]
            assert place == {"sha256": hashlib.sha256((side["salt"] + side["text"]).encode()).hexdigest()}


def test_for_outsiders_nothing_private_is_in_it(story, sign_in: SignIn):
    for role in ("viewer", "editor", "chief", "admin"):
        answer = dossier(sign_in, story, role)
        page = sign_in(role).get(f"/claims/{story['claim'].id}/dossier")
        for shown in (answer.text, page.text):
            assert "Do not tell anyone." not in shown
            assert "A secret cable" not in shown
    withheld = [each["kind"] for each in objects(answer, "event") if each.get("withheld")]
    assert sorted(withheld) == ["evidence.add", "note.add"]
    assert "1 piece of internal evidence is not in this version" in page.text


def test_the_desks_own_version_has_everything_and_is_for_editors(story, sign_in: SignIn):
    path = f"/claims/{story['claim'].id}/dossier"
    for role, status in {"viewer": 404, "admin": 404, "editor": 200, "chief": 200}.items():
        browser = sign_in(role)
        page, lines = browser.get(f"{path}?desk=1"), browser.get(f"{path}.jsonl?desk=1")
        assert (page.status_code, lines.status_code) == (status, status)
    assert "Do not tell anyone." in lines.text
    assert "A secret cable" in page.text
    assert "Do not share it." in page.text
    assert "desk" in lines.headers["Content-Disposition"]


def test_a_name_that_is_only_suggested_is_for_editors(story, database: Database, sign_in: SignIn):
    with database.writing() as session:
        own = fresh(session, story["claim"])
        editing.edit(session, own, {"attribution": Attribution.IMPLIED}, actor=story["Ann Archer"].actor, version=own.version)
    outside = dossier(sign_in, story)
    page = sign_in("editor").get(f"/claims/{story['claim'].id}/dossier")
    assert "Minister Moss" not in outside.text
    assert "Minister Moss" not in page.text
    assert "only suggests who it is" in outside.text
    assert "Minister Moss" in dossier(sign_in, story, query="?desk=1").text


def test_the_page_answers_at_a_glance(story, sign_in: SignIn):
    page = sign_in("editor").get(f"/claims/{story['claim'].id}/dossier")
    told = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert "Proposed by Ann Archer , 12 Mar 2024, 10:00 ; signed by Cleo Carver , 12 Mar 2024, 11:00 ." in told
    assert "Changed 1 time since the claim was added, last by Ben Baker: 2 Feb 2024, 13:00 (section 2)" in told
    assert "under review" in told
    assert re.search(r"Available at that time E1 C1", told)
    assert "The whole history," in told
    assert "is intact." in told


def test_the_page_is_french_where_french_is_read(story, sign_in: SignIn):
    browser = sign_in("editor")
    browser.post("/language", data={"language": "fr"})
    page = browser.get(f"/claims/{story['claim'].id}/dossier")
    told = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert "Dossier de la prévision" in told
    assert "contresigné par Cleo Carver" in told
    assert "In brief" not in told


def test_erased_words_stay_erased(story, database: Database, sign_in: SignIn):
    with database.writing() as session:
        seq = session.scalar(text("SELECT min(seq) FROM event WHERE kind = 'claim.edit'"))
        redact(session, seq, ["was.confirmed_if"], "A private person", CHIEF)
    changes = [each for each in objects(dossier(sign_in, story), "amendment") if each["field"] == "confirmed_if"]
    assert [(each["before"], each["after"]) for each in changes] == [(None, OLD), ("[erased]", NEW)]


def test_a_line_that_was_tampered_with_is_named(story, database: Database, sign_in: SignIn):
    with database.reading() as session:
        seq = session.scalar(text("SELECT min(seq) FROM event WHERE kind = 'claim.edit'"))
    with tampering(database) as connection:
        connection.execute(
            text("UPDATE event SET canonical = replace(canonical, 'claim.edit', 'claim.eDit') WHERE seq = :s"), {"s": seq}
        )
    answer = dossier(sign_in, story)
    (verification,) = objects(answer, "verification")
    assert verification["bad_lines"] == [seq]
    assert verification["whole_history"] == "broken"
    assert f"Line {seq}" in verification["fault"]
    page = sign_in("editor").get(f"/claims/{story['claim'].id}/dossier")
    assert "These entries were changed:" in page.text


def test_dossier_marks_a_verdict_decided_alone(database: Database, sign_in: SignIn):
    change_settings(database, second_signature=False)
    claim = make_claim(database, "due")
    make_evidence(database, claim)
    ann = make_editor(database, "Ann Archer")
    with database.writing() as session:
        own = fresh(session, claim)
        verdicts.decide(session, own, everyday(own), actor=ann.actor, version=own.version)
    page = sign_in("editor").get(f"/claims/{claim.id}/dossier")
    assert "decided without a second signature" in page.text
    assert "signed by" not in page.text


def test_a_bare_draft_has_a_dossier_too(database: Database, sign_in: SignIn):
    claim = make_claim(database, confirmed_if="", deadline_on=None)
    page = sign_in("viewer").get(f"/claims/{claim.id}/dossier")
    assert page.status_code == 200
    assert "No verdict has been signed." in page.text
    assert sign_in("viewer").get("/claims/999999/dossier").status_code == 404


def test_dossier_omits_texts_of_internal_evidence(story, database: Database, sign_in: SignIn):
    with database.reading() as session:
        secret = session.query(Evidence).filter_by(title="A secret cable").one()
        assert session.query(Event).filter(Event.kind == "evidence.add").count() == 4
    (line,) = [
        each
        for each in objects(dossier(sign_in, story), "event")
        if each.get("withheld") and each["sealed"]["data"].get("row") == f"evidence:{secret.id}"
    ]
    assert "texts" not in line
    assert "what" not in line
