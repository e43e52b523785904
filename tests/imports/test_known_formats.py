"""Exports of other programs: recognised, mapped without questions, outcomes as private notes and never as verdicts."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.imports.support import Importing, count, planned
from tests.imports.support import importing as importing
from tests.imports.test_routes import Desk
from tests.ledger.support import checked
from tests.support.web import SignIn
from tracker.articles.models import Article
from tracker.claims.models import Claim, Note, Speaker, Verdict
from tracker.db import Database
from tracker.imports.columns import profile
from tracker.imports.columns.known_formats import FORMATS, find_format
from tracker.imports.readers import BadFile, open_table

SAMPLES = Path(__file__).parent / "samples"
# file, program, and what it still needs: a list without any date, and one without a language.
FILES = [
    ("fatebook.csv", "Fatebook", {}),
    ("predictionbook.json", "PredictionBook", {}),
    ("question_data.csv", "Metaculus", {}),
    ("manifold.json", "Manifold", {}),
    ("claimreview.json", "ClaimReview", {}),
    ("promises.yaml", "TrumpTracker", {"article_published_on": "2024-01-15"}),
    ("polimeter.csv", "Polimeter", {"language": "en"}),
]


@pytest.mark.parametrize(("name", "program", "more"), FILES)
def test_export_is_recognised_and_mapped_without_questions(name: str, program: str, more: dict[str, str]):
    table = open_table(SAMPLES / name, name)
    found = find_format(table.columns)
    assert found is not None
    assert found.name == program
    facts = profile.profile_table(table)
    profile.require_answers(planned(table, facts, defaults=more), facts)


def test_every_format_has_a_sample():
    assert {program for _name, program, _more in FILES} == {each.name for each in FORMATS}


@pytest.mark.parametrize(("name", "program", "more"), FILES)
def test_export_arrives_as_claims_with_outcomes_as_notes(
    database: Database, importing: Importing, name: str, program: str, more: dict[str, str]
):
    bringing = importing((SAMPLES / name).read_bytes(), name, defaults=more)
    tally = bringing.run()
    assert (tally.created, tally.bad) == (2, 0), [problem.message for row in bringing.bad for problem in row.problems]
    assert count(database, Verdict) == 0
    assert count(database, Note) >= 1
    with database.reading() as session:
        assert all(claim.signed_verdict_id is None for claim in session.scalars(select(Claim)))
        assert set(session.scalars(select(Article.outlet))) == {program}
    assert checked(database, rows=True).findings == []
    again = importing((SAMPLES / name).read_bytes(), f"again-{name}", defaults=more).check()
    assert (again.created, again.unchanged) == (0, 2)


def test_fatebook_forecasts_keep_who_when_and_how_likely(database: Database, importing: Importing):
    importing((SAMPLES / "fatebook.csv").read_bytes(), "fatebook.csv").run()
    with database.reading() as session:
        first, second = session.scalars(select(Claim).order_by(Claim.id))
        assert (first.made_on, first.deadline_on, first.likelihood_low) == (date(2024, 2, 1), date(2024, 6, 21), 70)
        assert (second.likelihood_low, second.likelihood_high) == (1, 1)
        assert [session.get_one(Speaker, claim.speaker_id).name for claim in (first, second)] == ["Ann Lee", "Ben Roy"]
        assert first.article_id == second.article_id
        assert "Resolution: YES" in session.scalars(select(Note.body).where(Note.claim_id == first.id)).one()


def test_question_site_gives_an_article_for_each_page(database: Database, importing: Importing):
    importing((SAMPLES / "manifold.json").read_bytes(), "manifold.json").run()
    with database.reading() as session:
        first, second = session.scalars(select(Article).order_by(Article.id))
        assert (first.title, first.published_on) == ("Will the stadium be finished in 2024?", date(2024, 1, 10))
        assert second.url == "https://markets.example/ben/river"
        assert session.scalars(select(Claim.external_id).order_by(Claim.id)).all() == ["Manifold:aBc1", "Manifold:aBc2"]


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


def as_csv(name: str) -> bytes:
    """The predictions of a JSON export as the CSV that the same program offers."""
    rows = json.loads((SAMPLES / name).read_text("utf-8"))["predictions"]
    written = io.StringIO()
    writer = csv.DictWriter(written, rows[0], extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def zip_download() -> bytes:
    questions, forecasts = (SAMPLES / "question_data.csv").read_bytes(), b"Question ID,Probability Yes\n501,0.4\n"
    return zipped(README__md=b"#", question_data__csv=questions, forecast_data__csv=forecasts)


ON_THE_WEB = [
    *((name, program, (SAMPLES / name).read_bytes, more) for name, program, more in FILES),
    ("predictionbook.csv", "PredictionBook", lambda: as_csv("predictionbook.json"), {}),
    ("download.zip", "Metaculus", zip_download, {}),
]


@pytest.mark.parametrize(("name", "program", "content", "more"), ON_THE_WEB, ids=[each[0] for each in ON_THE_WEB])
def test_known_export_is_imported_on_the_web_without_questions(
    sign_in: SignIn, database: Database, name: str, program: str, content: Callable[[], bytes], more: dict[str, str]
):
    desk = Desk(sign_in())
    desk.client.set_cookie("language", "fr")
    where = desk.sent(content(), name)
    page = desk.client.get(f"{where}?columns=1").text
    assert f"Reconnu comme un export de {program}." in page
    assert 'aria-invalid="true"' not in page
    assert desk.check(where, **more).status_code == 303
    assert desk.run(where).status_code == 303
    assert (count(database, Claim), count(database, Verdict)) == (2, 0)
    assert count(database, Note) >= 1


def test_data_download_is_read_from_its_archive(database: Database, importing: Importing):
    questions = (SAMPLES / "question_data.csv").read_bytes()
    content = zipped(README__md=b"#", question_data__csv=questions, forecast_data__csv=b"Question ID,Probability Yes\n501,0.4\n")
    assert importing(content, "download.zip").run().created == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (zipped(a__csv=b"claim\na\n", b__csv=b"claim\nb\n"), "not exactly one table"),
        (zipped(README__md=b"#"), "not exactly one table"),
        (zipped(a__csv=b"claim\na\n")[:-30], "damaged"),
    ],
    ids=["two tables", "no table", "damaged"],  # an archive holds the time at which it was made
)
def test_archive_without_one_table_is_refused(tmp_path: Path, content: bytes, said: str):
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(BadFile, match=said):
        open_table(tmp_path / "a.zip", "a.zip")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a: &x [1]\nb: [*x, *x]\n", "aliases"),
        ("a: [1, 2\nb: 3\n", "not YAML, from line 2"),
        ("a: 1\n", "no list of objects"),
        ("- !!python/object/apply:os.system ['true']\n", "not YAML"),
    ],
)
def test_yaml_that_cannot_be_read_is_refused(tmp_path: Path, content: str, said: str):
    (tmp_path / "a.yaml").write_text(content)
    with pytest.raises(BadFile, match=said):
        open_table(tmp_path / "a.yaml", "a.yaml")


def test_json_lines_with_a_list_in_an_object_are_still_rows(tmp_path: Path):
    (tmp_path / "a.jsonl").write_text('{"claim": "a", "items": [{"n": 1}, {"n": 2}]}\n{"claim": "b"}\n')
    table = open_table(tmp_path / "a.jsonl", "a.jsonl")
    assert (table.columns, table.about.left_out) == (("claim",), ("items",))


def test_file_of_no_known_program_is_mapped_by_names():
    assert find_format(["claim", "due", "status", "title"]) is None
