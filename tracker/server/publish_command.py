"""`tracker publish`: the public pages as a folder of files, for any web host."""

from pathlib import Path

import click

from tracker.command_context import Context, Refused
from tracker.server import static_copy


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--base-url", required=True, help="Where the folder will be found, such as https://static.example.org.")
@click.pass_obj
def publish(context: Context, folder: Path, base_url: str) -> None:
    """Write the public pages into a folder, for any web host.

    The same bytes that the server sends, with a manifest of their checksums.

    \b
    Example:
      tracker publish /srv/www --base-url https://static.example.org
    """
    if not base_url.startswith(("http://", "https://")):
        raise Refused("--base-url begins with http:// or https://.")
    database = context.database()
    done = static_copy.publish(context.settings, database, folder, base_url.rstrip("/"))
    click.echo(f"{done.files} files, {done.changed} of them new or changed, {done.removed} removed: {folder}")
