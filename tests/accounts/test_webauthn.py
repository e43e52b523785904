"""What browsers send is checked to the last bit."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from fido2.utils import websafe_decode, websafe_encode
from hypothesis import given
from hypothesis import strategies as st

from tests.support.authenticator import SITE, Authenticator
from tests.support.databases import Backend
from tests.support.web import Client
from tracker.accounts import webauthn
from tracker.errors import Invalid

NewClient = Callable[[], Client]
At = Callable[[datetime], None]


@pytest.fixture
def backend() -> Backend:
    """What is stored, and that a challenge counts once, is asked of both."""
    return "sqlite"


@given(st.text(max_size=200) | st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_what_is_no_answer_is_refused(text: str) -> None:
    _, challenge = webauthn.request_options(SITE)
    for read in (
        lambda: webauthn.read_new(SITE, challenge, text),
        lambda: webauthn.read_shown(text),
        lambda: webauthn.verify(SITE, challenge, text, b"\x00" * 80),
    ):
        with pytest.raises(Invalid):
            read()


@given(st.data())
def test_changed_answer_is_refused(data: st.DataObject) -> None:
    device = Authenticator()
    asked, challenge = webauthn.creation_options(SITE, webauthn.Owner(b"h" * 32, "ann@example.org", "Ann"), [])
    made = webauthn.read_new(SITE, challenge, device.make(json.loads(json.dumps(asked))))
    asked, challenge = webauthn.request_options(SITE, [made.credential_id])
    shown = json.loads(device.show(asked))
    part = data.draw(st.sampled_from(["clientDataJSON", "authenticatorData", "signature"]))
    whole = websafe_decode(shown["response"][part])
    at, bit = data.draw(st.integers(0, 9_999)) % len(whole), data.draw(st.integers(0, 7))
    changed = bytes(byte ^ (1 << bit) if place == at else byte for place, byte in enumerate(whole))
    shown["response"][part] = websafe_encode(changed)
    with pytest.raises(Invalid):
        webauthn.verify(SITE, challenge, json.dumps(shown), made.public_key)
