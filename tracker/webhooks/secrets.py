"""The secret that signs what a webhook is sent."""

import base64
import hashlib
import hmac
from typing import Final

PREFIX: Final = "whsec_"


def secret_of(secret_key: str, webhook_id: int, salt: str) -> str:
    """The secret of a webhook as its receiver is given it. Another salt makes another, and so does another key."""
    derived = hmac.new(secret_key.encode(), f"webhook:{webhook_id}:{salt}".encode(), hashlib.sha256).digest()
    return PREFIX + base64.b64encode(derived).decode()
