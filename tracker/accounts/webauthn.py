"""WebAuthn by the library `fido2`: what a browser is asked, and what of its answer holds. No database, no Flask.

The user is verified (by PIN, finger or face) each time, so a passkey is two factors by itself; every passkey is discoverable, so
it signs in without an address. Where a key was made (attestation) is not asked.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tracker.accounts.passkeys import Owner, Site
from tracker.errors import N_, Invalid

NAME: Final = "Tracker"
TIMEOUT_MS: Final = 300_000
ID_BYTES_MAX: Final = 1_023  # by the standard
REFUSED: Final = N_("This passkey was not accepted. Try again, or use another way.")
_VERIFIED: Final = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True)
class NewKey:
    """A passkey that was made: its id (base64url), its public key as the library packs it, and its counter."""

    credential_id: str
    public_key: bytes
    sign_count: int


@dataclass(frozen=True)
class Shown:
    """What an answer to a request claims to come from: a credential's id, and the owner's handle (None where not given)."""

    credential_id: str
    handle: bytes | None


def creation_options(site: Site, owner: Owner, existing: Iterable[str]) -> tuple[dict[str, Any], str]:
    """Return the options for making a passkey, as JSON for the browser, and their challenge. `existing`: the owner's ids."""
    user = PublicKeyCredentialUserEntity(id=owner.handle, name=owner.email, display_name=owner.name)
    options, state = _server(site).register_begin(
        user, _descriptors(existing), resident_key_requirement=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
    )
    return dict(options.public_key), state["challenge"]


def request_options(site: Site, ids: Iterable[str] = ()) -> tuple[dict[str, Any], str]:
    """Return the options for showing one of these passkeys, any of the site where none is named, and their challenge."""
    options, state = _server(site).authenticate_begin(_descriptors(ids) or None, user_verification=_VERIFIED)
    return dict(options.public_key), state["challenge"]


def read_new(site: Site, challenge: str, answer: str) -> NewKey:
    """Return the passkey of a browser's answer, a JSON text. Raises Invalid where anything in it is not as it must be."""
    try:
        given = RegistrationResponse.from_dict(json.loads(answer))
        found = _server(site).register_complete(_state(challenge), given)
        data = found.credential_data
        is_usable = data is not None and _is_usable(data, site)
        if data is None or not is_usable or given.response.client_data.cross_origin or given.raw_id != data.credential_id:
            raise ValueError("not usable")
        return NewKey(websafe_encode(data.credential_id), bytes(data), found.counter)
    except Exception as fault:  # what was made up breaks the decoder in many ways
        raise Invalid(REFUSED) from fault


def read_shown(answer: str) -> Shown:
    """Return what an answer says whose it is; nothing of it is checked. Raises Invalid."""
    try:
        given = AuthenticationResponse.from_dict(json.loads(answer))
        return Shown(websafe_encode(given.raw_id), given.response.user_handle or None)
    except Exception as fault:
        raise Invalid(REFUSED) from fault


def verify(site: Site, challenge: str, answer: str, public_key: bytes) -> int:
    """Check the answer of a passkey and return its counter. Raises Invalid."""
    try:
        given = AuthenticationResponse.from_dict(json.loads(answer))
        _server(site).authenticate_complete(_state(challenge), [AttestedCredentialData(public_key)], given)
        if given.response.client_data.cross_origin:
            raise ValueError("asked for by a frame")
        return int(given.response.authenticator_data.counter)
    except Exception as fault:
        raise Invalid(REFUSED) from fault


def _server(site: Site) -> Fido2Server:
    entity = PublicKeyCredentialRpEntity(id=site.host, name=NAME)
    server = Fido2Server(entity, verify_origin=lambda origin: origin == site.origin)
    server.timeout = TIMEOUT_MS  # type: ignore[assignment]
    return server


def _state(challenge: str) -> dict[str, Any]:
    return {"challenge": challenge, "user_verification": _VERIFIED}


def _is_usable(data: AttestedCredentialData, site: Site) -> bool:
    # An algorithm that was not offered could never be verified.
    offered = {each.alg for each in _server(site).allowed_algorithms}
    return data.public_key.get(3) in offered and 0 < len(data.credential_id) <= ID_BYTES_MAX


def _descriptors(ids: Iterable[str]) -> Sequence[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=websafe_decode(each)) for each in ids]
