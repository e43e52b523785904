"""Every move and every addition, by filling in the page's form as a browser without scripts does."""

from datetime import date

import pytest

from tests.claims.pages import fill, form, send
from tests.factories import change_settings, events_of, fresh, make_evidence, verdicts_of
from tests.support.web import Client
from tracker.claims.models import Claim, Evidence
from tracker.db import Database


def chosen(html: str, field: str) -> str:
    """The option of a select that is chosen."""
    select = html[html.index(f'id="{field}"') :]
    return select[: select.index("</select>")].partition('" selected')[0].rpartition('value="')[2]


def kinds(database: Database, claim: Claim) -> list[str]:
    return [event.kind for event in events_of(database, claim)]


def toast(client: Client, path: str = "/claims") -> str:
    """What the next page says happened."""
    page = client.get(path).text
    start = page.find('<div class="toast ')
    return page[start : page.find("</div>", start)] if start >= 0 else ""


def test_a_draft_is_put_on_the_desk(database: Database, make_claim, sign_in):
    claim = make_claim("draft")
    client = sign_in("editor")
    answer = fill(client, f"/claims/{claim.id}", "/track")
    assert (answer.status_code, answer.location) == (303, f"/claims/{claim.id}")
    assert fresh(database, claim).status == "open"
    assert kinds(database, claim)[-1] == "claim.track"
    assert "Review date: 11 March 2024" in toast(client)


def test_draft_without_review_date_shows_what_it_needs(database: Database, make_claim, sign_in):
    claim = make_claim("draft", review_on=None)
    client = sign_in("editor")
    assert f'href="/claims/{claim.id}/edit#review_on"' in client.get(f"/claims/{claim.id}").text
    answer = fill(client, f"/claims/{claim.id}/track")
    assert answer.status_code == 422
    assert "Give a review date." in answer.text
    assert fresh(database, claim).status == "draft"


def test_a_review_is_postponed(database: Database, make_claim, sign_in, clock_at):
    clock_at(date(2024, 3, 12))
    claim = make_claim("due")
    client = sign_in("editor")
    answer = fill(client, f"/claims/{claim.id}/postpone", review_on="1 June 2024", reason="The summit was moved.")
    assert answer.status_code == 303
    now = fresh(database, claim)
    assert (now.status, now.review_on) == ("open", date(2024, 6, 1))
    assert kinds(database, claim)[-1] == "claim.postpone"
    assert "The review date is now 1 June 2024" in toast(client)
    assert "The summit was moved." in client.get(f"/claims/{claim.id}").text


def test_a_review_is_postponed_with_a_check(database: Database, make_claim, sign_in, clock_at):
    clock_at(date(2024, 3, 12))
    claim = make_claim("due")
    given = {"review_on": "2024-06-01", "reason": "Too early.", "where_looked": "Gazettes", "found": "Nothing."}
    assert fill(sign_in("editor"), f"/claims/{claim.id}/postpone", **given).status_code == 303
    assert kinds(database, claim)[-2:] == ["check.add", "claim.postpone"]


def test_a_refused_postponement_logs_no_check(database: Database, make_claim, sign_in, clock_at):
    clock_at(date(2024, 3, 12))
    claim = make_claim("due")
    before = kinds(database, claim)
    given = {"review_on": "2024-03-01", "reason": "Too early.", "where_looked": "Gazettes", "found": "Nothing."}
    answer = fill(sign_in("editor"), f"/claims/{claim.id}/postpone", **given)
    assert answer.status_code == 422
    assert "must be later than 11 Mar 2024" in answer.text
    assert ">\nGazettes</textarea>" in answer.text
    assert kinds(database, claim) == before


def test_claim_is_handed_over_and_left_without_owner(database: Database, make_claim, make_editor, sign_in):
    claim, ann = make_claim("due"), make_editor("Ann")
    client = sign_in("editor")
    assert fill(client, f"/claims/{claim.id}/assign", owner_id=str(ann.id)).status_code == 303
    assert fresh(database, claim).owner_id == ann.id
    assert "Owner: Ann." in toast(client)
    assert form(client.get(f"/claims/{claim.id}/assign"), "/assign").value("owner_id") == str(ann.id)
    assert fill(client, f"/claims/{claim.id}/assign", owner_id="").status_code == 303
    assert fresh(database, claim).owner_id is None


def test_a_claim_cannot_be_given_to_a_viewer(database: Database, make_claim, make_editor, sign_in):
    claim, reader = make_claim("due"), make_editor("Rea", roles=["viewer"])
    answer = fill(sign_in("editor"), f"/claims/{claim.id}/assign", owner_id=str(reader.id))
    assert answer.status_code == 422
    assert fresh(database, claim).owner_id is None


def test_changes_of_topics_by_two_editors_add_up(make_claim, make_topic, sign_in):
    arms, trade, labour = make_topic("Arms"), make_topic("Trade"), make_topic("Labour")
    claim = make_claim("due", topics=[arms])
    mine, theirs = sign_in("editor"), sign_in("editor")
    page = mine.get(f"/claims/{claim.id}/topics")
    assert fill(theirs, f"/claims/{claim.id}/topics", topics=[str(arms.id), str(trade.id)]).status_code == 303
    assert send(mine, page, "/topics", topics=[str(labour.id)]).status_code == 303
    html = mine.get(f"/claims/{claim.id}").text
    shown = html[html.index("<dt>Topics") : html.index("<dt>Stated likelihood")]
    assert "Arms" not in shown
    assert "Trade" in shown
    assert "Labour" in shown


VERDICT = {
    "outcome": "confirmed",
    "rationale": "Both governments published what was signed.",
    "known_on": "10 March 2024",
    "occurred_from": "9 March 2024",
}


def test_a_verdict_is_proposed_and_signed(database: Database, make_claim, make_evidence, make_editor, sign_in):
    claim, second = make_claim("due"), make_editor("Ben")
    make_evidence(claim)
    answer = fill(sign_in("editor"), f"/claims/{claim.id}", "/verdict", **VERDICT, requested_signer_id=str(second.id))
    assert (answer.status_code, answer.location) == (303, f"/claims/{claim.id}#verdict")
    proposed = fresh(database, claim)
    assert (proposed.status, proposed.requested_signer_id) == ("proposed", second.id)
    answer = fill(sign_in(second), f"/claims/{claim.id}", "/signoff", action="sign")
    assert answer.status_code == 303
    assert fresh(database, claim).status == "resolved"
    assert kinds(database, claim)[-2:] == ["claim.propose", "claim.sign"]
    [verdict] = verdicts_of(database, claim)
    assert (verdict.outcome, verdict.known_on, verdict.occurred_from) == ("confirmed", date(2024, 3, 10), date(2024, 3, 9))


@pytest.mark.parametrize("of_claim", ["en", "fr", "de"])
def test_verdict_form_starts_in_the_language_that_the_editor_reads(
    database: Database, make_claim, make_editor, make_evidence, sign_in, of_claim: str
):
    claim = make_claim("due", language=of_claim)
    make_evidence(claim)
    client = sign_in(make_editor("Ben", language="fr"))
    html = client.get(f"/claims/{claim.id}").text
    assert chosen(html, "vd-language") == "fr"
    assert f'<option value="{of_claim}"' in html
    assert fill(client, f"/claims/{claim.id}", "/verdict", **VERDICT).status_code == 303
    assert [verdict.language for verdict in verdicts_of(database, claim)] == ["fr"]


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_verdict_keeps_the_language_that_was_chosen(database: Database, make_claim, make_evidence, sign_in, language: str):
    claim = make_claim("due", language="fr")
    make_evidence(claim)
    client = sign_in("editor")
    assert fill(client, f"/claims/{claim.id}", "/verdict", **VERDICT, language=language).status_code == 303
    assert [verdict.language for verdict in verdicts_of(database, claim)] == [language]
    assert f'<blockquote class="serif lines" lang="{language}" dir="auto">' in client.get(f"/claims/{claim.id}").text


def test_verdict_in_a_language_that_does_not_exist_is_refused(database: Database, make_claim, make_evidence, sign_in):
    claim = make_claim("due")
    make_evidence(claim)
    answer = fill(sign_in("editor"), f"/claims/{claim.id}", "/verdict", **VERDICT, language="xx-none")
    assert answer.status_code == 422
    assert 'id="vd-language-e"' in answer.text
    assert verdicts_of(database, claim) == []


def test_returned_proposal_comes_back_in_its_language(make_claim, make_editor, make_evidence, sign_in):
    claim, editor = make_claim("due", language="en"), make_editor("Ben")
    make_evidence(claim)
    client = sign_in(editor)
    assert fill(client, f"/claims/{claim.id}", "/verdict", **VERDICT, language="fr").status_code == 303
    assert fill(client, f"/claims/{claim.id}", "/signoff", action="recall").status_code == 303
    assert chosen(client.get(f"/claims/{claim.id}").text, "vd-language") == "fr"


def test_the_verdict_form_is_a_page_of_its_own_too(make_claim, sign_in):
    claim = make_claim("due")
    page = sign_in("editor").get(f"/claims/{claim.id}/verdict")
    assert page.status_code == 200
    assert form(page, "/verdict").value("version") == str(claim.version)


@pytest.mark.parametrize(
    ("changes", "said", "field"),
    [
        ({"outcome": None}, "hoose one of the options", "vd-outcome"),
        ({"rationale": ""}, "annot be empty", "vd-rationale"),
        ({"rationale": "ok"}, "Say why in at least a few words.", "vd-rationale"),
        ({"known_on": ""}, "annot be empty", "vd-known_on"),
        ({"known_on": "30 February 2024"}, "", "vd-known_on"),
        ({"known_on": "2199-01-01"}, "This day is in the future.", "vd-known_on"),
        (
            {"occurred_from": "11 March 2024", "known_on": "11 March 2024"},
            "It happened after the deadline, 10 Mar 2024",
            "vd-occurred_from",
        ),
        ({"outcome": "partly_confirmed"}, "Say which part did not happen.", "vd-missing"),
        ({"outcome": "unresolvable", "occurred_from": ""}, "Say why it cannot be established.", "vd-reason"),
        ({"outcome": "void", "occurred_from": ""}, "Say why the claim no longer applies.", "vd-reason"),
        ({"outcome": "refuted", "occurred_from": ""}, "Add public evidence that contradicts the claim", "vd-outcome"),
    ],
)
def test_a_verdict_that_breaks_a_rule_comes_back_with_the_error_at_its_field(
    database: Database, make_claim, make_evidence, sign_in, changes: dict[str, str], said: str, field: str
):
    claim = make_claim("due")
    make_evidence(claim)
    answer = fill(sign_in("editor"), f"/claims/{claim.id}", "/verdict", **{**VERDICT, "missing": "", **changes})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'<a href="#{field}">' in answer.text
    assert f'id="{field}-e"' in answer.text
    assert "<title>Error:" in answer.text
    assert changes.get("rationale", VERDICT["rationale"]) in answer.text
    assert fresh(database, claim).status == "due"
    assert verdicts_of(database, claim) == []


def test_refuting_before_the_deadline_needs_that_it_became_impossible(
    database: Database, make_claim, make_evidence, sign_in, clock_at
):
    clock_at(date(2024, 3, 1))
    claim = make_claim("open")
    make_evidence(claim, "contradicts")
    client = sign_in("editor")
    given = {**VERDICT, "outcome": "refuted", "known_on": "1 March 2024", "occurred_from": ""}
    assert fill(client, f"/claims/{claim.id}", "/verdict", **given).status_code == 422
    assert fill(client, f"/claims/{claim.id}", "/verdict", **given, impossible="y").status_code == 303
    assert fresh(database, claim).status == "proposed"


def test_a_proposal_is_sent_back_with_a_note(database: Database, make_claim, sign_in):
    claim = make_claim("proposed")
    client = sign_in("editor")
    refused = fill(client, f"/claims/{claim.id}", "/signoff", action="return")
    assert refused.status_code == 422
    assert "Say what is missing, so that the proposer can go on." in refused.text
    answer = fill(client, f"/claims/{claim.id}", "/signoff", action="return", note="Add the second source.")
    assert answer.status_code == 303
    assert fresh(database, claim).status == "due"
    html = client.get(f"/claims/{claim.id}").text
    assert "Sent back by" in html
    assert "Add the second source." in html


@pytest.mark.parametrize("action", ["return", "recall"])
def test_returned_proposal_fills_the_verdict_form(make_claim, make_editor, sign_in, action: str):
    proposer, colleague = make_editor(), sign_in("editor")
    claim = make_claim("proposed", proposer=proposer)
    client = sign_in(proposer)
    fill(colleague if action == "return" else client, f"/claims/{claim.id}", "/signoff", action=action, note="Which of the two?")
    address = f"/claims/{claim.id}"
    kept = form(client.get(address), "/verdict")
    assert kept.value("rationale").strip()
    assert kept.value("outcome") == "confirmed"
    assert not form(colleague.get(address), "/verdict").value("rationale").strip()
    assert form(client.get(f"{address}?verdict=refuted"), "/verdict").value("outcome") == "refuted"


def test_verdict_refusal_lists_all_missing_fields(make_claim, make_evidence, sign_in):
    claim = make_claim("due")
    make_evidence(claim)
    answer = fill(sign_in("editor"), f"/claims/{claim.id}", "/verdict", outcome="partly_confirmed", rationale="", known_on="")
    assert answer.status_code == 422
    for missing_requirement in ("cannot be empty", "Say when it happened", "Say which part did not happen."):
        assert missing_requirement in answer.text


def test_a_proposal_is_taken_back_by_its_proposer(database: Database, make_claim, make_editor, sign_in):
    proposer = make_editor()
    claim = make_claim("proposed", proposer=proposer)
    assert fill(sign_in(proposer), f"/claims/{claim.id}", "/signoff", action="recall").status_code == 303
    assert fresh(database, claim).status == "due"
    assert kinds(database, claim)[-1] == "claim.recall"


def test_a_verdict_is_given_alone_where_no_second_signature_is_asked(database: Database, make_claim, make_evidence, sign_in):
    change_settings(database, second_signature=False)
    claim = make_claim("due")
    make_evidence(claim)
    client = sign_in("editor")
    assert "Give the verdict alone" in client.get(f"/claims/{claim.id}").text
    assert fill(client, f"/claims/{claim.id}", "/verdict", **VERDICT, how="decide").status_code == 303
    assert fresh(database, claim).status == "resolved"
    assert kinds(database, claim)[-1] == "claim.decide"


def test_a_verdict_cannot_be_given_alone_where_a_second_signature_is_asked(
    database: Database, make_claim, make_evidence, sign_in
):
    claim = make_claim("due")
    make_evidence(claim)
    client = sign_in("editor")
    assert 'value="decide"' not in client.get(f"/claims/{claim.id}").text
    answer = fill(client, f"/claims/{claim.id}", "/verdict", **VERDICT, how="decide")
    assert answer.status_code == 409
    assert VERDICT["rationale"] in answer.text
    assert fresh(database, claim).status == "due"


def test_after_two_returns_a_chief_can_decide(database: Database, make_claim, sign_in):
    claim = make_claim("proposed")
    chief = sign_in("chief")
    assert fill(sign_in("editor"), f"/claims/{claim.id}", "/signoff", action="return", note="Not enough.").status_code == 303
    assert "Decide (chief editor)" not in chief.get(f"/claims/{claim.id}").text
    assert fill(sign_in("editor"), f"/claims/{claim.id}", "/verdict", **VERDICT).status_code == 303
    assert fill(sign_in("editor"), f"/claims/{claim.id}", "/signoff", action="return", note="Still not.").status_code == 303
    assert "Decide (chief editor)" in chief.get(f"/claims/{claim.id}").text
    assert "Decide (chief editor)" not in sign_in("editor").get(f"/claims/{claim.id}").text
    assert fill(chief, f"/claims/{claim.id}", "/verdict", **VERDICT, how="decide").status_code == 303
    assert fresh(database, claim).status == "resolved"
    page = chief.get(f"/claims/{claim.id}").text
    assert "Decided without a second signature" in page
    assert "signed it" not in page


def _verdict_form(page: str) -> str:
    return page.partition('class="panel stack verdict-form')[2].partition("</form>")[0]


def test_chief_decides_from_the_disputed_proposal(make_claim, sign_in):
    claim = make_claim("proposed")
    address, editor, chief = f"/claims/{claim.id}", sign_in("editor"), sign_in("chief")
    assert fill(editor, address, "/signoff", action="return", note="Not yet.").status_code == 303
    once = chief.get(address).text
    assert fill(sign_in("editor"), address, "/verdict", **VERDICT).status_code == 303
    assert fill(sign_in("editor"), address, "/signoff", action="return", note="Still not.").status_code == 303
    twice = chief.get(address).text

    assert "A chief editor may now decide." not in once
    assert "sent back 2 times. A chief editor may now decide." in twice
    assert "It happened" not in _verdict_form(once)
    assert VERDICT["rationale"] in _verdict_form(twice)
    assert VERDICT["rationale"] not in _verdict_form(sign_in("editor").get(address).text)


def test_proposer_is_notified_after_the_second_return(make_claim, sign_in):
    claim = make_claim("proposed")
    address, first, second = f"/claims/{claim.id}", sign_in("editor"), sign_in("editor")
    notice = "Your verdict was sent back. A chief editor may now decide."
    assert fill(first, address, "/signoff", action="return", note="Not yet.").status_code == 303
    assert fill(second, address, "/verdict", **VERDICT).status_code == 303
    assert notice not in second.get("/reminders").text
    assert fill(first, address, "/signoff", action="return", note="Still not.").status_code == 303
    assert notice in second.get("/reminders").text
    assert notice not in first.get("/reminders").text


def test_a_proposal_that_lost_its_evidence_cannot_be_signed(database: Database, make_claim, sign_in):
    claim = make_claim("proposed")
    with database.reading() as session:
        source = session.query(Evidence).one()
    client = sign_in("editor")
    assert fill(client, f"/claims/{claim.id}/evidence/{source.id}/withdraw", reason="It was forged.").status_code == 303
    answer = fill(client, f"/claims/{claim.id}", "/signoff", action="sign")
    assert answer.status_code == 422
    assert "Add at least one public piece of evidence that supports the claim." in answer.text
    assert fresh(database, claim).status == "proposed"


def test_a_resolved_claim_is_reopened(database: Database, make_claim, sign_in):
    claim = make_claim("resolved")
    client = sign_in("editor")
    assert fill(client, f"/claims/{claim.id}/reopen", kind="correction", reason="We misread it.").status_code == 303
    now = fresh(database, claim)
    assert (now.status, now.reopened_as) == ("due", "correction")
    html = client.get(f"/claims/{claim.id}").text
    assert "Signed verdict, under review" in html


def test_a_claim_is_withdrawn_and_restored_by_a_chief(database: Database, make_claim, sign_in):
    claim = make_claim("due")
    assert fill(sign_in("editor"), f"/claims/{claim.id}/withdraw", reason="too_vague", note="No date.").status_code == 303
    assert fresh(database, claim).status == "withdrawn"
    chief = sign_in("chief")
    assert "Too vague to check" in chief.get(f"/claims/{claim.id}").text
    assert fill(chief, f"/claims/{claim.id}/restore", reason="It has a date after all.").status_code == 303
    assert fresh(database, claim).status == "due"


def test_a_public_verdict_is_withdrawn_by_two(database: Database, make_claim, sign_in):
    claim = make_claim("resolved")
    given = {"reason": "not_a_prediction", "rationale": "This was no prediction."}
    assert fill(sign_in("editor"), f"/claims/{claim.id}/withdrawal", **given).status_code == 303
    assert fresh(database, claim).status == "proposed"
    second = sign_in("editor")
    assert "Sign off the withdrawal" in second.get(f"/claims/{claim.id}").text
    assert fill(second, f"/claims/{claim.id}", "/signoff", action="sign").status_code == 303
    assert fresh(database, claim).status == "withdrawn"
    html = second.get(f"/claims/{claim.id}").text
    assert "This was no prediction." in html
    assert "Exports, and the public page if there is one, show this line in place of the verdict." in html


def test_evidence_is_added_with_every_field(database: Database, make_claim, sign_in):
    claim = make_claim("due", condition="If they meet")
    given = {
        "url": "https://example.org/pact",
        "title": "The pact",
        "stance": "supports",
        "about": "condition",
        "publisher": "Gazette",
        "published_on": "9 mars 2024",
        "locator": "p. 3",
        "source_kind": "official",
        "visibility": "internal",
        "note": "Two lines.\r\nSecond.",
    }
    client = sign_in("editor")
    answer = fill(client, f"/claims/{claim.id}", "/evidence", **given)
    assert (answer.status_code, answer.location) == (303, f"/claims/{claim.id}#evidence")
    with database.reading() as session:
        row = session.query(Evidence).one()
        assert (row.title, row.about, row.stance, row.visibility) == ("The pact", "condition", "supports", "internal")
        assert (row.published_on, row.note) == (date(2024, 3, 9), "Two lines.\nSecond.")
    assert kinds(database, claim)[-1] == "evidence.add"


def test_evidence_is_withdrawn_with_a_reason(database: Database, make_claim, sign_in):
    claim = make_claim("due")
    source = make_evidence(database, claim)
    client = sign_in("editor")
    path = f"/claims/{claim.id}/evidence/{source.id}/withdraw"
    assert fill(client, path, reason="").status_code == 422
    assert fill(client, path, reason="It was forged.").status_code == 303
    assert "It was forged." in client.get(f"/claims/{claim.id}").text
    assert kinds(database, claim)[-1] == "evidence.withdraw"


def test_a_check_and_a_note_are_logged(database: Database, make_claim, sign_in):
    claim = make_claim("due")
    client = sign_in("editor")
    given = {"where_looked": "Gazettes", "found": "Nothing.", "exhaustive": "y", "period_from": "2024-01-15"}
    assert fill(client, f"/claims/{claim.id}", "/checks", **given).status_code == 303
    assert fill(client, f"/claims/{claim.id}", "/notes", body="Ask again.").status_code == 303
    assert kinds(database, claim)[-2:] == ["check.add", "note.add"]
    html = client.get(f"/claims/{claim.id}").text
    assert "Sources checked: Gazettes" in html
    assert "Ask again." in html


def test_claims_are_related_and_both_pages_say_so(make_claim, sign_in):
    claim, other = make_claim("due"), make_claim("due", statement="Another pact follows.")
    client = sign_in("editor")
    assert fill(client, f"/claims/{claim.id}/relations", kind="duplicate_of", other_id=str(other.id)).status_code == 303
    assert "is a duplicate of" in client.get(f"/claims/{claim.id}").text
    assert "has this duplicate" in client.get(f"/claims/{other.id}").text
    for number in (claim.id, 10**17):
        assert fill(client, f"/claims/{claim.id}/relations", kind="part_of", other_id=str(number)).status_code == 422


def test_a_postscript_is_added_under_the_signed_verdict(database: Database, make_claim, sign_in):
    claim = make_claim("resolved")
    client = sign_in("editor")
    assert fill(client, f"/claims/{claim.id}", "/postscript", body="It was cancelled later.").status_code == 303
    assert "It was cancelled later." in client.get(f"/claims/{claim.id}").text
    assert fresh(database, claim).status == "resolved"


def test_postscript_and_withdrawal_keep_the_language_that_was_chosen(database: Database, make_claim, sign_in):
    claim = make_claim("resolved", language="de")
    client = sign_in("editor")
    assert chosen(client.get(f"/claims/{claim.id}/postscript").text, "ps-language") == "en"
    assert fill(client, f"/claims/{claim.id}", "/postscript", body="Annulé depuis.", language="fr").status_code == 303
    assert 'lang="fr" dir="auto">Annulé depuis.' in client.get(f"/claims/{claim.id}").text
    assert chosen(client.get(f"/claims/{claim.id}/withdrawal").text, "language") == "en"
    given = {"reason": "not_a_prediction", "rationale": "Ce n’était pas une prévision.", "language": "fr"}
    assert fill(client, f"/claims/{claim.id}/withdrawal", **given).status_code == 303
    assert [verdict.language for verdict in verdicts_of(database, claim)] == ["de", "fr"]


def test_a_form_may_lead_back_to_where_it_stood_and_nowhere_else(make_claim, sign_in):
    claim = make_claim("due")
    client = sign_in("editor")
    assert fill(client, f"/claims/{claim.id}", "/notes", body="One.", next="/queue?view=due").location == "/queue?view=due"
    assert fill(client, f"/claims/{claim.id}", "/notes", body="Two.", next="//evil.example").location == "/"


def test_the_list_finds_claims_by_words_number_and_status(make_claim, make_speaker, sign_in):
    speaker = make_speaker("Ilse Oakes")
    pact = make_claim("due", statement="A pact is signed.", speaker_id=speaker.id, attribution="stated")
    ship = make_claim("draft", statement="A ship sails.")
    client = sign_in("viewer")

    def found(query: str) -> set[int]:
        html = client.get(f"/claims?{query}").text
        return {claim.id for claim in (pact, ship) if f'id="c{claim.id}"' in html}

    assert found("") == {pact.id, ship.id}
    assert found("q=PACT") == {pact.id}
    assert found("q=oakes+pact") == {pact.id}
    assert found("q=pact+ship") == set()
    assert found("status=draft") == {ship.id}
    assert found("status=nonsense") == {pact.id, ship.id}
    assert found("q=%25") == set()
    assert found("q=' OR 1=1--") == set()
    assert "Clear filters" in client.get("/claims?q=zzz").text


def test_the_list_turns_its_pages(database: Database, make_article, make_claim, sign_in, monkeypatch):
    from tracker.claims.queries import claim_list

    article = make_article()
    claims = [make_claim(article=article, statement=f"Claim {n}.") for n in range(5)]
    monkeypatch.setattr(claim_list.read, "__kwdefaults__", {**(claim_list.read.__kwdefaults__ or {}), "size": 2})
    client = sign_in("viewer")
    first = client.get("/claims").text
    assert [f'id="c{claim.id}"' in first for claim in reversed(claims)] == [True, True, False, False, False]
    second = client.get(f"/claims?after={claims[3].id}").text
    assert [f'id="c{claim.id}"' in second for claim in reversed(claims)] == [False, False, True, True, False]
    assert f"before={claims[2].id}" in second
    assert client.get("/claims?after=x&before=999999999999999999999").status_code == 200
