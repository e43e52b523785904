"""An authenticator in software: makes and shows passkeys, rightly or as a test wants it; its answers are a browser's JSON."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)
from sqlalchemy.orm import Session

from tracker.accounts import passkeys, second_factor
from tracker.accounts.models import Editor, Passkey
from tracker.accounts.passkeys import Site

SITE: Final = Site("localhost", "http://localhost")
FLAG: Final = AuthenticatorData.FLAG
VERIFIED: Final = FLAG.UP | FLAG.UV


@dataclass
class Authenticator:
    """A device with one passkey. `count` is its counter before the next use; None for devices that keep none."""

    origin: str = SITE.origin
    count: int | None = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    handle: bytes = b""

    def make(self, options: dict[str, Any], *, flags: int = VERIFIED, **changes: Any) -> str:
        """Make the passkey that creation options ask for. `changes` replace parts of what the browser says it did."""
        self.handle = websafe_decode(options["user"]["id"])
        data = AttestedCredentialData.create(Aaguid.NONE, self.credential_id, ES256.from_cryptography_key(self.key.public_key()))
        auth = AuthenticatorData.create(_hash(options["rp"]["id"]), FLAG(flags | FLAG.AT), self._next(), bytes(data))
        response = {
            "clientDataJSON": self._client("webauthn.create", options, changes),
            "attestationObject": AttestationObject.create("none", auth, {}),
        }
        return self._answer(response)

    def show(self, options: dict[str, Any], *, flags: int = VERIFIED, handle: bytes | None = None, **changes: Any) -> str:
        """Show the passkey that request options ask for."""
        client = self._client("webauthn.get", options, changes)
        auth = AuthenticatorData.create(_hash(changes.get("host", options["rpId"])), FLAG(flags), self._next())
        signature = self.key.sign(bytes(auth) + client.hash, ec.ECDSA(SHA256()))
        owner = self.handle if handle is None else handle
        return self._answer({"clientDataJSON": client, "authenticatorData": auth, "signature": signature, "userHandle": owner})

    def _next(self) -> int:
        if self.count is None:
            return 0
        self.count += 1
        return self.count

    def _client(self, type_: str, options: dict[str, Any], changes: dict[str, Any]) -> CollectedClientData:
        return CollectedClientData.create(
            changes.get("type_", type_),
            changes.get("challenge", options["challenge"]),
            changes.get("origin", self.origin),
            changes.get("cross_origin", False),
        )

    def _answer(self, response: dict[str, bytes]) -> str:
        name = websafe_encode(self.credential_id)
        parts = {part: websafe_encode(bytes(value)) for part, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": parts, "clientExtensionResults": {}})


def add_passkey(session: Session, editor: Editor, device: Authenticator, name: str = "Phone") -> Passkey:
    """Store a passkey of this device for an editor, as their second factor where they have none."""
    options, challenge = passkeys.creation_options(session, editor, SITE)
    given = (challenge, device.make(options), name)
    row = passkeys.add(session, editor, SITE, *given, handle=options["user"]["id"], actor=editor.actor)
    second_factor.count_passkey(session, editor, actor=editor.actor)
    return row


def _hash(host: str) -> bytes:
    return hashlib.sha256(host.encode()).digest()
