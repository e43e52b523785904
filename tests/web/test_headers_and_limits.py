"""What every answer carries, what a request may send, and which addresses there are."""

import io
from typing import Any

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient

from tests.web.support import Person, make_app
from tracker.web import assets, headers, limits


def client(**kwargs: Any) -> FlaskClient:
    return make_app(WTF_CSRF_ENABLED=False, **kwargs).test_client()


def get(path: str) -> Any:
    """A page or a file, read to its end and closed."""
    return client().get(path, buffered=True)


def echo(app: Flask) -> None:
    @app.post("/echo")
    def echo_() -> str:
        return str(len(request.form.get("text", "")))

    @app.post("/import")
    @limits.body_limit(4 * 1024 * 1024)
    def import_() -> str:
        return str(len(request.files["file"].read()))

    @app.post("/json")
    @limits.takes("application/json")
    def json_() -> str:
        return str(request.get_json())

    @app.get("/claims/<id:claim_id>")
    def claim(claim_id: int) -> str:
        return str(claim_id)


@pytest.fixture
def sender() -> FlaskClient:
    app = make_app(WTF_CSRF_ENABLED=False)
    echo(app)
    return app.test_client()


def in_parts(fields: dict[str, str], file: bytes = b"") -> dict[str, Any]:
    """A multipart form as what `post` takes, made here: the test client would leave a temporary file open."""
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    if file:
        parts.append(b'Content-Disposition: form-data; name="file"; filename="claims.csv"\r\n\r\n' + file)
    body = b"".join(b"--edge\r\n" + part + b"\r\n" for part in parts) + b"--edge--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=edge"}


PATHS = ["/sheet", "/nothing-here", "/language", f"/static/{assets.digest()}/tracker.css", "/favicon.ico"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(path: str):
    answer = get(path)
    for name, value in headers.FIXED.items():
        assert answer.headers.getlist(name) == [value], name


def test_the_policy_is_strict():
    assert headers.CSP == (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; script-src 'self'; connect-src 'self'"
    )


def test_pages_are_never_cached():
    app = make_app(person=Person())

    @app.get("/kept")
    def kept() -> Response:
        return app.response_class("x", headers={"Cache-Control": "public, max-age=9"})

    @app.after_request
    def late(response: Response) -> Response:
        response.headers["Cache-Control"] = "public"
        response.headers["X-Frame-Options"] = "ALLOW"
        return response

    answer = app.test_client().get("/kept")
    assert answer.headers.getlist("Cache-Control") == ["no-store"]
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_page_that_is_the_same_for_all_can_be_kept_but_its_errors_not():
    app = make_app()

    @app.get("/feed/<int:status>")
    def feed(status: int) -> tuple[str, int]:
        headers.cacheable(300)
        return "x", status

    assert app.test_client().get("/feed/200").headers["Cache-Control"] == "public, max-age=300"
    assert app.test_client().get("/feed/503").headers["Cache-Control"] == "no-store"


def test_hsts_is_sent_over_tls_only():
    assert "Strict-Transport-Security" not in client().get("/sheet").headers
    assert client().get("/sheet", base_url="https://localhost").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_static_files_are_kept_for_good_under_a_name_that_changes_with_them():
    page = client().get("/sheet").text
    path = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    answer = get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/css")
    assert "immutable" in answer.headers["Cache-Control"]
    font = path.replace("tracker.css", "fonts/source-sans-3-latin-wght-normal.woff2")
    assert get(font).headers["Content-Type"] == "font/woff2"


def test_the_name_changes_with_a_file(tmp_path: Any):
    (tmp_path / "a.css").write_text("a{}")
    before = assets.digest(tmp_path)
    (tmp_path / "a.css").write_text("b{}")
    assets.digest.cache_clear()
    assert assets.digest(tmp_path) != before


@pytest.mark.parametrize("path", ["../../pyproject.toml", "..%2f..%2fpyproject.toml", "%252e%252e/x", "fonts/", "", "no.css"])
def test_nothing_else_is_served_as_static(path: str):
    answer = client().get(f"/static/{assets.digest()}/{path}")
    assert answer.status_code == 404
    assert "build-backend" not in answer.text


def test_every_font_has_its_licence():
    fonts = assets.FOLDER / "fonts"
    for family in ("newsreader", "source-sans-3"):
        licence = (fonts / f"OFL-{family}.txt").read_text()
        assert licence.startswith("Copyright")
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence
        assert list(fonts.glob(f"{family}*.woff2"))


def test_the_style_sheet_asks_for_nothing_that_is_not_there():
    css = (assets.FOLDER / "tracker.css").read_text()
    for part in css.split('url("')[1:]:
        assert (assets.FOLDER / part.partition('"')[0]).is_file()


@pytest.mark.parametrize("size", [limits.BODY_MAX + 1, 10 * 1024 * 1024])
def test_too_much_is_refused_with_the_limit_named(sender: FlaskClient, size: int):
    answer = sender.post("/echo", data=b"text=" + b"A" * size, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "At most 2 MB" in answer.text


def test_what_fits_is_taken(sender: FlaskClient):
    assert sender.post("/echo", data={"text": "A" * 1_900_000}).text == "1900000"
    assert sender.post("/echo", **in_parts({"text": "A" * 1_900_000})).text == "1900000"


def test_a_body_without_a_length_is_bounded_too(sender: FlaskClient):
    endless = io.BytesIO(b"text=" + b"A" * (3 * 1024 * 1024))
    answer = sender.post(
        "/echo",
        input_stream=endless,
        content_type="application/x-www-form-urlencoded",
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 413
    assert endless.tell() <= limits.BODY_MAX + 64 * 1024


def test_a_body_without_a_length_that_fits_is_taken(sender: FlaskClient):
    answer = sender.post(
        "/echo",
        input_stream=io.BytesIO(b"text=abc"),
        content_type="application/x-www-form-urlencoded",
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.text == "3"


def test_too_many_fields_are_refused(sender: FlaskClient):
    fields = {f"f{n}": "x" for n in range(10_000)}
    assert sender.post("/echo", data=fields).status_code == 413
    assert sender.post("/echo", **in_parts(fields)).status_code == 413


def test_a_thousand_fields_are_not_too_many(sender: FlaskClient):
    assert sender.post("/echo", data={f"f{n}": "x" for n in range(1_000)}).status_code == 200


@pytest.mark.parametrize("body", [b"text=%ff%fe%80", b"text=\xff\xfe", b"text=%ed%a0%80"])
def test_bytes_that_are_no_text_are_refused(sender: FlaskClient, body: bytes):
    assert sender.post("/echo", data=body, content_type="application/x-www-form-urlencoded").status_code == 400


def test_a_route_can_take_more_and_the_others_do_not(sender: FlaskClient):
    big = in_parts({}, b"x" * 3_000_000)
    assert sender.post("/import", **big).text == "3000000"
    assert sender.post("/echo", **big).status_code == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "text/xml", ""])
def test_what_no_form_sends_is_not_taken(sender: FlaskClient, kind: str):
    assert sender.post("/echo", data='{"text": "x"}', content_type=kind or None).status_code == 415


def test_a_route_can_take_something_else(sender: FlaskClient):
    assert sender.post("/json", json={"a": 1}).text == "{'a': 1}"
    assert sender.post("/json", data="[[[", content_type="application/json").status_code == 400


def test_a_post_without_a_body_is_fine(sender: FlaskClient):
    assert sender.post("/echo").text == "0"


@pytest.mark.parametrize("claim", ["1", "9223372036854775807"])
def test_an_id_that_a_row_can_have_is_an_address(sender: FlaskClient, claim: str):
    assert sender.get(f"/claims/{claim}").text == claim


@pytest.mark.parametrize(
    "claim",
    ["0", "-1", "01", "1e3", "%00", "9223372036854775808", "99999999999999999999", "9" * 5000, "1.0", "١", "+1", " 1", "x"],
)
def test_any_other_id_is_no_address(sender: FlaskClient, claim: str):
    assert sender.get(f"/claims/{claim}").status_code == 404
