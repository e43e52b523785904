"""The key of a web address: two links to one page have the same. Pure."""

import hashlib
import re
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

KEY_MAX: Final = 255

_TRACKING: Final = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|mc_cid|mc_eid|igshid|xtor|at_\w+|cmp\w*|ref|ref_src|s_cid|smid|wt_\w+"
)
_FRONT: Final = re.compile(r"^(www\d?|m|mobile|amp)\.")


def url_key(url: str | None) -> str:
    """The address without what changes between two links to one page: scheme, www, port, tracking, fragment, last slash."""
    if not url:
        return ""
    try:
        parts = urlsplit(url.strip())
        host = _FRONT.sub("", (parts.hostname or "").rstrip("."))
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return ""
    query = urlencode(sorted(pair for pair in parse_qsl(parts.query) if not _TRACKING.fullmatch(pair[0].lower())))
    key = f"{host}{port}{parts.path.rstrip('/')}" + (f"?{query}" if query else "")
    return key if len(key) <= KEY_MAX else key[: KEY_MAX - 64] + hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
