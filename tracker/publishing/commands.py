"""`tracker public`: the readers' tables made anew, or compared with the newsroom's."""

import json

import click

from tracker.command_context import Context, Refused
from tracker.publishing import rebuilding

SHOWN = 20


@click.group()
def public() -> None:
    """Rebuild or verify what readers see.

    \b
    Example:
      tracker public verify
    """


@public.command()
@click.pass_obj
def rebuild(context: Context) -> None:
    """Make the readers' tables anew from the claims.

    \b
    Example:
      tracker public rebuild
    """
    claims = rebuilding.rebuild(context.database())
    click.echo(f"{claims} public claims.")


@public.command()
@click.option("--json", "as_json", is_flag=True, help="Write one JSON array of all differences.")
@click.pass_obj
def verify(context: Context, as_json: bool) -> None:
    """Compare the readers' tables with the claims.

    Exits 1 where they differ.

    \b
    Examples:
      tracker public verify
      tracker public verify --json
    """
    with context.database().reading() as session:
        found = list(rebuilding.verify(session))
    if as_json:
        click.echo(
            json.dumps([{"subject": each.subject, "difference": each.what} for each in found], ensure_ascii=False, indent=2)
        )
    for each in found[: 0 if as_json else SHOWN]:
        click.echo(f"{each.subject}: {each.what}")
    if found:
        raise Refused(f"{len(found)} differences. Run: tracker public rebuild")
    if not as_json:
        click.echo("The public pages show what the claims contain.")
