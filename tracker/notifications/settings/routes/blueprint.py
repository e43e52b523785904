"""The blueprint of the reminders' settings."""

from flask import Blueprint

bp = Blueprint("settings", __name__)
