"""What a token reads: the lists of the table of resources, one claim, the event feed, and itself."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, current_app, request

from tracker.accounts.roles import Role
from tracker.accounts.tokens import Scope
from tracker.api import event_feed, filters, reading
from tracker.api.cursors import read_cursor, write_cursor
from tracker.api.etags import KnownETags, View
from tracker.api.filters import LIMIT_DEFAULT, LIMIT_MAX
from tracker.api.resources import RESOURCES, Resource
from tracker.api.routes.answers import answer, answer_claim
from tracker.api.routes.authentication import holder, newsroom, reader, scoped
from tracker.api.routes.blueprint import bp
from tracker.errors import N_, Invalid
from tracker.ledger.reading import head as read_head
from tracker.pagination import ID_MAX
from tracker.web.database import session
from tracker.web.headers import answer_unchanged, has_client

ETAGS: Final = "tracker_api_etags"  # among an application's extensions


def add_lists() -> None:
    """Add a route for each resource of the table."""
    for resource in RESOURCES.values():
        bp.add_url_rule(f"/{resource.name}", resource.name, _list_view(resource), methods=["GET"])


def _list_view(resource: Resource) -> Callable[[], Response]:
    offered = (*resource.filters, *(["q"] if resource.searched else []))

    @scoped(Scope.READ, Scope.READ_DESK)
    def show() -> Response:
        asked = filters.read_list(request.args.to_dict(flat=False), offered, newsroom().zone)
        secret = str(current_app.secret_key)
        by_time = bool(reading.time_filter(resource, asked.filters))
        given = asked.after
        start = None if given is None else read_cursor(secret, resource.name, asked.filters, given, by_time=by_time)
        rows, behind = reading.list_rows(session(), resource, reader(), asked.filters, after=start, limit=asked.limit)
        after = None if behind is None else write_cursor(secret, resource.name, asked.filters, behind)
        body: dict[str, object] = {"items": rows, "next": _next(after)}
        if asked.with_count:
            body["count"] = reading.count(session(), resource, reader(), asked.filters)
        return _page(body)

    return show


@bp.get("/claims/<id:claim_id>")
@scoped(Scope.READ, Scope.READ_DESK)
def claim(claim_id: int) -> Response:
    """One claim, with what `include` names."""
    given = filters.require_known(request.args.to_dict(flat=False), {"include"}).get("include", "")
    includes = tuple(filter(None, given.split(",")))
    if not set(includes) <= set(reading.INCLUDES) or len(set(includes)) != len(includes):
        raise Invalid(N_("Include evidence, checks, verdicts, translations, with commas between them."), field="include")
    if not request.if_none_match:
        return answer_claim(reading.get_claim(session(), reader(), claim_id, includes))
    known: KnownETags = current_app.extensions[ETAGS]
    view = View(claim_id, frozenset(includes), reader())
    etag = known.find(session(), view)
    if etag and has_client(etag):
        return answer_unchanged(etag)
    head = read_head(session())
    response = answer_claim(reading.get_claim(session(), reader(), claim_id, includes))
    known.keep(view, head, response.get_etag()[0] or "")
    return response


@bp.get("/events")
@scoped(Scope.READ, Scope.READ_DESK)
def events() -> Response:
    """The history behind a number, oldest first, with the head of the chain."""
    given = filters.require_known(request.args.to_dict(flat=False), {"after", "limit"})
    after = filters.read_number(given.get("after", "0"), "after", least=0, most=ID_MAX)
    limit = filters.read_number(given.get("limit", str(LIMIT_DEFAULT)), "limit", least=1, most=LIMIT_MAX)
    leads = bool(holder().roles & {Role.CHIEF, Role.ADMIN})
    desk = reader().desk
    rows, head, more = event_feed.read_events(session(), after=after, limit=limit, desk=desk, leads=leads and desk)
    return _page({"items": rows, "next": _next(str(rows[-1]["seq"]) if more else None), "head": head._asdict()})


@bp.get("/me")
@scoped(*Scope)
def me() -> Response:
    """The token itself, its owner and what it may do now."""
    filters.require_known(request.args.to_dict(flat=False), set())
    found = holder()
    return answer(
        {
            "token_id": found.token_id,
            "name": found.name,
            "owner_id": found.owner_id,
            "owner": found.owner,
            "roles": sorted(found.roles),
            "scopes": [scope.value for scope in Scope if scope in found.scopes],
            "expires_on": found.expires_on.isoformat(),
        }
    )


def _page(body: dict[str, Any]) -> Response:
    return answer(body, headers={"Link": f'<{body["next"]}>; rel="next"'} if body["next"] else None)


def _next(after: str | None) -> str | None:
    if after is None:
        return None
    given = {name: value for name, value in request.args.items() if name != "after"}
    return f"{request.script_root}{request.path}?{urlencode({**given, 'after': after})}"
