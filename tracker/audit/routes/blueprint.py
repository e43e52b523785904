"""The blueprint that all pages of the record hang on."""

from tracker.web.access import Blueprint

bp = Blueprint("record", __name__)
