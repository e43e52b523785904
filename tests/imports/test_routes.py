"""Imports on the web, from the file to the claims."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.factories import make_article, make_editor
from tests.imports.support import ON_ONE, count
from tests.ledger.support import checked
from tests.support.web import Client, SignIn, form_token
from tracker import clock
from tracker.accounts import people
from tracker.claims.models import Claim, Speaker
from tracker.db import Database
from tracker.imports import job_store, jobs, limits
from tracker.imports.models import ImportBadRow, ImportChunk, ImportJob, ImportMapping, State

HEAD = "id,claim,said on,due,title,published\n"
GOOD = HEAD + "".join(f"k{n},Claim number {n},2024-02-01,2024-07-02,Forecasts,2024-01-15\n" for n in range(1, 4))


@dataclass
class Desk:
    """An editor at the pages of an import."""

    client: Client

    def send(self, content: str | bytes, name: str = "claims.csv", **more: Any) -> TestResponse:
        page = self.client.get("/import")
        body = content if isinstance(content, bytes) else content.encode()
        data = {"file": (io.BytesIO(body), name), "form_token": form_token(page), **more}
        return self.client.post("/import", data=data, content_type="multipart/form-data")

    def sent(self, content: str | bytes, name: str = "claims.csv") -> str:
        answer = self.send(content, name)
        assert answer.status_code == 303, text(answer)
        return str(answer.location)

    def check(self, where: str, **changes: Any) -> TestResponse:
        page = self.client.get(f"{where}?columns=1")
        assert page.status_code == 200
        return self.client.post(f"{where}/check", data={**fields_of(page), "language": "en", **changes})

    def run(self, where: str, **changes: Any) -> TestResponse:
        page = self.client.get(where)
        return self.client.post(f"{where}/run", data={"form_token": form_token(page), **changes})


@pytest.fixture
def desk(sign_in: SignIn) -> Desk:
    return Desk(sign_in())


def text(answer: TestResponse) -> str:
    """What a page says, without its marks."""
    main = answer.text.partition("<main")[2] or answer.text
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", main))


def fields_of(page: TestResponse) -> dict[str, str]:
    """What a browser would send of the mapping form as it stands."""
    form = page.text[page.text.index('/check"') :]
    found = {"form_token": str(re.findall(r'name="form_token" value="([^"]+)"', form)[0])}
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found[name] = chosen[1] if chosen else (re.search(r'value="([^"]*)"', body) or [""])[1]
    found.update(re.findall(r'<input type="radio"[^>]*name="([^"]+)" value="([^"]*)" checked', form))
    found.update(re.findall(r'<input class="inp[^"]*"[^>]*name="([^"]+)" value="([^"]*)"', form))
    return found


def job_of(database: Database, where: str) -> ImportJob:
    with database.reading() as session:
        return session.get_one(ImportJob, int(where.rpartition("/")[2]))


# --- the whole way ---


def test_a_file_becomes_claims_step_by_step(desk: Desk, database: Database):
    where = desk.sent(GOOD, "été.csv")
    page = desk.client.get(where)
    assert "Read as CSV, UTF-8, between cells: commas" in text(page)
    assert fields_of(page)["c1-target"] == "statement"
    assert count(database, Claim) == 0

    assert desk.check(where).status_code == 303
    page = desk.client.get(where)
    assert "New claims 3" in text(page)
    assert "1 new article" in text(page)
    assert "Claim number 1" in text(page)
    assert count(database, Claim) == 0

    assert desk.run(where).status_code == 303
    assert "3 claims imported" in text(desk.client.get(where))
    with database.reading() as session:
        found = list(session.scalars(select(Claim).order_by(Claim.id)))
    assert [(claim.statement, claim.status) for claim in found] == [(f"Claim number {n}", "open") for n in range(1, 4)]
    assert {claim.created_by_id for claim in found} == {desk.client.editor.id}  # type: ignore[attr-defined]
    assert checked(database, rows=True).findings == []
    assert count(database, ImportChunk) == 0


@ON_ONE
def test_pasted_rows_go_the_same_way(desk: Desk, database: Database):
    page = desk.client.get("/import")
    pasted = "claim\ttitle\tpublished\r\nIt will rain\tForecasts\t2024-01-15\r\n"
    answer = desk.client.post("/import", data={"pasted": pasted, "form_token": form_token(page)})
    where = str(answer.location)
    assert desk.check(where).status_code == 303
    assert desk.run(where).status_code == 303
    assert count(database, Claim) == 1


def test_same_file_twice_stores_nothing_new(desk: Desk, database: Database):
    for _ in range(2):
        where = desk.sent(GOOD)
        desk.check(where)
        if count(database, Claim) == 0:
            desk.run(where)
    assert "Nothing in this file is new" in text(desk.client.get(where))
    assert "/run" not in desk.client.get(where).text
    assert count(database, Claim) == 3


@ON_ONE
def test_bad_rows_are_listed_and_skipped_only_on_request(desk: Desk, database: Database):
    where = desk.sent(GOOD + "k9,,2024-02-01,soon,=cmd,2024-01-15\n")
    desk.check(where)
    page = text(desk.client.get(where))
    assert "Bad rows 1" in page
    assert "5 due This is not a date we can read" in page
    assert "5 claim Write the claim in your own plain words" in page

    assert desk.run(where).status_code == 422
    assert count(database, Claim) == 0

    download = desk.client.get(f"{where}/bad-rows.csv")
    assert download.headers["Content-Disposition"] == f'attachment; filename="import-{where.rpartition("/")[2]}-bad-rows.csv"'
    head, row, *rest = download.text.splitlines()
    assert head == HEAD.strip() + ",import_source,import_error"
    assert row.startswith("k9,,2024-02-01,soon,'=cmd,2024-01-15,")
    assert rest == []

    assert desk.run(where, skip_bad="y").status_code == 303
    assert count(database, Claim) == 3


@ON_ONE
def test_bad_rows_that_were_mended_can_be_sent_as_they_were_downloaded(desk: Desk, database: Database):
    where = desk.sent("claim;due;title;published\nIt will rain;soon;Forecasts;2024-01-15\n")
    desk.check(where)
    download = desk.client.get(f"{where}/bad-rows.csv").data.decode("utf-8-sig")
    assert download.startswith("claim;due;title;published;import_source;import_error")
    again = desk.sent(download.replace("soon", "2024-07-01"))
    desk.check(again)
    desk.run(again)
    assert count(database, Claim) == 1


@ON_ONE
def test_a_date_that_can_be_read_in_two_ways_is_asked_about_once(desk: Desk, database: Database):
    where = desk.sent("claim,due,title,published\na,3/4/2024,Forecasts,2024-01-15\nb,5/6/2024,Forecasts,2024-01-15\n")
    answer = desk.check(where)
    assert answer.status_code == 422
    assert "3/4/2024 can be read in two ways" in text(answer)
    assert 'name="c1-order"' in answer.text
    assert desk.check(where, **{"c1-order": "day"}).status_code == 303
    desk.run(where)
    with database.reading() as session:
        assert [day.isoformat() for day in session.scalars(select(Claim.review_on).order_by(Claim.id))] == [
            "2024-04-03",
            "2024-06-05",
        ]


@ON_ONE
def test_missing_column_takes_one_value_for_all(desk: Desk, database: Database):
    owner = make_editor(database, "Ann Lee", email="ann@example.org")
    article = make_article(database, "ArticleRef")
    where = desk.sent("claim\nIt will rain\n")
    answer = desk.check(where)
    assert answer.status_code == 422
    assert "Say which article the claims are of" in text(answer)
    assert desk.check(where, article=str(article.id), owner=owner.email, status="draft", topics="Weather; Sea").status_code == 303
    desk.run(where)
    with database.reading() as session:
        (claim,) = session.scalars(select(Claim))
        assert (claim.article_id, claim.owner_id, claim.status) == (article.id, owner.id, "draft")


@ON_ONE
def test_what_was_typed_stays_when_a_mapping_is_refused(desk: Desk):
    where = desk.sent("claim,note\nIt will rain,x\n")
    answer = desk.check(where, article_title="Half", article_published_on="3/4/2024", topics="Sea", **{"c1-target": "statement"})
    assert answer.status_code == 422
    typed = fields_of(answer)
    assert (typed["article_title"], typed["article_published_on"], typed["topics"]) == ("Half", "3/4/2024", "Sea")
    assert typed["c1-target"] == "statement"
    assert answer.text.count('aria-invalid="true"') >= 1


def test_a_mapping_that_was_kept_fits_the_next_file(desk: Desk, database: Database):
    where = desk.sent("Satz,wann\nIt will rain,2024-07-02\n")
    desk.check(where, article_title="Forecasts", article_published_on="2024-01-15", save_as="From Berlin",
               **{"c0-target": "statement", "c1-target": "review_on"})  # fmt: skip
    assert count(database, ImportMapping) == 1
    again = desk.sent("wann,Satz,mehr\n2024-07-03,It will snow,x\n")
    with database.reading() as session:
        kept = session.scalars(select(ImportMapping.id)).one()
    page = desk.client.get(f"{again}?columns=1&mapping={kept}")
    assert [fields_of(page)[f"c{n}-target"] for n in range(3)] == ["review_on", "statement", ""]
    assert fields_of(page)["article_title"] == "Forecasts"
    assert desk.client.get(f"{again}?columns=1&mapping=99").status_code == 404


@ON_ONE
def test_a_file_can_be_read_in_another_way(desk: Desk):
    where = desk.sent("claim,title,published\nprévision,Forecasts,2024-01-15\n".encode("cp1252"))
    assert "Windows-1252" in text(desk.client.get(where))
    page = desk.client.get(where)
    answer = desk.client.post(f"{where}/reading", data={"encoding": "mac-roman", "delimiter": "", "form_token": form_token(page)})
    assert answer.status_code == 303
    page = text(desk.client.get(where))
    assert "Mac Roman" in page
    assert "pr\u00c8vision" in page  # what those bytes are on a Mac


@ON_ONE
def test_a_reading_that_fails_can_be_taken_back(desk: Desk):
    where = desk.sent("claim,title,published\nprévision,Forecasts,2024-01-15\n".encode("cp1252"))
    page = desk.client.get(where)
    desk.client.post(f"{where}/reading", data={"encoding": "utf-8", "form_token": form_token(page)})
    failed = desk.client.get(where)
    assert "byte 24 cannot be read" in text(failed)
    page = desk.client.get(f"{where}?columns=1")
    desk.client.post(f"{where}/reading", data={"encoding": "cp1252", "form_token": form_token(page)})
    assert "prévision" in text(desk.client.get(where))


# --- refused ---


@ON_ONE
@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.csv", "no rows"),
        (b"claim,due\n", "a.csv", "no rows"),
        (b"claim,claim\na,b\n", "a.csv", "Two columns are called"),
        (b"PK\x03\x04....", "a.csv", "This is a spreadsheet file, not CSV"),
        (b"%PDF-1.4", "a.csv", "This is a PDF document, not CSV"),
        (b"claim,due\n" + b"a," * 100_000, "a.csv", "more than 200 columns"),
        (b'claim,due\na,b\n"abc,d\n' + b"x,y\n" * 10_000, "a.csv", "Line 3:"),
        (b"claim\n" + "é".encode() * 9 + b"\xe9\n", "a.csv", "byte 24"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    desk: Desk, database: Database, content: bytes, name: str, said: str
):
    answer = desk.send(content, name)
    if answer.status_code == 303:
        assert job_of(database, str(answer.location)).state == State.FAILED
        answer = desk.client.get(answer.location)
    else:
        assert answer.status_code == 422
        assert count(database, ImportJob) == 0
    assert said in text(answer)
    assert "Error:" in answer.text
    assert count(database, Claim) == 0


@ON_ONE
def test_neither_a_file_nor_rows_is_refused_and_so_are_both(desk: Desk):
    page = desk.client.get("/import")
    for data in ({}, {"pasted": "claim\na", "file": (io.BytesIO(b"claim\na"), "a.csv")}):
        answer = desk.client.post("/import", data={"form_token": form_token(page), **data}, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert "Choose a file, or paste rows." in text(answer)


@ON_ONE
def test_a_file_over_the_limit_is_refused_before_it_is_read(desk: Desk, database: Database):
    answer = desk.client.post(
        "/import",
        input_stream=io.BytesIO(b"--x"),
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(1024**3)},
        csrf=False,
    )
    assert answer.status_code == 413
    assert "51 MB" in text(answer)
    assert count(database, ImportJob) == 0


@ON_ONE
def test_the_name_of_a_file_cannot_write_a_header_or_lead_elsewhere(desk: Desk, database: Database):
    # As a browser writes it.
    where = desk.sent(GOOD + "k9,,,,,\n", "C:/secret/../a%22%0D%0AX-Bad: <b>y.csv")
    assert job_of(database, where).name == 'a"%0D%0AX-Bad: <b>y.csv'
    desk.check(where)
    for answer in (desk.client.get(where), desk.client.get(f"{where}/bad-rows.csv")):
        assert "X-Bad" not in answer.headers
        assert answer.status_code == 200


@ON_ONE
def test_an_import_is_there_for_who_sent_it_alone(desk: Desk, sign_in: SignIn):
    where = desk.sent(GOOD)
    other = sign_in("chief")
    assert other.get(where).status_code == 404
    assert where not in other.get("/import").text
    assert where in desk.client.get("/import").text


@ON_ONE
def test_editor_without_role_imports_nothing(desk: Desk, database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "AT_ONCE_ROWS", 1)
    where = desk.sent(GOOD)
    desk.check(where)
    jobs.work(database, lambda: False)
    desk.run(where)
    admin = make_editor(database, roles=("admin",))
    with database.writing() as session:
        editor = people.get(session, desk.client.editor.id)  # type: ignore[attr-defined]
        people.set_roles(session, editor, ["viewer"], actor=admin.actor)
    jobs.work(database, lambda: False)
    assert job_of(database, where).state == State.FAILED
    assert count(database, Claim) == 0


# --- twice, late, out of order ---


def test_a_double_click_does_its_work_once(desk: Desk, database: Database):
    page = desk.client.get("/import")
    token = form_token(page)
    answers = [
        desk.client.post(
            "/import",
            data={"file": (io.BytesIO(GOOD.encode()), "a.csv"), "form_token": token},
            content_type="multipart/form-data",
        )
        for _ in range(2)
    ]
    assert answers[0].location == answers[1].location
    assert count(database, ImportJob) == 1
    where = str(answers[0].location)
    desk.check(where)
    token = form_token(desk.client.get(where))
    locations = {desk.client.post(f"{where}/run", data={"form_token": token}).location for _ in range(2)}
    assert locations == {where}
    assert count(database, Claim) == 3


@ON_ONE
def test_an_import_that_is_done_cannot_be_run_or_checked_again(desk: Desk, database: Database):
    where = desk.sent(GOOD)
    page = desk.client.get(f"{where}?columns=1")
    fields = fields_of(page)
    desk.check(where)
    desk.run(where)
    assert desk.client.post(f"{where}/run").status_code == 409
    assert desk.client.post(f"{where}/check", data={**fields, "language": "en"}).status_code == 409
    assert count(database, Claim) == 3


@ON_ONE
def test_an_import_runs_only_once_it_was_checked(desk: Desk, database: Database):
    where = desk.sent(GOOD)
    assert desk.client.post(f"{where}/run").status_code == 409
    assert count(database, Claim) == 0


def test_a_file_can_be_forgotten(desk: Desk, database: Database):
    where = desk.sent(GOOD + "k9,,,,,\n")
    desk.check(where)
    assert count(database, ImportBadRow) == 1
    assert desk.client.post(f"{where}/discard").status_code == 303
    assert desk.client.get(where).status_code == 404
    assert [count(database, model) for model in (ImportJob, ImportChunk, ImportBadRow)] == [0, 0, 0]


# --- large files ---


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file counts as one that takes its time."""
    monkeypatch.setattr(limits, "AT_ONCE_BYTES", 10)


@ON_ONE
def test_a_large_file_is_worked_on_by_the_scheduler_while_its_page_tells_how_far_it_is(
    desk: Desk, database: Database, large: None
):
    where = desk.sent(GOOD)
    for title, go in (
        ("The file is being read", None),
        ("The rows are being checked", desk.check),
        ("The claims are being stored", desk.run),
    ):
        if go is not None:
            assert go(where).status_code == 303
        page = desk.client.get(where)
        assert title in text(page)
        assert "imports.js" in page.text
        assert count(database, Claim) == 0
        assert jobs.work(database, lambda: False) == {"steps": 1}
    assert "3 claims imported" in text(desk.client.get(where))
    assert count(database, Claim) == 3
    assert jobs.work(database, lambda: False) == {"steps": 0}


def test_a_long_file_goes_in_batches_and_goes_on_after_a_stop(
    desk: Desk, database: Database, large: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(limits, "WHOLE", 4)
    monkeypatch.setattr(limits, "BATCH", 2)
    rows = "".join(f"k{n},Claim {n},2024-02-01,2024-07-02,Forecasts,2024-01-15\n" for n in range(7))
    where = desk.sent(HEAD + rows)
    jobs.work(database, lambda: False)
    desk.check(where)
    jobs.work(database, lambda: False)
    assert "stored in batches of 2" in text(desk.client.get(where))
    desk.run(where)

    asked = iter([False, True, True])  # after the first batch
    jobs.work(database, lambda: next(asked))
    assert count(database, Claim) == 2
    assert job_of(database, where).state == State.RUNNING
    assert "2 of 7 rows" in text(desk.client.get(where))

    jobs.work(database, lambda: False)
    assert count(database, Claim) == 7
    assert "7 claims imported" in text(desk.client.get(where))
    assert checked(database, rows=True).findings == []


@ON_ONE
def test_a_running_import_cannot_be_forgotten(desk: Desk, database: Database, large: None):
    where = desk.sent(GOOD)
    jobs.work(database, lambda: False)
    desk.check(where)
    jobs.work(database, lambda: False)
    desk.run(where)
    assert desk.client.post(f"{where}/discard").status_code == 409
    assert job_of(database, where).state == State.RUNNING


@ON_ONE
def test_internal_error_does_not_block_other_imports(
    desk: Desk, database: Database, large: None, monkeypatch: pytest.MonkeyPatch
):
    where, other = desk.sent(GOOD), desk.sent(GOOD)
    broken = int(where.rpartition("/")[2])
    whole = job_store.materialise_upload

    def copied(session: Any, job_id: int) -> Any:
        if job_id == broken:
            raise RuntimeError("the disk is full of holes")
        return whole(session, job_id)

    monkeypatch.setattr(job_store, "materialise_upload", copied)
    with pytest.raises(RuntimeError):
        jobs.work(database, lambda: False)
    assert "Something went wrong on our side" in text(desk.client.get(where))
    jobs.work(database, lambda: False)
    assert job_of(database, other).state == State.MAPPING


def test_abandoned_files_are_deleted(desk: Desk, database: Database, clock_at: Callable[..., None]):
    left, done = desk.sent(GOOD), desk.sent(GOOD)
    desk.check(done)
    desk.run(done)
    now = clock.now()
    for days, there in ((6, {left, done}), (8, {done}), (91, set())):
        clock_at(now + timedelta(days=days))
        jobs.tidy(database, lambda: False)
        with database.reading() as session:
            assert {f"/import/{number}" for number in session.scalars(select(ImportJob.id))} == there
    assert count(database, Claim) == 3


# --- French ---


@ON_ONE
def test_the_pages_speak_french(desk: Desk, database: Database):
    desk.client.post("/language", data={"language": "fr"})
    where = desk.sent(
        "prévision;à vérifier le;titre;publié le\nIl pleuvra;bientôt;Météo;2024-01-15\nIl neigera;2024-07-02;Météo;2024-01-15\n"
    )
    assert "Lu comme CSV, UTF-8, entre les cellules\u202f: points-virgules" in text(desk.client.get(where))
    desk.check(where, language="fr")
    page = text(desk.client.get(where))
    assert "Nouvelles prévisions 1" in page
    assert "Cette date est illisible" in page or "date" in page
    assert "à vérifier le" in desk.client.get(f"{where}/bad-rows.csv").data.decode("utf-8-sig")
    desk.run(where, skip_bad="y")
    assert "1 prévision importée" in text(desk.client.get(where))


@ON_ONE
def test_one_language_and_one_speaker_are_given_for_all_rows(desk: Desk, database: Database):
    where = desk.sent("claim\nพรุ่งนี้ฝนจะตก\n")
    new = {"article_title": "พยากรณ์", "article_published_on": "2024-01-15"}
    assert desk.check(where, language="Thai", speaker="Ann Lee", **new).status_code == 303
    desk.run(where)
    with database.reading() as session:
        claim = session.scalars(select(Claim)).one()
        assert claim.language == "th"
        assert session.get_one(Speaker, claim.speaker_id).name == "Ann Lee"


@ON_ONE
@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"language": ""}, "language", "Say in which language the new article is."),
        ({"article_published_on": ""}, "article_published_on", "Say when the new article was published."),
        ({"language": "Klingonese"}, "language", "Give a language by its code, such as en or fr."),
    ],
)
def test_what_a_new_article_lacks_is_an_error_at_its_field(
    desk: Desk, database: Database, given: dict[str, str], field: str, message: str
):
    where = desk.sent("claim\nIt will rain\n")
    answer = desk.check(where, **{"article_title": "Forecasts", "article_published_on": "2024-01-15", **given})
    assert answer.status_code == 422
    errors = dict(re.findall(r'<p class="err" id="(\w+)-e"><span class="vh">Error: </span>(.*?)</p>', answer.text))
    assert errors == {field: message}
    assert count(database, Claim) == 0


@ON_ONE
def test_two_digit_years_mixed_likelihoods_and_moments_are_asked_on_the_page(desk: Desk, database: Database):
    where = desk.sent(
        "claim,due,probability,made_on,title,published\n"
        "a,26/3/24,0.6,2022-12-31 23:00+00:00,F,2022-01-15\nb,27/3/24,75,2022-12-31,F,2022-01-15\n"
    )
    answer = desk.check(where)
    assert answer.status_code == 422
    assert "the year of 26/3/24 has two digits" in text(answer)
    answers = {"c1-century": "2000", "c2-scale": "mixed", "moments": "utc"}
    assert desk.check(where, **answers).status_code == 303
    page = text(desk.client.get(where))
    assert "0.6 is 60 %" in page
    assert "26/3/24 is 26 Mar 2024" in page
    assert "Days moved" not in page
    desk.run(where)
    with database.reading() as session:
        found = session.execute(select(Claim.review_on, Claim.likelihood_low, Claim.made_on).order_by(Claim.id)).all()
    assert [tuple(map(str, row)) for row in found] == [("2024-03-26", "60", "2022-12-31"), ("2024-03-27", "75", "2022-12-31")]


@ON_ONE
def test_moved_days_and_dropped_characters_are_shown_before_the_import(desk: Desk):
    where = desk.sent("claim,made_on,title,published\nIt\x96will,2022-12-31 23:30+00:00,F,2022-01-15\n")
    desk.check(where)
    page = text(desk.client.get(where))
    assert "line 2: 2022-12-31 23:30+00:00 is 1 Jan 2023" in page
    assert "U+0096 (line 2)" in page


@ON_ONE
def test_numbers_of_a_second_source_are_brought_in_by_naming_it(desk: Desk, database: Database):
    head = "id,claim,title,published\n"
    for content in ("1,It will rain,F,2024-01-15\n", "1,It will hail,F,2024-01-15\n"):
        where = desk.sent(head + content)
        desk.check(where)
        if "It will rain" in content:
            desk.run(where)
    assert "Left out: number in use 1" in text(desk.client.get(where))
    assert desk.check(where, source="Another list").status_code == 303
    desk.run(where)
    with database.reading() as session:
        assert set(session.scalars(select(Claim.external_id))) == {"claims:1", "Another list:1"}


@ON_ONE
def test_owner_list_offers_every_editor_and_chief(desk: Desk, database: Database):
    make_editor(database, "Cleo Chief", email="cleo@example.org", roles=("chief",))
    make_editor(database, "Vera Viewer", email="vera@example.org", roles=("viewer",))
    where = desk.sent("claim\nIt will rain\n")
    page = desk.client.get(f"{where}?columns=1").text
    assert ">Cleo Chief</option>" in page
    assert "Vera Viewer" not in page


@pytest.mark.parametrize("path", ["/articles", "/claims", "/exports"])
def test_pages_of_claims_lead_editors_alone_to_the_import(sign_in: SignIn, database: Database, path: str):
    make_article(database)
    assert 'href="/import"' in sign_in(make_editor(database)).get(path).text
    assert 'href="/import"' not in sign_in(make_editor(database, "Val", roles=("viewer",))).get(path).text
