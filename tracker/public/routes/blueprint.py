"""The blueprint of everything for readers. None of it has a session."""

from tracker.web.access import Blueprint

bp = Blueprint("public", __name__)

LANGUAGE = "<any(en,fr):language>"
