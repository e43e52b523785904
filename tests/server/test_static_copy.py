"""The public pages as a folder: the same bytes as the server's, with no link that leads nowhere."""

import functools
import http.server
import json
import re
import threading
from collections.abc import Generator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import urlopen

import pytest

from tests.public.sample import Sample, make_public, make_sample
from tests.support.web import AppFactory
from tracker.config import Settings
from tracker.db import Database
from tracker.public.routes.caching import SERVER
from tracker.publishing import services
from tracker.server import static_copy

BASE = "https://static.example.org"


@pytest.fixture
def sample(database: Database) -> Sample:
    return make_sample(database)


def test_files_are_what_the_server_sends(
    sample: Sample, database: Database, settings: Settings, new_app: AppFactory, tmp_path: Path
):
    done = static_copy.publish(settings, database, tmp_path / "site", BASE)
    app = new_app(base_url=BASE)
    app.config[SERVER] = "-"
    client = app.test_client()
    files = json.loads((tmp_path / "site" / "manifest.json").read_text())["files"]
    assert done.files == len(files) > 50
    differing = []
    for path in files:
        if path.startswith("static/"):
            continue
        address = f"/{path.removesuffix('index.html').rstrip('/')}" if path.endswith("index.html") else f"/{path}"
        address = f"{address}/" if address in ("/public/en", "/public/fr") else address
        if client.get(address, base_url=BASE).data != (tmp_path / "site" / path).read_bytes():
            differing.append(path)
    assert differing == []


def test_second_copy_changes_only_what_changed(sample: Sample, database: Database, settings: Settings, tmp_path: Path):
    folder = tmp_path / "site"
    static_copy.publish(settings, database, folder, BASE)
    page = folder / "public/en/method/index.html"
    before = page.stat().st_mtime_ns
    again = static_copy.publish(settings, database, folder, BASE)
    assert (again.changed, again.removed) == (0, 0)
    other = make_public(database)
    more = static_copy.publish(settings, database, folder, BASE)
    assert more.changed > 0
    assert (folder / f"public/en/claims/{other.id}/index.html").is_file()
    assert page.stat().st_mtime_ns == before


def test_page_that_was_taken_offline_leaves_the_folder(database: Database, settings: Settings, tmp_path: Path):
    claim = make_public(database)
    folder = tmp_path / "site"
    static_copy.publish(settings, database, folder, BASE)
    assert (folder / f"public/en/claims/{claim.id}/index.html").is_file()
    with database.writing() as session:
        from tests.factories import make_editor

        chief = make_editor(session, roles=("editor", "chief"))
        services.take_offline(session, claim.article_id, line="Gone.", reason="Order", actor=chief.actor)
    done = static_copy.publish(settings, database, folder, BASE)
    assert done.removed > 0
    assert not (folder / f"public/en/claims/{claim.id}").exists()
    assert [path for path in folder.rglob("*") if path.name.startswith(".")] == []


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def web(tmp_path: Path) -> Generator[str]:
    (tmp_path / "site").mkdir()
    handler = functools.partial(_Quiet, directory=str(tmp_path / "site"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_folder_served_by_any_web_server_has_no_broken_link(
    sample: Sample, database: Database, settings: Settings, tmp_path: Path, web: str
):
    static_copy.publish(settings, database, tmp_path / "site", web)
    # The folder was put in the place of the one that is served; the server finds it by its path.
    waiting, seen, broken = [f"{web}/public/en/", f"{web}/sitemap.xml"], set[str](), []
    while waiting:
        address = waiting.pop()
        try:
            with urlopen(address) as answer:
                body, final = answer.read(), answer.url
        except HTTPError as error:
            broken.append((address, error.code))
            continue
        text = body.decode("utf-8", "replace") if final.endswith(("/", ".xml", ".atom", ".css")) else ""
        links = re.findall(r'(?:href|src)="([^"]+)"', text) + re.findall(r"<loc>([^<]+)</loc>", text)
        links += re.findall(r"url\(\"?([^\")]+)\"?\)", text) if final.endswith(".css") else []
        for link in links:
            whole = urljoin(final, link.replace("&amp;", "&")).partition("#")[0]
            if whole.startswith(web) and whole not in seen and not urlsplit(whole).path.startswith("/oembed"):
                seen.add(whole)
                waiting.append(whole)
    assert broken == []
    assert len(seen) > 60
