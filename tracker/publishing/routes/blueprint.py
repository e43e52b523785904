"""The blueprint of the newsroom's pages about publication."""

from flask import Blueprint

bp = Blueprint("publishing", __name__)
