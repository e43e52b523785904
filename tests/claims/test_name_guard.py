"""The name of an implied speaker is kept out of public texts."""

from typing import Any

import pytest

from tests.factories import DESK, events_of, everyday, fresh, make_claim, make_editor, make_evidence, make_speaker, prepare
from tracker.claims.enums import Attribution, Outcome, SpeakerKind, Status, Visibility
from tracker.claims.models import Claim, Speaker
from tracker.claims.services import name_guard, speakers, verdicts
from tracker.db import Database
from tracker.errors import Forbidden, Invalid

NAME = "Zebedee Quillfeather"


def make_implied(database: Database, status: str = "due", **fields: Any) -> Claim:
    speaker = make_speaker(database, NAME, aliases=("The Quill",))
    return make_claim(database, status, speaker_id=speaker.id, attribution=Attribution.IMPLIED, **fields)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("statement", "zebedee quillfeather will resign."),
        ("quote", "The Quill will go."),
        ("condition", "If Zebedee Quillfeather stays."),
        ("confirmed_if", "ZEBEDEE QUILLFEATHER resigns."),
        ("refuted_if", "The quill stays."),
    ],
)
def test_proposal_is_refused_while_a_term_names_the_implied_speaker(database: Database, field: str, text: str):
    more = {"quote_kind": "verbatim"} if field == "quote" else {}
    claim = make_implied(database, **{field: text, **more})
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        prepare(session, own, Outcome.VOID, at=own.created_at)
        version = own.version
        with pytest.raises(Invalid) as refusal:
            verdicts.propose(session, own, everyday(own, Outcome.VOID), actor=DESK, version=version)
    assert refusal.value.field == field
    assert fresh(database, claim).status is Status.DUE


def test_proposal_is_refused_where_public_evidence_names_the_implied_speaker(database: Database):
    claim = make_implied(database)
    make_evidence(database, claim, title=f"Letter of {NAME}")
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        with pytest.raises(Invalid) as refusal:
            verdicts.propose(session, own, everyday(own), actor=DESK, version=own.version)
    assert refusal.value.field == "evidence"


def test_internal_evidence_may_name_the_implied_speaker(database: Database):
    claim = make_implied(database)
    make_evidence(database, claim, title=f"Letter of {NAME}", visibility=Visibility.INTERNAL)
    make_evidence(database, claim)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        verdicts.propose(session, own, everyday(own), actor=DESK, version=own.version)
    assert fresh(database, claim).status is Status.PROPOSED


def test_signature_is_refused_when_an_alias_was_added_since_the_proposal(database: Database):
    claim = make_implied(database, "proposed", statement="The old fox will resign.")
    signer = make_editor(database)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        speaker = session.get_one(Speaker, own.speaker_id)
        given = {"name": NAME, "kind": SpeakerKind.PERSON, "affiliation": "", "aliases": ("The Old Fox",)}
        speakers.edit_speaker(session, speaker, actor=DESK, **given)
        with pytest.raises(Invalid) as refusal:
            verdicts.sign(session, own, actor=signer.actor, version=own.version)
    assert refusal.value.field == "statement"
    assert fresh(database, claim).status is Status.PROPOSED


def test_postscript_that_names_the_implied_speaker_is_refused(database: Database):
    claim = make_implied(database, "resolved")
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        with pytest.raises(Invalid) as refusal:
            verdicts.add_postscript(session, own, f"{NAME} resigned.", actor=DESK)
    assert refusal.value.field == "postscript"


def test_chief_allows_the_name_in_one_field_with_a_reason(database: Database):
    claim = make_implied(database, statement=f"{NAME} will resign.")
    chief = make_editor(database, roles=("editor", "chief"))
    make_evidence(database, claim)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        name_guard.allow_name(session, own, "statement", "He said so himself since.", actor=chief.actor)
        name_guard.allow_name(session, own, "statement", "Again.", actor=chief.actor)
        verdicts.propose(session, own, everyday(own), actor=DESK, version=own.version)
    assert fresh(database, claim).status is Status.PROPOSED
    assert [event.kind for event in events_of(database, claim)].count("claim.name_allowed") == 1


def test_name_that_is_allowed_in_one_field_stays_forbidden_in_another(database: Database):
    claim = make_implied(database, statement=f"{NAME} will resign.", refuted_if=f"{NAME} stays.")
    chief = make_editor(database, roles=("editor", "chief"))
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        name_guard.allow_name(session, own, "statement", "He said so himself since.", actor=chief.actor)
        with pytest.raises(Invalid) as refusal:
            name_guard.require_no_implied_name(session, own)
    assert refusal.value.field == "refuted_if"


def test_editor_cannot_allow_the_name(database: Database):
    claim = make_implied(database)
    editor = make_editor(database)
    with database.writing() as session, pytest.raises(Forbidden):
        name_guard.allow_name(session, session.get_one(Claim, claim.id), "statement", "Why not.", actor=editor.actor)


def test_stated_speaker_may_be_named_everywhere(database: Database):
    speaker = make_speaker(database, NAME)
    claim = make_claim(
        database, "resolved", speaker_id=speaker.id, attribution=Attribution.STATED, statement=f"{NAME} will resign."
    )
    assert fresh(database, claim).status is Status.RESOLVED
