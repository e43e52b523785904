"""The page on which passages are sorted."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import DESK, make_article, make_claim, make_editor
from tests.intake.sorting import BODY, find_candidate, load_candidates, load_claims, read_article
from tests.support.web import Client, SignIn
from tracker.articles import services as articles
from tracker.articles.models import Article
from tracker.claims.enums import DeadlineSource, RelationKind, SpeakerKind, Status
from tracker.claims.models import Relation, Speaker
from tracker.db import Database
from tracker.intake import decisions
from tracker.intake.filling import Basis
from tracker.intake.models import ArticleReading, Candidate, CandidateKind, CandidateState
from tracker.intake.reading import find_suggestions
from tracker.intake.routes import reading as reading_routes
from tracker.suggest import Options, Suggestion
from tracker.suggest.criteria import propose_criteria


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[date], None]) -> None:
    clock_at(date(2024, 3, 12))


@pytest.fixture
def client(sign_in: SignIn) -> Client:
    return sign_in()


@pytest.fixture
def reading(database: Database, client: Client) -> int:
    return read_article(database, client.editor)


def page_of(session: Session, reading: int) -> str:
    session.rollback()
    return f"/articles/{session.get_one(ArticleReading, reading).article_id}/sort"


def fields_of(page: str) -> dict[str, Any]:
    """What the form of the open passage sends untouched."""
    form = page[page.index('id="passage"') :]
    form = form[: form.index("</form>")]
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    found |= dict(re.findall(r'<input class="inp[^"]*" id="\w+" name="(\w+)" value="([^"]*)"', form))
    found |= dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n([^<]*)</textarea>', form))
    for name, options in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', form):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return {name: value.replace("&#39;", "'").replace("&#34;", '"') for name, value in found.items()}


def decide(client: Client, session: Session, reading: int, words: str, do: str, **changes: str) -> Any:
    address = page_of(session, reading)
    candidate = find_candidate(session, reading, words)
    page = client.get(f"{address}?passage={candidate.id}").text
    sent = {**fields_of(page), "do": do, **changes}
    return client.post(f"{address}/{candidate.id}", data=sent)


def change_day(database: Database, session: Session, reading: int, day: date) -> None:
    session.rollback()
    with database.writing() as writer:
        article = writer.get_one(Article, session.get_one(ArticleReading, reading).article_id)
        articles.edit(writer, DESK, article, version=article.version, published_on=day)


def test_new_article_is_read_and_leads_to_its_passages(client: Client, session: Session):
    given = {"title": "The bridge", "outlet": "", "url": "", "author": "", "author_editor_id": "", "published_on": "1 Mar 2024"}
    answer = client.post("/articles/new", data={**given, "language": "en", "body": BODY})

    assert answer.location == "/articles/1/sort"
    page = client.get(answer.location).text
    assert "<b>0 of 5 sorted</b>" in page
    assert "The bridge at Sollen will reopen in June 2024" in fields_of(page)["statement"]


def test_legend_counts_each_kind_of_mark(client: Client, session: Session, database: Database, reading: int):
    with database.writing() as writer:
        for candidate in writer.scalars(select(Candidate).where(Candidate.reading_id == reading)):
            is_rain = "rain" in candidate.statement
            candidate.kind = CandidateKind.INTENTION if is_rain else CandidateKind.LIKELY

    page = client.get(page_of(session, reading)).text
    counts = dict(re.findall(r'class="cand (\w+)">[^<]+</span>\s*<span class="muted">([^<]+)', page))
    assert counts == {"sure": "4", "maybe": "0", "hear": "1, not in the total"}


def test_every_field_of_the_open_passage_is_filled(client: Client, session: Session, reading: int):
    candidate = find_candidate(session, reading, "Traffic")
    page = client.get(f"{page_of(session, reading)}?passage={candidate.id}").text

    sent = fields_of(page)
    assert sent["statement"] == "Traffic will probably fall by 20% by the end of the year"
    assert (sent["speaker"], sent["attribution"]) == ("Ilse Oakes", "stated")
    assert (sent["hedge"], sent["certainty"]) == ("probably", "hedged")
    assert (sent["likelihood_low"], sent["likelihood_high"]) == ("60", "85")
    assert (sent["deadline_on"], sent["deadline_source"], sent["review_on"]) == ("31 Dec 2024", "stated", "1 Jan 2025")
    assert "The figure 20%" in sent["confirmed_if"]
    assert "by the end of the year" in page[page.index("From the words") :]


def test_untouched_form_keeps_the_passage_as_it_was_proposed(client: Client, session: Session, reading: int):
    answer = decide(client, session, reading, "Traffic", "keep")

    assert answer.status_code == 303
    (claim,) = load_claims(session, reading)
    assert (claim.status, claim.owner_id) == (Status.OPEN, client.editor.id)
    assert claim.statement == "Traffic will probably fall by 20% by the end of the year"
    candidate = find_candidate(session, reading, "Traffic")
    assert (candidate.state, candidate.is_edited) == (CandidateState.KEPT, False)
    page = client.get(answer.location).text
    assert f"Kept and tracked as claim {claim.id}." in page
    assert "<b>1 of 5 sorted</b>" in page
    assert "It could rain" in fields_of(page)["statement"]


def test_untouched_criteria_follow_a_changed_statement_and_deadline(client: Client, session: Session, reading: int):
    changes = {"statement": "The bridge reopens to lorries", "deadline_on": "31 Mar 2025", "review_on": "1 Apr 2025"}
    decide(client, session, reading, "reopen", "keep", **changes)

    (claim,) = load_claims(session, reading)
    assert "The bridge reopens to lorries" in claim.confirmed_if
    assert "31 March 2025" in claim.refuted_if
    assert "2024" not in claim.confirmed_if + claim.refuted_if


def test_criteria_without_their_figure_become_those_of_any_event(client: Client, session: Session, reading: int):
    decide(client, session, reading, "Traffic", "keep", statement="Traffic falls")

    [claim] = load_claims(session, reading)
    plain = propose_criteria("Traffic falls", "en", date(2024, 12, 31), "event")
    assert (claim.confirmed_if, claim.refuted_if) == (plain.confirmed_if, plain.refuted_if)
    assert "this happened: Traffic falls" in claim.confirmed_if


@pytest.mark.parametrize(
    ("typed", "status"),
    [("garbage", 409), ("2024-99-99", 409), ("9999-12-31", 409), ("\u0662\u0660", 409), ("\0", 422), ("2024-12-31x", 422)],
)
def test_deadline_of_the_page_that_is_none_changes_no_day(
    client: Client, session: Session, reading: int, typed: str, status: int
):
    candidate = find_candidate(session, reading, "Traffic")
    address = page_of(session, reading)
    sent = fields_of(client.get(f"{address}?passage={candidate.id}").text)

    answer = client.post(f"{address}/{candidate.id}", data={**sent, "filled_for": typed, "do": "keep"})

    assert answer.status_code == status
    shown, days = fields_of(answer.text), ("deadline_on", "review_on", "confirmed_if", "refuted_if")
    assert [shown[name] for name in days] == [sent[name] for name in days]
    assert load_claims(session, reading) == []


def test_criteria_of_an_editor_stay_when_the_statement_changes(client: Client, session: Session, reading: int):
    decide(client, session, reading, "reopen", "keep", statement="The bridge reopens", confirmed_if="The ministry opens it.")

    (claim,) = load_claims(session, reading)
    assert claim.confirmed_if == "The ministry opens it."
    assert "30 June 2024" in claim.refuted_if


@pytest.mark.parametrize(("name", "kind"), [("Ann Lee", SpeakerKind.PERSON), ("Sollen Port", SpeakerKind.ORGANISATION)])
def test_kind_of_a_speaker_typed_instead_follows_their_name(
    client: Client, session: Session, reading: int, name: str, kind: SpeakerKind
):
    decide(client, session, reading, "Traffic", "keep", speaker=name, speaker_kind="")
    chosen = {"speaker": "Ben Okafor", "attribution": "stated", "speaker_kind": "organisation"}
    decide(client, session, reading, "rain", "keep", **chosen)

    session.rollback()
    found = session.execute(select(Speaker.name, Speaker.kind)).all()
    assert (name, kind) in found
    assert ("Ben Okafor", SpeakerKind.ORGANISATION) in found


def test_kind_that_the_form_shows_is_kept_for_another_speaker(client: Client, session: Session, reading: int):
    shown = {
        "speaker": "Goldman Sachs",
        "attribution": "stated",
        "speaker_kind": find_candidate(session, reading, "Traffic").speaker_kind,
    }
    decide(client, session, reading, "Traffic", "keep", **shown)

    session.rollback()
    assert session.execute(select(Speaker.name, Speaker.kind)).all() == [("Goldman Sachs", shown["speaker_kind"])]


def test_changed_fields_are_those_of_the_claim(client: Client, session: Session, reading: int):
    changes = {"statement": "Traffic falls", "speaker": "", "attribution": "article", "deadline_on": "", "deadline_source": ""}
    decide(client, session, reading, "Traffic", "draft", **changes, review_on="2 Feb 2025")

    (claim,) = load_claims(session, reading)
    assert (claim.status, claim.statement, claim.speaker_id) == (Status.DRAFT, "Traffic falls", None)
    assert (claim.deadline_on, claim.deadline_source, claim.review_on) == (None, None, date(2025, 2, 2))
    assert find_candidate(session, reading, "Traffic").is_edited


def test_refused_field_comes_back_with_everything_typed(client: Client, session: Session, reading: int):
    answer = decide(client, session, reading, "Traffic", "keep", statement="Traffic falls", review_on="tomorrow-ish")

    assert answer.status_code == 422
    assert "Traffic falls" in fields_of(answer.text)["statement"]
    assert "There is a problem" in answer.text
    assert load_claims(session, reading) == []


def test_missing_answer_is_asked_before_the_passage_is_kept(client: Client, session: Session, reading: int):
    answer = decide(client, session, reading, "close the quay", "keep")
    assert answer.status_code == 422
    assert "Choose one of the options." in answer.text
    assert load_claims(session, reading) == []

    assert decide(client, session, reading, "close the quay", "keep", attribution="article").status_code == 303
    assert [claim.statement for claim in load_claims(session, reading)] == ["We will close the quay for good"]


@pytest.mark.parametrize(("do", "state"), [("reject", CandidateState.REJECTED), ("later", CandidateState.LATER)])
def test_decision_without_a_claim_leads_to_the_next(
    client: Client, session: Session, reading: int, do: str, state: CandidateState
):
    answer = decide(client, session, reading, "reopen", do)

    assert find_candidate(session, reading, "reopen").state is state
    assert load_claims(session, reading) == []
    assert "Traffic" in fields_of(client.get(answer.location).text)["statement"]


def test_second_editor_learns_who_decided_and_keeps_their_words(
    client: Client, session: Session, sign_in: SignIn, database: Database, reading: int
):
    colleague = make_editor(database, "Ben Okafor")
    candidate = find_candidate(session, reading, "reopen")
    address = page_of(session, reading)
    sent = {**fields_of(client.get(f"{address}?passage={candidate.id}").text), "statement": "Mine", "do": "keep"}
    with database.writing() as writer:
        decisions.reject(writer, candidate.id, actor=colleague.actor, version=1)

    answer = client.post(f"{address}/{candidate.id}", data=sent)

    assert answer.status_code == 409
    assert "This passage has changed" in answer.text
    assert "Rejected by <bdi>Ben Okafor</bdi>" in answer.text
    assert fields_of(answer.text)["statement"] == "Mine"
    assert load_claims(session, reading) == []
    again = client.post(f"{address}/{candidate.id}", data={**fields_of(answer.text), "do": "keep"})
    assert again.status_code == 303
    assert [claim.statement for claim in load_claims(session, reading)] == ["Mine"]


def test_second_press_after_a_corrected_date_stores_the_days_that_are_shown(
    client: Client, session: Session, database: Database, reading: int
):
    candidate = find_candidate(session, reading, "Traffic")
    address = page_of(session, reading)
    sent = {**fields_of(client.get(f"{address}?passage={candidate.id}").text), "statement": "Mine", "do": "keep"}
    assert "31 Dec 2024" in sent["deadline_on"]
    change_day(database, session, reading, date(2025, 2, 10))

    answer = client.post(f"{address}/{candidate.id}", data=sent)

    assert answer.status_code == 409
    assert "The form shows the new dates." in answer.text
    shown = fields_of(answer.text)
    assert (shown["statement"], shown["deadline_on"], shown["review_on"]) == ("Mine", "31 Dec 2025", "1 Jan 2026")
    assert "2024" not in shown["confirmed_if"] + shown["refuted_if"]
    assert load_claims(session, reading) == []
    assert client.post(f"{address}/{candidate.id}", data={**shown, "do": "keep"}).status_code == 303
    [claim] = load_claims(session, reading)
    assert (claim.statement, claim.deadline_on, claim.review_on) == ("Mine", date(2025, 12, 31), date(2026, 1, 1))
    assert "31 December 2025" in claim.confirmed_if + claim.refuted_if


def test_days_and_criteria_that_were_typed_outlast_a_corrected_date(
    client: Client, session: Session, database: Database, reading: int
):
    candidate = find_candidate(session, reading, "Traffic")
    address = page_of(session, reading)
    typed = {"deadline_on": "3 Nov 2024", "deadline_source": "editor", "confirmed_if": "Counted on 3 November."}
    sent = {**fields_of(client.get(f"{address}?passage={candidate.id}").text), **typed, "do": "keep"}
    change_day(database, session, reading, date(2025, 2, 10))

    answer = client.post(f"{address}/{candidate.id}", data=sent)

    shown = fields_of(answer.text)
    assert {name: shown[name] for name in typed} == typed
    assert shown["review_on"] == "1 Jan 2026"


def test_passage_of_ones_own_is_refused_with_days_of_before(client: Client, session: Session, database: Database, reading: int):
    address = page_of(session, reading)
    place = BODY.index("traffic will"), BODY.index(" It could")
    page = client.get(f"{address}?start={place[0]}&end={place[1]}").text
    sent = {**fields_of(page), "attribution": "stated", "do": "keep"}
    change_day(database, session, reading, date(2025, 2, 10))

    answer = client.post(f"{address}/own", data=sent)

    assert answer.status_code == 409
    assert load_claims(session, reading) == []
    assert client.post(f"{address}/own", data={**fields_of(answer.text), "do": "keep"}).status_code == 303
    assert [claim.deadline_on for claim in load_claims(session, reading)] == [date(2025, 12, 31)]


def test_double_click_keeps_once(client: Client, session: Session, reading: int):
    candidate = find_candidate(session, reading, "reopen")
    address = page_of(session, reading)
    page = client.get(f"{address}?passage={candidate.id}").text
    sent = {**fields_of(page), "do": "keep"}
    answers = [client.post(f"{address}/{candidate.id}", data=sent) for _ in range(2)]

    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert len(load_claims(session, reading)) == 1


def test_keep_all_and_its_undo(client: Client, session: Session, reading: int):
    address = page_of(session, reading)
    page = client.get(address).text
    assert "Keep all likely (3)" in page
    answer = client.post(f"{address}/all")
    assert "3 predictions are tracked." in client.get(answer.location).text
    assert [claim.status for claim in load_claims(session, reading)] == [Status.OPEN] * 3

    answer = client.post(f"{address}/undo")
    assert "3 passages wait again." in client.get(answer.location).text
    assert [claim.status for claim in load_claims(session, reading)] == [Status.WITHDRAWN] * 3
    assert {each.state for each in load_candidates(session, reading)} == {CandidateState.WAITING}


def test_keep_all_shows_what_it_keeps_and_what_it_leaves(client: Client, session: Session, database: Database, reading: int):
    make_claim(database, "open", statement="The bridge at Sollen will reopen in June 2024.")
    address = page_of(session, reading)
    page = client.get(address).text
    assert "Keep all likely (2)" in page
    assert "1 likely passage stays for you: it needs an answer or resembles a claim." in page

    answer = client.post(f"{address}/all")

    page = client.get(answer.location).text
    assert "2 predictions are tracked. 1 likely passage was left" in page
    assert len(load_claims(session, reading)) == 2
    assert "Keep all likely" not in page
    assert "1 likely passage stays for you" in page


def test_similar_claim_is_named_and_related_in_one_step(client: Client, session: Session, database: Database, reading: int):
    other = make_claim(database, "open", statement="The bridge at Sollen will reopen in June 2024.")
    candidate = find_candidate(session, reading, "reopen")
    page = client.get(f"{page_of(session, reading)}?passage={candidate.id}").text
    assert "This looks like a claim of another article:" in page

    decide(client, session, reading, "reopen", "keep", relation="duplicate_of")

    (claim,) = load_claims(session, reading)
    relation = session.query(Relation).one()
    assert (relation.claim_id, relation.other_id, relation.kind) == (claim.id, other.id, RelationKind.DUPLICATE_OF)


def test_words_of_ones_own_become_a_passage_when_they_are_kept(client: Client, session: Session, reading: int):
    address = page_of(session, reading)
    start = BODY.index("The work cost")
    page = client.get(f"{address}?text=1&start={start}&end={start + 32}").text
    assert "Passage of your choice" in page
    assert len(load_candidates(session, reading)) == 5

    answer = client.post(f"{address}/own", data={**fields_of(page), "do": "keep"})

    assert answer.status_code == 303
    (claim,) = load_claims(session, reading)
    assert claim.quote == "The work cost four million euros"
    assert claim.deadline_source is DeadlineSource.EDITOR
    assert find_candidate(session, reading, "The work cost").state is CandidateState.KEPT


def test_chosen_words_of_a_paragraph_lead_to_sorting_them(client: Client, session: Session, reading: int):
    article_id = page_of(session, reading).split("/")[2]
    answer = client.post(f"/articles/{article_id}/mark?paragraph=2&sort=1", data={"words": "The work cost", "place": ""})
    assert answer.location.startswith(f"/articles/{article_id}/sort?text=1&start=")


def test_reading_is_handed_over_and_listed(client: Client, session: Session, sign_in: SignIn, database: Database, reading: int):
    colleague = make_editor(database, "Ben Okafor")
    assert "Sorted by you" in client.get("/articles/sorting").text

    client.post(f"{page_of(session, reading)}/hand-over", data={"sorter_id": str(colleague.id)})

    page = client.get("/articles/sorting").text
    assert "Sorted by <bdi>Ben Okafor</bdi>" in page
    assert "5 passages to sort" in page
    assert "Sorted by you" in sign_in(colleague).get("/articles/sorting").text


def test_sorted_article_leaves_the_list(client: Client, session: Session, reading: int, database: Database):
    with database.writing() as writer:
        for candidate in writer.query(Candidate):
            decisions.reject(writer, candidate.id, actor=client.editor.actor, version=1)
    assert "Everything is sorted" in client.get("/articles/sorting").text
    assert "Everything is sorted" in client.get(page_of(session, reading)).text


def test_article_without_a_reading_offers_one(client: Client, session: Session, database: Database):
    article = make_article(database, body=BODY)
    page = client.get(f"/articles/{article.id}/sort").text
    assert "Find predictions" in page

    answer = client.post(f"/articles/{article.id}/sort/read")

    assert "<b>0 of 5 sorted</b>" in client.get(answer.location).text


@pytest.mark.parametrize(
    ("fields", "message"), [({}, "no text to read"), ({"body": "Text.", "language": "de"}, "cannot be read")]
)
def test_article_that_cannot_be_read_offers_what_to_do(client: Client, database: Database, fields: dict[str, str], message: str):
    article = make_article(database, **fields)
    assert message in client.get(f"/articles/{article.id}/sort").text
    assert client.post(f"/articles/{article.id}/sort/read").status_code == 404


def test_passage_of_another_article_is_not_found(client: Client, session: Session, database: Database, reading: int):
    other = read_article(database, client.editor)
    candidate = load_candidates(session, other)[0]
    answer = client.post(f"{page_of(session, reading)}/{candidate.id}", data={"do": "reject", "version": "1"})
    assert answer.status_code in (404, 422)
    assert load_candidates(session, other)[0].state is CandidateState.WAITING


def test_date_that_was_changed_while_the_rules_read_is_what_deadlines_are_read_by(
    database: Database, session: Session, client: Client, monkeypatch: pytest.MonkeyPatch
):
    body = "A pier\n\nThe pier will close by the end of the month."
    article = make_article(database, body=body, language="en", published_on=date(2024, 3, 1))
    days: list[date | None] = []

    def find_while_the_date_is_changed(basis: Basis, options: Options) -> list[Suggestion]:
        days.append(basis.published_on)
        with database.writing() as writer:
            writer.get_one(Article, article.id).published_on = date(2024, 6, 10)
        return find_suggestions(basis, options)

    monkeypatch.setattr(reading_routes, "find_suggestions", find_while_the_date_is_changed)
    assert client.post(f"/articles/{article.id}/sort/read").status_code == 303
    session.rollback()
    assert days == [date(2024, 3, 1), date(2024, 6, 10)]
    assert session.scalars(select(Candidate.deadline_on)).all() == [date(2024, 6, 30)]
    assert len(session.scalars(select(ArticleReading)).all()) == 1
