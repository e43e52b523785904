"""`tracker docs`: the documentation of the version that is installed, also where only the wheel is."""

import json
from pathlib import Path

import click

from tracker import paths
from tracker.command_context import Refused


@click.command()
@click.argument("page", required=False)
@click.option("--path", "as_path", is_flag=True, help="Print where the file lies instead of its text.")
@click.option("--json", "as_json", is_flag=True, help="Write the list of pages as one JSON array.")
def docs(page: str | None, as_path: bool, as_json: bool) -> None:
    """Read the documentation that came with this version.

    Without PAGE, lists the pages; a page is shown in a pager on a terminal.

    \b
    Examples:
      tracker docs
      tracker docs operations
      tracker docs fr/start
    """
    pages = paths.docs_pages()
    if page is None:
        _print_list(pages, as_json)
        return
    file = pages.get(page.removeprefix("docs/").removesuffix(".md").lower())
    if file is None:
        raise Refused(f"there is no page {page!r}; `tracker docs` lists them.")
    if as_path:
        click.echo(file)
        return
    click.echo_via_pager(file.read_text("utf-8"))


def _print_list(pages: dict[str, Path], as_json: bool) -> None:
    rows = [{"name": name, "title": _find_title(file), "file": str(file)} for name, file in pages.items()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        click.echo(f"{row['name']:<{width}}  {row['title']}")
    click.echo("\nRead one with: tracker docs NAME")


def _find_title(file: Path) -> str:
    """The text of the first heading."""
    with file.open(encoding="utf-8") as lines:
        return next((line.removeprefix("# ").strip() for line in lines if line.startswith("# ")), file.stem)
