"""Paths of the folders that ship with the code.

In a checkout they lie at its top level; in an installed wheel they were copied to `tracker/_bundled`. An editable install has
both, and its copies go stale, so the checkout wins wherever there is one.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent


def _folder(name: str) -> Path:
    in_checkout = _CHECKOUT / name
    # A neighbour that merely has the same name (site-packages/migrations) is not ours: the checkout is known by its pyproject.
    if (_CHECKOUT / "pyproject.toml").is_file() and in_checkout.is_dir():
        return in_checkout
    return _PACKAGE / "_bundled" / name


def is_checkout() -> bool:
    """Whether the code runs from a checkout and not from an installed wheel."""
    return (_CHECKOUT / "pyproject.toml").is_file() and (_CHECKOUT / "templates").is_dir()


def migrations_dir() -> Path:
    """The folder of Alembic's env.py and revisions."""
    return _folder("migrations")


def seeds_dir() -> Path:
    """The folder of sample newsroom data."""
    return _folder("seeds")


def templates_dir() -> Path:
    """The folder of Jinja templates."""
    return _folder("templates")


def docs_pages() -> dict[str, Path]:
    """The Markdown files of the documentation by name, such as `operations` or `fr/start`."""
    folder = _folder("docs")
    pages = {file.relative_to(folder).with_suffix("").as_posix(): file for file in folder.rglob("*.md")}
    if is_checkout():
        # At the top of a checkout, in the same folder as the others in a wheel.
        pages |= {name.lower(): _CHECKOUT / f"{name}.md" for name in ("README", "CHANGELOG", "SECURITY")}
    return dict(sorted(pages.items()))


def default_home() -> Path:
    """The data folder of the user who runs the tracker, where none is named."""
    return Path(platformdirs.user_data_dir("tracker", appauthor=False))


@contextmanager
def complete(output: Path) -> Generator[Path]:
    """A path to write to; the file appears under its own name only when the block ends well."""
    unfinished = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        yield unfinished
        descriptor = os.open(unfinished, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)
