"""The public pages as a folder of files: drawn by the same application, so byte for byte what the server sends at that address.

Every page found by following links from the newest claims, the site map and the articles is written, with the style sheets and
fonts it needs. The folder is made next to the old one and swapped in at the end, so that no half of it is served. Pages are asked
for with the ETag that they had: what did not change is not drawn again and keeps its file and time, so that a copy to another
host moves only what changed.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from flask import Flask
from flask.testing import FlaskClient

from tracker.app import create_app
from tracker.config import Settings
from tracker.db import Database
from tracker.errors import OperatorError
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
_WITH_LINKS: Final = (".html", ".xml", ".atom")


class CopyError(OperatorError):
    """The copy cannot be written; its one line says why."""


class Interrupted(Exception):
    """The process is to stop before the copy is whole; nothing was changed."""


@dataclass(frozen=True)
class Published:
    """What came of it."""

    files: int
    changed: int
    removed: int


@dataclass(frozen=True)
class Manifest:
    """What a copy holds: the SHA-256 of its files, the ETags under which pages were drawn, the version of the public side."""

    base_url: str = ""
    version: int = -1
    files: Mapping[str, str] = field(default_factory=dict)
    etags: Mapping[str, str] = field(default_factory=dict)


def publish(
    settings: Settings,
    database: Database,
    folder: Path,
    base_url: str,
    *,
    app: Flask | None = None,
    is_stopping: Callable[[], bool] = lambda: False,
) -> Published:
    """Write the public pages as they are at `base_url` into a folder, in place of the copy that was there.

    Pages that did not change are not drawn again. `app` is one of `make_app`, for those who publish often. Raises CopyError, with
    the old copy untouched, where the folder is not a copy or another process writes it; Interrupted as soon as `is_stopping`.
    """
    app = app or make_app(settings, database, base_url)
    root = urlsplit(base_url).path.rstrip("/")
    with _locked(folder):
        _require_copy(folder)
        old = read_manifest(folder)
        with database.reading() as session:
            version = queries.load_head(session).version
        beside = folder.with_name(f".{folder.name}.new")
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir()
        copy = _Copy(beside, folder, old if old.base_url == base_url else Manifest())
        try:
            _crawl(app.test_client(), database, base_url, root, copy, is_stopping)
            for name, source in _static_files():
                copy.write(f"static/{digest()}/{name}", source.read_bytes())
            found = {"base_url": base_url, "version": version, "files": copy.sums, "etags": copy.etags}
            (beside / MANIFEST).write_text(json.dumps(found, indent=1, sort_keys=True), encoding="utf-8")
            _swap(beside, folder)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise
    changed = sum(1 for path, sum_ in copy.sums.items() if old.files.get(path) != sum_)
    return Published(len(copy.sums), changed, len(old.files.keys() - copy.sums.keys()))


def make_app(settings: Settings, database: Database, base_url: str) -> Flask:
    """The application as it draws pages for `base_url`; its forms lead to the newsroom's own address, or are left out."""
    app = create_app(replace(settings, base_url=base_url, demo=settings.demo), database)
    app.config[SERVER] = settings.base_url.rstrip("/") if settings.base_url else "-"
    return app


@dataclass
class _Copy:
    """A copy in the making, beside the one that it will replace."""

    beside: Path
    folder: Path
    old: Manifest
    sums: dict[str, str] = field(default_factory=dict)
    etags: dict[str, str] = field(default_factory=dict)

    def write(self, path: str, body: bytes, etag: str = "") -> None:
        """Add a file; one that did not change is the very file, with its time."""
        if etag:
            self.etags[path] = etag
        if (self.folder / path).is_file() and (self.folder / path).read_bytes() == body:
            self._link(path)
        else:
            target = self._target(path)
            target.write_bytes(body)
        self.sums[path] = hashlib.sha256(body).hexdigest()

    def keep(self, path: str) -> bytes:
        """Take a file over as it is, and return it."""
        self._link(path)
        self.sums[path] = self.old.files[path]
        if path in self.old.etags:
            self.etags[path] = self.old.etags[path]
        return (self.folder / path).read_bytes() if path.endswith(_WITH_LINKS) else b""

    def known_etag(self, path: str) -> str:
        """The ETag of a file that is there unchanged; "" where it has to be drawn."""
        return self.old.etags.get(path, "") if self.has(path) else ""

    def has(self, path: str) -> bool:
        """Whether the old copy has this file."""
        return path in self.old.files and (self.folder / path).is_file()

    def _link(self, path: str) -> None:
        os.link(self.folder / path, self._target(path))

    def _target(self, path: str) -> Path:
        target = self.beside / path
        target.parent.mkdir(parents=True, exist_ok=True)
        return target


def file_of(path: str) -> str:
    """The file that a web host sends for an address: `index.html` in a folder for pages, the path itself for everything else."""
    plain = unquote(path).strip("/")
    name = plain.rpartition("/")[2]
    is_file = "." in name and name.rpartition(".")[2] in ("json", "atom", "csv", "xml", "txt", "png")
    return plain if is_file else f"{plain}/index.html"


def _crawl(
    client: FlaskClient, database: Database, base_url: str, root: str, copy: _Copy, is_stopping: Callable[[], bool]
) -> None:
    with database.reading() as session:
        articles = [f"/articles/{each.path}" for each in queries.list_articles(session)]
    waiting = [*_STARTS, *(f"/public/{language}{path}" for language in LANGUAGES for path in ("/", *articles))]
    seen = set(waiting)
    while waiting:
        if is_stopping():
            raise Interrupted()
        for link in _copy_page(client, waiting.pop(), base_url, copy):
            own = link.removeprefix(root)
            if own.startswith(_PUBLIC) and not own.endswith(("/report", "/thanks")) and own not in seen:
                seen.add(own)
                waiting.append(own)


def _copy_page(client: FlaskClient, path: str, base_url: str, copy: _Copy) -> Iterator[str]:
    """Write what is found at a path; the paths that it leads to."""
    file = file_of(path)
    if path.startswith("/og/") and copy.has(file):
        copy.keep(file)  # such an address always shows the same picture
        return iter(())
    etag = copy.known_etag(file)
    answer = client.get(path, base_url=base_url, headers={"If-None-Match": etag} if etag else {})
    if answer.status_code in (301, 302, 308):
        return iter((urlsplit(answer.headers["Location"]).path,))
    if answer.status_code == 304:
        body = copy.keep(file)
    elif answer.status_code == 200:
        body = answer.data
        copy.write(file, body, answer.headers.get("ETag", ""))
    elif answer.status_code >= 500:
        raise CopyError(f"{path} cannot be drawn; the log says why")
    else:
        return iter(())
    return _links(body.decode("utf-8", "replace"), base_url) if file.endswith(_WITH_LINKS) else iter(())


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


def read_manifest(folder: Path) -> Manifest:
    """What the copy in a folder holds; nothing where there is none that can be read."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return Manifest(str(found["base_url"]), int(found.get("version", -1)), found["files"], found.get("etags", {}))
    except (OSError, ValueError, KeyError, TypeError):
        return Manifest()


def _require_copy(folder: Path) -> None:
    """Put a copy back that was set aside when a process was killed. Raises CopyError for a folder of something else."""
    aside = folder.with_name(f".{folder.name}.old")
    if not folder.exists() and aside.exists():
        aside.rename(folder)
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise CopyError(f"{folder} is not a folder")
    if folder.exists() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise CopyError(f"{folder} holds other files; give a folder that is empty or does not exist")


@contextmanager
def _locked(folder: Path) -> Generator[None]:
    """Let one process write a copy at a time."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f".{folder.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CopyError(f"another process is writing {folder}") from None
        yield


def _swap(beside: Path, folder: Path) -> None:
    """Put the new folder in the place of the old one; the old one goes afterwards."""
    aside = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(aside, ignore_errors=True)
    if folder.exists():
        folder.rename(aside)
    beside.rename(folder)
    shutil.rmtree(aside, ignore_errors=True)
