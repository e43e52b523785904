"""Every event can be told, in both languages, with what was before and after and why."""

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from tests.ledger.support import CHIEF
from tracker import clock, ledger
from tracker.claims.enums import RelationKind, SpeakerKind, Stance, VerdictKind, WithdrawReason
from tracker.claims.models import Claim
from tracker.claims.services import editing, evidence, moves, speakers, verdicts
from tracker.db import Database
from tracker.ledger import SYSTEM, Actor
from tracker.ledger.descriptions import Change, Description, describe, load_names
from tracker.ledger.descriptors import EVENT_KINDS, ROW_KINDS
from tracker.ledger.queries import REDACTED, Entry, events_of, get_event, log
from tracker.ledger.redaction import find_text, redact
from tracker.ledger.rows import tracked_tables
from tracker.newsroom import settings
from tracker.web.i18n import translate, use_language


def told(database: Database, subject: str) -> list[Description]:
    """What happened to a subject, oldest first."""
    with database.reading() as session:
        entries = events_of(session, subject).entries
        called = load_names(session, entries)
    return [describe(entry, called) for entry in reversed(entries)]


def last(database: Database, subject: str) -> Description:
    return told(database, subject)[-1]


def english(sentence: Description) -> str:
    with use_language("en"):
        return translate(sentence.whole)


def french(sentence: Description) -> str:
    with use_language("fr"):
        return translate(sentence.whole)


def changes(sentence: Description, language: str = "en") -> dict[str, tuple[str | None, str | None]]:
    with use_language(language):
        return {translate(each.label): (_said(each.before), _said(each.after)) for each in sentence.changes}


def _said(value: Any) -> str | None:
    return None if value is None else translate(value)


def test_the_life_of_a_claim_reads_like_a_story(database: Database):
    tom = factories.make_editor(database, "Tom Adeyemi", roles=["chief"])
    ines = factories.make_editor(database, "Inès Carpentier")
    claim = factories.make_claim(database, "due", statement="It will rain.", actor=tom.actor)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        at = factories.on(factories.REVIEW_ON)

        def do(service: Any, *values: Any, actor: Any = tom.actor, **more: Any) -> None:
            service(session, own, *values, actor=actor, version=own.version, at=at, **more)

        evidence.add_evidence(
            session, own, actor=tom.actor, stance=Stance.SUPPORTS, title="Gauge", url="https://example.org", at=at
        )
        do(verdicts.propose, factories.everyday(own), requested_signer_id=ines.id)
        do(verdicts.return_, "Which gauge?", actor=ines.actor)
        do(verdicts.propose, factories.everyday(own))
        do(verdicts.recall)
        do(verdicts.propose, factories.everyday(own))
        do(verdicts.sign, actor=ines.actor)
        do(moves.reopen, VerdictKind.CORRECTION, "Wrong gauge", actor=ines.actor)
    story = told(database, f"claim:{claim.id}")
    assert [english(sentence) for sentence in story] == [
        "Tom Adeyemi added the claim.",
        "Tom Adeyemi started tracking the claim.",
        "The review date has come: the claim is due.",
        "Tom Adeyemi added evidence that supports the claim.",
        "Tom Adeyemi proposed the verdict “Confirmed”.",
        "Inès Carpentier sent the proposal back.",
        "Tom Adeyemi proposed the verdict “Confirmed”.",
        "Tom Adeyemi withdrew the proposal.",
        "Tom Adeyemi proposed the verdict “Confirmed”.",
        "Inès Carpentier signed the verdict “Confirmed”.",
        "Inès Carpentier reopened the claim, because we erred.",
    ]
    assert french(story[9]) == "Inès Carpentier a contresigné le verdict «\u202fConfirmée\u202f»."
    assert french(story[2]) == "La date de vérification est arrivée\u202f: la prévision est à vérifier."
    assert changes(story[0])["Statement"] == (None, "It will rain.")
    assert changes(story[2])["Status"] == ("Open", "Due")
    assert changes(story[4])["Who should sign"] == (None, "Inès Carpentier")
    assert changes(story[4])["Outcome known on"] == (None, "10 Mar 2024")
    assert changes(story[4], "fr")["Résultat connu le"] == (None, "10 mars 2024")
    assert changes(story[4], "fr")["Verdict"] == (None, "Confirmée")
    assert [translate(sentence.why) for sentence in story if sentence.why] == ["Which gauge?", "Wrong gauge"]


def test_edit_shows_old_and_new_value(database: Database):
    claim = factories.make_claim(database, hedge="may", likelihood_low=10, likelihood_high=30, certainty="hedged")
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        values = {"hedge": "", "likelihood_high": 40, "deadline_on": None, "deadline_source": None}
        editing.edit(session, own, values, actor=CHIEF, version=own.version)
    sentence = last(database, f"claim:{claim.id}")
    assert changes(sentence) == {
        "Words of doubt": ("may", None),
        "Stated likelihood, to": ("30%", "40%"),
        "Deadline": ("10 Mar 2024", None),
        "Who set the deadline": ("Stated by the speaker", None),
    }
    assert changes(sentence, "fr")["Probabilité annoncée, à"] == ("30\u202f%", "40\u202f%")
    assert {str(each.label) for each in sentence.changes if each.is_text} == {"Words of doubt"}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"confirmed_if": "Something else."}, "changed the criteria"),
        ({"deadline_on": factories.REVIEW_ON}, "changed the deadline"),
        ({"statement": "It will snow."}, "changed the claim"),
        ({"statement": "It will snow.", "confirmed_if": "Snow."}, "changed the claim"),
        ({"quote": "snow", "quote_kind": "paraphrase"}, "changed the quote or its place"),
    ],
)
def test_an_edit_is_named_after_what_it_changed(database: Database, values: dict[str, Any], expected: str):
    claim = factories.make_claim(database)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        editing.edit(session, own, values, actor=CHIEF, version=own.version)
    with use_language("en"):
        assert translate(last(database, f"claim:{claim.id}").what) == expected


def test_every_kind_that_the_services_write_has_words_of_its_own(database: Database):
    editor = factories.make_editor(database, "Ann", roles=["chief", "admin"])
    other = factories.make_editor(database, "Bob")
    topic = factories.make_topic(database, "Rain", "Pluie")
    resolved = factories.make_claim(database, "under_review", article=factories.make_article(database, body="A.\n\nB."))
    claim = factories.make_claim(database, "open", topics=[topic], condition="if it clouds over")
    factories.change_settings(database, second_signature=False)
    with database.writing() as session:
        own, done = session.get_one(Claim, claim.id), session.get_one(Claim, resolved.id)
        actor, at = editor.actor, clock.now()
        for stance in Stance:
            evidence.add_evidence(session, own, actor=actor, stance=stance, title="x", url="https://example.org", at=at)
        letter = {"title": "x", "document": "A letter", "about": "condition", "stance": Stance.CONTEXT}
        gone = evidence.add_evidence(session, own, actor=actor, **letter)
        evidence.withdraw_evidence(session, own, gone.id, "Forged", actor=actor)
        evidence.add_check(session, own, actor=actor, where_looked="Here", found="Nothing", exhaustive=True)
        evidence.add_note(session, own, "Between us", actor=actor)
        evidence.relate(session, own, done.id, RelationKind.DUPLICATE_OF, actor=actor)
        for owner in (other.id, editor.id, None):
            editing.assign(session, own, owner, actor=actor)
        editing.set_topics(session, own, (), actor=actor)
        editing.set_translation(session, own, "fr", {"statement": "Il pleuvra."}, actor=actor)
        editing.edit(session, own, {"condition_status": "met"}, actor=actor, version=own.version)
        moves.postpone(session, own, factories.REVIEW_ON.replace(year=2099), "Too early", actor=actor, version=own.version)
        moves.withdraw(session, own, WithdrawReason.DUPLICATE, "See the other", actor=actor, version=own.version)
        moves.restore(session, own, "It was none", actor=actor, version=own.version)
        verdicts.decide(session, done, factories.everyday(done), actor=actor, version=done.version)
        verdicts.propose_withdrawal(session, done, WithdrawReason.MISTAKE, "We erred.", actor=actor, version=done.version)
        verdicts.sign(session, done, actor=other.actor, version=done.version)
        speakers.add_speaker(session, actor=actor, name="Jane", kind=SpeakerKind.PERSON)
        settings.change(session, actor, name="The Weather")
        place = find_text(session, f"claim:{own.id}", "It was none")
        assert place == [], "nothing is in the chain before the commit"
    with database.writing() as session:
        (place,) = find_text(session, f"claim:{claim.id}", "It was none")
        redact(session, place.seq, [place.field], "Names somebody", editor.actor)
    with database.reading() as session:
        entries = log(session, zone=settings.load(session).zone, limit=500).entries
        called = load_names(session, entries)
    for entry in entries:
        sentence = describe(entry, called)
        assert "%(" not in english(sentence)
        assert entry.kind not in english(sentence), "it has words of its own"
        assert french(sentence) != english(sentence)
        json.dumps([changes(sentence), changes(sentence, "fr")])
    spoken = {english(describe(entry, called)) for entry in entries}
    assert {
        "Ann gave the claim to Bob.",
        "Ann became the owner of the claim.",
        "Ann left the claim without an owner.",
        "Ann noted that the claim is a duplicate of claim 1.",
        "Ann found that the condition was met.",
        "Ann moved the review date to 11 Mar 2099.",
        "Ann withdrew the claim (A duplicate).",
        "Ann decided the verdict “Confirmed” without a second signature.",
        "Bob signed the withdrawal of the claim.",
        "Ann changed the translation: French.",
        "Tracker stored text number 1 of the article.",
        f"Ann erased text from entry {place.seq} of the history.",
    } <= spoken
    by_kind = {entry.kind: describe(entry, called) for entry in entries}
    assert changes(by_kind["claim.topics"]) == {"Topics": ("Rain", None)}
    assert changes(by_kind["claim.topics"], "fr") == {"Thèmes": ("Pluie", None)}
    assert changes(by_kind["translation.set"]) == {"Statement": (None, "Il pleuvra.")}
    assert by_kind["claim.restore"].why is REDACTED
    assert translate(by_kind["evidence.withdraw"].why or "") == "Forged"
    assert translate(by_kind["note.add"].why or "") == "Between us"


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        ("speaker.merge", {"set": {"merged_into_id": 2}, "was": {"merged_into_id": None}}, "merged the speaker into speaker 2"),
        ("speaker.unmerge", {"set": {"merged_into_id": None}}, "separated two merged speakers"),
        (
            "relation.remove",
            {"was": {"kind": "part_of", "other_id": 4}},
            "removed the note that the claim is part of claim 4",
        ),
        ("editor.disabled", {"set": {"active": False}, "was": {"active": True}}, "removed the access of editor 7"),
        ("editor.roles", {"roles": ["chief"], "roles_before": []}, "changed the roles of editor 7"),
        ("editor.leave", {"away_until": "2024-03-11", "stand_in": 3}, "entered time off for editor 7 until 11 Mar 2024"),
        ("editor.leave", {"away_until": None, "stand_in": None}, "ended the time off of editor 7"),
        ("import.claims", {"rows": 12}, "did something of the kind “import.claims”"),
        ("import.run", {"claims": 12}, "imported claims from a file"),
        ("moon.landing", {"anything": [1, {"set": 2}]}, "did something of the kind “moon.landing”"),
    ],
)
def test_unknown_kinds_have_a_generic_sentence(kind: str, data: dict[str, Any], expected: str):
    entry = Entry(1, clock.now(), "editor:3", "editor:7", kind, data)
    sentence = describe(entry, {})
    with use_language("en"):
        assert translate(sentence.what) == expected
    assert english(sentence) == f"editor 3 {expected}."


def test_anchor_event_has_no_actor(database: Database):
    entry = Entry(1, clock.now(), "system", "newsroom:1", "history.anchor", {"seq": 4, "hash": "x", "date": "2024-03-11"})
    assert english(describe(entry, {})) == "The history was anchored at entry 4."


def test_erased_text_is_marked(database: Database):
    claim = factories.make_claim(database, statement="Jane Doe will resign.")
    with database.writing() as session:
        (place,) = find_text(session, f"claim:{claim.id}", "Jane Doe")
        redact(session, place.seq, [place.field], "A private person", CHIEF)
    first = told(database, f"claim:{claim.id}")[0]
    assert changes(first)["Statement"] == (None, "[erased]")
    assert changes(first, "fr")["Énoncé"] == (None, "[effacé]")


def test_words_of_people_are_never_taken_for_ours(database: Database):
    """A name that is also a text of the pages, or that looks like a place to fill in, stands as it was written."""
    speaker = factories.make_speaker(database, "Open")
    odd = factories.make_speaker(database, "100%(who)s")
    assert changes(last(database, f"speaker:{speaker.id}"), "fr")["Nom"] == (None, "Open")
    assert changes(last(database, f"speaker:{odd.id}"))["Name"] == (None, "100%(who)s")


def test_names_are_asked_for_once_a_page(database: Database):
    for name in ("Ann", "Bob", "Cid"):
        with database.writing() as session:
            who = factories.make_editor(session, name)
            ledger.record(session, "claim:1", "claim.assign", actor=Actor(who.id), data={"set": {"owner_id": who.id}})
    queries: list[str] = []
    with database.reading() as session:
        entries = events_of(session, "claim:1").entries
        from sqlalchemy import event as sa_event

        sa_event.listen(database.engine, "before_cursor_execute", lambda *args: queries.append(args[2]))
        called = load_names(session, entries)
    assert len(queries) == 1
    assert [str(called[f"editor:{n}"]) for n in (1, 2, 3)] == ["Ann", "Bob", "Cid"]


# What a reader of the history need not see: ids, counters, places, and what the sentence itself says.
UNSAID = {
    "token": {"revoked_at"},  # the event is the revocation
    "passkey": {"removed_at"},
    "desk": {"removed_at"},
    "topic": {"key"},
    "relation": {"claim_id", "other_id", "kind"},
    "article_text": {"article_id", "number", "sha256"},
    "article": {"is_sample"},
    "verdict": {"claim_id", "number", "proposal_kind", "supersedes_id", "proposed_by_id", "proposed_at"},
    "postscript": {"verdict_id", "written_on", "author_id", "language"},
    "check": {"claim_id", "editor_id"},
    "evidence": {"claim_id", "withdrawn_at", "withdrawn_because"},
    "claim": {
        "article_id", "text_number", "quote_start", "quote_end", "due_cycle", "signed_verdict_id", "proposal_id", "reopened_as",
        "recall_to", "restore_to",
    },
    "decision": {"verdict_id", "decision", "decided_by_id", "decided_at", "note"},
}  # fmt: skip


def _described(name: str) -> set[str]:
    kind = ROW_KINDS.get(name)
    return set(kind.fields) if kind else set()


def test_every_tracked_field_has_a_name_or_is_left_out_on_purpose():
    fields = {name: set(each.view.fields) for name, each in tracked_tables().items()}
    fields["newsroom"] = {field.name for field in dataclasses.fields(settings.Newsroom)}
    assert {name: found - _described(name) - UNSAID.get(name, set()) for name, found in fields.items()} == {
        name: set() for name in fields
    }


scalars = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
KINDS = sorted([*(each.kind for each in EVENT_KINDS.values()), "import.x", "?", ""])
PARTS = ["set", "was", "also", "row", "reason", "note", "topics", "topics_were", "roles", "outcome", "name", "seq", "to", "from"]
FIELDS = ["status", "owner_id", "review_on", "outcome", "stance", "kind", "likelihood_low", "is_scored", "speaker_id", "language"]
fields = st.dictionaries(st.sampled_from(FIELDS), anything, max_size=4)


@given(
    kind=st.sampled_from(KINDS),
    subject=st.sampled_from(["claim:1", "editor:2", "verdict:3", "odd", ""]),
    data=st.dictionaries(st.sampled_from(PARTS), anything | fields, max_size=5),
)
def test_event_with_any_data_is_described(kind: str, subject: str, data: dict[str, Any]):
    description = describe(Entry(1, clock.now(), "system", subject, kind, data), {})
    assert isinstance(description, Description)
    for language in (english, french):
        assert language(description)
    for change in description.changes:
        assert isinstance(change, Change)
        assert all(translate(each) is not None for each in (change.label, change.before, change.after) if each is not None)


def test_editor_log_spans_all_subjects(database: Database):
    with database.writing() as session:
        ledger.record(session, "claim:1", "claim.track", actor=Actor(5))
        ledger.record(
            session, "newsroom:1", "newsroom.settings", actor=Actor(5), data={"set": {"name": "A"}, "was": {"name": "B"}}
        )
        ledger.record(session, "claim:1", "claim.track", actor=SYSTEM)
    with database.reading() as session:
        entries = log(session, zone=settings.load(session).zone, actor="editor:5").entries
        assert get_event(session, 3) not in entries
    assert [english(describe(entry, {})) for entry in entries] == [
        "editor 5 changed the settings of the newsroom.",
        "editor 5 started tracking the claim.",
    ]
    assert changes(describe(entries[0], {})) == {"Name": ("B", "A")}
