"""Reading a page at an address of a person's choice: from public addresses alone, within limits."""

import gzip
import itertools
import socket
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network

import pytest

from tests.support.page_server import PageServer, answer_of, serving
from tracker.net import fetching
from tracker.net.bounds import FetchError, Limits, Reason
from tracker.net.fetching import fetch
from tracker.net.ssrf_guard import Guard

LOOPBACK = Guard((ip_network("127.0.0.0/8"),))


def limits_of(server: PageServer, **changes: object) -> Limits:
    return replace(Limits(ports=frozenset({server.port})), **changes)


def refusal(url: str, guard: Guard = LOOPBACK, limits: Limits | None = None) -> FetchError:
    with pytest.raises(FetchError) as refused:
        fetch(url, guard, limits)
    return refused.value


@pytest.fixture
def pages() -> Iterator[PageServer]:
    """A server that says ok to everything, until a test gives it another answer."""
    with serving(lambda _path: answer_of(b"ok")) as server:
        yield server


def test_page_is_read_with_its_type_and_charset(pages: PageServer):
    pages.answer = lambda _path: answer_of(b"caf\xe9", Content_Type="text/html; charset=ISO-8859-1")

    page = fetch(pages.url("/a?b=é c"), LOOPBACK, limits_of(pages))

    assert (page.body, page.media_type, page.charset, page.status) == (b"caf\xe9", "text/html", "iso-8859-1", 200)
    assert pages.paths == ["/a?b=%C3%A9%20c"]
    assert b"Cookie" not in pages.requests[0]
    assert b"User-Agent: Tracker/" in pages.requests[0]


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_packed_page_is_unpacked(pages: PageServer, coding: str):
    packed = gzip.compress(b"words") if coding == "gzip" else zlib.compress(b"words")
    pages.answer = lambda _path: answer_of(packed, Content_Encoding=coding)
    assert fetch(pages.url(), LOOPBACK, limits_of(pages)).body == b"words"


# fmt: off
FORBIDDEN = [
    "http://localhost/", "http://127.0.0.1", "http://127.1", "http://0/", "http://2130706433", "http://0177.0.0.1", "http://0x7f.1",
    "http://[::1]/", "http://[::]/", "http://[::ffff:169.254.169.254]/", "http://[::ffff:7f00:1]/", "http://[64:ff9b::a9fe:a9fe]/",
    "http://[2002:7f00:1::]/", "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://10.0.0.1/",
    "http://172.16.0.1/", "http://192.168.0.1/", "http://100.64.0.1/", "http://[fc00::1]/",
    "http://user:secret@example.org/", "http://example.org@127.0.0.1/", "http://example.org:22/", "http://example.org:8080/",
    "https://example.org:80:80/", "file:///etc/passwd", "gopher://example.org/", "ftp://example.org/", "javascript:alert(1)",
    "data:text/html,x", "//example.org/", "http://", "http:///x", "example.org", "http://[::1", "http://a\u0000b/", "",
]
# fmt: on


@pytest.mark.parametrize("url", FORBIDDEN)
def test_address_that_is_not_public_is_refused(monkeypatch: pytest.MonkeyPatch, url: str):
    connected = []
    monkeypatch.setattr(socket, "create_connection", lambda *given, **_more: connected.append(given))
    assert refusal(url, Guard()).reason in (Reason.NOT_ALLOWED, Reason.NO_HOST)
    assert connected == []


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["fe80::1%eth0"]])
def test_name_with_any_private_address_is_refused(monkeypatch: pytest.MonkeyPatch, addresses: list[str]):
    connected = []
    answers = [(2, 1, 6, "", (address, 80)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_given, **_more: answers)
    monkeypatch.setattr(socket, "create_connection", lambda *given, **_more: connected.append(given))
    assert refusal("http://rebind.example/", Guard()).reason is Reason.NOT_ALLOWED
    assert connected == []


def test_connection_is_made_to_the_address_that_was_checked(pages: PageServer, monkeypatch: pytest.MonkeyPatch):
    answers = iter([[(2, 1, 6, "", ("127.0.0.1", pages.port))], [(2, 1, 6, "", ("10.0.0.1", pages.port))]])
    real, resolve, connected = socket.create_connection, socket.getaddrinfo, []

    def connect(address: tuple[str, int], **more: object) -> object:
        connected.append(address)
        return real(address, **more)

    def answer(host: str, *given: object, **more: object) -> object:
        return next(answers) if host == "rebind.example" else resolve(host, *given, **more)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    monkeypatch.setattr(socket, "create_connection", connect)

    assert fetch(f"http://rebind.example:{pages.port}/", LOOPBACK, limits_of(pages)).body == b"ok"
    assert connected == [("127.0.0.1", pages.port)]


def test_redirect_is_followed_to_a_public_page(pages: PageServer):
    pages.answer = lambda path: answer_of(b"", "302 Found", Location="/there") if path == "/" else answer_of(b"found")
    page = fetch(pages.url(), LOOPBACK, limits_of(pages))
    assert (page.body, page.url) == (b"found", pages.url("/there"))


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/",
        "http://10.0.0.1/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "http://127.0.0.1:22/",
        "http://[",
    ],
)
def test_redirect_to_a_forbidden_address_is_refused(pages: PageServer, location: str):
    pages.answer = lambda _path: answer_of(b"", "302 Found", Location=location)
    guard_of_one = Guard((ip_network("127.0.0.1/32"),))
    assert refusal(pages.url(), guard_of_one, limits_of(pages)).reason is Reason.NOT_ALLOWED
    assert pages.paths == ["/"]


def test_redirects_end_after_the_fifth(pages: PageServer):
    pages.answer = lambda path: answer_of(b"", "301 Moved", Location=f"{path}x")
    assert refusal(pages.url(), LOOPBACK, limits_of(pages)).reason is Reason.TOO_MANY_REDIRECTS
    assert len(pages.paths) == 6


def test_redirect_from_https_to_http_is_refused():
    with pytest.raises(FetchError) as refused:
        fetching._redirected("https://example.org/", "http://example.org/")
    assert refused.value.reason is Reason.INSECURE


@pytest.mark.parametrize(("status", "after"), [("403 No", None), ("404 Gone", None), ("429 Slow", 30), ("500 Oops", None)])
def test_refusal_of_the_server_is_named(pages: PageServer, status: str, after: int | None):
    more = {"Retry_After": str(after)} if after else {}
    pages.answer = lambda _path: answer_of(b"no", status, **more)
    refused = refusal(pages.url(), LOOPBACK, limits_of(pages))
    assert (refused.reason, refused.status, refused.retry_after) == (Reason.STATUS, int(status[:3]), after)


def endless(start: bytes, piece: bytes) -> Iterator[bytes]:
    yield start
    yield from itertools.repeat(piece, 100_000)


@pytest.mark.parametrize(
    "pieces",
    [
        lambda: endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65_536),
        lambda: endless(b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"a" * 1_000 + b"\r\n"),
        lambda: answer_of(gzip.compress(b"\0" * 40_000_000), Content_Encoding="gzip"),
    ],
    ids=["endless body", "endless headers", "gzip bomb"],
)
def test_too_large_answer_is_cut_off(pages: PageServer, pieces):
    pages.answer = lambda _path: pieces()
    assert refusal(pages.url(), LOOPBACK, limits_of(pages)).reason in (Reason.TOO_LARGE, Reason.BAD_ANSWER)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff" * 100,
        b"HTTP/1.1 two hundred\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\nx",
    ],
)
def test_answer_that_is_no_page_is_refused(pages: PageServer, raw: bytes):
    pages.answer = lambda _path: [raw]
    assert refusal(pages.url(), LOOPBACK, limits_of(pages)).reason in (Reason.BAD_ANSWER, Reason.UNREACHABLE)


def dripping(start: bytes) -> Iterator[bytes]:
    yield start
    for _ in range(600):
        time.sleep(0.05)
        yield b"x"


def test_page_that_ends_early_is_refused(pages: PageServer):
    for raw in (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", gzip.compress(b"words" * 99)[:-9]):
        pages.answer = lambda _path, raw=raw: [raw] if raw.startswith(b"HTTP") else answer_of(raw, Content_Encoding="gzip")
        assert refusal(pages.url(), LOOPBACK, limits_of(pages)).reason is Reason.BAD_ANSWER


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\nX-A: ", b"HTTP/1.1 200 OK\r\n\r\n"], ids=["headers", "body"])
def test_slow_answer_ends_at_the_deadline(pages: PageServer, start: bytes):
    pages.answer = lambda _path: dripping(start)
    before = time.monotonic()
    assert refusal(pages.url(), LOOPBACK, limits_of(pages, seconds=0.5)).reason is Reason.TIMEOUT
    assert time.monotonic() - before < 5


def test_closed_port_is_unreachable(pages: PageServer):
    with serving(lambda _path: []) as other:
        port = other.port
    assert refusal(f"http://127.0.0.1:{port}/", LOOPBACK, Limits(ports=frozenset({port}))).reason is Reason.UNREACHABLE
