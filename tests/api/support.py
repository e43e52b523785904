"""Programs that use the API, for tests."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tracker import clock
from tracker.accounts import tokens
from tracker.accounts.models import Editor
from tracker.db import Database

ALL = ("read", "read:desk", "write:claims", "write:evidence", "propose", "suggest")


@dataclass
class Program:
    """Sends requests with a token; without a browser, and so without cookies."""

    app: Flask
    secret: str
    token_id: int = 0
    owner: Any = None

    def open(self, method: str, path: str, **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.secret}", **more.pop("headers", {})}
        path = path if path.startswith("/api/") else f"/api/v1{path}"
        return self.app.test_client(use_cookies=False).open(path, method=method, headers=headers, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.open("GET", path, **more)

    def send(self, method: str, path: str, body: Any = None, *, key: str = "", version: str = "", **more: Any) -> TestResponse:
        """Send JSON; POST with a key of its own where none is given."""
        headers = {} if method == "PATCH" else {"Idempotency-Key": key or uuid.uuid4().hex}
        if version:
            headers["If-Match"] = version
        return self.open(method, path, json=body, headers={**headers, **more.pop("headers", {})}, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> TestResponse:
        return self.send("POST", path, body, **more)

    def items(self, path: str) -> list[dict[str, Any]]:
        """The rows of all pages."""
        found: list[dict[str, Any]] = []
        following: str | None = path
        while following:
            answer = self.get(following)
            assert answer.status_code == 200, answer.text
            assert answer.json is not None
            found += answer.json["items"]
            following = answer.json["next"]
        return found


Programs = Callable[..., Program]


def make_program(app: Flask, database: Database, owner: Editor, scopes: Iterable[str] = ALL) -> Program:
    """A program with a token of this editor; scopes that the role does not allow are left out."""
    with database.writing() as session:
        own = session.get_one(Editor, owner.id)
        wanted = [scope for scope in scopes if scope in tokens.offered_scopes(own)]
        row, secret = tokens.add(session, own, "Bot", wanted, actor=own.actor, today=clock.today("UTC"))
        return Program(app, secret, row.id, owner)
