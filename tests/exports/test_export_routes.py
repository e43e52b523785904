"""Downloads by their addresses: what they are sent as, what they hold, and what is no download."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.web import SignIn
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
    for name in ("topic", "speaker", "article", "owner", "since", "as_of", "verdict"):
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


ODD_DAYS = ["9999-99-99", "0001-01-01", "9999-12-31", "2024-02-30", "2024-3-1", "20240301", "٢٠٢٤-٠٣-١١", "now"]


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("name", ["since", "as_of"])
@pytest.mark.parametrize("day", ODD_DAYS)
def test_every_day_of_an_address_is_read_by_one_rule(sign_in: SignIn, name: str, day: str):
    assert sign_in().get("/export/verdicts.csv", query_string={name: day}).status_code == 422


@pytest.mark.parametrize("backend", ["sqlite"])
def test_export_of_an_earlier_day_is_refused_and_not_ignored(sign_in: SignIn):
    answer = sign_in().get("/export/verdicts.csv?as_of=2024-03-11")
    assert answer.status_code == 422
    assert "tracker export --as-of" in answer.text
