"""Count words of a private dialect in the code: `python -m tests.support.vocabulary [PATH…]`, part of `make lint`.

Such words have a standard term in this field or add nothing. Strings of the interface count, too. LIMIT is per 1,000 lines of
`tracker/` and per 1,000 names of tests; where there are more, each place is printed and the exit code is 1.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
LIMIT: Final = 2.0
WORDS: Final = (
    "said", "says", "stands", "standing", "nobody", "somebody", "anybody", "whoever", "whatever", "beside", "owed", "told",
    "begins", "begun", "meanwhile", "hangs", "rider", "wishes", "heirs", "telling",
)  # fmt: skip
_WORD: Final = re.compile(rf"(?<![A-Za-z])({'|'.join(WORDS)})(?![A-Za-z])", re.IGNORECASE)
_Place = tuple[str, int, str]


def find_words(path: Path) -> Iterator[_Place]:
    """Yield (file, line number, word) for each word of the list in a file; parts of names count as words."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        for found in _WORD.finditer(line.replace("_", " ")):
            yield str(path.relative_to(ROOT)), number, found[1].lower()


def find_in_test_names(path: Path) -> Iterator[_Place]:
    """Yield (file, line number, word) for each word of the list in the name of a test."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            for found in _WORD.finditer(node.name.replace("_", " ")):
                yield str(path.relative_to(ROOT)), node.lineno, found[1].lower()


def count_tests(path: Path) -> int:
    """Return how many tests a file has."""
    return len(re.findall(r"^\s*def test_", path.read_text("utf-8"), re.MULTILINE))


def main(arguments: list[str]) -> int:
    """Print what is over the limit; return the exit code."""
    chosen = [Path(each).resolve() for each in arguments] or [ROOT / "tracker"]
    code = sorted(file for each in chosen for file in (each.rglob("*.py") if each.is_dir() else [each]))
    tests = [] if arguments else sorted((ROOT / "tests").rglob("test_*.py"))
    lines = sum(len(file.read_text("utf-8").splitlines()) for file in code)
    names = sum(map(count_tests, tests))
    parts = (
        ("lines of code", [place for file in code for place in find_words(file)], lines),
        ("names of tests", [place for file in tests for place in find_in_test_names(file)], names),
    )
    failed = False
    for label, places, total in parts:
        if not total:
            continue
        rate = 1000 * len(places) / total
        if rate > LIMIT:
            failed = True
            print(*(f"{file}:{number}: {word}" for file, number, word in places), sep="\n")
            packages = Counter("/".join(file.split("/")[:2]) for file, _, _ in places)
            print(*(f"{count:5}  {package}" for package, count in packages.most_common()), sep="\n")
        print(f"{len(places)} words of the list in {total} {label}: {rate:.1f} per 1,000, at most {LIMIT:g}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
