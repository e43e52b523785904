"""A request that was sent twice does its work once: its key is stored in the transaction of the work."""

import hashlib
import json
import re
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from tracker import clock
from tracker.api.errors import Malformed
from tracker.api.models import ApiRequest
from tracker.api.writing import Written
from tracker.errors import N_, Invalid
from tracker.sql import delete_rows, take_turns

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
KEPT: Final = timedelta(hours=24)
_KEY: Final = re.compile(r"[\x21-\x7e]{8,128}")


def read_key(given: str | None) -> str:
    """The key of a request. Raises Malformed for one that is missing or unusable."""
    if given is None or not _KEY.fullmatch(given):
        raise Malformed(N_("Send a header Idempotency-Key of 8 to 128 characters, another one for each piece of work."))
    return given


def hash_request(method: str, path: str, body: bytes) -> str:
    """What a key is bound to."""
    return hashlib.sha256(b"\n".join((method.encode(), path.encode("utf-8", "surrogatepass"), body))).hexdigest()


def find_answer(session: Session, token_id: int, key: str, body_sha256: str) -> Written | None:
    """What the same request was answered with, None where it is new. Waits for one that is being worked on.

    Raises Invalid where the key was used for something else.
    """
    take_turns(session, f"request {token_id} {key}")  # a twin must not look before this one has committed
    row = session.get(ApiRequest, (token_id, key))
    if row is not None and row.at < clock.now() - KEPT:
        session.delete(row)
        session.flush()
        row = None
    if row is None:
        return None
    if row.body_sha256 != body_sha256:
        raise Invalid(N_("This Idempotency-Key was used for another request."), field=HEADER)
    return Written(row.location, json.loads(row.body), row.status)


def store_answer(session: Session, token_id: int, key: str, body_sha256: str, written: Written) -> None:
    """Keep an answer for KEPT."""
    session.add(
        ApiRequest(
            token_id=token_id,
            key=key,
            body_sha256=body_sha256,
            status=written.status,
            location=written.location,
            body=json.dumps(written.body),
            at=clock.now(),
        )
    )


def forget_old(session: Session, at: datetime) -> int:
    """Delete the answers that are older than KEPT; return how many."""
    return delete_rows(session, ApiRequest, ApiRequest.at < at - KEPT)
