"""What a browser does with passkeys: ask the application, show the passkey, send the answer."""

from typing import Any

from tests.support.authenticator import Authenticator
from tests.support.web import Client
from tracker.accounts.models import Passkey
from tracker.db import Database


def options(browser: Client, path: str) -> dict[str, Any]:
    """What the browser is asked at an address."""
    answer = browser.post(f"{path}/options")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def enter(
    browser: Client, device: Authenticator, path: str = "/login/passkey", *, onward: str = "/topics", **changes: Any
) -> Any:
    """Ask, show the passkey and send the answer."""
    asked = options(browser, path)
    return browser.post(path, data={"answer": device.show(asked, **changes), "next": onward})


def is_in(browser: Client) -> bool:
    return browser.get("/settings").status_code == 200


def counter(database: Database) -> int:
    with database.reading() as session:
        return session.query(Passkey).one().sign_count
