"""Downloads by their addresses: what they are sent as, what they hold, and what is no download."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from markupsafe import escape

from tests.support.web import SignIn
from tracker import clock
from tracker.exports.data_dictionary import MEANINGS
from tracker.exports.tables import TABLES

ODD = [
    '=HYPERLINK("x")',
    "{{7*7}} %s {0.__class__}",
    "NaN",
    "👩‍👩‍👧‍👦🇩🇪 𠮷野家",
    "قال الوزير 5%",
    "Minister said \u202egnp.exe\u202c",
    "\"; <b>,'",
]


@pytest.fixture
def backend() -> str:
    return "sqlite"


def test_odd_texts_leave_as_they_are_one_record_each(sign_in: SignIn, make_claim: Callable[..., Any]):
    for text in ODD:
        make_claim("open", statement=text)
    client = sign_in("viewer")
    table = client.get("/export/claims.csv")
    records = list(csv.DictReader(io.StringIO(table.data.decode(), newline="")))
    assert [record["statement"] for record in records] == ["'" + ODD[0], *ODD[1:]]
    lines = client.get("/export/claims.jsonl").data.decode().splitlines()
    assert [json.loads(line)["statement"] for line in lines] == ODD


def test_a_download_is_named_by_us_and_never_shown_as_a_page(sign_in: SignIn):
    client = sign_in("viewer")
    for name in TABLES:
        for ending in ("csv", "jsonl", "xlsx"):
            answer = client.get(f"/export/{name}.{ending}")
            assert answer.status_code == 200, (name, ending)
            assert answer.headers["Content-Disposition"].startswith("attachment; "), (name, ending)
            assert "html" not in answer.headers["Content-Type"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_is_no_table_is_no_address(sign_in: SignIn):
    client = sign_in("viewer")
    for path in (
        "nothing.csv", "claims.exe", "claims", "claims.csv.bak", "../pyproject.csv",
        "..%2f..%2fetc%2fpasswd.csv", "%252e%252e/x.csv",
        "%00.csv", "claims%0d%0aX:%20y.csv", "CLAIMS.csv", "editor.csv",
    ):  # fmt: skip
        answer = client.get(f"/export/{path}")
        assert answer.status_code == 404, path
        assert "X" not in answer.headers
    assert client.get("/export?table=../../etc/passwd").status_code == 404


def test_a_filter_that_makes_no_sense_is_refused_and_never_left_out(sign_in: SignIn):
    client = sign_in("viewer")
    for name in ("topic", "speaker", "article", "owner", "since", "as_of", "verdict", "from", "outcome"):
        for value in ("' OR 1=1--", "id) UNION SELECT", "9" * 20, "-1", "1e3", "\x00", "{{7*7}}", "2026-02-30", "٣", "x" * 4000):
            assert client.get("/export/verdicts.csv", query_string={name: value}).status_code == 422, (name, value)


def test_a_day_at_either_end_of_the_calendar_is_no_day_to_begin_with(sign_in: SignIn, make_claim: Callable[..., Any]):
    make_claim("resolved")
    client = sign_in("viewer")
    for day in ("0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"):
        answer = client.get("/export/verdicts.csv", query_string={"since": day})
        assert answer.status_code == 422, day
        assert "The year must lie between 1900 and 2199." in answer.text
    assert client.get("/export/verdicts.csv?since=1900-01-01").text.count("\n") == 2
    assert client.get("/export/verdicts.csv?since=2199-12-31").text.count("\n") == 1


def test_period_that_ends_before_it_starts_is_refused(sign_in: SignIn):
    answer = sign_in("viewer").get("/export/claims.csv?since=2024-03-11&until=2024-03-10")
    assert answer.status_code == 422
    assert "The last day is before the first day." in answer.text


ODD_DAYS = ["9999-99-99", "0001-01-01", "9999-12-31", "2024-02-30", "2024-3-1", "20240301", "٢٠٢٤-٠٣-١١", "now"]


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("name", ["since", "until", "as_of"])
@pytest.mark.parametrize("day", ODD_DAYS)
def test_every_day_of_an_address_is_read_by_one_rule(sign_in: SignIn, name: str, day: str):
    assert sign_in().get("/export/verdicts.csv", query_string={name: day}).status_code == 422


def rows_of(client: Any, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return list(csv.DictReader(io.StringIO(answer.data.decode(), newline="")))


def test_export_as_of_an_earlier_day_has_the_state_of_that_day(sign_in: SignIn, make_claim: Callable[..., Any]):
    make_claim("open")
    client = sign_in("viewer")
    today = clock.today("Europe/Paris")
    assert len(rows_of(client, f"/export/claims.csv?as_of={today}")) == 1
    assert rows_of(client, f"/export/claims.csv?as_of={today - timedelta(days=1)}") == []


def test_event_history_as_of_a_day_is_refused(sign_in: SignIn):
    answer = sign_in("viewer").get("/export/events.csv?as_of=2024-03-11")
    assert answer.status_code == 422
    assert "The event history has no earlier state" in answer.text


def test_page_explains_every_file_and_column(sign_in: SignIn):
    page = sign_in("viewer").get("/exports").text
    for table in TABLES.values():
        assert escape(table.meaning) in page
        for column in table.columns:
            assert f"<code>{column}</code>" in page
            assert escape(MEANINGS[column][0]) in page, column


def test_page_gives_rows_and_a_link_that_repeats_the_export(sign_in: SignIn, make_claim: Callable[..., Any]):
    make_claim("open")
    make_claim("open")
    client = sign_in("viewer")
    today = clock.today("Europe/Paris")
    chosen = {"table": "claims", "as": "excel", "since": "1 Mar 2023", "until": today.isoformat(), "verdict": ""}
    page = client.get("/exports", query_string=chosen)
    assert page.status_code == 200
    assert "2 rows" in page.text
    link = unescape(re.findall(r'id="x-link"[^>]* value="([^"]+)"', page.text)[0])
    assert link == f"http://localhost/export/claims.csv?since=2023-03-01&until={today}&excel=1"
    path = link.removeprefix("http://localhost")
    assert client.get(path).text == client.get(path).text
    assert client.get(path).data.startswith(b"\xef\xbb\xbf")
    assert 'data-rows="2"' in page.text


def test_download_button_leads_to_the_same_address(sign_in: SignIn):
    answer = sign_in("viewer").get("/export?table=verdicts&as=jsonl&verdict=refuted")
    assert answer.status_code == 303
    assert answer.location.endswith("/export/verdicts.jsonl?verdict=refuted")


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("table=claims&since=2024-03-11&until=2024-03-10", "The last day is before the first day."),
        ("table=evidence&verdict=refuted", "This export cannot be filtered like that."),
        ("table=events&since=2024-03-11", "This export cannot be filtered like that."),
        ("table=events&as_of=2024-03-11", "The event history has no earlier state"),
        ("table=claims&since=soon", "This is not a date we can read."),
    ],
)
@pytest.mark.parametrize("path", ["/exports", "/export"])
def test_choice_that_cannot_be_exported_is_refused_on_the_page(sign_in: SignIn, path: str, chosen: str, said: str):
    answer = sign_in("viewer").get(f"{path}?{chosen}")
    assert answer.status_code == 422
    assert said in answer.text
    assert 'name="table"' in answer.text


def test_page_is_french_for_french_readers(sign_in: SignIn):
    page = sign_in("viewer").get("/exports", headers={"Accept-Language": "fr"}).text
    assert "Échéance" in page
    assert "Vérifications publiques" in page
    assert "Deadline" not in page
