"""The newsroom's pages about publication."""

from datetime import timedelta

import pytest

from tests.factories import DESK, events_of, make_article, make_check, make_claim, make_editor, make_evidence, make_speaker
from tests.public.sample import AT, make_public, make_sample
from tests.support.web import Client, SignIn
from tracker.claims.enums import Attribution, Outcome, Visibility
from tracker.claims.models import Check, Claim, Evidence, Hold
from tracker.claims.services import evidence
from tracker.db import Database
from tracker.errors import Forbidden, IllegalMove, Invalid
from tracker.publishing import services

CHIEF = ("editor", "chief")


def state_of(database: Database, article_id: int) -> str:
    with database.reading() as session:
        row = services.load_publication(session, article_id)
        return row.state if row is not None else "private"


def test_editor_publishes_an_article(sign_in: SignIn, client: Client, database: Database):
    claim = make_claim(database, "resolved")
    browser = sign_in("editor")
    page = browser.get(f"/articles/{claim.article_id}/publication")
    assert "This article is private: readers see nothing of it." in page.text
    assert browser.post(f"/articles/{claim.article_id}/publication", data={"when": "now"}).status_code == 303
    assert state_of(database, claim.article_id) == "public"
    assert events_of(database, f"article:{claim.article_id}")[-1].kind == "publication.published"


def test_publication_is_planned_by_the_newsroom_s_clock(sign_in: SignIn, database: Database, clock_at):
    clock_at(AT)
    claim = make_claim(database, "resolved")
    data = {"when": "later", "day": "2024-06-02", "time": "06:00"}
    assert sign_in("editor").post(f"/articles/{claim.article_id}/publication", data=data).status_code == 303
    with database.reading() as session:
        row = services.load_publication(session, claim.article_id)
        assert row is not None
        assert row.go_live_at is not None
        assert row.go_live_at.isoformat() == "2024-06-02T04:00:00+00:00"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"when": "later"}, "Say when."),
        ({"when": "later", "day": "2024-06-02", "time": "27:00"}, "Give a time such as 06:00."),
        ({"when": "later", "day": "2024-03-02", "time": "06:00"}, "Give a moment in the future."),
    ],
)
def test_time_that_cannot_be_is_refused(sign_in: SignIn, database: Database, clock_at, data: dict[str, str], said: str):
    clock_at(AT)
    claim = make_claim(database, "resolved")
    answer = sign_in("editor").post(f"/articles/{claim.article_id}/publication", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert state_of(database, claim.article_id) == "private"


def test_article_whose_text_names_an_implied_speaker_is_not_published(sign_in: SignIn, database: Database):
    speaker = make_speaker(database, "Zebedee Quillfeather")
    named = {"speaker_id": speaker.id, "attribution": Attribution.IMPLIED, "statement": "Zebedee Quillfeather will go."}
    claim = make_claim(database, "open", **named)
    answer = sign_in("editor").post(f"/articles/{claim.article_id}/publication", data={"when": "now"})
    assert answer.status_code == 422
    assert "Statement" in answer.text
    assert state_of(database, claim.article_id) == "private"


def test_name_that_comes_in_later_takes_the_claim_off_the_public_pages(client: Client, database: Database):
    speaker = make_speaker(database, "Zebedee Quillfeather")
    claim = make_public(database, "open", speaker_id=speaker.id, attribution=Attribution.IMPLIED)
    assert client.get(f"/public/en/claims/{claim.id}").status_code == 200
    make_check(database, claim, found="Zebedee Quillfeather said no.", visibility=Visibility.PUBLIC)
    assert client.get(f"/public/en/claims/{claim.id}").status_code == 404
    assert "Quillfeather" not in client.get("/public/en/").text


@pytest.mark.parametrize("field", ["url", "archive_url"])
def test_implied_name_in_the_address_of_a_source_takes_the_claim_off_the_public_pages(
    client: Client, database: Database, field: str
):
    speaker = make_speaker(database, "Zebedee Quillfeather")
    claim = make_public(database, "open", speaker_id=speaker.id, attribution=Attribution.IMPLIED)
    make_evidence(database, claim, **{field: "https://example.org/2024/zebedee%2Dquillfeather-goes"})
    assert client.get(f"/public/en/claims/{claim.id}").status_code == 404
    assert "quillfeather" not in client.get("/public/en/").text.lower()


def test_preview_is_what_readers_get(sign_in: SignIn, client: Client, database: Database):
    sample = make_sample(database)
    public = client.get(f"/public/fr/articles/{sample.article}-what-the-summit-will-bring").text
    preview = sign_in("editor").get(f"/articles/{sample.article}/publication/preview/fr").text
    for shown in ("Énoncé confirmé.", "S’est réalisée", "Statement withdrawn.", "Vérification en cours"):
        assert shown in public
        assert shown in preview
    assert "Statement draft" not in preview


def rest_on_a_check(database: Database, claim: Claim) -> None:
    """Leave of a claim's grounds a check that readers do not see."""
    with database.writing() as session:
        own = session.get_one(Claim, claim.id)
        evidence.add_check(session, own, actor=DESK, where_looked="Gazette", found="Nothing", exhaustive=True)
        for source in session.query(Evidence).filter_by(claim_id=claim.id):
            evidence.withdraw_evidence(session, own, source.id, "Wrong.", actor=DESK)


@pytest.mark.parametrize("status", ["proposed", "resolved"])
def test_why_readers_see_no_verdict_is_for_who_works(sign_in: SignIn, database: Database, status: str):
    claim = make_claim(database, status, outcome=Outcome.REFUTED)
    pages = [sign_in(role) for role in ("editor", "viewer")]
    assert ["Readers cannot see this verdict" in each.get(f"/claims/{claim.id}").text for each in pages] == [False, False]
    rest_on_a_check(database, claim)
    assert [each.get(f"/claims/{claim.id}").text.count("Readers cannot see this verdict") for each in pages] == [1, 0]


def test_refutation_that_rests_on_an_internal_check_is_kept_back(sign_in: SignIn, client: Client, database: Database):
    claim = make_public(database, "resolved", outcome=Outcome.REFUTED)
    rest_on_a_check(database, claim)
    found = client.get(f"/public/en/claims/{claim.id}.json").json
    assert found["claim"]["verdicts"] == []
    browser = sign_in("editor")
    assert "Make a check public" in browser.get(f"/claims/{claim.id}/publication").text
    assert "Readers cannot see this verdict" in browser.get(f"/claims/{claim.id}").text
    with database.reading() as session:
        check = session.query(Check).filter_by(claim_id=claim.id).one().id
    answer = browser.post(f"/claims/{claim.id}/checks/{check}/visibility", data={"visibility": "public"})
    assert answer.status_code == 303
    found = client.get(f"/public/en/claims/{claim.id}.json").json
    assert [verdict["outcome"] for verdict in found["claim"]["verdicts"]] == ["refuted"]
    assert "Readers cannot see this verdict" not in browser.get(f"/claims/{claim.id}").text


def test_signer_holds_the_verdict_back_with_the_signature(sign_in: SignIn, client: Client, database: Database, clock_at):
    article = make_article(database)
    claim = make_public(database, "proposed", article=article)
    clock_at(AT + timedelta(days=1))
    browser = sign_in("editor")
    data = {"action": "sign", "version": str(claim.version), "hold_day": "2024-06-02", "hold_time": "06:00"}
    assert browser.post(f"/claims/{claim.id}/signoff", data=data).status_code == 303
    with database.reading() as session:
        assert session.query(Hold).one().until.isoformat() == "2024-06-02T04:00:00+00:00"
    assert client.get(f"/public/en/claims/{claim.id}.json").json["claim"]["state"] == "checking"


def test_chief_takes_an_article_offline_with_a_line(sign_in: SignIn, database: Database):
    claim = make_public(database)
    address = f"/articles/{claim.article_id}/publication/offline"
    assert sign_in("editor").post(address, data={"line": "Gone.", "reason": "Order"}).status_code == 403
    chief = sign_in(make_editor(database, roles=CHIEF))
    assert chief.post(address, data={"line": "", "reason": "Order"}).status_code == 422
    assert chief.post(address, data={"line": "Gone.", "reason": "Order"}).status_code == 303
    assert state_of(database, claim.article_id) == "offline"


def test_line_in_place_of_an_article_has_a_bounded_length(sign_in: SignIn, database: Database):
    claim = make_public(database)
    chief, address = sign_in(make_editor(database, roles=CHIEF)), f"/articles/{claim.article_id}/publication/offline"
    for length, status in ((services.LINE_MAX + 1, 422), (services.LINE_MAX, 303)):
        assert chief.post(address, data={"line": "a" * length, "reason": "Order"}).status_code == status
    assert state_of(database, claim.article_id) == "offline"


def test_editor_cannot_bring_back_what_a_chief_took_offline(database: Database):
    claim = make_public(database)
    chief, editor = make_editor(database, roles=CHIEF), make_editor(database)
    with database.writing() as session:
        services.take_offline(session, claim.article_id, line="Gone.", reason="Order", actor=chief.actor)
    with database.writing() as session, pytest.raises(Forbidden):
        services.publish(session, claim.article_id, actor=editor.actor)
    with database.writing() as session:
        row = services.publish(session, claim.article_id, actor=chief.actor)
        assert row.slug == "what-the-summit-will-bring"


def test_sample_article_is_not_published_in_a_real_newsroom(database: Database):
    make_editor(database)
    article = make_article(database, is_sample=True)
    with database.writing() as session, pytest.raises(IllegalMove):
        services.publish(session, article.id, actor=DESK)


def test_planned_publication_is_blocked_when_a_name_came_in(database: Database):
    speaker = make_speaker(database, "Zebedee Quillfeather")
    claim = make_claim(database, "open", speaker_id=speaker.id, attribution=Attribution.IMPLIED)
    with database.writing() as session:
        services.publish(session, claim.article_id, actor=DESK, go_live_at=AT + timedelta(hours=1), at=AT)
    make_check(database, claim, found="Zebedee Quillfeather said no.", visibility=Visibility.PUBLIC)
    with database.writing() as session:
        services.go_live_due(session, AT + timedelta(hours=1), limit=5)
    assert state_of(database, claim.article_id) == "private"
    assert events_of(database, f"article:{claim.article_id}")[-1].kind == "publication.blocked"


def test_moment_in_the_past_is_refused(database: Database):
    claim = make_claim(database, "open")
    with database.writing() as session, pytest.raises(Invalid) as refusal:
        services.publish(session, claim.article_id, actor=DESK, go_live_at=AT, at=AT)
    assert refusal.value.field == "go_live_at"


def test_words_about_search_engines_are_true_in_each_state(sign_in: SignIn, database: Database):
    claim = make_claim(database, "open")
    path = f"/articles/{claim.article_id}/publication"
    browser = sign_in("editor")
    private = browser.get(path).text
    assert "When these pages are public, search engines may list them." in private
    assert "Search engines may list these pages." not in private
    assert browser.post(path, data={"when": "now"}).status_code == 303
    assert "Search engines may list these pages." in browser.get(path).text
    assert browser.post(f"{path}/noindex", data={"noindex": "1"}).status_code == 303
    public = browser.get(path).text
    assert "Search engines are asked to leave these pages out." in public
    assert "When these pages are public" not in public


def test_editor_is_led_to_readers_pages_in_the_language_of_the_desk(sign_in: SignIn, database: Database):
    claim = make_public(database)
    browser = sign_in(make_editor(database, language="fr"))
    assert f'href="/public/fr/articles/{claim.article_id}-' in browser.get(f"/articles/{claim.article_id}/publication").text
    assert f'href="/public/fr/claims/{claim.id}"' in browser.get(f"/claims/{claim.id}/publication").text


def test_preview_of_a_public_article_has_its_corrections(sign_in: SignIn, database: Database):
    sample = make_sample(database)
    other = make_claim(database, "resolved")
    browser = sign_in("editor")
    assert "Now: Cannot be established" in " ".join(
        browser.get(f"/articles/{sample.article}/publication/preview/en").text.split()
    )
    assert 'id="fixes"' not in browser.get(f"/articles/{other.article_id}/publication/preview/en").text
