"""For machines: probes, metrics, and the well-known addresses of security.txt and change-password."""

import hmac
from datetime import timedelta
from ipaddress import ip_address
from typing import Final

from flask import Response, current_app, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST

from tracker import clock
from tracker.errors import NotFound
from tracker.server import health, metrics
from tracker.server.storage_probe import StorageProbe
from tracker.web.access import PUBLIC, Blueprint
from tracker.web.database import app_settings, database

bp = Blueprint("health", __name__)

_PROBE: Final = "tracker_storage_probe"


@bp.get("/healthz", needs=PUBLIC)
def alive() -> ResponseReturnValue:
    """The process answers. Nothing else is looked at, or a database that is away would have the process restarted."""
    return jsonify(alive=True)


@bp.get("/readyz", needs=PUBLIC)
def ready() -> ResponseReturnValue:
    """The database answers and stores, its schema is this version's, and the scheduler has run lately; 503 otherwise."""
    found = health.look(database(), _probe())
    return jsonify(found.as_dict()), 200 if found.is_ready else 503


@bp.get("/metrics", needs=PUBLIC)
def read_metrics() -> ResponseReturnValue:
    """Figures for Prometheus, with the token or from the networks of the settings; otherwise there is no such page."""
    if not _may_read_metrics():
        raise NotFound()
    return Response(metrics.render(database()), mimetype="text/plain", content_type=CONTENT_TYPE_LATEST)


def _may_read_metrics() -> bool:
    allowed = app_settings().monitoring
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if allowed.metrics_token is not None and hmac.compare_digest(given.encode(), allowed.metrics_token.encode()):
        return True
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return any(address in network for network in allowed.metrics_networks)


@bp.get("/.well-known/security.txt", needs=PUBLIC)
def security_contact() -> ResponseReturnValue:
    """Where to report a vulnerability (RFC 9116), if the settings name an address."""
    contact = app_settings().monitoring.security_contact
    if contact is None:
        raise NotFound()
    expires = (clock.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    return Response(f"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en, fr\n", mimetype="text/plain")


@bp.get("/.well-known/change-password", needs=PUBLIC)
def change_password() -> ResponseReturnValue:
    """Lead password managers to the page that changes a password."""
    return redirect(url_for("security.change_password"), 302)


def _probe() -> StorageProbe:
    """The process's probe of its database; it remembers its last answer for a moment."""
    probe: StorageProbe | None = current_app.extensions.get(_PROBE)
    if probe is None or probe.database is not database():
        probe = current_app.extensions[_PROBE] = StorageProbe(database())
    return probe
