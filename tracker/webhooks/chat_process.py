"""The process in which Apprise sends one message: it reads what to send as JSON and writes what became of it, in fixed words.

No word of it holds the address, which is as good as a password.
"""

import ipaddress
import json
import logging
import socket
import sys
from typing import Any

import apprise  # an extra: nothing but this process needs it

from tracker.net.ssrf_guard import Guard, NotAllowed

SENT = "sent"
USABLE = "usable"
SEVERAL = "the address names more than one receiver"


def guard_connections(guard: Guard, refused: list[str]) -> None:
    """Let no socket of this process speak to an address that the guard does not allow."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        try:
            if self.family not in (socket.AF_INET, socket.AF_INET6):
                raise NotAllowed("no address of a network")
            guard.check(host, [str(ipaddress.ip_address(host.partition("%")[0]))])
        except (NotAllowed, ValueError) as fault:
            refused.append(str(fault))
            raise OSError("not allowed") from None
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        guarded(self, address)
        return 0

    socket.socket.connect = guarded  # type: ignore[method-assign, assignment]
    socket.socket.connect_ex = guarded_ex  # type: ignore[method-assign, assignment]


def send(given: dict[str, Any]) -> str:
    """Send one message; return SENT, or why it was not sent. Without a text, only read the address."""
    refused: list[str] = []
    guard_connections(Guard(tuple(ipaddress.ip_network(each) for each in given["allowed"])), refused)
    socket.setdefaulttimeout(given["seconds"])
    asset = apprise.AppriseAsset(async_mode=False, app_id="Tracker", app_desc="Tracker", plugin_paths=[], storage_mode="memory")
    service = apprise.Apprise.instantiate(given["url"], asset=asset, suppress_exceptions=True)
    if service is None:
        return "this is no address of the service"
    if len(service) > 1:  # were one of them to fail, the others would get the message again
        return SEVERAL
    if given["text"] is None:
        return USABLE
    sender = apprise.Apprise(service, asset=asset)  # which writes plain text in the format of the service
    if sender.notify(body=given["text"], body_format=apprise.NotifyFormat.TEXT):
        return SENT
    return refused[0] if refused else "the service did not take the message"


def main() -> None:
    """Say that it is ready, read one message, send it, write one line."""
    logging.disable(logging.CRITICAL)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdout.write(send(json.load(sys.stdin)))


if __name__ == "__main__":
    main()
