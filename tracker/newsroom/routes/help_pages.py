"""Help: what each screen is for, a page each, linked from the foot of the screen."""

from flask import render_template
from flask.typing import ResponseReturnValue

from tracker.accounts.roles import Role
from tracker.accounts.routes.blueprint import bp
from tracker.errors import NotFound
from tracker.newsroom.help_texts import HELP


@bp.get("/help/<string:screen>", endpoint="help", needs=Role.VIEWER)
def show(screen: str) -> ResponseReturnValue:
    """What one screen is for, and links to the others."""
    if screen not in HELP:
        raise NotFound()
    return render_template("newsroom/help.html", screen=screen, page=HELP[screen], pages=HELP)
