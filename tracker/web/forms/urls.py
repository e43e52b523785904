"""Web addresses that are stored and shown as links. Whether one may be fetched is the fetcher's question, not asked here."""

import ipaddress
import re
from typing import ClassVar, Final
from urllib.parse import SplitResult, urlsplit

import wtforms

from tracker.errors import Invalid
from tracker.urls import URL_MAX, check_link
from tracker.web import i18n
from tracker.web.forms.text import TextField

# White space, controls and the backslash, which programs read in different ways.
_UNSAFE: Final = re.compile(r"[\s\x00-\x20\x7f-\x9f\\<>\"]")
_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")


def _split(url: str) -> SplitResult | None:
    """The parts of a web address that every reader takes apart alike; None for any other text."""
    if len(url) > URL_MAX or _UNSAFE.search(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        return None
    return parts if _ascii(parts.hostname) else None


def _ascii(host: str) -> str:
    """The host as the network knows it, "" if it is none."""
    if ":" in host:
        try:
            return str(ipaddress.IPv6Address(host))
        except ValueError:
            return ""
    try:
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    labels = name.removesuffix(".").split(".")
    return name if len(name) <= 253 and all(_LABEL.fullmatch(label) for label in labels) else ""


def web_address(url: str | None) -> str:
    """The address if it may stand in a link: http or https, no credentials, nothing that hides its host; else ""."""
    parts = _split(url or "")
    return (url or "") if parts is not None and "@" not in parts.netloc else ""


def host_of(url: str) -> str:
    """The host as it is written, without `www.`; "" if there is none."""
    parts = _split(url)
    return (parts.hostname or "").removeprefix("www.") if parts else ""


def ascii_host(url: str) -> str:
    """The real name of a host that is not written in ASCII (xn--…), to be shown next to it; "" for a plain one."""
    parts = _split(url)
    if parts is None or parts.hostname is None or parts.hostname.isascii():
        return ""
    return _ascii(parts.hostname)


class UrlField(TextField):
    """A web address, http or https; `data` is a `str`, "" when nothing was given."""

    kind: ClassVar[str] = "url"
    longest: ClassVar[int] = URL_MAX

    def read(self, values: list[object]) -> None:
        # Not cleaned: what would have to be taken out of an address makes it another address.
        self.data = str(values[0]).strip() if values else ""

    def pre_validate(self, form: wtforms.form.BaseForm) -> None:
        super().pre_validate(form)
        if not self.data:
            return
        try:
            check_link(self.data, self.short_name)
        except Invalid as refused:
            raise wtforms.validators.StopValidation(i18n.translate(refused.message)) from None
        if not web_address(self.data):
            raise wtforms.validators.StopValidation(i18n.gettext("This is not a usable web address."))
