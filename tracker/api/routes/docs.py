"""The page about the API, and its description for programs."""

from typing import Final

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from tracker.accounts.roles import Role
from tracker.accounts.tokens import Scope
from tracker.api.examples import describe_operations
from tracker.api.openapi import build_document
from tracker.api.rate_limit import LIMITS
from tracker.api.routes.answers import answer
from tracker.api.routes.blueprint import bp
from tracker.web.access import PUBLIC, Blueprint
from tracker.web.database import app_settings
from tracker.web.i18n import gettext as _
from tracker.web.page_context import ctx

pages: Final = Blueprint("api_docs", __name__)


@bp.get("/openapi.json", needs=PUBLIC)
def openapi() -> Response:
    """The description as OpenAPI 3.1; it holds nothing of the newsroom."""
    return answer(build_document())


@pages.get("/api/docs", needs=Role.VIEWER)
def show() -> ResponseReturnValue:
    """Every operation, with its parameters and examples."""
    settings = app_settings()
    return render_template(
        "api/docs.html",
        operations=describe_operations(settings.base_url or request.host_url.rstrip("/")),
        scopes=[(scope.value, _(scope.english)) for scope in Scope],
        limits=LIMITS,
        spoken=1 if ctx.language == "fr" else 0,
    )
