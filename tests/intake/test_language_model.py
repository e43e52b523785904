"""The second reader against an endpoint that answers, lies, stays silent and drips."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import pytest

from tracker.config_reading import LanguageModelSettings
from tracker.intake import language_model
from tracker.intake.language_model import (
    ANSWERS_KEPT,
    CALLS_MAX,
    LIMITS,
    NOT_REACHED,
    NOT_USABLE,
    Endpoint,
    connect,
    load_model,
    read_again,
)
from tracker.net.ssrf_guard import Guard
from tracker.suggest import Kind, suggest

PUBLISHED = date(2024, 5, 15)
TEXT = "A pier\n\nThe pier will close in June 2025. The harbour board met on Monday. The pier is to be missed, by some accounts."
OURS = Guard((ip_network("127.0.0.0/8"),))
Answer = Callable[[BaseHTTPRequestHandler], None]


class Stub:
    """A server whose answer a test chooses; keeps what it was sent. `hold` lets it go on where it waits."""

    def __init__(self) -> None:
        self.answer: Answer = lambda request: None
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.hold = threading.Event()
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                stub.asked.append((self.path, dict(self.headers), body))
                stub.answer(self)

            def log_message(self, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                pass  # the reader went away

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/v1"


@pytest.fixture
def stub():
    made = Stub()
    yield made
    made.hold.set()
    made.server.shutdown()
    made.server.server_close()


def reply(body: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def say(*claims: dict[str, object]) -> Answer:
    content = json.dumps({"claims": list(claims)})
    return reply(json.dumps({"choices": [{"message": {"content": content}}]}).encode())


def claim(number: int, quote: str, **more: object) -> dict[str, object]:
    return {"i": number, "quote": quote, "kind": "yes", "speaker": None, "horizon": None, "why": "told as coming"} | more


def ask(stub, cache=None, seconds=5.0):
    found = suggest(TEXT, "en", PUBLISHED)
    endpoint = Endpoint(stub.url, "k3y", OURS, replace(LIMITS, seconds=seconds))
    return found, read_again(connect(endpoint, "small", cache), TEXT, "en", PUBLISHED, found)


def test_model_adds_a_sentence_that_the_rules_missed(stub):
    stub.answer = say(claim(2, "The harbour board met"))
    found, read = ask(stub)
    added = [each for each in read.suggestions if each.start not in {one.start for one in found}]
    assert [(each.kind, each.text) for each in added] == [(Kind.PERHAPS, "The harbour board met on Monday.")]
    assert read.reasons[added[0].start] == "told as coming"
    assert read.note is None


def test_marks_of_the_rules_are_kept(stub):
    stub.answer = say()
    found, read = ask(stub)
    assert found
    assert list(read.suggestions) == found


def test_request_carries_key_and_path_and_nothing_of_the_newsroom(stub):
    stub.answer = say()
    ask(stub)
    (path, headers, body) = stub.asked[0]
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer k3y"
    assert set(json.loads(body)) == {"model", "temperature", "response_format", "messages"}


def test_same_article_is_asked_once(stub):
    stub.answer = say(claim(2, "The harbour board met"))
    cache: dict[str, bytes] = {}
    first, second = ask(stub, cache)[1], ask(stub, cache)[1]
    assert first == second
    assert len(stub.asked) == 1


def test_liar_is_ignored_with_a_note(stub):
    stub.answer = say(claim(1, "The pier will burn"), claim(9, "x"), claim(2, "The harbour board met"))
    found, read = ask(stub)
    assert list(read.suggestions) == found
    assert (read.note, read.dropped) == (NOT_USABLE, 2)


def test_one_lie_among_truths_is_dropped_alone(stub):
    stub.answer = say(claim(1, "The pier will burn"), claim(2, "The harbour board met"), claim(3, "The pier is to be missed"))
    read = ask(stub)[1]
    assert read.note is None
    assert read.dropped == 1


@pytest.mark.parametrize("body", [b"", b"I cannot help with that.", b'{"choices": [{"message": {"content": "sure!"}}]}'])
def test_answer_that_is_no_json_is_ignored_with_a_note_and_not_kept(stub, body):
    stub.answer = reply(body)
    cache: dict[str, bytes] = {}
    found, read = ask(stub, cache)
    assert (list(read.suggestions), read.note, cache) == (found, NOT_USABLE, {})


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
def test_refusal_leaves_the_rules_with_a_note(stub, status):
    stub.answer = reply(b"{}", status)
    found, read = ask(stub)
    assert (list(read.suggestions), read.note) == (found, NOT_REACHED)


def test_redirect_is_not_followed(stub):
    stub.answer = reply(b"", 307, Location="http://127.0.0.1:9/")
    assert ask(stub)[1].note == NOT_REACHED
    assert len(stub.asked) == 1


def test_silence_ends_in_time(stub):
    stub.answer = lambda request: stub.hold.wait() and None
    assert ask(stub, seconds=0.3)[1].note == NOT_REACHED


def test_dripping_ends_in_time(stub):
    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while not stub.hold.wait(0.05):
            request.wfile.write(b" ")

    stub.answer = drip
    assert ask(stub, seconds=0.5)[1].note == NOT_REACHED


def test_endless_answer_is_cut(stub):
    stub.answer = reply(b" " * (LIMITS.body + 1))
    assert ask(stub)[1].note == NOT_REACHED


def test_half_an_answer_is_none(stub):
    stub.answer = reply(b"{}", **{"Content-Length": "500"})
    assert ask(stub, seconds=2)[1].note == NOT_REACHED


def test_endpoint_that_is_not_there_leaves_the_rules(stub):
    found = suggest(TEXT, "en", PUBLISHED)
    endpoint = Endpoint("http://127.0.0.1:1/v1", "", OURS, replace(LIMITS, seconds=2))
    assert read_again(connect(endpoint, "m"), TEXT, "en", PUBLISHED, found).note == NOT_REACHED


def test_address_that_is_not_public_is_not_asked_unless_allowed(stub):
    stub.answer = say()
    read = read_again(connect(Endpoint(stub.url), "m"), TEXT, "en", PUBLISHED, [])
    assert read.note == NOT_REACHED
    assert stub.asked == []


def test_model_fills_only_what_the_rules_left_open(stub):
    found = suggest(TEXT, "en", PUBLISHED)
    horizon = {"horizon": ["2031-01-01", "2031-12-31"], "horizon_quote": "June 2025"}
    stub.answer = say(claim(1, "The pier will close", **horizon))
    read = ask(stub)[1]
    assert read.suggestions[0].deadline == found[0].deadline
    assert found[0].deadline is not None


def test_key_is_not_in_the_endpoint_s_representation():
    assert "k3y" not in repr(language_model.Endpoint("http://x", "k3y"))


def test_no_model_is_asked_where_none_is_set():
    assert load_model(LanguageModelSettings()) is None


def test_model_of_the_settings_is_asked_with_its_key_where_its_network_is_allowed(stub):
    stub.answer = say(claim(2, "The harbour board met"))
    model = load_model(LanguageModelSettings(stub.url, "small", "k3y", (ip_network("127.0.0.0/8"),)))
    assert model is not None
    read = read_again(model, TEXT, "en", PUBLISHED, [])
    assert [each.text for each in read.suggestions] == ["The harbour board met on Monday."]
    assert stub.asked[0][1]["Authorization"] == "Bearer k3y"
    assert json.loads(stub.asked[0][2])["model"] == "small"


def test_model_in_a_network_that_is_not_named_is_not_asked(stub):
    stub.answer = say()
    model = load_model(LanguageModelSettings(stub.url, "small"))
    assert model is not None
    assert read_again(model, TEXT, "en", PUBLISHED, []).note == NOT_REACHED
    assert stub.asked == []


def test_long_article_is_asked_a_bounded_number_of_times(stub):
    stub.answer = say()
    text = " ".join(f"The board met for the {number}th time." for number in range(400))
    read = read_again(connect(Endpoint(stub.url, "", OURS), "small"), text, "en", PUBLISHED, [])
    assert read.note is None
    assert len(stub.asked) == CALLS_MAX


def test_kept_answers_are_bounded():
    model = load_model(LanguageModelSettings("https://models.example.org/v1", "bounded"))
    assert model is not None
    for number in range(ANSWERS_KEPT + 10):
        model.cache[str(number)] = b""
    assert len(model.cache) == ANSWERS_KEPT
    assert "0" not in model.cache
