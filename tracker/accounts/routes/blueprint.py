"""The blueprint that the newsroom's pages share."""

from flask import Blueprint

bp = Blueprint("newsroom", __name__)
