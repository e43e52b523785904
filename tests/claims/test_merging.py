"""Two editors on one claim: what only one of them changed is kept, and where both changed a field somebody chooses."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from tests.claims.desk import AT, DAY, make, said
from tests.factories import fresh, make_check, make_claim, make_editor, make_evidence, make_speaker, make_topic
from tracker.accounts.models import Editor
from tracker.claims import lifecycle
from tracker.claims.models import Claim
from tracker.claims.services import editing
from tracker.claims.services.three_way_merge import UNKNOWN, Clash, Difference, values_at
from tracker.db import Database
from tracker.errors import Conflict
from tracker.ledger.models import EventTexts

Edit = Callable[..., frozenset[str]]

# Every kind of field: (field, what it is, what one editor makes of it, what another does).
KINDS: list[tuple[str, Any, Any, Any]] = [
    ("statement", "An arms deal will be signed.", "An arms deal will be signed by both.", "A deal on arms will be signed."),
    ("refuted_if", "", "Both deny it.", "Nothing was signed."),
    ("deadline_on", date(2024, 3, 10), date(2024, 4, 1), date(2024, 5, 1)),
    ("certainty", "flat", "hedged", "possible_only"),
    ("deadline_source", "stated", "interpreted", "editor"),
    ("likelihood_low", 40, 30, 20),
    ("quote_language", None, "ko", "ru"),
    ("paragraph", None, 3, 4),
]
FIELDS = {field: base for field, base, _, _ in KINDS}


@pytest.fixture
def claim(database: Database) -> Claim:
    return make_claim(database, "open", likelihood_high=60, **FIELDS)


@pytest.fixture
def edit(database: Database, claim: Claim) -> Edit:
    """`edit(version, field=value, …)` as another editor each time; `choices` says which side stands."""
    editor = make_editor(database)

    def do(version: int, *, by: Editor = editor, choices: Mapping[str, str] | None = None, **values: Any) -> frozenset[str]:
        with database.writing() as session:
            own = session.get_one(Claim, claim.id)
            return editing.edit(session, own, values, actor=by.actor, version=version, at=AT, choices=choices)

    return do


def value(database: Database, claim: Claim, field: str) -> Any:
    return getattr(fresh(database, claim), field)


def test_fields_of_every_kind_are_merged_from_both_sides(database: Database, claim: Claim, edit: Edit):
    version = claim.version
    # Each edits half of the fields, and sends all of them, as a form does. A band goes with certain claims alone.
    hers = {field: one if number % 2 else base for number, (field, base, one, _) in enumerate(KINDS)}
    his = {field: base if number % 2 else other for number, (field, base, _, other) in enumerate(KINDS)}
    assert edit(version, **hers) == frozenset()
    assert edit(version, **his) == {field for number, (field, *_) in enumerate(KINDS) if number % 2}
    for number, (field, _, one, other) in enumerate(KINDS):
        assert value(database, claim, field) == (one if number % 2 else other), field
    assert fresh(database, claim).version == version + 2


@pytest.mark.parametrize(("field", "base", "one", "other"), [kind for kind in KINDS if kind[0] != "certainty"])
def test_where_both_changed_a_field_the_second_is_asked(sqlite_database: Database, field: str, base: Any, one: Any, other: Any):
    claim = make_claim(sqlite_database, "open", likelihood_high=60, **FIELDS)
    editor = make_editor(sqlite_database).actor

    def edit(version: int, value: Any, choices: Mapping[str, str] | None = None) -> frozenset[str]:
        with sqlite_database.writing() as session:
            own = session.get_one(Claim, claim.id)
            return editing.edit(session, own, {field: value}, actor=editor, version=version, at=AT, choices=choices)

    edit(claim.version, one)
    with pytest.raises(Clash) as clash:
        edit(claim.version, other)
    assert clash.value.differences == [Difference(field, other, one)]
    assert clash.value.version == claim.version + 1
    assert clash.value.status == 409
    assert value(sqlite_database, claim, field) == one
    # Back to what it was is a change, too.
    assert edit(claim.version, base) == {field}
    with pytest.raises(Clash):
        edit(claim.version, other, {"hedge": "mine", field: "neither"})
    edit(claim.version, other, {field: "theirs"})
    assert value(sqlite_database, claim, field) == one
    edit(claim.version, other, {field: "mine"})
    assert value(sqlite_database, claim, field) == other


def test_a_clash_names_every_field_at_once_and_saves_nothing(database: Database, claim: Claim, edit: Edit):
    edit(claim.version, statement="One deal.", refuted_if="None.", quote_language="ko")
    before = said(database, claim)
    with pytest.raises(Clash) as clash:
        edit(claim.version, statement="Two deals.", refuted_if="Nothing.", quote_language="ko", deadline_on=date(2024, 6, 1))
    assert [d.field for d in clash.value.differences] == ["statement", "refuted_if"]
    assert said(database, claim) == before
    assert value(database, claim, "deadline_on") == date(2024, 3, 10)


def test_the_same_change_by_both_is_no_clash_and_no_second_event(database: Database, claim: Claim, edit: Edit):
    edit(claim.version, statement="Both mean this.")
    assert edit(claim.version, statement="  Both mean this. ") == frozenset()
    assert fresh(database, claim).version == claim.version + 1


def test_a_field_that_came_back_to_what_was_seen_is_not_in_the_way(database: Database, claim: Claim, edit: Edit):
    edit(claim.version, statement="Hastily changed.")
    edit(claim.version + 1, statement=FIELDS["statement"])
    edit(claim.version, statement="Well considered.")
    assert value(database, claim, "statement") == "Well considered."


def test_merge_ignores_changes_of_other_fields(database: Database, claim: Claim, edit: Edit):
    version = claim.version
    edit(version, statement="First change.")
    make_evidence(database, claim)
    make_check(database, claim)
    speaker, topic, editor = make_speaker(database), make_topic(database), make_editor(database)
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        editing.set_topics(session, own, (topic.id,), actor=editor.actor)
        lifecycle.flag_batch(session, DAY, limit=1, at=AT)
    edit(fresh(database, claim).version, speaker_id=speaker.id, attribution="stated", statement="Second change.")
    edit(fresh(database, claim).version, statement="Third change.")
    with database.reading() as session:
        own = session.get_one(Claim, claim.id)
        fields = ("statement", "speaker_id", "attribution", "deadline_on")
        assert values_at(session, own, version, fields) == {
            "statement": FIELDS["statement"],
            "speaker_id": None,
            "attribution": "article",
            "deadline_on": date(2024, 3, 10),
        }
        assert values_at(session, own, version + 1, ("statement",)) == {"statement": "First change."}
        assert values_at(session, own, own.version - 1, ("statement",)) == {"statement": "Second change."}
        assert values_at(session, own, own.version, ("statement",)) == {"statement": "Third change."}


def test_moves_in_between_do_not_disturb_the_merge(database: Database, claim: Claim, edit: Edit):
    make(database, claim, "postpone", make_editor(database).actor)
    assert edit(claim.version, statement="Changed on an older page.") == frozenset()
    assert value(database, claim, "statement") == "Changed on an older page."


def test_an_erased_earlier_value_asks_instead_of_guessing(database: Database, claim: Claim, edit: Edit):
    edit(claim.version, statement="Mister Somebody will sign.")
    with database.writing() as session:
        for row in session.query(EventTexts).all():
            texts = {path: text for path, text in json.loads(row.texts).items() if path != "was.statement"}
            session.execute(update(EventTexts).where(EventTexts.seq == row.seq).values(texts=json.dumps(texts)))
    with database.reading() as session:
        assert values_at(session, session.get_one(Claim, claim.id), claim.version, ("statement",)) == {"statement": UNKNOWN}
    # Even what was left as it was cannot be told from a change.
    with pytest.raises(Clash):
        edit(claim.version, statement=FIELDS["statement"], refuted_if="Mine.")
    edit(claim.version, statement=FIELDS["statement"], refuted_if="Mine.", choices={"statement": "theirs"})
    assert value(database, claim, "statement") == "Mister Somebody will sign."
    assert value(database, claim, "refuted_if") == "Mine."


@pytest.mark.parametrize("version", [-1, 0, 99])
def test_a_version_that_never_was_is_refused(database: Database, claim: Claim, edit: Edit, version: int):
    with pytest.raises(Conflict, match="does not exist"):
        edit(version, statement="Whatever.")


def test_two_merged_halves_must_still_make_sense_together(database: Database, claim: Claim, edit: Edit):
    edit(claim.version, likelihood_high=45)
    with pytest.raises(Exception, match="lower likelihood") as refused:
        edit(claim.version, likelihood_low=50)
    assert refused.value.field == "likelihood_low"
    assert value(database, claim, "likelihood_low") == 40


def test_an_owner_who_was_changed_by_both_is_asked_for_too(database: Database, claim: Claim):
    one, two, three = (make_editor(database) for _ in range(3))

    def assign(owner: Editor | None, version: int) -> None:
        with database.writing() as session:
            own = session.get_one(Claim, claim.id)
            editing.assign(session, own, owner.id if owner else None, actor=three.actor, version=version, at=AT)

    assign(one, claim.version)
    with pytest.raises(Clash):
        assign(two, claim.version)
    assign(one, claim.version)  # the same hand-over twice is done once
    assign(two, claim.version + 1)
    assert value(database, claim, "owner_id") == two.id
    assert [line["kind"] for line in said(database, claim)].count("claim.assign") == 2
