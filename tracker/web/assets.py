"""Style sheet, fonts and scripts: served by WhiteNoise under a path that changes with their content, so cached for good."""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final
from wsgiref.headers import Headers

from flask import Flask, has_request_context, request
from whitenoise import WhiteNoise

from tracker.web.headers import FIXED

FOLDER: Final = Path(__file__).resolve().parent.parent / "static"
_YEAR: Final = 365 * 86_400


@lru_cache
def digest(folder: Path = FOLDER) -> str:
    """A short name for the content of the folder. One for all files, so that the addresses inside the style sheet hold."""
    sum_ = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        sum_.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return sum_.hexdigest()[:12]


def init_app(app: Flask) -> None:
    """Serve the folder in front of the application, and give templates `asset(name)`."""
    prefix = f"/static/{digest()}/"

    def headers(headers: Headers, path: str, url: str) -> None:
        for name, value in FIXED.items():
            headers[name] = value

    immutable: Callable[[str, str], bool] = lambda path, url: url.startswith(prefix)  # noqa: E731
    served = WhiteNoise(
        app.wsgi_app,
        root=FOLDER,
        prefix=prefix,
        max_age=_YEAR,
        allow_all_origins=False,
        immutable_file_test=immutable,
        add_headers_function=headers,
    )
    app.wsgi_app = served  # type: ignore[method-assign]
    # A browser asks for this by itself, without a link in the page.
    served.add_file_to_dictionary("/favicon.ico", str(FOLDER / "favicon.svg"))

    def asset(name: str) -> str:
        """The address of a static file."""
        return (request.script_root if has_request_context() else "") + prefix + name

    app.jinja_env.globals["asset"] = asset
