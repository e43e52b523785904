"""Serve the application below a path, as `TRACKER_BASE_URL=https://example.org/tracker` asks for."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask


class Mounted:
    """WSGI middleware: moves the path below which we are mounted from PATH_INFO to SCRIPT_NAME.

    A proxy may strip the path or leave it; both work. A redirect to "/" leads to our own first page.
    """

    def __init__(self, application: Any, root: str) -> None:
        self._application, self._root = application, root

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == self._root or path.startswith(f"{self._root}/"):
            environ["PATH_INFO"] = path[len(self._root) :] or "/"
        environ["SCRIPT_NAME"] = self._root

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> object:
            return start_response(status, [(name, self._placed(name, value)) for name, value in headers], *more)

        answer: Iterable[bytes] = self._application(environ, start)
        return answer

    def _placed(self, name: str, value: str) -> str:
        is_outside = value.startswith("/") and not value.startswith("//") and not f"{value}/".startswith(f"{self._root}/")
        return self._root + value if name.lower() == "location" and is_outside else value


def init_app(app: Flask, root: str) -> None:
    """Mount the application below `root`, such as "/tracker"; "" changes nothing. Call it after what serves static files."""
    if root:
        app.wsgi_app = Mounted(app.wsgi_app, root)  # type: ignore[method-assign]
