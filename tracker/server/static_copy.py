"""The public pages as a folder of files: drawn by the same application, so byte for byte what the server sends at that address.

Every page found by following links from the newest claims, the site map and the articles is written, with the style sheets and
fonts it needs. The folder is made next to the old one and swapped in at the end, so that no half of it is served. Files whose
bytes did not change keep their times, so that a copy to another host moves only what changed.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from flask.testing import FlaskClient

from tracker.app import create_app
from tracker.config import Settings
from tracker.db import Database
from tracker.public import queries
from tracker.public.routes.caching import SERVER
from tracker.public.site import LANGUAGES
from tracker.web.assets import FOLDER, digest

MANIFEST: Final = "manifest.json"
_STARTS: Final = ("/robots.txt", "/sitemap.xml", "/public/verdicts.csv")
_LINK: Final = re.compile(r"""(?:href|src|content)=["']([^"'#?]+)["'#]""")
_LOCATION: Final = re.compile(r"<loc>([^<]+)</loc>")
_PUBLIC: Final = ("/public/", "/embed/", "/og/", "/sitemap.xml", "/robots.txt")
_STATIC: Final = ("tracker.css", "public.css", "favicon.svg")


@dataclass(frozen=True)
class Published:
    """What came of it."""

    files: int
    changed: int
    removed: int


def publish(settings: Settings, database: Database, folder: Path, base_url: str) -> Published:
    """Write the public pages as they are at `base_url` into a folder, in place of what was there."""
    app = create_app(replace(settings, base_url=base_url, demo=settings.demo), database)
    app.config[SERVER] = settings.base_url.rstrip("/") if settings.base_url else "-"
    beside = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    sums: dict[str, str] = {}
    root = urlsplit(base_url).path.rstrip("/")
    for path, body in _crawl(app.test_client(), database, base_url, root):
        _write(beside, folder, path, body, sums)
    for name, source in _static_files():
        _write(beside, folder, f"static/{digest()}/{name}", source.read_bytes(), sums)
    old = _read_manifest(folder)
    text = json.dumps({"base_url": base_url, "files": dict(sorted(sums.items()))}, indent=1)
    (beside / MANIFEST).write_text(text, encoding="utf-8")
    _swap(beside, folder)
    changed = sum(1 for path, sum_ in sums.items() if old.get(path) != sum_)
    return Published(len(sums), changed, len(old.keys() - sums.keys()))


def file_of(path: str) -> str:
    """The file that a web host sends for an address: `index.html` in a folder for pages, the path itself for everything else."""
    plain = unquote(path).strip("/")
    name = plain.rpartition("/")[2]
    is_file = "." in name and name.rpartition(".")[2] in ("json", "atom", "csv", "xml", "txt", "png")
    return plain if is_file else f"{plain}/index.html"


def _crawl(client: FlaskClient, database: Database, base_url: str, root: str) -> Iterator[tuple[str, bytes]]:
    with database.reading() as session:
        articles = [f"/articles/{each.path}" for each in queries.list_articles(session)]
    waiting = [*_STARTS, *(f"/public/{language}{path}" for language in LANGUAGES for path in ("/", *articles))]
    seen = set(waiting)
    while waiting:
        path = waiting.pop()
        answer = client.get(path, base_url=base_url)
        if answer.status_code in (301, 302, 308):
            found = [urlsplit(answer.headers["Location"]).path]
        elif answer.status_code != 200:
            continue
        else:
            yield file_of(path), answer.data
            found = list(_links(answer.text if "text" in str(answer.mimetype) or "xml" in str(answer.mimetype) else "", base_url))
        for link in found:
            own = link.removeprefix(root)
            if own.startswith(_PUBLIC) and not own.endswith(("/report", "/thanks")) and own not in seen:
                seen.add(own)
                waiting.append(own)


def _links(text: str, base_url: str) -> Iterator[str]:
    """The paths on this host that a page or a site map leads to."""
    host = urlsplit(base_url).netloc
    for address in (*_LINK.findall(text), *_LOCATION.findall(text)):
        parts = urlsplit(address.replace("&amp;", "&"))
        if parts.path.startswith("/") and parts.netloc in ("", host):
            yield parts.path


def _static_files() -> Iterator[tuple[str, Path]]:
    for name in _STATIC:
        yield name, FOLDER / name
    for path in sorted((FOLDER / "fonts").iterdir()):
        yield f"fonts/{path.name}", path


def _write(beside: Path, folder: Path, path: str, body: bytes, sums: dict[str, str]) -> None:
    target, old = beside / path, folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    sums[path] = hashlib.sha256(body).hexdigest()
    if old.is_file() and old.read_bytes() == body:
        os.link(old, target)  # the very file, with its time
    else:
        target.write_bytes(body)


def _read_manifest(folder: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError):
        return {}
    return found


def _swap(beside: Path, folder: Path) -> None:
    """Put the new folder in the place of the old one; the old one goes afterwards."""
    if folder.exists():
        old = folder.with_name(f".{folder.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        folder.rename(old)
        beside.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    else:
        beside.rename(folder)
