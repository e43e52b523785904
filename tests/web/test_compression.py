"""Compressed pages, and the CSRF token that no stranger can measure in them."""

import gzip
import re

import pytest
from flask import Flask, Response, make_response

from tests.support.web import Client, SignIn
from tests.web.support import make_app
from tracker.web import compression, csrf
from tracker.web.compression import zstd

GZIP = {"Accept-Encoding": "gzip, br"}
ZSTD = {"Accept-Encoding": "gzip, deflate, br, zstd"}  # as browsers send it
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def app_with(body: str, mimetype: str = "text/html", **headers: str) -> Flask:
    app = make_app(WTF_CSRF_ENABLED=False)

    def answer() -> Response:
        made = make_response(body)
        made.mimetype = mimetype
        made.headers.update(headers)
        return made

    app.add_url_rule("/long", "long", answer, methods=["GET", "POST"])
    return app


def test_page_is_compressed_for_browsers_that_take_it():
    client = app_with("word " * 1_000).test_client()
    answer = client.get("/long", headers=GZIP)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert len(answer.data) < 300
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert gzip.decompress(answer.data).decode() == "word " * 1_000


@pytest.mark.parametrize("accepted", [None, "identity", "gzip;q=0", "br"])
def test_page_is_plain_for_other_browsers(accepted: str | None):
    headers = {"Accept-Encoding": accepted} if accepted else {}
    answer = app_with("word " * 1_000).test_client().get("/long", headers=headers)
    assert "Content-Encoding" not in answer.headers
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert answer.text == "word " * 1_000


def test_page_is_compressed_with_zstd_for_browsers_that_take_it():
    answer = app_with("word " * 1_000).test_client().get("/long", headers=ZSTD)
    assert answer.headers["Content-Encoding"] == "zstd"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert len(answer.data) < 300
    assert zstd.decompress(answer.data).decode() == "word " * 1_000


@pytest.mark.parametrize("accepted", ["gzip, zstd;q=0", "gzip, *"])
def test_page_is_compressed_with_gzip_where_zstd_is_not_asked_for(accepted: str):
    answer = app_with("word " * 1_000).test_client().get("/long", headers={"Accept-Encoding": accepted})
    assert answer.headers["Content-Encoding"] == "gzip"


def test_length_of_the_same_page_varies_with_zstd():
    client = app_with("word " * 1_000).test_client()
    assert len({len(client.get("/long", headers=ZSTD).data) for _ in range(30)}) > 3


def test_reader_that_stops_after_one_frame_has_the_whole_page():
    answer = app_with("word " * 1_000).test_client().get("/long", headers=ZSTD)
    reader = zstd.ZstdDecompressor()
    assert reader.decompress(answer.data).decode() == "word " * 1_000
    assert reader.eof


def test_short_pages_pictures_and_answers_to_posts_are_plain():
    assert "Content-Encoding" not in app_with("x" * (compression.LEAST - 1)).test_client().get("/long", headers=GZIP).headers
    assert "Content-Encoding" in app_with("x" * compression.LEAST).test_client().get("/long", headers=GZIP).headers
    assert "Content-Encoding" not in app_with("x" * 9_000, "image/png").test_client().get("/long", headers=GZIP).headers
    assert "Content-Encoding" not in app_with("x" * 9_000).test_client().post("/long", headers=GZIP).headers


def test_length_of_the_same_page_varies():
    client = app_with("word " * 1_000).test_client()
    assert len({len(client.get("/long", headers=GZIP).data) for _ in range(30)}) > 3


def test_etag_of_a_compressed_page_is_weak():
    answer = app_with("word " * 1_000, ETag='"abc"').test_client().get("/long", headers=GZIP)
    assert answer.headers["ETag"] == 'W/"abc"'


def test_json_with_a_strong_etag_is_plain():
    answer = app_with("word " * 1_000, "application/json", ETag='"abc"').test_client().get("/long", headers=GZIP)
    assert answer.headers["ETag"] == '"abc"'
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("backend", ["sqlite"])
def test_csrf_token_differs_in_every_response_and_each_is_taken(sign_in: SignIn):
    client: Client = sign_in("editor")
    found = [set(TOKEN.findall(client.get("/articles/new").text)) for _ in range(3)]
    assert [len(each) for each in found] == [1, 1, 1]
    tokens = [each.pop() for each in found]
    assert len({token[:20] for token in tokens}) == 3
    assert len({csrf.unmask(token).partition(".")[0] for token in tokens}) == 1
    for token in tokens:
        assert client.post("/settings", data={"language": "en", "theme": "dark", "csrf_token": token}).status_code == 303
    forged = csrf.mask("forged")
    assert client.post("/settings", data={"language": "en", "theme": "dark", "csrf_token": forged}).status_code == 400


@pytest.mark.parametrize("masked", ["m1-", "m1-!!!", "m1-AAAA", "m1-_w==", "m1-é"])
def test_broken_masks_are_no_token(masked: str):
    assert csrf.unmask(masked) in {"", "\x00"}
