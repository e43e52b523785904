"""The blueprint of the API."""

from tracker.web.access import Blueprint

bp = Blueprint("api", __name__, url_prefix="/api/v1")
