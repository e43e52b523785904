"""`tracker suggest`: what it prints of a file."""

import json

from click.testing import CliRunner

from tracker.intake.commands import suggest

TEXT = "Un pont\n\nLe pont rouvrira en juin 2025, a annoncé lundi le Conseil du port. Il a fermé en 2019.\n"
FIELDS = [
    "start", "end", "text", "paragraph", "kind", "score", "cues", "speaker", "speaker_start", "speaker_end", "attribution",
    "hedge", "certainty", "deadline",
]  # fmt: skip


def run(tmp_path, text, *options):
    file = tmp_path / "article.txt"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return CliRunner().invoke(suggest, [str(file), *options])


def test_json_is_one_array_with_the_fields_of_a_suggestion(tmp_path):
    done = run(tmp_path, TEXT, "--language", "fr", "--published-on", "2024-05-15", "--json")
    (found,) = json.loads(done.stdout)
    assert done.exit_code == 0
    assert list(found) == FIELDS
    assert TEXT[found["start"] : found["end"]] == found["text"]
    assert found["deadline"] == {"earliest": "2025-06-01", "latest": "2025-06-30", "start": 29, "end": 38}
    assert set(found["cues"][0]) == {"start", "end", "name", "weight"}


def test_language_is_found_out_from_the_text(tmp_path):
    told = run(tmp_path, TEXT, "--language", "fr", "--published-on", "2024-05-15", "--json")
    assert run(tmp_path, TEXT, "--published-on", "2024-05-15", "--json").stdout == told.stdout


def test_list_to_read_names_sentence_reason_and_day(tmp_path):
    done = run(tmp_path, TEXT, "--published-on", "2024-05-15")
    assert "Le pont rouvrira" in done.stdout
    assert "“rouvrira”" in done.stdout
    assert "by 2025-06-30" in done.stdout


def test_text_without_predictions_gives_an_empty_array(tmp_path):
    assert json.loads(run(tmp_path, "Il a plu.\n", "--json").stdout) == []


def test_bytes_that_are_no_utf8_are_read_all_the_same(tmp_path):
    assert run(tmp_path, b"\xff\xfe\0 It will rain.", "--json").exit_code == 0


def test_carriage_returns_count_as_line_feeds(tmp_path):
    plain = run(tmp_path, TEXT, "--published-on", "2024-05-15", "--json").stdout
    assert run(tmp_path, TEXT.replace("\n", "\r\n"), "--published-on", "2024-05-15", "--json").stdout == plain


def test_language_that_cannot_be_read_is_a_wrong_usage(tmp_path):
    assert run(tmp_path, TEXT, "--language", "de").exit_code == 2
