"""Loading the sample articles of `seeds/`: our own YAML, through the same services that editors use.

A file describes one article. It is loaded whole or not at all, and once: an article is known again by its key. What happened to
the claims of a sample is a list of steps, dated in days before the load and replayed in the order of time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tracker import paths
from tracker.db import Database
from tracker.errors import OperatorError
from tracker.samples.loader import SeedLoader

VERSION = 1


class SeedError(OperatorError):
    """A file that cannot be loaded; the one line names the file and what is wrong."""


@dataclass(frozen=True)
class Loaded:
    """What a load did: titles of the articles added, and how many claims came with them."""

    articles: tuple[str, ...]
    claims: int


def default_files() -> list[Path]:
    """The files that ship with the tracker."""
    return sorted(paths.seeds_dir().glob("*.yaml"))


def demonstration_files() -> list[Path]:
    """More articles, judged long ago, so that a demonstration has a full scorecard."""
    return sorted((paths.seeds_dir() / "demonstration").glob("*.yaml"))


def seed(database: Database, files: Iterable[Path] | None = None) -> Loaded:
    """Load each file in a transaction of its own; those loaded before are left as they are. Raises SeedError."""
    titles, claims = [], 0
    for file in default_files() if files is None else files:
        document = _read(file)
        with database.writing() as session:
            try:
                count = SeedLoader(session, document).run()
            except (KeyError, TypeError, ValueError) as error:
                raise SeedError(f"{file.name}: {type(error).__name__} at {error}") from error
        if count is not None:
            titles.append(document["article"]["title"])
            claims += count
    return Loaded(tuple(titles), claims)


def _read(file: Path) -> dict[str, Any]:
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SeedError(f"{file}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SeedError(f"{file.name}: not readable as YAML: {str(error).splitlines()[0]}") from error
    if not isinstance(document, dict) or document.get("seed_version") != VERSION or "article" not in document:
        raise SeedError(f"{file.name}: not a seed file of version {VERSION}")
    return document
