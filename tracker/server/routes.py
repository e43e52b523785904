"""For probes: is the process alive, and can it do its work."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from tracker.server import health
from tracker.web.access import public
from tracker.web.database import database

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """The process answers. Nothing else is looked at, or a database that is away would have the process restarted."""
    return jsonify(alive=True)


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """The database answers, its schema is this version's, and the scheduler has ticked lately; 503 otherwise."""
    found = health.look(database())
    return jsonify(found.as_dict()), 200 if found.is_ready else 503
