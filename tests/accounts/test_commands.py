"""`tracker editor`, from the machine that the tracker runs on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.factories import events_of, fresh, make_claim, make_editor
from tests.support.web import Client
from tracker.accounts import commands, passwords, people
from tracker.accounts.models import Editor
from tracker.cli import command
from tracker.command_context import Context
from tracker.db import Database

Run = Callable[..., Result]


@pytest.fixture
def run(database: Database, database_url: str, tmp_path: Path) -> Run:
    """`run("list")`: what `tracker editor list` answers."""
    environ = {"TRACKER_HOME": str(tmp_path), "TRACKER_DATABASE_URL": database_url, "TRACKER_SECRET_KEY": "0123456789abcdef" * 3}

    def go(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(command, ["editor", *arguments], obj=Context(environ), input=typed, standalone_mode=True)

    return go


def known(database: Database, email: str) -> Editor:
    with database.reading() as session:
        found = people.find(session, email)
        assert found is not None
        return found


def test_a_new_editor_gets_a_password_that_is_shown_once_and_works(run: Run, client: Client, database: Database):
    answer = run("add", "Ann@Example.org", "--name", "Ann Lee", "--role", "chief", "--role", "admin")
    assert answer.exit_code == 0, answer.output
    assert "Added ann@example.org." in answer.stdout
    password = answer.stdout.partition("Password: ")[2].strip()
    assert client.sign_in("ann@example.org", password).status_code == 303
    assert client.get("/settings/newsroom").status_code == 200
    event = events_of(database, known(database, "ann@example.org"))[0]
    assert (event.kind, event.actor) == ("editor.created", "system")


def test_made_up_passwords_differ_and_can_be_taken():
    made = {commands.made_up() for _ in range(100)}
    assert len(made) == 100
    assert all(passwords.check(password) == password for password in made)


def test_a_password_can_be_piped_in(run: Run, client: Client):
    answer = run("add", "ann@example.org", "--name", "Ann", "--password-stdin", typed="seven green bicycles\n")
    assert answer.exit_code == 0, answer.output
    assert "seven green" not in answer.output
    assert client.sign_in("ann@example.org").status_code == 303


def test_a_password_can_be_asked_for(run: Run, client: Client):
    typed = "seven green bicycles\n" * 2
    answer = run("add", "ann@example.org", "--name", "Ann", "--ask", typed=typed)
    assert answer.exit_code == 0, answer.output
    assert "seven green" not in answer.output
    assert client.sign_in("ann@example.org").status_code == 303


@pytest.mark.parametrize(
    ("arguments", "typed", "says"),
    [
        (("add", "no address", "--name", "Ann"), "", "Give an e-mail address"),
        (("add", "ann@example.org", "--name", " "), "", "Give a name."),
        (("add", "taken@example.org", "--name", "Ann"), "", "There is an account with this address already."),
        (("add", "ann@example.org", "--name", "Ann", "--password-stdin"), "short\n", "Use at least 12 characters"),
        (("disable", "nobody@example.org"), "", "There is no editor with the address nobody@example.org."),
        (("disable", "taken@example.org", "--hand-to", "nobody@example.org"), "", "There is no editor with the address nobody"),
        (("password", "nobody@example.org"), "", "There is no editor with the address nobody@example.org."),
    ],
)
def test_refused_command_prints_one_line_and_changes_nothing(
    run: Run, database: Database, arguments: tuple[str, ...], typed: str, says: str
):
    make_editor(database, email="taken@example.org", password="seven green bicycles")
    before = run("list").output
    answer = run(*arguments, typed=typed)
    assert answer.exit_code == 1
    assert says in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1
    assert run("list").output == before


@pytest.mark.parametrize("arguments", [("add", "a@b.org"), ("add", "a@b.org", "--name", "A", "--role", "root"), ("nonsense",),
                                       ("add", "a@b.org", "--name", "A", "--ask", "--password-stdin")])  # fmt: skip
def test_wrong_usage_exits_with_2(run: Run, arguments: tuple[str, ...]):
    assert run(*arguments).exit_code == 2


def test_editor_list_shows_who_can_sign_in(run: Run, database: Database):
    make_editor(database, "Ann Lee", email="ann@example.org", password="seven green bicycles", roles=("chief", "admin"))
    make_editor(database, "Ben", email="ben@example.org")
    make_editor(database, "Gone", email="gone@example.org", active=False)
    assert run("list").stdout.splitlines() == [
        "ann@example.org\tAnn Lee\tadmin,chief\tactive",
        "ben@example.org\tBen\teditor\tno password yet",
        "gone@example.org\tGone\teditor\tdisabled",
    ]


def test_disable_command_reassigns_claims_and_prints_how_many(run: Run, database: Database):
    ann, ben = make_editor(database, email="ann@example.org"), make_editor(database, email="ben@example.org")
    claim = make_claim(database, "open", owner=ann)
    answer = run("disable", "ANN@example.org", "--hand-to", "ben@example.org")
    assert answer.stdout == "Disabled ann@example.org. Claims handed to ben@example.org: 1.\n"
    assert fresh(database, claim).owner_id == ben.id
    assert not known(database, "ann@example.org").active
    again = run("disable", "ann@example.org")
    assert (again.exit_code, "is disabled already" in again.stderr) == (1, True)


def test_a_new_password_by_hand_signs_out_everywhere(run: Run, database: Database, client: Client):
    make_editor(database, email="ann@example.org", password="seven green bicycles")
    client.sign_in("ann@example.org")
    answer = run("password", "ann@example.org")
    new = answer.stdout.partition("Password: ")[2].strip()
    assert client.get("/settings").status_code == 303
    assert client.sign_in("ann@example.org", new).status_code == 303
