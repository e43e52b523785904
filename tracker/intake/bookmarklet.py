"""The bookmark “Track this page”: a link that opens our form with a page's address, headline and the words selected on it."""

import json


def build_bookmarklet(address: str) -> str:
    """The link to keep as a bookmark. It runs no script of ours on the other page beyond itself, and sends nothing by itself."""
    given = "'?url='+e(location.href)+'&title='+e(document.title.slice(0,300))+'&body='+e(String(getSelection()).slice(0,4000))"
    return f"javascript:void((e=>open({json.dumps(address)}+{given}))(encodeURIComponent))"
