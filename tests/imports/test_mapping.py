"""What columns are taken for, what cells are read as, and what has to be asked."""

import json
import time
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from tests.imports import support
from tests.imports.support import Open, planned
from tracker.claims.enums import Certainty, DeadlineSource, QuoteKind, Status
from tracker.errors import Invalid
from tracker.exports import claims
from tracker.imports.columns import cells, keywords, profile
from tracker.imports.columns import mapping as plans
from tracker.imports.columns.fields import FIELDS, LEFT_OUT, field_for
from tracker.imports.columns.mapping import ColumnMapping
from tracker.imports.columns.rows import RowReader

opened = support.opened
PARIS = ZoneInfo("Europe/Paris")


# --- columns ---


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("claim", "statement"), ("Prévision", "statement"), ("ÉNONCÉ ", "statement"), ("due", "review_on"),
        ("À vérifier le", "review_on"), ("Échéance", "deadline_on"), ("Resolution Date", "deadline_on"), ("url", "article_url"),
        ("Titre de l’article", "article_title"), ("question_id", "external_id"), ("Locuteur", "speaker"),
        ("Qui", "speaker"), ("Confirmed if", "confirmed_if"), ("Confirmée si", "confirmed_if"), ("outcome", "verdict"),
        ("rationale", "verdict"), ("created_at", "created_at"), ("import_error", "import_error"), ("nothing like it", None),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_names_in_both_languages(name: str, key: str | None):
    assert field_for(name) == key


def test_every_column_of_our_own_export_is_taken_or_left_out_on_purpose():
    unknown = [name for name in claims.COLUMNS if field_for(name) is None]
    assert unknown == []
    guessed = plans.guess_from_names(claims.COLUMNS).columns
    assert set(claims.COLUMNS) - set(guessed) <= LEFT_OUT
    assert all(guessed[name] == name for name in guessed if name in FIELDS)


def test_of_two_columns_for_one_field_the_one_with_its_name_is_taken():
    assert plans.guess_from_names(["prediction", "statement"]).columns == {"statement": "statement"}
    assert plans.guess_from_names(["claim", "prediction"]).columns == {"claim": "statement"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("nope", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"colums": {}}', "no part called “colums”"),
        ('{"columns": {"a": "nothing"}}', "no such field"),
        ('{"columns": ["a"]}', "“columns” cannot be used"),
        ('{"days": {"a": "year"}}', "“days” cannot be used"),
        ('{"likelihoods": {"a": "odds"}}', "“likelihoods” cannot be used"),
        ('{"defaults": {"claim_id": "1"}}', "“defaults” cannot be used"),
        ('{"review": "never"}', "“review” cannot be used"),
        ('{"review_days": "many"}', "“review_days” cannot be used"),
        ('{"article": true}', "“article” cannot be used"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_unusable_mapping_names_its_part(given: str, said: str):
    with pytest.raises(Invalid, match=said):
        plans.from_json(given)


def test_a_mapping_is_read_as_it_was_written():
    plan = ColumnMapping({"Énoncé": "statement"}, {"D": "day"}, {"P": "fraction"}, {"language": "fr"}, "days", 30, 7)
    assert plans.from_json(plan.to_json()) == plan


def test_a_kept_mapping_fits_a_file_whose_columns_are_written_a_little_differently():
    plan = ColumnMapping({"Énoncé": "statement", "Gone": "note"}, {"Énoncé": "day"})
    assert plan.fitted(["ENONCE", "new"]) == ColumnMapping({"ENONCE": "statement"}, {"ENONCE": "day"})


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (ColumnMapping({"a": "quote"}, article=1), "which column holds the claims"),
        (ColumnMapping({"a": "statement", "b": "statement"}, article=1), "cannot both be"),
        (ColumnMapping({"a": "statement"}), "which article"),
        (ColumnMapping({"a": "statement", "z": "quote"}, article=1), "no column called “z”"),
        (ColumnMapping({"a": "statement", "b": "likelihood", "c": "likelihood_low"}, article=1), "two ends"),
    ],
)
def test_a_mapping_has_to_fit_the_file(plan: ColumnMapping, said: str):
    with pytest.raises(Invalid, match=said):
        plans.require_columns(plan, ["a", "b", "c"])


# --- days ---


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2024-03-26", None, date(2024, 3, 26)),
        ("26/3/2024", None, date(2024, 3, 26)),
        ("3/26/2024", None, date(2024, 3, 26)),
        ("3/4/2024", "day", date(2024, 4, 3)),
        ("3/4/2024", "month", date(2024, 3, 4)),
        ("26/3/2024", "month", date(2024, 3, 26)),  # leaves no choice, whatever was said
        ("4/4/2024", None, date(2024, 4, 4)),
        ("3/4/2024 14:30", "month", date(2024, 3, 4)),
        ("26 mars 2024", None, date(2024, 3, 26)),
        ("1er mai 2024", None, date(2024, 5, 1)),
        ("2025-05-01T21:59:00+00:00", None, date(2025, 5, 1)),
        ("2025-05-01T22:30:00+00:00", None, date(2025, 5, 2)),  # already the next day in Paris
        ("2025-05-01T22:30:00.123Z", None, date(2025, 5, 2)),
        ("2025-05-01 22:30:00", None, date(2025, 5, 1)),
    ],
)
def test_days_are_read_as_people_and_programs_write_them(text: str, order: str | None, day: date):
    assert cells.parse_date(text, order, PARIS) == day


@pytest.mark.parametrize(
    "text",
    ["3/4/2024", "26/3/24", "26 mars", "demain", "today", "45292", "2024", "31/2/2024", "2024-13-01", "9999-99-99T00:00:00Z",
     "lundi 26 mars 2024", "0001-01-01T00:00:00+14:00", "9" * 1000, "+3m", "in 2 years", "dans 3 mois", "In 10 days"],
)  # fmt: skip
def test_what_is_no_single_day_is_never_guessed(text: str):
    with pytest.raises(Invalid):
        cells.parse_date(text, None, PARIS)


def test_a_cell_that_is_long_and_almost_a_day_takes_no_time():
    began = time.thread_time()
    assert cells.detect_date_order("1/2/2024 1:00" + " " * 90_000 + "\nx") is None
    assert cells.detect_date_order(" " * 40_000 + "13/2/2024 1:00" + " " * 40_000) == "day"
    assert time.thread_time() - began < 1


def test_a_column_that_shows_its_order_needs_no_question(opened: Open):
    table = opened("claim,due\na,3/4/2024\nb,26/3/2024\n")
    assert planned(table).days == {"due": "day"}


@pytest.mark.parametrize("cells", [("3/4/2024", "5/6/2024"), ("3/4/2024", "26/3/2024", "3/26/2024")])
def test_a_column_that_shows_no_order_or_two_is_asked_about(opened: Open, cells: tuple[str, ...]):
    table = opened("claim,due\n" + "".join(f"a{cell},{cell}\n" for cell in cells))
    facts = profile.profile_table(table)
    plan = planned(table, facts)
    with pytest.raises(Invalid, match=r"“due”, 3/4/2024 can be read in two ways") as refused:
        profile.require_answers(plan, facts)
    assert refused.value.field == "due"
    profile.require_answers(planned(table, facts, days={"due": "month"}), facts)


def test_a_column_of_dates_that_is_left_out_is_not_asked_about(opened: Open):
    table = opened("claim,when\na,3/4/2024\n")
    facts = profile.profile_table(table)
    profile.require_answers(planned(table, facts), facts)


# --- likelihoods ---


@pytest.mark.parametrize(
    ("text", "scale", "band"),
    [
        ("60–75 %", None, (60, 75)), ("60-75", None, (60, 75)), ("60 à 75 %", None, (60, 75)), ("60 to 75", None, (60, 75)),
        ("about 30%", None, (30, 30)), ("30", None, (30, 30)), ("0", None, (0, 0)), ("> 50 %", None, (50, 100)),
        ("≤ 20 %", None, (0, 20)), ("0.3009", "fraction", (30, 30)), ("0,6-0,75", "fraction", (60, 75)),
        ("1", "fraction", (100, 100)),
        ("1", "percent", (1, 1)), ("1 %", "fraction", (1, 1)), ("99.6", "percent", (99, 100)), ("4.2e-2", "fraction", (4, 4)),
        ("0.35", "percent", (0, 1)), ("0.35", "mixed", (35, 35)), ("75", "mixed", (75, 75)), ("1", "mixed", (100, 100)),
    ],
)  # fmt: skip
def test_likelihoods_are_read_as_bands(text: str, scale: str | None, band: tuple[int, int]):
    assert cells.parse_band(text, scale) == band


@pytest.mark.parametrize(
    ("text", "scale"),
    [("likely", None), ("120", None), ("75-60", None), ("-5", None), ("0.5", None), ("1", None), ("7", "fraction")],
)
def test_what_is_no_likelihood_is_refused(text: str, scale: str | None):
    with pytest.raises(Invalid):
        cells.parse_band(text, scale)


@pytest.mark.parametrize(
    ("cells", "scale"),
    [
        (("0.3", "1"), "fraction"),
        (("0.3", "101"), "fraction"),
        (("30", "0"), "percent"),
        (("30 %", "0"), None),
        (("0", "1"), None),
    ],
)
def test_a_column_of_likelihoods_shows_what_its_numbers_are(opened: Open, cells: tuple[str, ...], scale: str | None):
    table = opened("claim,probability\n" + "".join(f"a{cell},{cell}\n" for cell in cells))
    assert planned(table).likelihoods == ({"probability": scale} if scale else {})


def test_a_column_of_nothing_but_noughts_and_ones_is_asked_about(opened: Open):
    table = opened("claim,probability\na,0\nb,1\n")
    facts = profile.profile_table(table)
    with pytest.raises(Invalid, match="between 0 and 1"):
        profile.require_answers(planned(table, facts), facts)


# --- words ---


@pytest.mark.parametrize(
    ("kind", "text", "member"),
    [
        (Status, "open", Status.OPEN), (Status, "En attente", Status.OPEN), (Status, "Brouillon", Status.DRAFT),
        (Status, "RESOLVED", Status.RESOLVED), (Certainty, "Hedged", Certainty.HEDGED),
        (Certainty, "not a probability", Certainty.NOT_A_PROBABILITY),
        (QuoteKind, "verbatim", QuoteKind.VERBATIM), (QuoteKind, "From a translation", QuoteKind.TRANSLATION),
        (DeadlineSource, "Stated by the speaker", DeadlineSource.STATED),
    ],
)  # fmt: skip
def test_fixed_words_are_known_by_key_and_by_label_in_both_languages(kind: type, text: str, member: object):
    assert keywords.parse_keyword(kind, text) is member


def test_every_fixed_word_is_known_by_its_label(opened: Open):
    from tracker.claims.labels import label
    from tracker.web import i18n

    kinds = {field.words for field in FIELDS.values() if field.words}
    for language in ("en", "fr"):
        with i18n.use_language(language):
            wrong = [(kind, each) for kind in kinds for each in kind if keywords.parse_keyword(kind, label(each)) is not each]
        assert wrong == []


def test_a_word_that_is_not_known_names_those_that_are():
    with pytest.raises(Invalid, match="draft, open, due"):
        keywords.parse_keyword(Status, "hopeless")


@pytest.mark.parametrize(
    ("text", "code"), [("FR", "fr"), ("français", "fr"), ("Anglais", "en"), ("en_gb", "en-gb"), ("Русский", "ru")]
)
def test_languages_are_known_by_code_and_by_name(text: str, code: str):
    assert keywords.parse_language(text) == code


# --- rows ---


def test_rejected_row_lists_all_faults(opened: Open):
    table = opened("claim,due,deadline,status,probability\n,soon,3/26/24,hopeless,perhaps\nb,,,open,\n")
    row = next(table.rows())
    incoming = RowReader(planned(table), table.columns, PARIS).read(row)
    assert [problem.column for problem in incoming.problems] == ["due", "deadline", "status", "probability", "claim"]


@pytest.mark.parametrize("cell", ["", "N/A", "n/a", "#N/A", "null", "-", "–", "None", "?", " "])
def test_cells_that_say_there_is_nothing_are_empty(opened: Open, cell: str):
    table = opened(f"claim,due,speaker\nIt will rain,{cell},Ann\n")
    (row,) = table.rows()
    incoming = RowReader(planned(table), table.columns, PARIS).read(row)
    assert incoming.problems == []
    assert incoming.given == {"statement": "It will rain", "speaker": "Ann"}


def test_text_is_cleaned_of_what_no_text_should_hold(opened: Open):
    table = opened('claim,confirmed_if,title\n"  It\x07 will\train ","one\r\ntwo","A\nline"\n')
    (row,) = table.rows()
    values = RowReader(planned(table), table.columns, PARIS).read(row).values
    assert (values["statement"], values["confirmed_if"], values["article_title"]) == ("It will\train", "one\ntwo", "A line")


def test_default_fills_missing_values(opened: Open):
    table = opened("claim,topics\na,\nb,War\n")
    reader = RowReader(planned(table, defaults={"topics": "Trade; Peace"}), table.columns, PARIS)
    assert [reader.read(row).values["topics"] for row in table.rows()] == [("Trade", "Peace"), ("War",)]


def test_a_default_that_cannot_be_read_is_refused_naming_its_field():
    with pytest.raises(Invalid) as refused:
        RowReader(ColumnMapping({"a": "statement"}, defaults={"article_published_on": "one day"}), ["a"], PARIS)
    assert refused.value.field == "article_published_on"


def test_rows_of_the_same_words_have_the_same_number_wherever_they_come_from(opened: Open):
    keys = set()
    for content, name in (
        ("claim,date,due\nIt will rain,26/3/2024,2024-09-01\n", "a.csv"),
        ("due;claim;date\n2025-01-01;It will rain;2024-03-26\n", "b.csv"),  # the review day is the desk's
        (json.dumps({"claim": "It will rain", "date": "26 mars 2024"}), "c.jsonl"),
    ):
        table = opened(content, name)
        reader = RowReader(planned(table), table.columns, PARIS)
        keys |= {reader.read(row).key for row in table.rows()}
    assert len(keys) == 1
    assert next(iter(keys)).startswith("row:")
