"""Writing claims down and changing them, also by two editors at once."""

from datetime import date

from sqlalchemy import select

from tests.claims.pages import fill, form, send
from tests.factories import DESK, events_of, fresh, verdicts_of
from tests.support.web import Client
from tracker.articles import services as articles
from tracker.articles.models import Article
from tracker.claims.enums import QuoteKind
from tracker.claims.models import Claim, ClaimTopic, ClaimTranslation, Speaker
from tracker.claims.services import editing
from tracker.db import Database

BODY = "A ship 🚢 came in.\n\nThey will sign a pact, he said.\n\nThe pact will hold. They will sign a pact twice."
AT = BODY.index("The pact will hold")
HOLD = {"quote": "The pact will hold", "quote_kind": "verbatim", "text_number": 1, "quote_start": AT, "quote_end": AT + 18}
NEW = {
    "statement": "The two states sign a pact.",
    "language": "en",
    "quote": "The pact will hold",
    "certainty": "hedged",
    "hedge": "will",
    "likelihood_low": "60 %",
    "likelihood_high": "80",
    "deadline_on": "2024-12-31",
    "deadline_source": "stated",
    "review_on": "1 January 2025",
    "confirmed_if": "A signed text is published.",
}


def claims(database: Database) -> list[Claim]:
    with database.reading() as session:
        return list(session.scalars(select(Claim).order_by(Claim.id)))


def edited(database: Database, claim: Claim, **values: object) -> None:
    """What another editor does meanwhile."""
    with database.writing() as session:
        row = session.get_one(Claim, claim.id)
        editing.edit(session, row, values, actor=DESK, version=row.version)


def test_a_claim_is_written_down_and_put_on_the_desk(database: Database, make_article, make_topic, sign_in):
    article, topic = make_article(body=BODY), make_topic()
    client = sign_in("editor")
    given = {**NEW, "topics": [str(topic.id)], "other_statement": "Les deux États signent un pacte.", "then": "track"}
    answer = fill(client, f"/claims/new?article={article.id}", "/new", **given)
    [claim] = claims(database)
    assert (answer.status_code, answer.location) == (303, f"/claims/{claim.id}")
    assert (claim.status, claim.made_on, claim.owner_id) == ("open", date(2024, 1, 15), client.editor.id)
    assert (claim.likelihood_low, claim.likelihood_high, claim.deadline_on) == (60, 80, date(2024, 12, 31))
    assert (claim.text_number, claim.paragraph, claim.quote_start, claim.quote_end) == (1, 3, AT, AT + 18)
    with database.reading() as session:
        assert session.scalar(select(ClaimTopic.topic_id)) == topic.id
        assert session.get_one(ClaimTranslation, (claim.id, "fr")).statement == "Les deux États signent un pacte."


def test_what_no_form_asks_for_is_not_taken(database: Database, make_article, make_editor, sign_in):
    article, other = make_article(), make_editor()
    extra = {
        "id": "77",
        "status": "resolved",
        "version": "9",
        "created_by_id": str(other.id),
        "created_at": "2001-01-01",
        "approved_by": str(other.id),
        "outcome": "confirmed",
        "is_sample": "y",
    }
    client = sign_in("editor")
    assert fill(client, f"/claims/new?article={article.id}", "/new", **NEW, **extra, then="draft").status_code == 303
    [claim] = claims(database)
    assert (claim.status, claim.created_by_id) == ("draft", client.editor.id)
    assert claim.id != 77
    assert claim.version < 9
    assert claim.created_at.year > 2001
    assert verdicts_of(database, claim) == []


def test_a_draft_is_kept_and_needs_little(database: Database, make_article, sign_in):
    article = make_article()
    given = {"statement": "It will rain.", "certainty": "flat", "then": "draft"}
    assert fill(sign_in("editor"), f"/claims/new?article={article.id}", "/new", **given).status_code == 303
    [claim] = claims(database)
    assert (claim.status, claim.review_on, claim.quote_kind) == ("draft", None, None)


def test_a_new_claim_needs_an_article(make_article, sign_in):
    client = sign_in("editor")
    assert "There is no article yet." in client.get("/claims/new").text
    article = make_article("On ships")
    assert f"/claims/new?article={article.id}" in client.get("/claims/new").text
    for number in ("999", "x", "99999999999999999999"):
        assert client.get(f"/claims/new?article={number}").status_code == 404
        assert client.post(f"/claims/new?article={number}", data=NEW).status_code == 404


def test_a_passage_that_the_address_names_fills_the_form(database: Database, make_article, sign_in):
    article = make_article(body=BODY)
    client = sign_in("editor")
    # The words stand twice; the address says which.
    start = BODY.rindex("They will sign a pact")
    page = client.get(f"/claims/new?article={article.id}&text=1&start={start}&end={start + 21}")
    assert form(page, "/new").value("quote") == "They will sign a pact"
    assert send(client, page, "/new", statement="S.", certainty="flat").status_code == 303
    [claim] = claims(database)
    assert (claim.paragraph, claim.quote_start) == (3, start)
    for place in ("text=9&start=0&end=5", "text=1&start=5&end=2", "text=x&start=0&end=5", "text=1&start=0&end=999999999999"):
        assert form(client.get(f"/claims/new?article={article.id}&{place}"), "/new").value("quote") == ""


def test_words_in_several_paragraphs_are_asked_about(database: Database, make_article, sign_in):
    article = make_article(body=BODY)
    client = sign_in("editor")
    path = f"/claims/new?article={article.id}"
    given = {**NEW, "quote": "They will sign a pact"}
    asked = fill(client, path, "/new", **given)
    assert asked.status_code == 422
    assert "The quote occurs in several paragraphs: 2, 3. Choose one." in asked.text
    wrong = send(client, asked, "/new", paragraph="1")
    assert "The quote is not in this paragraph, but in: 2, 3." in wrong.text
    assert send(client, wrong, "/new", paragraph="2").status_code == 303
    assert claims(database)[0].quote_start == BODY.index("They will sign a pact")


def test_words_that_the_article_does_not_have_are_no_verbatim_quote(database: Database, make_article, sign_in):
    article = make_article(body=BODY)
    client = sign_in("editor")
    given = {**NEW, "quote": "They shall sign a pact"}
    refused = fill(client, f"/claims/new?article={article.id}", "/new", **given)
    assert refused.status_code == 422
    assert 'href="#quote"' in refused.text
    assert "They shall sign a pact</textarea>" in refused.text
    assert claims(database) == []
    assert send(client, refused, "/new", quote_kind="paraphrase").status_code == 303


def test_a_speaker_who_is_not_in_the_list_is_added_on_the_way(database: Database, make_article, make_speaker, sign_in):
    article, known = make_article(), make_speaker("Ann")
    client = sign_in("editor")
    path = f"/claims/new?article={article.id}"
    new = {"speaker_name": "M. Hale", "speaker_affiliation": "Northgate", "attribution": "stated"}
    plain = {"statement": "S.", "certainty": "flat"}
    both = fill(client, path, "/new", **plain, **new, speaker_id=str(known.id))
    assert "Choose a speaker, or add a new one; not both." in both.text
    assert fill(client, path, "/new", **plain, **{**new, "attribution": "article"}).status_code == 422
    assert fill(client, path, "/new", **plain, **new, likelihood_low="50").status_code == 422
    with database.reading() as session:
        # Nothing of a refused form is written.
        assert session.scalars(select(Speaker.name)).all() == ["Ann"]
    assert fill(client, path, "/new", **plain, **new).status_code == 303
    with database.reading() as session:
        speaker = session.get_one(Speaker, claims(database)[0].speaker_id)
        assert (speaker.name, speaker.affiliation) == ("M. Hale", "Northgate")


def test_fields_are_refused_each_at_its_place(database: Database, make_article, sign_in):
    article = make_article(body=BODY)
    client = sign_in("editor")
    page = client.get(f"/claims/new?article={article.id}")
    for changes, field in (
        ({"statement": ""}, "statement"),
        ({"statement": "A" * 1_048_576}, "statement"),
        ({"statement": "\u200b\u200d\ufeff"}, "statement"),
        ({"statement": "nul\x00"}, "statement"),
        ({"deadline_source": ""}, "deadline_source"),
        ({"deadline_on": "2026-02-30"}, "deadline_on"),
        ({"deadline_on": "2001-01-01"}, "deadline_on"),
        ({"made_on": ""}, "made_on"),
        ({"review_on": "2001-01-01"}, "review_on"),
        ({"likelihood_low": "90"}, "likelihood_low"),
        ({"likelihood_low": "101"}, "likelihood_low"),
        ({"likelihood_high": ""}, "likelihood_high"),
        ({"certainty": "possible_only"}, "likelihood_low"),
        ({"attribution": "stated"}, "speaker_id"),
        ({"condition_status": "met"}, "condition_status"),
        ({"paragraph": "9" * 5000}, "paragraph"),
        ({"topics": ["999"]}, "topics"),
        ({"owner_id": "999"}, "owner_id"),
        ({"language": "xx"}, "language"),
    ):
        answer = send(client, page, "/new", **{**NEW, **changes})
        assert answer.status_code == 422, changes
        assert f'id="{field}-e"' in answer.text, (field, str(changes)[:60])
    assert claims(database) == []


def test_an_edit_changes_what_was_typed_and_nothing_else(database: Database, make_article, make_claim, sign_in):
    start = BODY.rindex("They will sign a pact")
    claim = make_claim(
        "due",
        article=make_article(body=BODY),
        quote="They will sign a pact",
        quote_kind=QuoteKind.VERBATIM,
        text_number=1,
        quote_start=start,
        quote_end=start + 21,
        refuted_if="No text,\nno pact.",
    )
    client = sign_in("editor")
    assert fill(client, f"/claims/{claim.id}/edit").status_code == 303
    assert fresh(database, claim).version == claim.version
    assert fill(client, f"/claims/{claim.id}/edit", statement="They sign a pact.").status_code == 303
    now = fresh(database, claim)
    assert (now.statement, now.version) == ("They sign a pact.", claim.version + 1)
    assert (now.quote_start, now.refuted_if) == (start, "No text,\nno pact.")


def test_a_tracked_claim_keeps_its_review_day(database: Database, make_claim, sign_in):
    claim = make_claim("due")
    client = sign_in("editor")
    assert 'name="review_on"' not in client.get(f"/claims/{claim.id}/edit").text
    assert fill(client, f"/claims/{claim.id}/edit", review_on="2030-01-01").status_code == 303
    assert fresh(database, claim).review_on == claim.review_on


def test_concurrent_edits_of_different_fields_merge(database: Database, make_claim, sign_in):
    claim = make_claim("due")
    client = sign_in("editor")
    page = client.get(f"/claims/{claim.id}/edit")
    edited(database, claim, refuted_if="Nothing is signed.")
    assert send(client, page, "/edit", statement="They sign a pact.").status_code == 303
    now = fresh(database, claim)
    assert (now.statement, now.refuted_if) == ("They sign a pact.", "Nothing is signed.")
    assert "Changes by others were kept: Refuted if." in client.get(f"/claims/{claim.id}").text


def clash(database: Database, claim: Claim, client: Client):
    page = client.get(f"/claims/{claim.id}/edit")
    edited(database, claim, statement="Theirs.", refuted_if="Nothing is signed.")
    return send(client, page, "/edit", statement="Mine.", hedge="probably")


def test_a_real_clash_shows_both_values_and_loses_neither(database: Database, make_claim, sign_in):
    claim = make_claim("due")
    client = sign_in("editor")
    answer = clash(database, claim, client)
    assert answer.status_code == 409
    assert 'name="keep-statement" value="mine"' in answer.text
    assert 'name="keep-statement" value="theirs"' in answer.text
    assert 'name="keep-refuted_if"' not in answer.text
    assert form(answer, "/edit").value("hedge") == "probably"
    assert fresh(database, claim).statement == "Theirs."
    # Sent again without a choice, nothing is overwritten.
    assert send(client, answer, "/edit").status_code == 409


def test_of_a_clash_mine_or_theirs_is_kept_as_chosen(database: Database, make_claim, sign_in):
    for side, statement in (("mine", "Mine."), ("theirs", "Theirs.")):
        claim = make_claim("due")
        client = sign_in("editor")
        answer = clash(database, claim, client)
        assert send(client, answer, "/edit", **{"keep-statement": side}).status_code == 303
        now = fresh(database, claim)
        assert (now.statement, now.hedge, now.refuted_if) == (statement, "probably", "Nothing is signed.")


def test_all_clashes_are_resolved_in_one_step(database: Database, make_claim, sign_in):
    claim = make_claim("due")
    client = sign_in("editor")
    page = client.get(f"/claims/{claim.id}/edit")
    edited(database, claim, statement="Theirs.", hedge="maybe")
    answer = send(client, page, "/edit", statement="Mine.", hedge="probably", refuted_if="Nothing is signed.")
    assert 'name="take" value="theirs"' in answer.text
    assert "See what changed" in answer.text
    assert send(client, answer, "/edit", take="theirs").status_code == 303
    now = fresh(database, claim)
    assert (now.statement, now.hedge, now.refuted_if) == ("Theirs.", "maybe", "Nothing is signed.")


def test_a_choice_counts_only_for_the_values_that_were_shown(database: Database, make_claim, sign_in):
    claim = make_claim("due")
    client = sign_in("editor")
    answer = clash(database, claim, client)
    edited(database, claim, statement="Theirs, once more.")
    again = send(client, answer, "/edit", **{"keep-statement": "mine"})
    assert again.status_code == 409
    assert "Theirs, once more." in again.text
    assert 'value="mine" checked' in again.text
    assert send(client, again, "/edit").status_code == 303
    assert fresh(database, claim).statement == "Mine."


def test_a_quote_and_its_place_are_chosen_together(database: Database, make_article, make_claim, sign_in):
    claim = make_claim("due", article=make_article(body=BODY))
    client = sign_in("editor")
    page = client.get(f"/claims/{claim.id}/edit")
    edited(database, claim, **HOLD)
    answer = send(client, page, "/edit", quote="he said", quote_kind="verbatim")
    assert answer.status_code == 409
    assert 'name="keep-quote"' in answer.text
    assert 'name="keep-quote_start"' not in answer.text
    assert send(client, answer, "/edit", **{"keep-quote": "mine"}).status_code == 303
    now = fresh(database, claim)
    assert (now.quote, now.quote_start, now.paragraph) == ("he said", BODY.index("he said"), 2)


def test_frozen_terms_cannot_be_edited_and_what_was_typed_is_kept(database: Database, make_claim, make_evidence, sign_in):
    claim = make_claim("due")
    make_evidence(claim)
    client = sign_in("editor")
    page = client.get(f"/claims/{claim.id}/edit")
    verdict = {
        "outcome": "confirmed",
        "rationale": "Both sides signed.",
        "known_on": "2024-03-10",
        "occurred_from": "2024-03-09",
    }
    assert fill(sign_in("editor"), f"/claims/{claim.id}", "/verdict", **verdict).status_code == 303
    answer = send(client, page, "/edit", statement="My new words.")
    assert answer.status_code == 409
    assert "The claim is locked: a verdict is proposed or signed." in answer.text
    assert "My new words." in answer.text
    assert client.get(f"/claims/{claim.id}/edit").status_code == 409


def test_a_corrected_article_leaves_the_quote_at_its_old_text(database: Database, make_article, make_claim, sign_in):
    claim = make_claim("due", article=make_article(body=BODY), **HOLD)
    with database.writing() as session:
        articles.add_text(session, DESK, session.get_one(Article, claim.article_id), BODY.replace("will hold", "may hold"))
    assert fill(sign_in("editor"), f"/claims/{claim.id}/edit", hedge="will").status_code == 303
    now = fresh(database, claim)
    assert (now.text_number, now.quote_start, now.hedge) == (1, HOLD["quote_start"], "will")


def test_words_in_the_other_language_are_set_changed_and_removed(database: Database, make_claim, sign_in):
    claim = make_claim("due")
    client = sign_in("editor")
    path = f"/claims/{claim.id}/translation"
    assert fill(client, path, other_statement="Un pacte est signé.", other_confirmed_if="Un texte signé.").status_code == 303
    assert events_of(database, claim)[-1].kind == "translation.set"
    assert form(client.get(f"/claims/{claim.id}/edit"), "/edit").value("other_statement") == "Un pacte est signé."
    assert fill(client, path, other_statement="", other_confirmed_if="").status_code == 303
    with database.reading() as session:
        assert session.get(ClaimTranslation, (claim.id, "fr")) is None


def test_our_words_and_their_translation_change_places(database: Database, make_claim, sign_in):
    claim = make_claim("due")
    client = sign_in("editor")
    assert fill(client, f"/claims/{claim.id}/translation", other_statement="Un pacte est signé.").status_code == 303
    swapped = {"language": "fr", "statement": "Un pacte est signé.", "other_statement": claim.statement}
    assert fill(client, f"/claims/{claim.id}/edit", **swapped).status_code == 303
    now = fresh(database, claim)
    assert (now.language, now.statement) == ("fr", "Un pacte est signé.")
    with database.reading() as session:
        words = {each.language: each.statement for each in session.scalars(select(ClaimTranslation))}
    assert words == {"en": claim.statement}


def test_language_swap_keeps_a_concurrent_translation(database: Database, make_claim, sign_in):
    claim = make_claim("due")
    mine, theirs = sign_in("editor"), sign_in("editor")
    page = mine.get(f"/claims/{claim.id}/edit")
    assert fill(theirs, f"/claims/{claim.id}/translation", other_statement="Le pacte est signé.").status_code == 303
    answer = send(mine, page, "/edit", language="fr", statement="Un pacte est signé.")
    assert answer.status_code == 409
    assert "Le pacte est signé." in answer.text
    assert fresh(database, claim).language == "en"


def test_a_withdrawn_claim_is_related_to_the_one_it_repeats(database: Database, make_claim, sign_in):
    claim, other = make_claim("withdrawn"), make_claim("open")
    client = sign_in("editor")
    path = f"/claims/{claim.id}/relations"
    assert path in client.get(f"/claims/{claim.id}").text
    assert client.get(path).status_code == 200
    assert fill(client, path, kind="duplicate_of", other_id=str(other.id)).status_code == 303
    assert f"claim {other.id}" in client.get(f"/claims/{claim.id}").text


def test_words_that_two_translate_at_once_are_compared_first(database: Database, make_claim, sign_in):
    claim = make_claim("due")
    mine, theirs = sign_in("editor"), sign_in("editor")
    path = f"/claims/{claim.id}/translation"
    page = mine.get(path)
    assert fill(theirs, path, other_statement="Le pacte est signé.").status_code == 303
    answer = send(mine, page, "/translation", other_statement="Un pacte est signé.")
    assert answer.status_code == 409
    assert "Le pacte est signé." in answer.text
    assert form(answer, "/translation").value("other_statement") == "Un pacte est signé."
    assert send(mine, answer, "/translation").status_code == 303
    with database.reading() as session:
        assert session.get_one(ClaimTranslation, (claim.id, "fr")).statement == "Un pacte est signé."


def test_two_assign_at_once_and_one_is_asked_again(database: Database, make_claim, make_editor, sign_in):
    claim, ann, ben = make_claim("due"), make_editor("Ann"), make_editor("Ben")
    mine, theirs = sign_in("editor"), sign_in("editor")
    page = mine.get(f"/claims/{claim.id}/assign")
    assert fill(theirs, f"/claims/{claim.id}/assign", owner_id=str(ann.id)).status_code == 303
    answer = send(mine, page, "/assign", owner_id=str(ben.id))
    assert answer.status_code == 409
    assert fresh(database, claim).owner_id == ann.id
    assert send(mine, answer, "/assign").status_code == 303
    assert fresh(database, claim).owner_id == ben.id
