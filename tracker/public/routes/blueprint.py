"""The blueprint of everything for readers. None of it has a session."""

from flask import Blueprint

bp = Blueprint("public", __name__)

LANGUAGE = "<any(en,fr):language>"
