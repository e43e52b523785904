"""`tracker config`: which settings this process would start with."""

import json

import click

from tracker.command_context import Context


@click.group("config")
def config() -> None:
    """Show the settings and where each comes from.

    \b
    Example:
      tracker config show
    """


@config.command("show")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object instead of lines.")
@click.pass_obj
def show(context: Context, as_json: bool) -> None:
    """Print every setting that is given, and its source.

    Secrets are not shown. Refuses with one line if a setting cannot be used, exactly as the server would.

    \b
    Examples:
      tracker config show
      tracker config show --json
    """
    from tracker import config_sources

    values = config_sources.read(context.environ)
    context.read_settings()
    given = [(name, values[name]) for name in config_sources.VARIABLES if name in values]
    rows = [
        {"name": f"{config_sources.PREFIX}{name}", "value": config_sources.masked(name, value.text), "source": value.source}
        for name, value in given
    ]
    defaults = [f"{config_sources.PREFIX}{name}" for name in config_sources.VARIABLES if name not in values]
    if as_json:
        click.echo(json.dumps({"settings": rows, "not_set": defaults}, indent=2))
        return
    for row in rows:
        click.echo(f"{row['name']} = {row['value']}  [{row['source']}]")
    click.echo(f"Not set, so the default holds: {', '.join(defaults)}")
