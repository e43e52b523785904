"""The hash chain: one line's canonical text and the hash that binds it to the line before."""

import hashlib
import json
from datetime import datetime
from typing import Any, Final, TypedDict

from tracker.ledger.texts import moment

PREFIX = "tracker-history-1\n"
GENESIS = "0" * 64
# What `texts.separate` lets into the chain, whole numbers and ASCII names, the standard library writes as RFC 8785 asks for.
_encode: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode


class SealedEvent(TypedDict):
    """One line of the history as it is sealed. `data` has what happened; its shape is the kind's affair."""

    seq: int
    at: str
    actor: str
    subject: str
    kind: str
    data: dict[str, Any]


def canonical(seq: int, at: datetime, actor: str, subject: str, kind: str, data: dict[str, object]) -> str:
    """The RFC 8785 JSON of one event, the text that is stored and hashed."""
    line: dict[str, Any] = {"seq": seq, "at": moment(at), "actor": actor, "subject": subject, "kind": kind, "data": data}
    return _encode(line)


def link(prev_hash: str, canonical_text: str) -> str:
    """SHA-256 over the prefix, the previous hash, a line feed and the canonical text; lower-case hex."""
    return hashlib.sha256(f"{PREFIX}{prev_hash}\n{canonical_text}".encode()).hexdigest()
