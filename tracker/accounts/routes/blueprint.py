"""The blueprint that the newsroom's pages share."""

from tracker.web.access import Blueprint

bp = Blueprint("newsroom", __name__)
