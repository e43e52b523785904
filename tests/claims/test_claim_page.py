"""What the page of a claim shows, in the order in which it is judged."""

import re
from datetime import date

import pytest

from tests.factories import DESK, on
from tracker.articles import services as articles
from tracker.articles.models import Article
from tracker.claims.enums import Attribution, Certainty, ConditionStatus, DeadlineSource, Outcome, QuoteKind, Stance, Visibility
from tracker.claims.models import Claim
from tracker.claims.services import editing, evidence, verdicts
from tracker.claims.verdict_rules import Proposed
from tracker.db import Database

BODY = "A first paragraph 🚢 with a ship.\n\nThey will sign a pact, he said, before the year is out.\n\nThe end."
QUOTE = "They will sign a pact"


def text_of(html: str) -> str:
    """The words of a page, without tags, white space made single."""
    return " ".join(re.sub(r"<[^>]+>", "", re.sub(r"</(dt|dd|li|p|div|span)>|<div\b[^>]*>", " ", html)).split())


def quoted(make_article, make_claim, status: str = "due", **fields):
    start = BODY.index(fields.get("quote", QUOTE))
    given = {
        "quote": QUOTE,
        "quote_kind": QuoteKind.VERBATIM,
        "text_number": 1,
        "quote_start": start,
        "quote_end": start + len(QUOTE),
        **fields,
    }
    return make_claim(status, article=make_article(body=BODY), **given)


def test_the_parts_stand_in_the_order_of_judging(make_article, make_claim, sign_in):
    claim = quoted(make_article, make_claim)
    html = sign_in("editor").get(f"/claims/{claim.id}").text
    places = [html.index(f'id="{part}"') for part in ("quote", "terms", "evidence", "checks", "notes", "verdict", "history")]
    assert places == sorted(places)


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(("status", "told"), [("due", "JK1–5WEDOIU?"), ("proposed", "JKEOU?"), ("withdrawn", "JKU?")])
def test_the_foot_names_only_keys_that_do_something_now(make_claim, sign_in, status: str, told: str):
    html = sign_in("editor").get(f"/claims/{make_claim(status).id}").text
    foot = html[html.index('class="keys') :]
    assert "".join(re.findall("<kbd>(.*?)</kbd>", foot)) == told


def test_the_quote_is_marked_in_its_paragraph_with_the_exact_place(make_article, make_claim, sign_in):
    claim = quoted(make_article, make_claim)
    html = sign_in("viewer").get(f"/claims/{claim.id}").text
    assert f"<mark>{QUOTE}</mark>, he said, before the year is out.</blockquote>" in html
    assert "Quote matches the stored article exactly" in html
    # Code points, counted from one: the ship is one of them.
    start = BODY.index(QUOTE) + 1
    assert f"Paragraph 2, characters {start} to {start + len(QUOTE) - 1}" in text_of(html)


def test_quote_missing_from_a_newer_text_is_marked(database: Database, make_article, make_claim, sign_in):
    claim = quoted(make_article, make_claim)
    with database.writing() as session:
        article = session.get_one(Article, claim.article_id)
        articles.add_text(session, DESK, article, BODY.replace("will sign", "may sign"))
    html = sign_in("viewer").get(f"/claims/{claim.id}").text
    assert "The quote no longer matches the article" in html
    assert f"<mark>{QUOTE}</mark>" in html
    assert "They may sign a pact, he said" in html
    assert "<mark>They may sign" not in html


def test_words_that_a_newer_text_kept_are_found_there(database: Database, make_article, make_claim, sign_in):
    claim = quoted(make_article, make_claim)
    with database.writing() as session:
        articles.add_text(session, DESK, session.get_one(Article, claim.article_id), "A new head.\n\n" + BODY)
    html = sign_in("viewer").get(f"/claims/{claim.id}").text
    assert "no longer matches" not in html
    assert "The newest text (2) has the same words, in paragraph 3." in html


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (QuoteKind.TRANSLATION, "Quoted from a translation; original not seen."),
        (QuoteKind.PARAPHRASE, "A paraphrase: these are not the article’s own words."),
    ],
)
def test_quote_shows_its_kind_unless_verbatim(make_claim, sign_in, kind: QuoteKind, said: str):
    claim = make_claim(quote="They mean to sign.", quote_kind=kind)
    html = sign_in("viewer").get(f"/claims/{claim.id}").text
    assert said in html
    assert "matches the stored article" not in html


def test_the_terms_are_all_there(make_claim, make_speaker, make_topic, sign_in):
    claim = make_claim(
        "due",
        speaker_id=make_speaker("M. Hale", affiliation="Northgate Institute").id,
        attribution=Attribution.IMPLIED,
        topics=[make_topic("Arms deals"), make_topic("Trade")],
        hedge="could",
        certainty=Certainty.HEDGED,
        likelihood_low=30,
        likelihood_high=60,
        condition="If the talks go on",
        condition_status=ConditionStatus.UNKNOWN,
        refuted_if="Nothing is signed.",
        deadline_source=DeadlineSource.EDITOR,
    )
    words = text_of(sign_in().get(f"/claims/{claim.id}").text)
    for said in (
        "M. Hale, Northgate Institute Implied: the article only suggests who. The name is never published",
        "Topics Arms deals, Trade",
        "stated as “could”; our reading: 30–60%",
        "Condition If the talks go on Not known yet",
        "Made 15 Jan 2024",
        "Deadline 10 March 2024 (passed) Set by the newsroom",
        "Confirmed if A signed arms deal is published by either government.",
        "Refuted if Nothing is signed.",
        "Criteria set on 15 January 2024, before the review date",
    ):
        assert said in words, said


def test_criteria_written_too_late_are_flagged(database: Database, make_claim, sign_in):
    claim = make_claim("due")
    with database.writing() as session:
        row = session.get_one(Claim, claim.id)
        late = {"confirmed_if": "Anything at all."}
        editing.edit(session, row, late, actor=DESK, version=row.version, at=on(date(2024, 3, 12)))
    html = sign_in("viewer").get(f"/claims/{claim.id}").text
    assert "Criteria set on 12 March 2024, after the review date" in html
    assert "outcome was known" not in html


def test_evidence_shows_stance_withdrawal_and_what_is_internal(database: Database, make_claim, make_evidence, sign_in):
    claim = make_claim("due")
    make_evidence(claim, Stance.SUPPORTS, title="The pact", url="https://example.org/pact")
    gone = make_evidence(claim, Stance.CONTRADICTS, title="A denial", url="https://example.org/denial")
    make_evidence(claim, Stance.CONTEXT, title="Our letter", url=None, document="File 12", visibility=Visibility.INTERNAL)
    with database.writing() as session:
        evidence.withdraw_evidence(session, session.get_one(Claim, claim.id), gone.id, "It was forged.", actor=DESK)
    html = sign_in("viewer").get(f"/claims/{claim.id}").text
    assert '<a href="https://example.org/pact" rel="noopener noreferrer' in html
    assert re.search(r"<del><a [^>]*><bdi>A denial</bdi></a></del>", html)
    assert "It was forged." in html
    assert "Internal: for editors only" in html
    assert "File 12" in html
    # Withdrawn evidence counts no more.
    head = text_of(html[html.index('id="h-e"') : html.index('<ol class="ev">')])
    assert head.endswith("1 supports 1 context")


def test_a_link_to_a_lookalike_host_shows_its_real_name(make_claim, make_evidence, sign_in):
    claim = make_claim("due")
    make_evidence(claim, title="A page", url="https://аpple.com/x")
    assert "(xn--pple-43d.com)" in sign_in("viewer").get(f"/claims/{claim.id}").text


def test_outside_text_cannot_reorder_the_page_or_run(make_claim, make_evidence, sign_in):
    claim = make_claim("due", statement="Minister said \u202egnp.exe\u202c {{7*7}} <script>alert(1)</script>")
    make_evidence(claim, note="\u202eevil\u202c")
    html = sign_in("viewer").get(f"/claims/{claim.id}").text
    assert "<bdi>Minister said \u202egnp.exe\u202c {{7*7}} &lt;script&gt;" in html
    assert re.search('<(bdi|p)[^>]*dir="auto"[^>]*>\u202eevil\u202c</', html)


def test_an_open_claim_that_was_looked_for_in_vain_is_not_observed_and_not_judged(make_claim, make_check, sign_in):
    claim = make_claim("due")
    make_check(claim, exhaustive=True)
    html = sign_in("viewer").get(f"/claims/{claim.id}").text
    assert "Not observed as of 11 March 2024. That is no verdict." in html
    assert "exhaustive" in html


def test_the_chain_of_verdicts_shows_what_became_of_each(database: Database, make_claim, make_editor, sign_in):
    proposer, signer = make_editor("Ann"), make_editor("Ben")
    claim = make_claim("under_review", outcome=Outcome.REFUTED, proposer=proposer, signer=signer)
    with database.writing() as session:
        verdicts.add_postscript(session, session.get_one(Claim, claim.id), "The minister resigned.", actor=DESK)
    words = text_of(sign_in("viewer").get(f"/claims/{claim.id}").text)
    assert "Under review" in words
    assert "Signed verdict, under review" in words
    assert "signed: Ben" in words
    assert "The minister resigned." in words


def test_late_outcome_shows_its_day(database: Database, make_claim, sign_in):
    late = Proposed(Outcome.REFUTED, "It came too late.", date(2024, 3, 10), occurred_from=date(2024, 3, 12))
    claim = make_claim("resolved", outcome=Outcome.REFUTED, proposed=late, review_on=date(2024, 3, 20))
    assert "happened later, on 12 March 2024" in text_of(sign_in("viewer").get(f"/claims/{claim.id}").text)


def test_our_words_are_shown_in_the_language_of_the_page(database: Database, make_claim, make_editor, sign_in):
    claim = make_claim("due")
    with database.writing() as session:
        words = {"statement": "Le sommet apportera un accord.", "confirmed_if": "Un accord signé."}
        editing.set_translation(session, session.get_one(Claim, claim.id), "fr", words, actor=DESK)
    page = sign_in(make_editor(language="fr")).get(f"/claims/{claim.id}").text
    assert '<h1 class="statement" lang="fr"><bdi>Le sommet apportera un accord.</bdi></h1>' in page
    assert "Confirmée si" in page
    assert "Votre verdict" in page
    assert "La même en anglais" in page
    english = sign_in("editor").get(f"/claims/{claim.id}").text
    assert '<h1 class="statement" lang="en">' in english
    assert "The same in French" in english


def test_a_viewer_reads_and_can_do_nothing(make_claim, make_editor, database: Database, sign_in):
    claim, author = make_claim("due"), make_editor()
    with database.writing() as session:
        evidence.add_note(session, session.get_one(Claim, claim.id), "Ask the minister.", actor=author.actor)
    html = sign_in("viewer").get(f"/claims/{claim.id}").text
    assert "Ask the minister." not in html
    assert f'action="/claims/{claim.id}' not in html
    assert set(re.findall(rf'href="/claims/{claim.id}/(\w+)', html)) <= {"history", "dossier"}
    assert "Ask the minister." in sign_in("editor").get(f"/claims/{claim.id}").text
    assert "Ask the minister." not in sign_in("viewer").get(f"/claims/{claim.id}/history").text


MOVES = {
    "track": "track",
    "postpone": "postpone",
    "propose": "verdict",
    "sign": "signoff",
    "reopen": "reopen",
    "withdraw": "withdraw",
    "propose_withdrawal": "withdrawal",
    "restore": "restore",
}


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("draft", {"track", "withdraw"}),
        ("open", {"postpone", "propose", "withdraw"}),
        ("due", {"postpone", "propose", "withdraw"}),
        ("proposed", {"sign"}),
        ("resolved", {"reopen", "propose_withdrawal"}),
        ("under_review", {"postpone", "propose"}),
        ("withdrawn", {"restore"}),
    ],
)
def test_only_moves_that_can_be_made_are_shown(make_claim, sign_in, status: str, shown: set[str]):
    claim = make_claim(status)
    html = sign_in("chief").get(f"/claims/{claim.id}").text
    linked = {move for move, path in MOVES.items() if f'"/claims/{claim.id}/{path}"' in html}
    assert linked == shown


def test_the_proposer_can_take_back_and_not_sign(make_claim, make_editor, sign_in):
    proposer = make_editor()
    claim = make_claim("proposed", proposer=proposer)
    html = sign_in(proposer).get(f"/claims/{claim.id}").text
    assert 'value="recall"' in html
    assert 'value="sign"' not in html
    other = sign_in("editor").get(f"/claims/{claim.id}").text
    assert 'value="sign"' in other
    assert 'value="return"' in other
    assert 'value="recall"' not in other


def test_verdict_form_lists_what_is_missing(make_claim, make_evidence, sign_in):
    claim = make_claim("due")
    client = sign_in("editor")
    needs = "Add at least one public piece of evidence that supports the claim."
    before = client.get(f"/claims/{claim.id}").text
    assert before.count(needs) == 2
    assert "Log at least one check first" in before
    make_evidence(claim)
    assert needs not in client.get(f"/claims/{claim.id}").text


def test_a_claim_without_a_test_is_led_to_write_one(make_claim, sign_in):
    claim = make_claim("due", confirmed_if="")
    html = sign_in("editor").get(f"/claims/{claim.id}").text
    assert "a verdict needs it" in html
    assert f'href="/claims/{claim.id}/edit#confirmed_if"' in html
