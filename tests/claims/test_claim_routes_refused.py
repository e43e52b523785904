"""What the pages of a claim refuse, and that nothing typed is lost and nothing half-written."""

import re
from datetime import date
from threading import Barrier, Thread

import pytest

from tests.claims.pages import fill, form, send
from tests.factories import events_of, fresh, verdicts_of
from tests.support.web import Client
from tracker.claims.enums import Stance
from tracker.claims.models import Claim, Evidence
from tracker.claims.services import evidence
from tracker.db import Database

VERDICT = {
    "outcome": "confirmed",
    "rationale": "Both governments published what was signed.",
    "known_on": "10 March 2024",
    "occurred_from": "9 March 2024",
}
FORMS = {
    "evidence": {"url": "https://example.org/x", "title": "T", "stance": "supports"},
    "checks": {"where_looked": "W", "found": "F"},
    "notes": {"body": "N"},
    "relations": {"kind": "part_of", "other_id": "1"},
    "postpone": {"review_on": "2199-01-01", "reason": "R"},
    "assign": {"owner_id": ""},
    "topics": {},
    "edit": {"statement": "S"},
    "translation": {"other_statement": "S"},
    "withdraw": {"reason": "mistake"},
    "verdict": VERDICT,
    "signoff": {"action": "sign"},
    "reopen": {"kind": "update", "reason": "R"},
    "withdrawal": {"reason": "mistake", "rationale": "Because we erred."},
    "restore": {"reason": "R"},
    "track": {},
    "postscript": {"body": "P"},
}


def seen(database: Database, claim: Claim) -> tuple[int, int]:
    """The claim's version and how many events it has."""
    return fresh(database, claim).version, len(events_of(database, claim))


def test_no_form_is_taken_without_its_token_of_the_session(database: Database, make_claim, sign_in):
    claim, client = make_claim("due"), sign_in("chief")
    before = seen(database, claim)
    for name, typed in FORMS.items():
        data = {"version": str(claim.version), **typed}
        answer = client.post(f"/claims/{claim.id}/{name}", data=data, csrf=False)
        assert answer.status_code == 400, name
        assert all(value in answer.text for value in typed.values() if len(value) > 12), name
    assert seen(database, claim) == before


def test_a_viewer_may_neither_open_nor_send_a_form(database: Database, make_claim, sign_in):
    claim, client = make_claim("due"), sign_in("viewer")
    before = seen(database, claim)
    for name, typed in FORMS.items():
        assert client.get(f"/claims/{claim.id}/{name}").status_code == 404, name
        assert client.post(f"/claims/{claim.id}/{name}", data={"version": "1", **typed}).status_code == 403, name
    assert seen(database, claim) == before


def test_only_a_chief_restores(make_claim, sign_in):
    claim = make_claim("withdrawn")
    client = sign_in("editor")
    assert "/restore" not in client.get(f"/claims/{claim.id}").text
    assert client.get(f"/claims/{claim.id}/restore").status_code == 404
    assert client.post(f"/claims/{claim.id}/restore", data={"version": "3", "reason": "R"}).status_code == 403


def test_signed_out_everything_leads_to_the_sign_in_page(make_claim, client: Client):
    claim = make_claim("due")
    for path in ("", f"/{claim.id}", "/new", *(f"/{claim.id}/{name}" for name in FORMS)):
        answer = client.get(f"/claims{path}")
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/login"), path
    for name, typed in FORMS.items():
        assert client.post(f"/claims/{claim.id}/{name}", data=typed).status_code == 303, name


def test_a_claim_that_is_not_there_is_no_page(sign_in):
    client = sign_in("chief")
    for number in ("999999", "9223372036854775807", "9223372036854775808", "99999999999999999999"):
        assert client.get(f"/claims/{number}").status_code == 404
        for name, typed in FORMS.items():
            assert client.get(f"/claims/{number}/{name}").status_code == 404, (number, name)
            assert client.post(f"/claims/{number}/{name}", data={"version": "1", **typed}).status_code == 404, (number, name)


def test_an_address_that_names_no_claim_is_no_page(make_claim, sign_in):
    make_claim()
    client = sign_in("chief")
    for path in ("0", "-1", "1e3", "%00", "01", "x", "1/evidence/99999999999999999999/withdraw", "1'%20OR%201=1"):
        assert client.get(f"/claims/{path}").status_code == 404, path


def test_evidence_of_another_claim_is_not_withdrawn_here(database: Database, make_claim, make_evidence, sign_in):
    claim, other = make_claim("due"), make_claim("due")
    source = make_evidence(other)
    client = sign_in("editor")
    assert client.get(f"/claims/{claim.id}/evidence/{source.id}/withdraw").status_code == 404
    answer = client.post(f"/claims/{claim.id}/evidence/{source.id}/withdraw", data={"reason": "R"})
    assert answer.status_code == 404
    with database.reading() as session:
        assert session.get_one(Evidence, source.id).withdrawn_at is None


def test_a_page_is_not_sent_to_with_another_method(make_claim, sign_in):
    claim = make_claim("due")
    client = sign_in("editor")
    assert client.post(f"/claims/{claim.id}").status_code == 405
    assert client.delete(f"/claims/{claim.id}").status_code in (400, 405)
    assert client.put(f"/claims/{claim.id}/verdict").status_code in (400, 405)
    assert client.get(f"/claims/{claim.id}").status_code == 200


@pytest.mark.parametrize(
    ("status", "name"),
    [
        ("due", "postpone"),
        ("due", "withdraw"),
        ("due", "verdict"),
        ("proposed", "signoff"),
        ("resolved", "reopen"),
        ("resolved", "withdrawal"),
        ("withdrawn", "restore"),
        ("draft", "track"),
    ],
)
def test_stale_move_keeps_the_input_and_shows_current_values(
    database: Database, make_claim, make_editor, sign_in, status: str, name: str
):
    claim = make_claim(status)
    client, other = sign_in("chief"), make_editor("Tom Adeyemi")
    path = f"/claims/{claim.id}/{name}"
    stale = form(client.get(path), path)
    version = fresh(database, claim).version
    with database.writing() as session:
        # Something that changes the claim without moving it.
        row = session.get_one(Claim, claim.id)
        if status == "withdrawn":
            row.version += 1
        else:
            evidence.add_evidence(
                session, row, actor=other.actor, title="New", stance=Stance.CONTEXT, url="https://example.org/n"
            )
    typed = {**FORMS[name], "note": "A long text that nobody wants to type again."}
    answer = client.post(path, data={**stale.values, **typed})
    assert answer.status_code == 409
    now = fresh(database, claim)
    assert (now.status, now.version) == (status, version + 1)
    assert "Your changes are not saved yet." in answer.text
    for value in FORMS[name].values():
        assert value in answer.text
    if status != "withdrawn":
        assert "Tom Adeyemi changed this claim while you were working on it" in answer.text
    # Read and sent again, the form does its work; only the version is new.
    again = form(answer, path)
    assert again.value("version") == str(now.version)


def test_verdict_on_a_judged_claim_keeps_its_text(database: Database, make_claim, make_evidence, make_editor, sign_in):
    claim = make_claim("due")
    make_evidence(claim)
    mine, theirs = sign_in("editor"), sign_in(make_editor("Tom Adeyemi"))
    page = mine.get(f"/claims/{claim.id}")
    assert fill(theirs, f"/claims/{claim.id}", "/verdict", **VERDICT).status_code == 303
    answer = send(mine, page, "/verdict", **{**VERDICT, "rationale": "My own long reason, typed at night."})
    assert answer.status_code == 409
    assert "Tom Adeyemi changed this claim while you were working on it" in answer.text
    assert "My own long reason, typed at night." in answer.text
    assert "Second reading" in answer.text
    assert len(verdicts_of(database, claim)) == 1


def test_unavailable_move_shows_the_current_claim(make_claim, sign_in):
    claim, client = make_claim("resolved"), sign_in("chief")
    for name in ("postpone", "withdraw", "track", "restore", "edit"):
        answer = client.get(f"/claims/{claim.id}/{name}")
        assert answer.status_code == 409, name
        assert "This cannot be done now" in answer.text
        assert "Criteria and dates" in answer.text


def test_a_version_that_the_claim_never_had_does_nothing(database: Database, make_claim, sign_in):
    claim, client = make_claim("due"), sign_in("editor")
    before = seen(database, claim)
    for version in ("", "x", "-1", "0", "99999999", "1" * 30):
        answer = client.post(f"/claims/{claim.id}/withdraw", data={"version": version, "reason": "mistake"})
        assert answer.status_code in (409, 422), version
    assert seen(database, claim) == before


def test_proposer_cannot_sign(database: Database, make_claim, make_editor, sign_in):
    proposer = make_editor(roles=["chief"])
    claim = make_claim("proposed", proposer=proposer)
    data = {"version": str(claim.version), "action": "sign"}
    answer = sign_in(proposer).post(f"/claims/{claim.id}/signoff", data=data)
    assert answer.status_code == 403
    assert fresh(database, claim).status == "proposed"


def test_a_double_click_does_its_work_once(database: Database, make_claim, sign_in):
    claim = make_claim("due")
    client = sign_in("editor")
    page = client.get(f"/claims/{claim.id}/notes")
    first = send(client, page, "/notes", body="Once.")
    second = send(client, page, "/notes", body="Once.")
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert [event.kind for event in events_of(database, claim)].count("note.add") == 1


def test_two_clicks_at_the_same_moment_propose_once(database: Database, make_claim, make_evidence, sign_in, new_client):
    claim = make_claim("due")
    make_evidence(claim)
    client = sign_in("editor")
    page = client.get(f"/claims/{claim.id}")
    twin = new_client()
    twin.set_cookie("session", client.cookie())
    barrier, answers = Barrier(2), []

    def click(browser: Client) -> None:
        barrier.wait()
        answers.append(send(browser, page, "/verdict", **VERDICT).status_code)

    threads = [Thread(target=click, args=(browser,)) for browser in (client, twin)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303, 303]
    assert len(verdicts_of(database, claim)) == 1


BAD_TEXTS = {
    "blank": " \t\u00a0",
    "zero width": "\u200b\u200d\ufeff",
    "NUL": "claim\x00text",
    "1 MB": "A" * 1_048_576,
}


@pytest.mark.parametrize(
    ("name", "field"), [("notes", "body"), ("checks", "found"), ("evidence", "title"), ("verdict", "rationale")]
)
def test_texts_that_cannot_be_kept_come_back(database: Database, make_claim, sign_in, name: str, field: str):
    claim, client = make_claim("due"), sign_in("editor")
    before = seen(database, claim)
    for kind, text in BAD_TEXTS.items():
        answer = client.post(f"/claims/{claim.id}/{name}", data={"version": str(claim.version), **FORMS[name], field: text})
        assert answer.status_code == 422, kind
        assert "There is a problem" in answer.text, kind
        assert kind != "1 MB" or text in answer.text
    assert seen(database, claim) == before


def test_half_a_character_comes_back(database: Database, make_claim, sign_in):
    claim = make_claim("due")
    before = seen(database, claim)
    client = sign_in("editor")
    body = f"csrf_token={client.csrf_token()}&body=%ED%A0%80"
    answer = client.post(f"/claims/{claim.id}/notes", data=body, content_type="application/x-www-form-urlencoded", csrf=False)
    assert answer.status_code in (400, 422)
    assert seen(database, claim) == before


def test_odd_texts_are_kept_and_shown_as_text(make_claim, sign_in):
    claim, client = make_claim("due"), sign_in("editor")
    texts = ["a" + "\u0301" * 5000, "👩‍👩‍👧‍👦🇩🇪", "𠮷野家", "{{7*7}} {% raw %} %s%n {0.__class__}", "NaN", "قال الوزير 5%"]
    for text in texts:
        assert fill(client, f"/claims/{claim.id}", "/notes", body=text).status_code == 303
    html = client.get(f"/claims/{claim.id}").text
    for text in texts:
        assert f'dir="auto">{text}</p>' in html


def test_controls_are_taken_out_and_line_ends_made_plain(make_claim, sign_in):
    claim, client = make_claim("due"), sign_in("editor")
    for text in ("\x1b[2Jx\u009b31m", "a\u2028b\u2029c", "Claim\r\nBcc: a@b.c"):
        assert fill(client, f"/claims/{claim.id}", "/evidence", **{**FORMS["evidence"], "title": text}).status_code == 303
    html = client.get(f"/claims/{claim.id}").text
    titles = re.findall(r'<p class="t">.*', html)
    assert len(titles) == 3
    assert not set("\x1b\u009b\u2028\u2029\r") & set("".join(titles))


BAD_DATES = [
    "2026-02-30", "2027-02-29", "0000-01-01", "9999-12-31", "12026-01-01", "-0044-03-15", "03/04/2026", "01-02-26",
    "45321", "٢٠٢٦-٠١-٠١", "2016-12-31T23:59:60Z", "99999999999999", "2027-03-28T02:30", "yesterday week",
]  # fmt: skip


def test_days_that_are_none_come_back_and_are_never_guessed(database: Database, make_claim, sign_in, clock_at):
    clock_at(date(2026, 3, 20))
    claim, client = make_claim("due"), sign_in("editor")
    before = seen(database, claim)
    page = client.get(f"/claims/{claim.id}/postpone")
    for day in BAD_DATES:
        answer = send(client, page, "/postpone", review_on=day, reason="A reason.")
        assert answer.status_code == 422, day
        assert 'id="review_on-e"' in answer.text, day
        assert f'value="{day}"' in answer.text, day
    assert seen(database, claim) == before


def test_a_day_that_could_be_two_is_asked_about_and_the_choice_counts(database: Database, make_claim, sign_in, clock_at):
    clock_at(date(2026, 3, 20))
    claim = make_claim("due")
    client = sign_in("editor")
    asked = fill(client, f"/claims/{claim.id}/postpone", review_on="05/06/2026", reason="A reason.")
    assert 'value="2026-06-05"' in asked.text
    assert 'value="2026-05-06"' in asked.text
    given = {"review_on-reading": "2026-06-05"}
    assert send(client, asked, "/postpone", **given).status_code == 303
    assert fresh(database, claim).review_on == date(2026, 6, 5)


BAD_LINKS = [
    "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://example.org/x", "http://a:b@host/",
    "http://good.example\\@127.0.0.1/", "http://" + "a" * 70 + ".example/", "http://a/" + "A" * 100_000, "//example.org",
    "http://good.example/\r\nX: y z", "https://", "not an address",
]  # fmt: skip


def test_links_that_are_no_plain_web_address_are_refused(database: Database, make_claim, sign_in):
    claim, client = make_claim("due"), sign_in("editor")
    before = seen(database, claim)
    page = client.get(f"/claims/{claim.id}")
    for url in BAD_LINKS:
        answer = send(client, page, "/evidence", **{**FORMS["evidence"], "url": url})
        assert answer.status_code == 422, url
        assert 'id="ev-url-e"' in answer.text, url
        assert f'href="{url}"' not in answer.text, url
    assert seen(database, claim) == before


@pytest.mark.parametrize(
    ("name", "field", "values"),
    [
        ("verdict", "outcome", ["confirmed", "refuted"]),
        ("signoff", "action", ["sign", "return"]),
        ("withdraw", "reason", ["mistake", "duplicate"]),
        ("notes", "body", ["One", "Two"]),
    ],
)
def test_a_value_sent_twice_is_refused(database: Database, make_claim, sign_in, name: str, field: str, values: list[str]):
    claim = make_claim("proposed" if name == "signoff" else "due")
    before = seen(database, claim)
    data = {"version": str(claim.version), **FORMS[name], field: values}
    assert sign_in("editor").post(f"/claims/{claim.id}/{name}", data=data).status_code == 422
    assert seen(database, claim) == before


def test_what_no_form_asks_for_is_not_taken(database: Database, make_claim, make_editor, sign_in):
    claim, victim = make_claim("due"), make_editor()
    extra = {
        "author_id": str(victim.id),
        "status": "resolved",
        "version": "77",
        "proposed_by_id": "1",
        "created_at": "2001-01-01",
    }
    assert fill(sign_in("editor"), f"/claims/{claim.id}", "/notes", body="N", **extra).status_code == 303
    assert (fresh(database, claim).status, fresh(database, claim).version) == ("due", claim.version)


def test_a_word_that_is_none_of_the_list_is_refused(database: Database, make_claim, sign_in):
    claim, client = make_claim("due"), sign_in("editor")
    page = client.get(f"/claims/{claim.id}")
    for value in ("nonsense", "CONFIRMED", "", "0"):
        assert send(client, page, "/verdict", **{**VERDICT, "outcome": value}).status_code == 422, value
    assert verdicts_of(database, claim) == []
