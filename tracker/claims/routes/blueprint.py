"""The blueprint that all pages of claims hang on."""

from tracker.web.access import Blueprint

bp = Blueprint("claims", __name__)
