"""What a token writes: a route for each operation of the table. The work, its event and its key are one transaction."""

from collections.abc import Callable

from flask import Response, request
from werkzeug.exceptions import UnsupportedMediaType

from tracker.api import idempotency
from tracker.api.bodies import read_json
from tracker.api.filters import require_known
from tracker.api.idempotency import HEADER, find_answer, hash_request, read_key, store_answer
from tracker.api.operations import OPERATIONS, Operation, read_fields
from tracker.api.routes.answers import answer, read_version
from tracker.api.routes.authentication import reauthenticate, scoped
from tracker.api.routes.blueprint import bp
from tracker.api.writing import VERSION, Written
from tracker.web.database import writing


def add_operations() -> None:
    """Add a route for each operation of the table."""
    for operation in OPERATIONS.values():
        path = operation.path.replace("{claim_id}", "<id:claim_id>")
        bp.add_url_rule(path, operation.name, _view(operation), methods=[operation.method])


def _view(operation: Operation) -> Callable[..., Response]:
    @scoped(operation.scope)
    def write(claim_id: int = 0) -> Response:
        require_known(request.args.to_dict(flat=False), set())
        if request.mimetype != "application/json":
            raise UnsupportedMediaType()
        key = read_key(request.headers.get(HEADER)) if operation.method == "POST" else None
        body = request.get_data(cache=False)
        values = read_fields(operation, read_json(body))
        if operation.needs_version:
            values[VERSION] = read_version(claim_id)
        with writing() as session:
            holder = reauthenticate(session, (operation.scope,))
            token_id, sha256 = holder.token_id, hash_request(operation.method, request.path, body)
            if key is not None and (known := find_answer(session, token_id, key, sha256)):
                return _answer(known, {idempotency.REPLAYED: "true"})
            done = operation.handler(session, holder.actor, claim_id, values)
            if key is not None:
                store_answer(session, token_id, key, sha256, done)
        return _answer(done)

    return write


def _answer(written: Written, headers: dict[str, str] | None = None) -> Response:
    found = dict(headers or {})
    if written.status in (201, 202):
        found["Location"] = request.script_root + written.location
    if "version" in written.body and "claim_id" in written.body:
        found["ETag"] = f'"claim-{written.body["claim_id"]}-{written.body["version"]}"'
    return answer(written.body, written.status, found)
