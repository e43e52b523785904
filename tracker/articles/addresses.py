"""Addresses of articles: the readable path of our page, and the key by which two links to one page are the same. Pure."""

import hashlib
import re
import unicodedata
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from tracker.word_caches import word_cache

LONGEST: Final = 60

# Letters that do not fall apart into a plain one and a mark.
_LETTERS: Final = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})


@word_cache(2048)
def slug(title: str) -> str:
    """`what-the-summit-will-bring`; "" for a title without any Latin letter or digit."""
    plain = unicodedata.normalize("NFKD", title.lower().translate(_LETTERS))
    words = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    found = ""
    for word in words:
        longer = f"{found}-{word}" if found else word[:LONGEST]
        if len(longer) > LONGEST:
            break
        found = longer
    return found


def article_path(article_id: int, title: str) -> str:
    """The path of an article's page. Without a slug (a title in no Latin letters) it ends with the number."""
    words = slug(title)
    return f"/articles/{article_id}-{words}" if words else f"/articles/{article_id}"


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
