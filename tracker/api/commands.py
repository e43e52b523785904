"""`tracker token` and `tracker api`: tokens of the API and its description, from the server."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Final

import click
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts import people, tokens
from tracker.accounts.models import ApiToken, Editor
from tracker.accounts.tokens import DAYS_DEFAULT, DAYS_MAX, Scope
from tracker.command_context import Context
from tracker.errors import N_, NotFound
from tracker.ledger import SYSTEM
from tracker.newsroom import settings

_REVOKED: Final = "revoked"


@click.group()
def token() -> None:
    """Create, list and revoke tokens of the API.

    \b
    Examples:
      tracker token add ann@example.org --name "Site build" --scope read
      tracker token list
    """


@token.command()
@click.argument("email")
@click.option("--name", required=True, help="Which program uses it.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    default=[Scope.READ.value],
    show_default=True,
    help="Give it once for each scope.",
)
@click.option("--days", type=click.IntRange(1, DAYS_MAX), default=DAYS_DEFAULT, show_default=True, help="It works for so long.")
@click.pass_obj
def add(context: Context, email: str, name: str, scopes: Iterable[str], days: int) -> None:
    """Create a token of the editor with this address.

    Prints it; it is shown this once.

    \b
    Example:
      tracker token add ann@example.org --name "Site build" --scope read --days 90
    """
    with context.database().writing() as session:
        owner = people.find(session, email)
        if owner is None:
            raise NotFound(N_("There is no editor with the address %(email)s."), email=email)
        row, secret = tokens.add(session, owner, name, scopes, actor=SYSTEM, today=_today(session), days=days)
        line = f"Created token {row.id} of {owner.email}, until {row.expires_on}."
    click.echo(line, err=True)
    click.echo(secret)


@token.command(name="list")
@click.pass_obj
def list_(context: Context) -> None:
    """List all tokens.

    Number, owner, name, scopes, end, last use, and whether they work, separated by tabs.

    \b
    Example:
      tracker token list
    """
    with context.database().reading() as session:
        today = _today(session)
        for row, owner in tokens.list_all(session):
            used = str(row.used_on) if row.used_on else "never used"
            state = "works" if tokens.is_working(row, owner, today) else _ended(row, owner)
            click.echo("\t".join((str(row.id), owner.email, row.name, row.scopes, str(row.expires_on), used, state)))


@token.command()
@click.argument("number", type=click.IntRange(min=1, max=2**63 - 1))
@click.pass_obj
def revoke(context: Context, number: int) -> None:
    """End the token with this number at once.

    \b
    Example:
      tracker token revoke 3
    """
    with context.database().writing() as session:
        name = tokens.revoke(session, number, actor=SYSTEM).name
    click.echo(f"Revoked token {number}, {name}.")


def _ended(row: ApiToken, owner: Editor) -> str:
    if row.revoked_at is not None:
        return _REVOKED
    return "expired" if owner.active else "owner disabled"


def _today(session: Session) -> date:
    return clock.today(settings.load(session).zone)


@click.group()
def api() -> None:
    """Print the description of the API.

    \b
    Example:
      tracker api openapi > openapi.json
    """


@api.command()
def openapi() -> None:
    """Print the API as an OpenAPI 3.1 document.

    \b
    Example:
      tracker api openapi > openapi.json
    """
    from tracker.api.openapi import build_document

    click.echo(json.dumps(build_document(), indent=1, ensure_ascii=False))
