"""`tracker import claims`: a plain file, what its options answer, and its exit status."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from tests.factories import make_article, make_editor
from tests.imports.support import count
from tracker.claims.models import Claim, Speaker, Topic
from tracker.cli import command
from tracker.command_context import Context
from tracker.db import Database
from tracker.ledger.models import Event

HEAD = "statement,speaker,review_on,made_on,topics\n"
PLAIN = HEAD + "It will rain,Ann,2026-12-31,2024-02-01,Weather\nIt will snow,The article,2026-12-31,2024-02-01,\n"
NEW = ("--article", "Forecasts", "--default", "article_published_on=2024-01-15", "--default", "language=en")

KEY = "k3y-f0r-t3sts-0123456789abcdefghijkl"
Import = Callable[..., Result]


@pytest.fixture
def run(database: Database, database_url: str, tmp_path: Path) -> Import:
    """`run(text, "--article", …, name="claims.csv")`: import a file of this text."""

    def call(content: str | bytes, *options: str, name: str = "claims.csv") -> Result:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        environment = {"TRACKER_HOME": str(tmp_path), "TRACKER_DATABASE_URL": database_url, "TRACKER_SECRET_KEY": KEY}
        return CliRunner().invoke(command, ["import", "claims", str(path), *options], obj=Context(environment))

    return call


def statements(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Claim.statement).order_by(Claim.id)))


# --- a plain file ---


def test_plain_file_is_imported_into_a_new_article(run: Import, database: Database):
    done = run(PLAIN, *NEW)
    assert done.exit_code == 0, done.output
    assert "2 new claims made." in done.stdout
    assert statements(database) == ["It will rain", "It will snow"]
    with database.reading() as session:
        speakers = list(session.scalars(select(Claim.speaker_id).order_by(Claim.id)))
        assert [number is None for number in speakers] == [False, True]
        assert session.scalar(select(Topic.label_en)) == "Weather"


def test_refusal_of_a_file_without_article_names_the_option(run: Import, database: Database):
    done = run(PLAIN)
    assert done.exit_code == 1
    assert "Give --article TITLE|ID|URL." in done.stderr
    assert count(database, Claim) == 0


def test_new_article_is_refused_naming_all_that_it_needs(run: Import):
    done = run(PLAIN, "--article", "Forecasts")
    assert done.exit_code == 1
    assert "add --default article_published_on=YYYY-MM-DD --default language=CODE." in done.stderr


@pytest.mark.parametrize("named", ["id", "title", "url"])
def test_article_that_is_here_is_found_by_number_title_or_address(run: Import, database: Database, named: str):
    article = make_article(database, "Forecasts of spring", url="https://example.org/spring")
    given = {"id": str(article.id), "title": "forecasts  of SPRING", "url": "https://example.org/spring"}[named]
    assert run(PLAIN, "--article", given).exit_code == 0
    with database.reading() as session:
        assert set(session.scalars(select(Claim.article_id))) == {article.id}


def test_article_title_of_several_is_refused_with_their_numbers(run: Import, database: Database):
    first, second = make_article(database, "Forecasts"), make_article(database, "Forecasts")
    done = run(PLAIN, "--article", "Forecasts")
    assert done.exit_code == 1
    assert f"{first.id}, {second.id}" in done.stderr


def test_default_of_no_field_is_wrong_usage(run: Import):
    done = run(PLAIN, "--default", "colour=red")
    assert done.exit_code == 2
    assert "article_title" in done.stderr


# --- every refusal names what answers it ---


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ("due,made_on\n2024-02-01,2024-02-01\n", '"columns": {"COLUMN": "statement"}'),
        ("claim,due\na,3/4/2024\n", '"days": {"due": "day|month"}'),
        ("claim,due\na,26/3/24\n", '"centuries": {"due": "1900|2000"}'),
        ("claim,probability\na,0\nb,1\n", '"likelihoods": {"probability": "percent|fraction|mixed"}'),
        ("claim,probability\na,0.5\nb,50\n", '"likelihoods": {"probability": "percent|fraction|mixed"}'),
        (b"claim,due\npr\x82vision,2024-02-01\n", "Give --encoding."),
    ],
)
def test_refusal_names_the_option_or_key_that_answers_it(run: Import, content: str | bytes, hint: str):
    done = run(content, *NEW)
    assert done.exit_code == 1
    assert hint in done.stderr


def test_bad_rows_name_the_default_that_answers_them(run: Import):
    done = run("claim,title\na,Forecasts\n", "--dry-run")
    assert "Give --default article_published_on=VALUE." in done.stderr
    assert done.exit_code == 1


def test_unknown_encoding_is_refused_with_the_list(run: Import):
    done = run(PLAIN, "--encoding", "klingon")
    assert done.exit_code == 1
    assert "UTF-8, UTF-16 LE" in done.stderr


def test_answers_in_a_map_are_taken(run: Import, database: Database, tmp_path: Path):
    shown = run("claim,due\na,3/4/24\n", *NEW, "--print-map")
    plan = json.loads(shown.stdout) | {"days": {"due": "month"}, "centuries": {"due": "2000"}}
    (tmp_path / "map.json").write_text(json.dumps(plan))
    assert run("claim,due\na,3/4/24\n", "--map", str(tmp_path / "map.json")).exit_code == 0
    with database.reading() as session:
        assert str(session.scalar(select(Claim.review_on))) == "2024-03-04"


# --- what is lost is told ---


def test_moved_days_are_counted_and_answered_by_moments(run: Import, database: Database):
    content = "claim,made_on\na,2022-12-31 23:00+00:00\n"
    told = run(content, *NEW, "--dry-run")
    assert "1 day moved by the time zone (newsroom), such as line 2: 2022-12-31 23:00+00:00 is 2023-01-01" in told.stdout
    assert "--moments utc|as-written" in told.stdout
    done = run(content, *NEW, "--moments", "as-written")
    assert "moved" not in done.output
    with database.reading() as session:
        assert str(session.scalar(select(Claim.made_on))) == "2022-12-31"


def test_dropped_characters_are_counted(run: Import):
    done = run("claim\nIt\x96will\n", *NEW, "--dry-run")
    assert "1 character left out that no text can hold (U+0096; line 2)" in done.stdout


def test_hidden_parts_and_rows_above_the_header_are_named(run: Import):
    done = run("Our list\n\nclaim,due\na,2024-02-01\n", *NEW, "--dry-run")
    assert "Column names are taken from row 3; rows above are left out (--header-row)." in done.stderr


# --- numbers of two sources ---


def test_numbers_of_a_second_source_are_other_claims(run: Import, database: Database):
    first, second = "id,claim\n1,It will rain\n2,It will snow\n", "id,claim\n1,It will hail\n2,It will thaw\n"
    assert run(first, *NEW, name="weather.csv").exit_code == 0
    assert run(second, *NEW, name="climate.csv").exit_code == 0
    assert statements(database) == ["It will rain", "It will snow", "It will hail", "It will thaw"]


def test_rows_left_out_end_with_status_1_and_source_brings_them_in(run: Import, database: Database):
    assert run("id,claim\n1,It will rain\n", *NEW).exit_code == 0
    left_out = run("id,claim\n1,It will hail\n3,It will thaw\n", *NEW)
    assert left_out.exit_code == 1
    assert "1 row left out" in left_out.stderr
    assert "--source NAME" in left_out.stderr
    assert run("id,claim\n1,It will hail\n3,It will thaw\n", *NEW, "--source", "Other").exit_code == 0
    assert sorted(statements(database)) == ["It will hail", "It will rain", "It will thaw", "It will thaw"]


def test_claim_imported_under_its_bare_number_is_known_again(run: Import, database: Database):
    run("id,claim\n1,It will rain\n", *NEW)
    with database.writing() as session:
        session.execute(Claim.__table__.update().values(external_id="1"))  # type: ignore[attr-defined]
    again = run("id,claim\n1,It will  RAIN\n", *NEW)
    assert "0 new claims made." in again.stdout
    assert run("id,claim\n1,It will hail\n", *NEW).exit_code == 0
    assert statements(database) == ["It will rain", "It will hail"]


def test_corrected_bad_rows_keep_the_numbers_of_their_source(run: Import, database: Database, tmp_path: Path):
    content = "id,claim,due\n1,It will rain,soon\n2,It will snow,2024-02-03\n"
    bad = tmp_path / "bad.csv"
    assert run(content, *NEW, "--skip-bad", "--bad-rows", str(bad)).exit_code == 0
    corrected = bad.read_text().replace("soon", "2024-02-03")
    assert run(corrected, *NEW, name="bad.csv").exit_code == 0
    again = run(content.replace("soon", "2024-02-03"), *NEW)
    assert (again.exit_code, "2 rows here already" in again.stdout) == (0, True)
    assert count(database, Claim) == 2


def test_importing_editor_is_in_the_history(run: Import, database: Database):
    editor = make_editor(database, email="ann@example.org")
    assert run(PLAIN, *NEW, "--as", "ann@example.org").exit_code == 0
    with database.reading() as session:
        assert session.scalar(select(Event.actor).where(Event.kind == "import.run")) == f"editor:{editor.id}"
    assert run(PLAIN, *NEW, "--as", "ben@example.org").exit_code == 1


def test_speaker_called_null_is_a_speaker(run: Import, database: Database):
    assert run("claim,speaker\nIt will rain,Null\n", *NEW).exit_code == 0
    with database.reading() as session:
        assert list(session.scalars(select(Speaker.name))) == ["Null"]
