"""The pages of articles."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.claims.crowd import watched
from tests.factories import DESK, events_of
from tests.support.web import SignIn, form_token
from tracker.articles import queries, services
from tracker.articles.models import Article, ArticleText
from tracker.claims.enums import Attribution, Outcome, QuoteKind
from tracker.claims.queries import article_claims
from tracker.db import Database

TODAY = date(2024, 3, 12)
BODY = "A heading\n\nThe ferry will probably stop. It is old.\n\nRents will fall."


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[date], None]) -> None:
    clock_at(TODAY)


def texts(page: str) -> str:
    """What a reader sees, on one line."""
    plain = re.sub(r"<[^>]+>", " ", re.sub(r"<(head|svg)\b.*?</\1>", "", page, flags=re.S))
    return re.sub(r"[ \n]+", " ", plain).strip()


def typed(**changes: str) -> dict[str, str]:
    """A form as somebody fills it in."""
    return {
        "title": "What the summit will bring",
        "outlet": "The Daily",
        "url": "https://example.org/summit",
        "author": "Nadia Brandt",
        "author_editor_id": "",
        "published_on": "12 Jan 2024",
        "language": "en",
        "body": BODY,
        **changes,
    }


def stored(session: Session) -> list[Article]:
    session.rollback()
    return list(session.scalars(select(Article).order_by(Article.id)))


# --- the list ---


def test_the_list_tells_how_far_each_article_is_checked(
    sign_in: SignIn, make_claim: Callable[..., Any], make_article: Callable[..., Any]
):
    article = make_article("A summit")
    make_claim("resolved", article=article)
    make_claim("open", article=article)
    make_claim("withdrawn", article=article)
    make_article("A bridge")
    seen = texts(sign_in("viewer").get("/articles").text)
    assert "A summit 15 Jan 2024 The Daily 2 predictions 1 settled" in seen
    assert "A bridge 15 Jan 2024 The Daily no predictions yet" in seen
    assert "Add an article" not in seen


def test_the_list_is_searched(sign_in: SignIn, make_article: Callable[..., Any]):
    make_article("A summit")
    make_article("A bridge")
    client = sign_in()
    found = client.get("/articles?q=summit").text
    assert "A summit" in found
    assert "A bridge" not in found
    assert "No article has these words" in client.get("/articles?q=%3Cscript%3E").text


def test_empty_article_list_offers_the_first_step(sign_in: SignIn):
    assert "No articles yet" in sign_in().get("/articles").text


# --- adding ---


def test_an_article_is_added_with_its_text(sign_in: SignIn, session: Session):
    client = sign_in()
    answer = client.post("/articles/new", data=typed())
    (article,) = stored(session)
    assert (answer.status_code, answer.location) == (303, f"/articles/{article.id}/sort")
    assert (article.title, article.outlet, article.url) == (
        "What the summit will bring",
        "The Daily",
        "https://example.org/summit",
    )
    assert (article.author, article.language, article.published_on) == ("Nadia Brandt", "en", date(2024, 1, 12))
    assert article.created_by_id == client.editor.id
    text = queries.latest_text(session, article.id)
    assert text is not None
    assert (text.number, text.body) == (1, BODY)
    assert [event.kind for event in events_of(session, article)] == ["article.created", "article.text"]
    assert "Article saved." in client.get(answer.location).text


def test_something_spoken_has_no_text(sign_in: SignIn, session: Session):
    client = sign_in()
    answer = client.post("/articles/new", data=typed(body=" \r\n ", url="", outlet="", author=""))
    (article,) = stored(session)
    assert article.url is None
    assert queries.latest_text(session, article.id) is None
    assert "This article has no stored text" in client.get(answer.location).text


def test_an_article_may_be_by_one_of_us(sign_in: SignIn, session: Session, make_editor: Callable[..., Any]):
    author = make_editor(name="Léa Fournier")
    client = sign_in()
    assert f'<option value="{author.id}">Léa Fournier</option>' in client.get("/articles/new").text
    answer = client.post("/articles/new", data=typed(author="", author_editor_id=str(author.id)))
    article = stored(session)[0]
    assert article.author_editor_id == author.id
    assert answer.location == f"/articles/{article.id}/sort"
    assert "Léa Fournier" in client.get(f"/articles/{article.id}", follow_redirects=True).text


def test_a_double_click_adds_one_article(sign_in: SignIn, session: Session):
    client = sign_in()
    token = form_token(client.get("/articles/new"))
    answers = [client.post("/articles/new", data=typed(form_token=token)) for _ in range(3)]
    assert len({answer.location for answer in answers}) == 1
    assert len(stored(session)) == 1


def test_line_ends_become_plain_and_nothing_else_of_a_text_changes(sign_in: SignIn, session: Session):
    body = "  Indented.\r\n\r\nTabs\there,\u00a0spaces too.\u2028Odd lines \x0c \r\n"
    sign_in().post("/articles/new", data=typed(body=body))
    text = queries.latest_text(session, stored(session)[0].id)
    assert text is not None
    assert text.body == body.replace("\r\n", "\n")


def test_a_viewer_adds_and_changes_nothing(sign_in: SignIn, session: Session, make_article: Callable[..., Any]):
    article = make_article(body="One.")
    client = sign_in("viewer")
    for address in ("/articles/new", f"/articles/{article.id}/edit", f"/articles/{article.id}/text/new"):
        assert client.get(address).status_code == 404
        assert client.post(address, data=typed(version="1")).status_code == 403
    page = client.get(f"/articles/{article.id}", follow_redirects=True).text
    assert "Add a claim" not in page
    assert "/edit" not in page
    assert len(stored(session)) == 1


# --- what cannot be taken ---

LONG = "A" * 1_048_576
BAD = {
    "empty title": ("title", "", "This cannot be empty."),
    "only spaces": ("title", "   \t ", "This cannot be empty."),
    "zero-width joiners": ("title", "\u200b\u200d\ufeff", "This cannot be empty."),
    "NUL in the title": ("title", "claim\x00text", "This holds a character that cannot be stored (NUL)."),
    "NUL in the text": ("body", "claim\x00text", "This holds a character that cannot be stored (NUL)."),
    "a title of a megabyte": ("title", LONG, "Keep this under 500 characters; it has 1,048,576."),
    "a text of a megabyte": ("body", LONG, "Keep this under 400,000 characters; it has 1,048,576."),
    "no date": ("published_on", "", "This cannot be empty."),
    "30 February": ("published_on", "2026-02-30", "There is no such day in the calendar."),
    "29 February": ("published_on", "2027-02-29", "There is no such day in the calendar."),
    "year 0": ("published_on", "0000-01-01", "The year must lie between"),
    "year 9999": ("published_on", "9999-12-31", "The year must lie between"),
    "year 12026": ("published_on", "12026-01-01", "This is not a date we can read."),
    "negative year": ("published_on", "-0044-03-15", "This is not a date we can read."),
    "two readings": ("published_on", "03/04/2023", "This date can be read in two ways."),
    "two-digit year": ("published_on", "01-02-26", "Write the year with four digits"),
    "spreadsheet number": ("published_on", "45321", "This is not a date we can read."),
    "leap second": ("published_on", "2016-12-31T23:59:60Z", "Give a day without a time"),
    "epoch": ("published_on", "99999999999999", "This is not a date we can read."),
    "tomorrow": ("published_on", "13 Mar 2024", "This day is in the future."),
    "no language": ("language", "", "Choose the language: it cannot be recognised from the text."),
    "a language that is none": ("language", "xx' OR 1=1", "No such language."),
    "an author who is none": ("author_editor_id", "987654", "Choose one of the options."),
    "javascript": ("url", "JaVaScRiPt:alert(1)", "Give a web address that begins with http:// or https://."),
    "credentials": ("url", "http://a:b@host/", "Leave user name and password out of the address."),
    "a backslash": ("url", "http://good.example\\@127.0.0.1/", "This address holds characters that no address has."),
    "line ends in the address": ("url", "http://a/\r\nX: y", "This address holds characters that no address has."),
    "a label that is too long": ("url", "http://" + "a" * 70 + ".example/", "This is not a usable web address."),
    "an address of 100 kB": ("url", "http://a/" + "A" * 100_000, "Keep this under 2,000 characters"),
}


@pytest.mark.parametrize("name", BAD)
def test_invalid_article_names_the_field_and_keeps_the_input(sign_in: SignIn, session: Session, name: str):
    field, value, said = BAD[name]
    without_headline = BODY.partition("\n\n")[2]
    answer = sign_in().post("/articles/new", data=typed(**{"body": without_headline, field: value}))
    assert answer.status_code == 422
    assert answer.text.count(said) == 2  # in the summary and beside the field
    assert "<title>Error: " in answer.text
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-e"' in answer.text
    for kept in {"What the summit will bring", "Nadia Brandt", "Rents will fall."} - (
        {value} if field in ("title", "body") else set()
    ):
        if not (field == "title" and kept.startswith("What")) and not (field == "body" and kept.startswith("Rents")):
            assert kept in answer.text
    if value.isprintable() and value.strip() and "'" not in value and field not in ("language", "author_editor_id"):
        assert value in answer.text
    assert stored(session) == []
    assert session.scalar(select(func.count()).select_from(ArticleText)) == 0


GOOD = {
    "emoji": "👩‍👩‍👧‍👦🇩🇪 wins",
    "CJK": "𠮷野家",
    "Arabic": "قال الوزير 5%",
    "template text": "{{7*7}} {% raw %} %s%n {0.__class__}",
    "markup": '<img src=x onerror=alert(1)></script><script>"\'<base href=//x><noscript><p title="</noscript><svg/onload=x>',
    "a word of programs": "NaN",
    "combining marks": "a" + "\u0301" * 400,
}


@pytest.mark.parametrize("name", GOOD)
def test_unusual_text_is_stored_as_it_is_and_shown_as_text(sign_in: SignIn, session: Session, name: str):
    title = GOOD[name]
    client = sign_in()
    answer = client.post("/articles/new", data=typed(title=title, body=title + "\n\nSecond."))
    assert answer.status_code == 303
    (article,) = stored(session)
    assert article.title == title
    for address in (answer.location, "/articles", f"/articles/{article.id}/text", f"/articles/{article.id}/edit", "/queue"):
        page = client.get(address, follow_redirects=True)
        assert page.status_code == 200
        assert not re.search(r"<(img|base|svg/|p title)", page.text)
        assert "<script" not in page.text.replace('<script src="/static', "")
    escaped = title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;").replace("'", "&#39;")
    assert escaped in client.get(answer.location).text


def test_control_characters_leave_a_title_and_are_seen_in_a_text(sign_in: SignIn, session: Session):
    client = sign_in()
    answer = client.post("/articles/new", data=typed(title="A\x1b[2J title\r\nBcc: a@b.c", body="Bold\x1b[1m words"))
    assert stored(session)[0].title == "A[2J title Bcc: a@b.c"
    assert "Bold␛[1m words" in client.get(answer.location).text


def test_a_field_sent_twice_is_refused(sign_in: SignIn, session: Session):
    client = sign_in()
    answer = client.post("/articles/new", data={**typed(), "title": ["One", "Two"]})
    assert answer.status_code == 422
    assert stored(session) == []


def test_fields_that_are_not_in_the_form_are_not_taken(sign_in: SignIn, session: Session):
    sign_in().post("/articles/new", data=typed(is_sample="true", id="77", version="9", external_id="x", created_by_id="1"))
    (article,) = stored(session)
    assert (article.is_sample, article.version, article.external_id) == (False, 1, None)


def test_without_its_token_a_form_does_nothing(sign_in: SignIn, session: Session):
    assert sign_in().post("/articles/new", data=typed(), csrf=False).status_code == 400
    assert stored(session) == []


# --- one article ---


@pytest.mark.parametrize("address", ["{id}", "{id}-", "{id}-wrong", "{id}-WHAT-THE-SUMMIT-WILL-BRING"])
def test_the_number_finds_an_article_and_the_words_are_put_right(sign_in: SignIn, make_article: Callable[..., Any], address: str):
    article = make_article()
    answer = sign_in().get(f"/articles/{address.format(id=article.id)}?x=1")
    assert (answer.status_code, answer.location) == (308, f"/articles/{article.id}-what-the-summit-will-bring?x=1")


def test_a_title_without_latin_letters_has_the_number_alone(sign_in: SignIn, make_article: Callable[..., Any]):
    article = make_article("قال الوزير")
    client = sign_in()
    assert client.get(f"/articles/{article.id}").status_code == 200
    assert client.get(f"/articles/{article.id}-x").location == f"/articles/{article.id}"


@pytest.mark.parametrize("rest", ["", "-slug", "/text", "/edit", "/text/new"])
def test_what_is_no_article_is_no_page(sign_in: SignIn, rest: str):
    client = sign_in()
    for number in ("0", "01", "-1", "1e3", "99999999999999999999", "9223372036854775808", "%00", "٣", "987654", "x"):
        assert client.get(f"/articles/{number}{rest}").status_code == 404, number


def test_an_article_shows_its_claims_in_reading_order_with_their_state(
    sign_in: SignIn, make_article: Callable[..., Any], make_claim: Callable[..., Any], make_speaker: Callable[..., Any]
):
    article = make_article(body=BODY)
    start = BODY.index("Rents")
    rents = make_claim(
        "resolved",
        article=article,
        outcome=Outcome.REFUTED,
        statement="Rents fall.",
        quote="Rents will fall.",
        quote_kind=QuoteKind.VERBATIM,
        text_number=1,
        quote_start=start,
        quote_end=start + len("Rents will fall."),
    )
    make_claim("open", article=article, statement="No place.", review_on=TODAY + timedelta(days=60))
    make_claim("withdrawn", article=article)
    speaker = make_speaker(name="Ilse Oakes")
    start = BODY.index("The ferry")
    ferry = make_claim(
        "proposed",
        article=article,
        statement="The ferry stops.",
        quote="The ferry will probably stop.",
        quote_kind=QuoteKind.VERBATIM,
        text_number=1,
        quote_start=start,
        quote_end=start + len("The ferry will probably stop."),
        speaker_id=speaker.id,
        attribution=Attribution.STATED,
    )
    page = sign_in().get(f"/articles/{article.id}-what-the-summit-will-bring").text
    seen = texts(page)
    assert "3 predictions, 1 settled" in seen
    assert seen.index("The ferry stops.") < seen.index("Rents fall.") < seen.index("No place.")
    assert "“The ferry will probably stop.”" in seen
    assert "Ilse Oakes" in seen
    assert f"Claim {ferry.id}: Proposed: confirmed" in seen
    assert "Refuted 1" in seen
    assert "Withdrawn 1" in seen
    assert "Confirmed 1 proposed" in seen
    assert "signed off 11 Mar 2024" in seen
    assert "to review on 11 May 2024 , in 60 days" in seen
    # The text, its paragraphs numbered from 1, headings counted; each leads to its claims and to a new one.
    margin = rf"Claim {rents.id}.*?/articles/\d+/mark\?text=1&amp;paragraph=3"
    assert re.search(rf'id="par3".*?Rents will fall\..*?{margin}', page, re.S)


def test_a_page_of_many_claims_takes_as_many_queries_as_one_of_few(
    sign_in: SignIn,
    database: Database,
    make_article: Callable[..., Any],
    make_claim: Callable[..., Any],
    make_editor: Callable[..., Any],
):
    article = make_article(body=BODY)
    client = sign_in()

    def queries_made() -> int:
        with database.reading() as session, watched(session) as seen:
            assert client.get(f"/articles/{article.id}-what-the-summit-will-bring").status_code == 200
        return len(seen)

    make_claim("open", article=article, owner=make_editor())
    few = queries_made()
    for _ in range(6):
        make_claim("open", article=article, owner=make_editor())
    assert queries_made() == few
    assert few <= 20


def test_article_list_caps_its_counts(
    sign_in: SignIn, make_article: Callable[..., Any], make_claim: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
):
    article = make_article(body=BODY)
    for status in ("open", "open", "withdrawn"):
        make_claim(status, article=article)
    client = sign_in()
    assert "2 predictions" in texts(client.get("/articles").text)
    monkeypatch.setattr(article_claims, "COUNTED", 1)
    assert "1+ prediction" in texts(client.get("/articles").text)


# --- its text ---


def test_texts_are_numbered_and_the_older_ones_stay(sign_in: SignIn, session: Session, make_article: Callable[..., Any]):
    article = make_article(body="The ferry stops.")
    client = sign_in()
    answer = client.post(f"/articles/{article.id}/text/new", data={"body": "The ferry does not stop."})
    assert (answer.status_code, answer.location) == (303, f"/articles/{article.id}/text/claims")
    newest = texts(client.get(answer.location, follow_redirects=True).text)
    assert "Text 2 of 2" in newest
    assert "The ferry does not stop." in newest
    older = texts(client.get(f"/articles/{article.id}/text?number=1").text)
    assert "Text 1 of 2" in older
    assert "The ferry stops." in older
    assert [event.kind for event in events_of(session, article)] == ["article.created", "article.text", "article.text"]


def test_a_text_that_there_is_not_is_no_page(sign_in: SignIn, make_article: Callable[..., Any]):
    client, article = sign_in(), make_article(body="One.")
    for number in ("3", "0", "x", "", "-1", "99999999999999999999", "1'"):
        assert client.get(f"/articles/{article.id}/text", query_string={"number": number}).status_code == 404, number


def test_a_quote_stays_with_the_text_it_was_taken_from(
    sign_in: SignIn, database: Database, make_article: Callable[..., Any], make_claim: Callable[..., Any]
):
    article = make_article(body=BODY)
    start = BODY.index("Rents")
    claim = make_claim(
        article=article,
        statement="Rents fall.",
        quote="Rents will fall.",
        quote_kind=QuoteKind.VERBATIM,
        text_number=1,
        quote_start=start,
        quote_end=start + len("Rents will fall."),
    )
    with database.sessions() as writer, database.writing(writer):
        services.add_text(writer, DESK, writer.get_one(Article, article.id), "Rents will rise.")
    client = sign_in()
    newest = texts(client.get(f"/articles/{article.id}/text").text)
    assert "Quotes from other texts of this article Rents fall. (text 1)" in newest
    assert f"Claim {claim.id}" not in newest
    assert f"Claim {claim.id}" in texts(client.get(f"/articles/{article.id}/text?number=1").text)


@pytest.mark.parametrize(
    ("body", "said"), [("", "cannot be empty"), ("The same.", "the same as the newest one"), ("a\x00", "NUL")]
)
def test_a_text_that_cannot_be_taken_comes_back(
    sign_in: SignIn, session: Session, make_article: Callable[..., Any], body: str, said: str
):
    article = make_article(body="The same.")
    answer = sign_in().post(f"/articles/{article.id}/text/new", data={"body": body})
    assert answer.status_code == 422
    assert said in answer.text
    assert len(queries.texts(session, article.id)) == 1


# --- changing it ---


def edited(article: Article, **changes: str) -> dict[str, str]:
    form = typed(version=str(article.version), **changes)
    del form["body"]
    return form


def test_an_article_is_changed_and_its_address_follows(sign_in: SignIn, session: Session, make_article: Callable[..., Any]):
    article = make_article()
    client = sign_in()
    assert 'value="What the summit will bring"' in client.get(f"/articles/{article.id}/edit").text
    answer = client.post(f"/articles/{article.id}/edit", data=edited(article, title="What it brought"))
    assert answer.location == f"/articles/{article.id}-what-it-brought"
    (now,) = stored(session)
    assert (now.title, now.version) == ("What it brought", 2)
    assert [event.kind for event in events_of(session, article)][-1] == "article.edit"


def test_saving_without_a_change_records_nothing(sign_in: SignIn, session: Session, make_article: Callable[..., Any]):
    article = make_article(url="https://example.org/summit", author="Nadia Brandt", published_on=date(2024, 1, 12))
    assert sign_in().post(f"/articles/{article.id}/edit", data=edited(article)).status_code == 303
    assert len(events_of(session, article)) == 1


def test_a_change_on_an_outdated_page_shows_both_and_overwrites_nothing(
    sign_in: SignIn, session: Session, make_article: Callable[..., Any]
):
    article = make_article()
    first, second = sign_in(), sign_in()
    first.post(f"/articles/{article.id}/edit", data=edited(article, title="Theirs", published_on="2 Jan 2024"))
    answer = second.post(f"/articles/{article.id}/edit", data=edited(article, title="Mine"))
    assert answer.status_code == 409
    assert "Someone else changed this article while you were working on it" in answer.text
    assert "Headline Mine Theirs" in texts(answer.text)
    assert 'value="Mine"' in answer.text
    assert stored(session)[0].title == "Theirs"
    version = re.search(r'name="version" value="(\d+)"', answer.text)
    assert version
    again = second.post(f"/articles/{article.id}/edit", data=edited(article, title="Mine") | {"version": version[1]})
    assert again.status_code == 303
    assert stored(session)[0].title == "Mine"


def test_an_author_who_has_left_stays_the_author(
    sign_in: SignIn, session: Session, make_article: Callable[..., Any], make_editor: Callable[..., Any]
):
    gone = make_editor(name="Léa Fournier", active=False)
    article = make_article(author_editor_id=gone.id)
    client = sign_in()
    assert f'<option value="{gone.id}" selected>Léa Fournier</option>' in client.get(f"/articles/{article.id}/edit").text
    client.post(f"/articles/{article.id}/edit", data=edited(article, author_editor_id=str(gone.id)))
    assert stored(session)[0].author_editor_id == gone.id


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999", "1' OR 1=1"])
def test_a_version_that_is_none_is_refused(sign_in: SignIn, session: Session, make_article: Callable[..., Any], version: str):
    article = make_article()
    answer = sign_in().post(f"/articles/{article.id}/edit", data=edited(article, title="Mine") | {"version": version})
    assert answer.status_code in (409, 422)
    assert "Mine" in answer.text
    assert stored(session)[0].title == "What the summit will bring"


def test_articles_speak_french(sign_in: SignIn, make_article: Callable[..., Any], make_editor: Callable[..., Any]):
    article = make_article(body="Un. Deux.", language="fr")
    client = sign_in(make_editor(language="fr"))
    page = client.get(f"/articles/{article.id}", follow_redirects=True).text
    assert "Publié le 15 janv. 2024" in texts(page)
    assert "Aucune prévision pour l’instant" in texts(page)
    refused = client.post("/articles/new", data=typed(title="", body="Un. Deux."))
    assert "Erreur\u202f: Ajouter un article" in refused.text
