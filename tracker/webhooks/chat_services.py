"""Messages to services that the library Apprise knows, such as Matrix or Telegram. It runs in a process of its own.

There it can be ended when the time of an attempt is over, and every connection that it makes passes the address guard.
"""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Final
from urllib.parse import unquote, urlsplit

from tracker.errors import N_, Invalid
from tracker.net.attempts import Attempt, Temporary
from tracker.net.ssrf_guard import Guard, NotAllowed

URL_MAX: Final = 2_000
PROGRAM: Final = "tracker.webhooks.chat_process"
READ_SECONDS: Final = 10
_COMMAND: Final = (sys.executable, "-I", "-m", PROGRAM)
# What may be used of the many that Apprise knows: those that are reached over HTTP and need nothing of this machine.
SERVICES: Final = frozenset(
    {"apprise", "apprises", "discord", "gchat", "gotify", "gotifys", "json", "jsons", "matrix", "matrixs", "mmost", "mmosts"}
    | {"ntfy", "ntfys", "pover", "rocket", "rockets", "signal", "signals", "slack", "tgram", "workflow", "workflows", "zulip"}
)
# Those whose address has no host: what is in its place is a number, and they connect to a server of their own.
_HOSTLESS: Final = frozenset({"tgram"})
# Those whose address is a topic of a public server, unless it has a path or one of these parameters; a topic may be a number.
_TOPICS: Final = frozenset({"ntfy", "ntfys"})
_HOSTED: Final = frozenset({"mode", "to"})
# What an address may not ask for: to send a message again, as the outbox does, and to read files of this machine.
_UNWANTED: Final = frozenset({"retry", "template", "attach"})
# Of our environment, what a program needs to run and to trust certificates; not our own settings.
_ENVIRONMENT: Final = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")


def is_installed() -> bool:
    """Whether the extra part is there."""
    return find_spec("apprise") is not None


def service_of(url: str) -> str:
    """The name of the service that an address is of: the one part of it that is no secret."""
    return url.partition("://")[0].lower()


def check_address(url: str, guard: Guard) -> str:
    """Return the address without space around it. Raises Invalid for what cannot be one of a service that may be used."""
    url = url.strip()
    if not is_installed():
        raise Invalid(N_("This needs a part that is not installed: newsroom-tracker[apprise]."), field="format")
    if len(url) > URL_MAX or any(ord(c) <= 32 or 127 <= ord(c) < 160 for c in url):
        raise Invalid(N_("This address holds characters that no address has."), field="url")
    if "://" not in url or service_of(url) not in SERVICES:
        raise Invalid(N_("This is no address of a service that can be used, such as ntfys://topic."), field="url")
    if unwanted := sorted(_UNWANTED & _parameters(url)):
        raise Invalid(N_("Remove “%(name)s” from the address: it cannot be used here."), field="url", name=unwanted[0])
    with refuse_unusable_url():
        if _has_host(url):
            guard.check_written(urlsplit(url).hostname or "")
    return url


@contextmanager
def refuse_unusable_url() -> Generator[None]:
    """Raises Invalid for an address that the guard does not allow or that cannot be read."""
    try:
        yield
    except NotAllowed:
        raise Invalid(
            N_("This address is not on the public network. The server’s administrator can allow it."), field="url"
        ) from None
    except ValueError:
        raise Invalid(N_("This is not a usable web address."), field="url") from None


def check_receivers(url: str, guard: Guard) -> None:
    """Check an address, and that Apprise reads it as one receiver. Raises Invalid.

    It starts a process, which takes about a second: to be called outside of transactions.
    """
    given: dict[str, object] = {"url": check_address(url, guard), "text": None, "seconds": READ_SECONDS, "allowed": []}
    try:
        done = subprocess.run(  # noqa: S603  (our own program)
            _COMMAND,
            input=json.dumps(given).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            timeout=READ_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return  # it is read again when a message is sent
    words = done.stdout.decode("utf-8", "replace").splitlines()[-1:]
    if words == ["the address names more than one receiver"]:
        raise Invalid(N_("This address names more than one receiver. Add a webhook for each."), field="url")
    if words != ["usable"]:
        raise Invalid(N_("This is no address of a service that can be used, such as ntfys://topic."), field="url")


def _has_host(url: str) -> bool:
    """Whether an address names the host to connect to. Raises ValueError for what is no address."""
    parts, service = urlsplit(url), service_of(url)
    if service not in _TOPICS:
        return service not in _HOSTLESS
    is_number = (parts.hostname or "").isdecimal()
    return not is_number or bool(parts.path.strip("/") or _parameters(url) & _HOSTED)


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name in _ENVIRONMENT}


def _parameters(url: str) -> set[str]:
    """The names of an address's parameters, read as widely as Apprise may read them."""
    parts = re.split(r"[?&;]", url)[1:]
    return {unquote(part.partition("=")[0].replace("+", " ")).strip().lower() for part in parts}


def send(url: str, text: str, guard: Guard, attempt: Attempt) -> None:
    """Hand a message over; accepted when this returns. Raises Temporary, whose words never hold the address."""
    process = subprocess.Popen(  # noqa: S603  (our own program)
        _COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    )
    attempt.cut_by(process.kill)
    timer = threading.Timer(attempt.left(), process.kill)
    timer.daemon = True
    timer.start()
    try:
        assert process.stdout is not None
        process.stdout.readline()  # it is ready
        attempt.hand_over()
        given = {"url": url, "text": text, "seconds": attempt.left(), "allowed": [str(each) for each in guard.allowed]}
        answer, _ = process.communicate(json.dumps(given).encode())
    except OSError as error:
        raise Temporary(type(error).__name__) from None
    finally:
        timer.cancel()
        process.kill()
        process.wait()
    attempt.left()
    words = answer.decode("utf-8", "replace").strip()
    if words != "sent":
        raise Temporary(words or "the message could not be handed over")
    attempt.answered()
