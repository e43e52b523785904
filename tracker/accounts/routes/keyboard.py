"""The keyboard map as a page; with scripts it opens as a window over any other."""

from flask import render_template
from flask.typing import ResponseReturnValue

from tracker.accounts.access import current_editor
from tracker.accounts.roles import Role
from tracker.accounts.routes.blueprint import bp
from tracker.web import keyboard_shortcuts as the_map
from tracker.web.access import needs
from tracker.web.page_context import url_if


@bp.get("/keys")
@needs(Role.VIEWER)
def keys() -> ResponseReturnValue:
    """All keys that do something for this editor."""
    works = Role.EDITOR in current_editor().role_names
    return render_template("newsroom/keys.html", keys=list(the_map.listed(works=works, public=bool(url_if("public.index")))))
