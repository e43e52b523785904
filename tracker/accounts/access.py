"""The signed-in account as a row of the database, for routes that change it."""

from typing import cast

from flask_login import current_user
from werkzeug.exceptions import Unauthorized

from tracker.accounts.models import Editor


def current_editor() -> Editor:
    """Return the editor who is signed in. Raises Unauthorized if there is none."""
    user = current_user._get_current_object()
    if not user.is_authenticated:
        raise Unauthorized()
    return cast(Editor, user)
