"""The blueprint that all pages of the record hang on."""

from flask import Blueprint

bp = Blueprint("record", __name__)
