"""The public pages as a folder: the same bytes as the server's, with no link that leads nowhere."""

import functools
import http.server
import json
import re
import threading
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import urlopen

import pytest
from flask import Response, request

from tests.factories import DESK, make_article, make_claim, make_editor, make_speaker, make_topic
from tests.public.sample import Sample, make_public, make_sample, publish
from tests.support.web import AppFactory, SignIn
from tracker.claims.enums import Attribution, SpeakerKind
from tracker.claims.models import Claim
from tracker.claims.services import editing
from tracker.config import Settings, StaticCopySettings
from tracker.db import Database
from tracker.newsroom import settings as newsroom_settings
from tracker.public.routes.caching import SERVER
from tracker.publishing import scorecards, services
from tracker.scheduling import heartbeats
from tracker.scheduling.job_runner import Job
from tracker.server import static_copy, static_copy_job

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


def test_links_lead_somewhere_where_the_address_has_a_path(
    sample: Sample, database: Database, settings: Settings, tmp_path: Path
):
    with database.writing() as session:
        newsroom_settings.change(session, DESK, public_scorecards=True)
    scorecards.count(database, lambda: False)
    static_copy.publish(settings, database, tmp_path / "site", "https://example.org/sub")
    pages = [path for path in (tmp_path / "site" / "public").rglob("index.html") if path.parent.name in ("en", "scorecards")]
    assert len(pages) >= 3
    missing = set()
    for page in pages:
        for address in re.findall(r'href="(/[^"#?]*)', page.read_text(encoding="utf-8")):
            file = tmp_path / "site" / address.removeprefix("/sub/")
            if not (file.is_file() or (file / "index.html").is_file()) or not address.startswith("/sub/"):
                missing.add(address)
    assert missing == set()


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
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
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
            if whole.startswith(web) and whole not in seen:
                seen.add(whole)
                waiting.append(whole)
    assert broken == []
    assert len(seen) > 60


def test_lists_of_a_topic_and_of_a_speaker_are_copied_whole(database: Database, settings: Settings, tmp_path: Path, web: str):
    make_editor(database)
    article, topic = make_article(database), make_topic(database, "Trade", "Commerce")
    house = make_speaker(database, "The Institute", kind=SpeakerKind.ORGANISATION)
    stated = {"article": article, "attribution": Attribution.STATED, "speaker_id": house.id, "topics": [topic]}
    claims = [make_claim(database, "open", statement=f"Statement number {number}.", **stated) for number in range(51)]
    with database.writing() as session:
        newsroom_settings.change(session, DESK, speaker_pages="organisation")
    publish(database, article.id)
    folder = tmp_path / "site"
    static_copy.publish(settings, database, folder, web)
    for first in (f"topics/{topic.id}-{topic.key}", f"speakers/{house.id}"):
        pages = [folder / f"public/en/{path}/index.html" for path in (first, f"{first}/older/{claims[1].id}")]
        found = [set(re.findall(r'id="c(\d+)"', page.read_text(encoding="utf-8"))) for page in pages]
        assert [len(each) for each in found] == [50, 1]
        assert set.union(*found) == {str(claim.id) for claim in claims}
        assert f'href="/public/en/{first}/older/{claims[1].id}"' in pages[0].read_text(encoding="utf-8")


def test_unchanged_pages_are_not_drawn_again(sample: Sample, database: Database, settings: Settings, tmp_path: Path):
    folder = tmp_path / "site"
    app = static_copy.make_app(settings, database, BASE)
    statuses: list[tuple[str, int]] = []

    @app.after_request
    def note(answer: Response) -> Response:
        statuses.append((request.path, answer.status_code))
        return answer

    static_copy.publish(settings, database, folder, BASE, app=app)
    assert {status for path, status in statuses if path.startswith("/public/en/claims/")} == {200}
    statuses.clear()
    static_copy.publish(settings, database, folder, BASE, app=app)
    assert {status for path, status in statuses if path.startswith("/public/en/claims/")} == {304}
    assert [path for path, _ in statuses if path.startswith("/og/")] == []
    assert list((folder / "og").iterdir()) != []


def test_folder_of_something_else_is_not_replaced(sample: Sample, database: Database, settings: Settings, tmp_path: Path):
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("The newspaper.")
    with pytest.raises(static_copy.CopyError, match="holds other files"):
        static_copy.publish(settings, database, folder, BASE)
    assert [path.name for path in folder.iterdir()] == ["index.html"]
    assert not (tmp_path / ".site.new").exists()


def test_copy_set_aside_by_a_killed_process_comes_back(sample: Sample, database: Database, settings: Settings, tmp_path: Path):
    folder = tmp_path / "site"
    static_copy.publish(settings, database, folder, BASE)
    folder.rename(tmp_path / ".site.old")
    (tmp_path / ".site.new").mkdir()
    done = static_copy.publish(settings, database, folder, BASE)
    assert (done.changed, done.removed) == (0, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".site.lock", "site"]


# --- kept by the scheduler ---


@pytest.fixture
def copying(settings: Settings, tmp_path: Path) -> Job:
    target = StaticCopySettings(tmp_path / "site", BASE)
    job = static_copy_job.build_job(replace(settings, static_copy=target))
    assert job is not None
    return job


def test_scheduler_copies_after_each_change_and_only_then(sample: Sample, copying: Job, database: Database, tmp_path: Path):
    page = tmp_path / f"site/public/en/claims/{sample.claims['open']}/index.html"
    first = copying.work(database, lambda: False)
    assert first["changed"] == first["files"]
    before = (tmp_path / "site").stat().st_ino
    assert copying.work(database, lambda: False) == {"changed": 0}
    assert (tmp_path / "site").stat().st_ino == before
    with database.writing() as session:
        claim = session.get_one(Claim, sample.claims["open"])
        editing.edit(session, claim, {"statement": "Statement in other words."}, actor=DESK, version=claim.version)
    again = copying.work(database, lambda: False)
    assert 0 < int(str(again["changed"])) < int(str(again["files"]))
    assert "Statement in other words." in page.read_text(encoding="utf-8")


def test_scheduler_that_is_to_stop_leaves_the_copy_as_it_was(sample: Sample, copying: Job, database: Database, tmp_path: Path):
    assert copying.work(database, lambda: True) == {"changed": 0}
    assert not (tmp_path / "site").exists()
    assert not (tmp_path / ".site.new").exists()


def test_copy_that_fails_is_told_on_the_operations_page(
    sample: Sample, copying: Job, database: Database, tmp_path: Path, sign_in: SignIn
):
    (tmp_path / "site").write_text("A file where a folder is to be.")
    result = copying.work(database, lambda: False)
    heartbeats.record(database, copying.id, result)
    text = sign_in("admin").get("/operations").text
    assert "<code>static-copy</code>" in text
    assert re.search(r"Failed: <bdi>[^<]*is not a folder</bdi>", text)
    assert (tmp_path / "site").read_text() == "A file where a folder is to be."


def test_no_copy_is_kept_without_a_folder(settings: Settings):
    assert static_copy_job.build_job(settings) is None
