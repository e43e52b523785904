"""`tracker editor`: manage accounts from the server; anyone who can run commands there may do everything."""

import json
import secrets
import sys
from collections.abc import Iterable
from typing import Any, Final

import click
from sqlalchemy.orm import Session

from tracker.accounts import first_run, passwords, people
from tracker.accounts.models import Editor
from tracker.accounts.roles import GIVEN, Role
from tracker.command_context import Context
from tracker.errors import N_, NotFound, Refusal
from tracker.ledger import SYSTEM

# Words that are easy to tell apart over the telephone and typed on any keyboard.
_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
# Where `tracker serve` listens by default.
LOCAL: Final = "http://127.0.0.1:8000"


@click.command()
@click.pass_obj
def setup_link(context: Context) -> None:
    """Print a new link that makes the first editor.

    It works once, within a day; the one before ends.

    \b
    Example:
      tracker setup-link
    """
    with context.database().writing() as session:
        path = first_run.new_link(session)
    click.echo(f"{context.read_settings().base_url or LOCAL}{path}")


@click.group()
def editor() -> None:
    """Add, list and disable editors; passwords and second factors.

    \b
    Examples:
      tracker editor add ann@example.org --name "Ann Example" --role editor
      tracker editor list
    """


_password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input instead of making one up or asking."
)
_ask_option = click.option("--ask", is_flag=True, help="Ask for the password on the terminal instead of making one up.")


@editor.command()
@click.argument("email")
@click.option("--name", required=True, help="Shown next to the verdicts you sign.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in GIVEN]),
    default=[Role.EDITOR.value],
    show_default=True,
    help="Give it once for each role.",
)
@_ask_option
@_password_option
@click.pass_obj
def add(context: Context, email: str, name: str, roles: Iterable[str], ask: bool, password_stdin: bool) -> None:
    """Add an editor.

    Prints a password made up for them, unless one is given.

    \b
    Examples:
      tracker editor add ann@example.org --name "Ann Example" --role editor --role chief
      pass show tracker/ann | tracker editor add ann@example.org --name "Ann Example" --password-stdin
    """
    password, made_up = _password(ask, password_stdin)
    with context.database().writing() as session:
        added = people.add_editor(session, email, name, roles, password, SYSTEM)
        address = added.email
    click.echo(f"Added {address}.")
    _show(password, made_up)


@editor.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON array.")
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    """List all editors.

    Address, name, roles, and whether they can sign in, separated by tabs.

    \b
    Examples:
      tracker editor list
      tracker editor list --json
    """
    with context.database().reading() as session:
        rows: list[dict[str, Any]] = [
            {"email": each.email, "name": each.name, "roles": sorted(r.name for r in each.roles), "state": _state(each)}
            for each in people.everybody(session)
        ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo("\t".join((row["email"], row["name"], ",".join(row["roles"]), row["state"])))


@editor.command()
@click.argument("email")
@click.option("--hand-to", metavar="EMAIL", help="New owner of their claims; without it, they have no owner.")
@click.pass_obj
def disable(context: Context, email: str, hand_to: str | None) -> None:
    """Take an editor's access away at once.

    Their claims go to another editor or to no one.

    \b
    Example:
      tracker editor disable ann@example.org --hand-to ben@example.org
    """
    with context.database().writing() as session:
        theirs = _known(session, email)
        if not theirs.active:
            raise Refusal(N_("%(email)s is disabled already."), email=theirs.email)
        heir = _known(session, hand_to) if hand_to is not None else None
        count = people.disable(session, theirs, actor=SYSTEM, hand_to=heir)
        to = heir.email if heir is not None else "no owner"
        address = theirs.email
    click.echo(f"Disabled {address}. Claims handed to {to}: {count}.")


@editor.command()
@click.argument("email")
@_ask_option
@_password_option
@click.pass_obj
def password(context: Context, email: str, ask: bool, password_stdin: bool) -> None:
    """Set an editor's password.

    It is made up unless one is given; they are signed out everywhere.

    \b
    Examples:
      tracker editor password ann@example.org
      tracker editor password ann@example.org --ask
    """
    new, made_up = _password(ask, password_stdin)
    with context.database().writing() as session:
        theirs = _known(session, email)
        people.set_password(session, theirs, new, actor=SYSTEM)
        address = theirs.email
    click.echo(f"Set the password of {address}.")
    _show(new, made_up)


@editor.command()
@click.argument("email")
@click.pass_obj
def second_factor_off(context: Context, email: str) -> None:
    """Take a lost second factor away.

    The editor is signed out everywhere.

    \b
    Example:
      tracker editor second-factor-off ann@example.org
    """
    from tracker.accounts import second_factor

    with context.database().writing() as session:
        theirs = _known(session, email)
        if not second_factor.turn_off(session, theirs, actor=SYSTEM):
            raise Refusal(N_("%(email)s has no second factor."), email=theirs.email)
        address = theirs.email
    click.echo(f"Took the second factor of {address} away.")


def _known(session: Session, email: str) -> Editor:
    found = people.find(session, email)
    if found is None:
        raise NotFound(N_("There is no editor with the address %(email)s."), email=email)
    return found


def _state(each: Editor) -> str:
    if not each.active:
        return "disabled"
    return "active" if each.password else "no password yet"


def _password(ask: bool, from_stdin: bool) -> tuple[str, bool]:
    """The password to set, and whether it was made up here and must be shown."""
    if ask and from_stdin:
        raise click.UsageError("Give --ask or --password-stdin, not both.")
    if from_stdin:
        return passwords.check(sys.stdin.readline().rstrip("\r\n")), False
    if ask:
        return passwords.check(click.prompt("Password", hide_input=True, confirmation_prompt=True)), False
    return made_up(), True


def made_up() -> str:
    """A password that can be read out: five groups of two syllables and a digit, 76 bits."""
    groups = ("".join(secrets.choice(_SYLLABLES) for _ in range(2)) + secrets.choice("23456789") for _ in range(5))
    return "-".join(groups)


def _show(password: str, made_up: bool) -> None:
    if made_up:
        click.echo(f"Password: {password}")
        click.echo("It is shown this once.", err=True)
