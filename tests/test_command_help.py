"""The help of every command and group: an example, no cut sentences, one way to describe a day, JSON where scripts read."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from tracker.cli import PARTS, command

DATES = {"--on", "--since", "--until", "--as-of", "--published-on"}
SCRIPTED = (
    "config show", "db check", "docs", "editor list", "history verify", "public verify", "remind", "suggest",
)  # fmt: skip


def walk(found: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Each command and group below the top, by its path."""
    if isinstance(found, click.Group):
        context = click.Context(found)
        for name in found.list_commands(context):
            child = found.get_command(context, name)
            assert child is not None
            yield " ".join((*path, name)), child
            yield from walk(child, (*path, name))


COMMANDS = dict(walk(command))


def help_of(path: str) -> str:
    return CliRunner().invoke(command, [*path.split(), "--help"], terminal_width=80).output


@pytest.mark.parametrize("path", ["", *COMMANDS])
def test_help_shows_an_example_that_calls_the_command(path: str):
    text = help_of(path)

    examples = re.search(r"^  Examples?:\n((?:    .+\n)+)", text, re.MULTILINE)
    assert examples, text
    assert f"tracker {path}".strip() in examples[1]


@pytest.mark.parametrize("path", [path for path, found in COMMANDS.items() if isinstance(found, click.Group)])
def test_group_help_describes_each_command_in_a_whole_sentence(path: str):
    listed = help_of(path).partition("Commands:\n")[2]

    group = COMMANDS[path]
    assert isinstance(group, click.Group)
    assert [name for name in group.commands if not re.search(rf"^  {name}  .+\w", listed, re.MULTILINE)] == []
    assert "..." not in listed


@pytest.mark.parametrize("name", PARTS)
def test_summary_of_a_part_is_the_first_sentence_of_its_help(name: str):
    assert COMMANDS[name].get_short_help_str(200) == PARTS[name][1]


def test_every_day_is_described_alike():
    found = {
        (path, option): (parameter.help or "", parameter.metavar)
        for path, each in COMMANDS.items()
        for parameter in each.params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
        if option in DATES
    }
    assert {option for _, option in found} == DATES
    for text, metavar in found.values():
        assert text.endswith("DATE is YYYY-MM-DD in the newsroom's time zone.")
        assert metavar == "DATE"


@pytest.mark.parametrize("path", SCRIPTED)
def test_command_that_scripts_read_offers_json(path: str):
    assert "--json" in help_of(path)


def test_completion_names_parts_without_importing_them():
    code = "import sys; from tracker.cli import main\ntry: main()\n"
    code += "finally: print('sqlalchemy' in sys.modules, file=sys.stderr)"
    variables = {"_TRACKER_COMPLETE": "bash_complete", "COMP_WORDS": "tracker d", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-c", "import sys; sys.argv = ['tracker']\n" + code],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.stdout.split() == ["plain,demo", "plain,db", "plain,docs"]
    assert done.stderr.split() == ["False"]
