"""Rows of lists of claims."""

from tracker.claims.queries import claim_rows


def test_first_fields_of_a_row_are_the_first_columns_of_its_query() -> None:
    columns = [column.key for column in claim_rows._claims("sqlite").selected_columns]
    fields = claim_rows.ClaimRow._fields
    assert columns[: claim_rows._COLUMNS] == [*fields[: claim_rows._COLUMNS]]
    assert fields[: claim_rows._COLUMNS][-1] == "is_sample"
    assert fields[:4] == ("id", "version", "statement", "language")
