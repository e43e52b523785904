"""Every edit form, sent back as it was drawn, changes nothing and records nothing."""

from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import select

from tests.claims.pages import fill, forms
from tests.factories import change_settings, fresh, make_article, make_claim, make_editor, make_evidence, make_speaker, make_topic
from tests.support.web import Client, SignIn
from tracker import clock
from tracker.accounts.models import Editor
from tracker.accounts.roles import Role
from tracker.articles.models import Article
from tracker.claims.models import Claim, ClaimTopic
from tracker.db import Base, Database
from tracker.ledger import Actor
from tracker.newsroom import hedge_table
from tracker.notifications import preferences
from tracker.notifications.models import Format, Frequency, ReminderPreference, Webhook
from tracker.suggest.values import HedgeRule

CHIEF: Final = Actor(None, frozenset({Role.SYSTEM, Role.CHIEF}))

FORMS = (
    "/claims/{claim}/edit",
    "/claims/{claim}/assign",
    "/claims/{claim}/topics",
    "/claims/{claim}/translation",
    "/articles/{article}/edit",
    "/speakers/{speaker}/edit",
    "/topics/{topic}/edit",
)

# Sessions, the times of requests, and the tokens of forms that were sent.
PASSING: Final = frozenset({"form_token", "editor_session", "sign_in_limit"})


@pytest.fixture
def boss(database: Database, sign_in: SignIn) -> Client:
    """A client signed in with every role."""
    return sign_in(make_editor(database, roles=("chief", "admin")))


@pytest.fixture
def ids(database: Database) -> dict[str, int]:
    """A claim with stored values that no list offers: languages, a sample topic, a sample speaker and a disabled owner."""
    change_settings(database, show_sample=False)
    article = make_article(database, language="pt-BR", body="Um acordo vai ser assinado.")
    owner = make_editor(database, "Gone Owner")
    hidden = make_topic(database, "Hidden", "Caché", is_sample=True)
    speaker = make_speaker(database, "M. Hale", is_sample=True)
    claim = make_claim(
        database, article=article, owner=owner, topics=[hidden], speaker_id=speaker.id, attribution="stated", certainty=None,
        language="th", quote="Um acordo vai ser assinado.", quote_kind="paraphrase", quote_language="en-GB",
    )  # fmt: skip
    with database.writing() as session:
        # As earlier versions stored them: a spelling that is no longer the usual one.
        session.get_one(Claim, claim.id).quote_language = "en-gb"
        session.get_one(Article, article.id).language = "PT-br"
        session.get_one(Editor, owner.id).active = False
    return {"claim": claim.id, "article": article.id, "speaker": speaker.id, "topic": hidden.id}


def _rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, but for those that every request changes."""
    with database.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))]
            for table in Base.metadata.sorted_tables
            if table.name not in PASSING
        }


def _changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {name: after[name] for name in after if after[name] != before[name]}


@pytest.mark.parametrize("address", FORMS)
def test_form_sent_back_unchanged_changes_nothing(database: Database, ids: dict[str, int], boss: Client, address: str):
    path = address.format(**ids)
    before = _rows(database)

    answer = fill(boss, path)

    assert answer.status_code == 303, answer.text
    assert _changed(before, _rows(database)) == {}


@pytest.fixture
def settings_of(database: Database, boss: Client) -> dict[str, int]:
    """What the pages of settings edit, with values that no page offers, as earlier versions or other programs stored them."""
    me = make_editor(database, "Ann Away", roles=("viewer", "editor"), email="ann@example.org")
    stand_in = make_editor(database, "Gone Cover")
    with database.writing() as session:
        editor = session.get_one(Editor, me.id)
        editor.away_until, editor.stand_in_id = clock.now().date() + timedelta(days=30), stand_in.id
        session.get_one(Editor, stand_in.id).active = False
        hook = Webhook(
            name="Wire", url="https://93.184.216.34/hook", format=Format.SLACK, events=["claim.due", "claim.gone"],
            owner_id=me.id, salt="0" * 32, created_at=clock.now(), seen_seq=0,
        )  # fmt: skip
        session.add(hook)
        session.flush()
        preferences.change(session, me.id, digest=Frequency.WEEKLY, hour=0, own=False, late=False)
        hedge_table.save_line(session, CHIEF, HedgeRule("could well", "en", "hedged", 55, 80))
        return {"me": me.id, "webhook": hook.id}


SETTINGS = (
    ("/settings", "/settings", "theme"),
    ("/settings/newsroom", "/settings/newsroom", "timezone"),
    ("/settings/reminders", "/settings/reminders", "digest"),
    ("/settings/reminders", "/settings/reminders/leave", "away_until"),
    ("/settings/webhooks/{webhook}", "/settings/webhooks/{webhook}", "name"),
    ("/settings/hedges/line?language=en&words=could%20well", "/settings/hedges/line", "certainty"),
    ("/people/{me}", "/people/{me}/roles", "roles"),
)


@pytest.mark.parametrize(("page", "action", "name"), SETTINGS)
def test_settings_sent_back_unchanged_change_nothing(
    database: Database, settings_of: dict[str, int], sign_in: SignIn, boss: Client, page: str, action: str, name: str
):
    with database.reading() as session:
        me = session.get_one(Editor, settings_of["me"])
    client = sign_in(me) if "reminders" in page else boss
    shown = client.get(page.format(**settings_of))
    assert shown.status_code == 200
    path = action.format(**settings_of)
    sent = next(each for each in forms(shown) if name in each.values and each.action in ("", path))
    before = _rows(database)

    answer = client.post(path, data=sent.values)

    assert answer.status_code == 303, answer.text
    assert _changed(before, _rows(database)) == {}


def test_corrected_source_sent_back_unchanged_changes_nothing(database: Database, boss: Client):
    claim = make_claim(database, "due")
    source = make_evidence(database, claim)
    path = f"/claims/{claim.id}/evidence/{source.id}/edit"
    before = _rows(database)
    assert fill(boss, path).status_code == 303
    assert _changed(before, _rows(database)) == {}


def test_editor_who_never_chose_sends_the_reminder_form_back_and_stays_without_choices(database: Database, boss: Client):
    assert fill(boss, "/settings/reminders").status_code == 303
    with database.reading() as session:
        assert session.scalars(select(ReminderPreference)).all() == []


def test_edit_form_keeps_values_it_does_not_offer(database: Database, ids: dict[str, int], boss: Client):
    page = boss.get(f"/claims/{ids['claim']}/edit").text
    assert "Thai" in page
    assert "English (United Kingdom)" in page

    assert fill(boss, f"/claims/{ids['claim']}/edit", statement="Another statement.").status_code == 303

    with database.reading() as session:
        claim = session.get_one(Claim, ids["claim"])
        topics = session.scalars(select(ClaimTopic.topic_id).where(ClaimTopic.claim_id == claim.id)).all()
        assert (claim.statement, claim.language, claim.quote_language) == ("Another statement.", "th", "en-gb")
        assert (claim.speaker_id, topics, claim.certainty) == (ids["speaker"], [ids["topic"]], "not_recorded")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("Portuguese (Brazil)", "pt-BR"), ("thaï", "th"), ("ZH-hant", "zh-Hant"), ("german", "de"), ("", None)],
)
def test_language_is_understood_by_its_name_or_code(
    database: Database, ids: dict[str, int], boss: Client, typed: str, stored: str | None
):
    assert fill(boss, f"/claims/{ids['claim']}/edit", quote_language=typed).status_code == 303
    assert fresh(database, Claim(id=ids["claim"])).quote_language == stored


def test_unknown_language_is_refused_at_its_field(database: Database, ids: dict[str, int], boss: Client):
    answer = fill(boss, f"/claims/{ids['claim']}/edit", quote_language="Klingonese")
    assert answer.status_code == 422
    assert "No such language." in answer.text
    assert fresh(database, Claim(id=ids["claim"])).quote_language == "en-gb"
