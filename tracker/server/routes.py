"""For probes: is the process alive, and can it do its work."""

from typing import Final

from flask import Blueprint, Flask, current_app, jsonify
from flask.typing import ResponseReturnValue

from tracker.server import health
from tracker.server.storage_probe import StorageProbe
from tracker.web.access import public
from tracker.web.database import database

bp = Blueprint("health", __name__)

_PROBE: Final = "tracker_storage_probe"


def init_app(app: Flask) -> None:
    """Register the probes."""
    app.register_blueprint(bp)


@bp.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """The process answers. Nothing else is looked at, or a database that is away would have the process restarted."""
    return jsonify(alive=True)


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """The database answers and stores, its schema is this version's, and the scheduler has run lately; 503 otherwise."""
    found = health.look(database(), _probe())
    return jsonify(found.as_dict()), 200 if found.is_ready else 503


def _probe() -> StorageProbe:
    """The process's probe of its database; it remembers its last answer for a moment."""
    probe: StorageProbe | None = current_app.extensions.get(_PROBE)
    if probe is None or probe.database is not database():
        probe = current_app.extensions[_PROBE] = StorageProbe(database())
    return probe
