"""Files that would fill the memory are refused by the bounds that hold, with the line."""

from pathlib import Path

import pytest

from tracker.imports.readers import BadFile, open_table

CELL = b"A" * 49_000_000  # with its file below the most that may be uploaded
LINE = "Line 2 is longer than 1,000,000 characters."
FILES = {
    "quoted cell": ("a.csv", b'claim,due\n"' + CELL + b'",2026-01-01\n', LINE),
    "bare cell": ("a.csv", b"claim,due\n" + CELL + b",2026-01-01\n", LINE),
    "cell of many lines": ("a.csv", b'claim,due\n"' + b"A\n" * 2_000_000 + b'",2026-01-01\n', "longer than 100,000 characters"),
    "head of many columns": ("a.csv", b"a," * 1_000_000 + b"a\n1,1\n", "Line 1 has more than 200 columns."),
    "row of many columns": ("a.csv", b"claim,due\n" + b"1," * 1_000_000 + b"1\n", "Line 2 has more than 200 columns."),
    "object of many characters": ("a.jsonl", b'{"claim": "A"}\n{"claim": "' + CELL + b'"}\n', LINE),
}


@pytest.mark.parametrize("kind", FILES)
def test_huge_file_is_refused_with_its_line(tmp_path: Path, kind: str):
    name, content, said = FILES[kind]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadFile) as refused:
        list(open_table(path, name).rows())
    assert said in str(refused.value.message)
