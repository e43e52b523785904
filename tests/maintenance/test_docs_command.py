"""`tracker docs`: the list of pages and each page of a checkout."""

import json

import pytest
from click.testing import CliRunner

from tracker import paths
from tracker.cli import command


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(command, ["docs", *arguments])
    return done.exit_code, done.output


def test_docs_lists_every_page_with_its_title():
    code, output = run()

    assert code == 0
    names = [line.split()[0] for line in output.splitlines() if line and not line.startswith("Read one")]
    assert names == list(paths.docs_pages())
    assert "Backup and restore" in output


@pytest.mark.parametrize("name", ["backup", "docs/backup.md", "Backup"])
def test_docs_prints_a_page_by_each_of_its_names(name: str):
    assert run(name) == (0, (paths.docs_pages()["backup"]).read_text("utf-8") + "\n")


def test_docs_path_prints_where_the_file_is():
    assert run("security", "--path") == (0, f"{paths.docs_pages()['security']}\n")


def test_docs_refuses_a_page_that_does_not_exist():
    code, output = run("../pyproject")

    assert code == 1
    assert output == "tracker: there is no page '../pyproject'; `tracker docs` lists them.\n"


def test_docs_json_holds_name_title_and_file():
    code, output = run("--json")

    assert code == 0
    assert {"name", "title", "file"} == set(json.loads(output)[0])
