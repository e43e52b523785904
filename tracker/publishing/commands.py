"""`tracker public`: the readers' tables made anew, or compared with the newsroom's."""

import click

from tracker.command_context import Context, Refused
from tracker.publishing import rebuilding

SHOWN = 20


@click.group()
def public() -> None:
    """Rebuild or verify what readers see."""


@public.command()
@click.pass_obj
def rebuild(context: Context) -> None:
    """Make the public pages' tables anew from the claims."""
    claims = rebuilding.rebuild(context.database())
    click.echo(f"{claims} public claims.")


@public.command()
@click.pass_obj
def verify(context: Context) -> None:
    """Compare the public pages' tables with the claims. Exits 1 where they differ."""
    with context.database().reading() as session:
        found = list(rebuilding.verify(session))
    for each in found[:SHOWN]:
        click.echo(f"{each.subject}: {each.what}")
    if found:
        raise Refused(f"{len(found)} differences. Run: tracker public rebuild")
    click.echo("The public pages show what the claims say.")
