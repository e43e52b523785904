"""Texts that no form should let through, given to the services all the same: a sentence and never an error of the driver."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.claims.desk import AT, LATER
from tests.factories import DESK, everyday, fresh, make_article, make_check, make_claim, make_editor, make_evidence
from tracker import validation
from tracker.articles import services as articles
from tracker.claims.enums import Outcome, VerdictKind, WithdrawReason
from tracker.claims.models import Claim
from tracker.claims.services import editing, evidence, moves, speakers, topics, verdicts
from tracker.db import Database
from tracker.errors import Invalid
from tracker.ledger.models import Event

NUL, SURROGATE, HUGE = "claim\x00text", "half \ud800 a sign", "A" * 1_048_576
UNSTORABLE = {"nul": NUL, "surrogate": SURROGATE, "huge": HUGE}
BLANK = ["", "   \t\u00a0", "\u200b\u200d\ufeff", "\u0301\u0301", "\u3164", "\n\r\n", "\u2028", "\x1b\x07"]

Give = Callable[[Session, dict[str, Claim], str], Any]


def _verdict(text: str, field: str) -> verdicts.Proposed:
    claim = Claim(review_on=LATER)
    given = everyday(claim, Outcome.PARTLY_CONFIRMED)
    return replace(given, **{field: text, "known_on": AT.date(), "occurred_from": AT.date()})


# Every text that a service takes: how it is given, and as which field it is refused.
PLACES: dict[str, tuple[str, Give]] = {
    **{
        f"claim.{field}": (field, lambda s, c, text, field=field: editing.edit(
            s, c["due"], {field: text, "quote_kind": "verbatim"}, actor=DESK, version=c["due"].version, at=AT
        ))
        for field in ("statement", "quote", "hedge", "condition", "confirmed_if", "refuted_if")
    },
    "claim.external_id": ("external_id", lambda s, c, text: make_claim(s, external_id=text)),
    "claim.language": ("language", lambda s, c, text: make_claim(s, language=text)),
    **{
        f"translation.{field}": (field, lambda s, c, text, field=field: editing.set_translation(
            s, c["due"], "fr", {"statement": "Un accord.", field: text}, actor=DESK, at=AT
        ))
        for field in ("statement", "condition", "confirmed_if", "refuted_if")
    },
    **{
        f"evidence.{field}": (field, lambda s, c, text, field=field: make_evidence(s, c["due"], **{field: text}))
        for field in ("title", "url", "document", "publisher", "locator", "note")
    },
    "evidence.withdrawn_because": ("reason", lambda s, c, text: evidence.withdraw_evidence(
        s, c["due"], make_evidence(s, c["due"]).id, text, actor=DESK, at=AT
    )),
    **{
        f"check.{field}": (field, lambda s, c, text, field=field: make_check(s, c["due"], **{field: text}))
        for field in ("where_looked", "found", "queries")
    },
    "note": ("body", lambda s, c, text: evidence.add_note(s, c["due"], text, actor=DESK, at=AT)),
    "postscript": ("body", lambda s, c, text: verdicts.add_postscript(s, c["resolved"], text, actor=DESK, at=AT)),
    "postpone": ("reason", lambda s, c, text: moves.postpone(
        s, c["due"], LATER, text, actor=DESK, version=c["due"].version, at=AT
    )),
    "withdraw": ("note", lambda s, c, text: moves.withdraw(
        s, c["due"], WithdrawReason.OTHER, text, actor=DESK, version=c["due"].version, at=AT
    )),
    "restore": ("reason", lambda s, c, text: moves.restore(
        s, c["withdrawn"], text, actor=make_editor(s, roles=["chief"]).actor, version=c["withdrawn"].version, at=AT
    )),
    "reopen": ("reason", lambda s, c, text: moves.reopen(
        s, c["resolved"], VerdictKind.UPDATE, text, actor=DESK, version=c["resolved"].version, at=AT
    )),
    **{
        f"verdict.{field}": (field, lambda s, c, text, field=field: verdicts.propose(
            s, c["due"], _verdict(text, field), actor=DESK, version=c["due"].version, at=AT
        ))
        for field in ("rationale", "missing")
    },
    "sign": ("note", lambda s, c, text: verdicts.sign(
        s, c["proposed"], actor=make_editor(s).actor, version=c["proposed"].version, at=AT, note=text
    )),
    "return": ("note", lambda s, c, text: verdicts.return_(
        s, c["proposed"], text, actor=make_editor(s).actor, version=c["proposed"].version, at=AT
    )),
    "propose_withdrawal": ("rationale", lambda s, c, text: verdicts.propose_withdrawal(
        s, c["resolved"], WithdrawReason.MISTAKE, text, actor=DESK, version=c["resolved"].version, at=AT
    )),
    "speaker.name": ("name", lambda s, c, text: speakers.add_speaker(s, actor=DESK, name=text, kind="person")),
    "speaker.affiliation": ("affiliation", lambda s, c, text: speakers.add_speaker(
        s, actor=DESK, name="X", kind="person", affiliation=text
    )),
    "speaker.alias": ("aliases", lambda s, c, text: speakers.add_speaker(
        s, actor=DESK, name="X", kind="person", aliases=(text,)
    )),
    "topic.label_en": ("label_en", lambda s, c, text: topics.add_topic(s, actor=DESK, label_en=text, label_fr="x")),
    "topic.label_fr": ("label_fr", lambda s, c, text: topics.add_topic(s, actor=DESK, label_en="x", label_fr=text)),
    "topic.key": ("key", lambda s, c, text: topics.add_topic(s, actor=DESK, label_en="x", label_fr="x", key=text)),
    **{
        f"article.{field}": (field, lambda s, c, text, field=field: articles.create(
            s, DESK, **{"title": "x", "language": "en", "published_on": AT.date(), field: text}
        ))
        for field in ("title", "outlet", "url", "author", "language", "external_id", "body")
    },
}  # fmt: skip


@pytest.fixture
def claims(database: Database) -> dict[str, int]:
    with database.writing() as session:
        article = make_article(session)
        made = {status: make_claim(session, status, article=article) for status in ("proposed", "resolved", "withdrawn", "due")}
        make_evidence(session, made["due"])
        return {status: claim.id for status, claim in made.items()}


@pytest.mark.parametrize("kind", UNSTORABLE)
def test_nothing_unstorable_gets_through_any_service(database: Database, claims: dict[str, int], kind: str):
    with database.reading() as session:
        events = session.scalar(select(func.count()).select_from(Event))
    let_through = []
    with database.writing() as session:
        for name, (field, give) in PLACES.items():
            loaded = {status: session.get_one(Claim, claim_id, populate_existing=True) for status, claim_id in claims.items()}
            savepoint = session.begin_nested()
            try:
                give(session, loaded, UNSTORABLE[kind])
                let_through.append(name)
            except Invalid as refused:
                if refused.field != field:
                    let_through.append(f"{name} as {refused.field}")
            savepoint.rollback()
    assert let_through == []
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == events


def test_labels_refuse_characters_that_change_direction(database: Database, claims: dict[str, int]):
    labels = {
        "article.title", "article.outlet", "article.author", "speaker.name", "speaker.affiliation", "speaker.alias",
        "topic.label_en", "topic.label_fr",
    }  # fmt: skip
    assert labels <= set(PLACES)
    let_through = []
    with database.writing() as session:
        for name in sorted(labels):
            field, give = PLACES[name]
            loaded = {status: session.get_one(Claim, claim_id, populate_existing=True) for status, claim_id in claims.items()}
            savepoint = session.begin_nested()
            try:
                give(session, loaded, "a\u202eb")
                let_through.append(name)
            except Invalid as refused:
                if refused.field != field:
                    let_through.append(f"{name} as {refused.field}")
            savepoint.rollback()
    assert let_through == []


@pytest.mark.parametrize("blank", BLANK)
def test_what_shows_nothing_counts_as_empty(blank: str):
    assert validation.is_blank(blank)
    assert validation.text(blank, "body", most=100) == ""
    with pytest.raises(Invalid, match="Write it") as refused:
        validation.text(blank, "body", most=100, needed="Write it.")
    assert refused.value.field == "body"


def test_a_claim_of_nothing_but_zero_width_signs_is_refused(database: Database):
    for blank in BLANK:
        with pytest.raises(Invalid) as refused:
            make_claim(database, statement=blank)
        assert refused.value.field == "statement"


KEPT = {
    "bidi": "Minister said \u202egnp.exe\u202c",
    "zalgo": "a" + "\u0301" * 400,
    "family": "👩\u200d👩\u200d👧\u200d👦🇩🇪",
    "astral": "𠮷野家",
    "nfd": "Cafe\u0301",
    "nfc": "Café",
    "jinja": "{{7*7}} {% raw %}",
    "format": "{0.__class__} %s%n %(deadline)s",
    "arabic": "قال الوزير 5%",
    "separators": "a\u2028b\u2029c",
    "null": "null",
    "nan": "NaN",
    "formula": '=HYPERLINK("http://x")',
    "escape": "\x1b[2J\x9b31m",
    "quote": "it's \"l'état\" \\ ; -- DROP",
}


def test_odd_texts_that_can_be_kept_come_back_as_they_were(database: Database):
    with database.writing() as session:
        article = make_article(session)
        made = {name: make_claim(session, article=article, statement=text, hedge=text).id for name, text in KEPT.items()}
    for name, claim_id in made.items():
        claim = fresh(database, Claim(id=claim_id))
        assert (claim.statement, claim.hedge) == (KEPT[name], KEPT[name]), name


def test_lengths_are_counted_in_code_points(database: Database):
    assert len(make_claim(database, statement="𠮷" * 1_000).statement) == 1_000
    for text in ("𠮷" * 1_001, "a" * 2_001, "a" * 2_000_000):
        with pytest.raises(Invalid, match="too long") as refused:
            make_claim(database, statement=text)
        assert (refused.value.field, refused.value.message.params) == ("statement", {"length": len(text), "most": 1_000})


def test_surrounding_space_does_not_count_and_a_quote_keeps_its_own(database: Database):
    claim = make_claim(database, statement="  x" + " " * 500, quote="  so it  ", quote_kind="verbatim")
    assert (claim.statement, claim.quote) == ("x", "  so it  ")


@pytest.mark.parametrize("value", [7, 1.5, True, ["a"], {"a": 1}, b"bytes"])
def test_what_is_no_text_is_no_text(value: Any):
    with pytest.raises(Invalid):
        validation.text(value, "body", most=100)


@pytest.mark.parametrize("code", ["en", "fr", "gsw", "pt-BR", "zh-Hant", "zh-Hant-TW", "es-419", "ca-ES-valencia"])
def test_languages_are_codes(code: str):
    assert validation.language(code) == code


@pytest.mark.parametrize(("code", "usual"), [("EN", "en"), ("PT-br", "pt-BR"), ("ZH-HANT-tw", "zh-Hant-TW")])
def test_language_codes_are_normalised(code: str, usual: str):
    assert validation.language(code) == usual


@pytest.mark.parametrize("code", ["", "e", "english", "en_GB", "en-", "a" * 36, None, 5, "e\x00", "fr\n"])
def test_what_is_no_code_is_no_language(code: Any):
    with pytest.raises(Invalid):
        validation.language(code)
