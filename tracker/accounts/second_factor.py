"""The second factor: an authenticator app (TOTP, RFC 6238), passkeys, and recovery codes for when both are lost. Free of Flask.

The app's key is kept encrypted with the installation's own, so that a copy of the database makes no codes; recovery codes are
kept as Argon2id hashes. Each code counts once. The caller owns the transaction.
"""

import base64
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyotp import TOTP, random_base32
from sqlalchemy.orm import Session

from tracker import clock, ledger
from tracker.accounts import passkeys, passwords, people, sessions
from tracker.accounts.models import Editor
from tracker.accounts.roles import Role
from tracker.accounts.sessions import Ended
from tracker.errors import N_, Conflict, Invalid
from tracker.ledger import Actor
from tracker.on_demand import OnDemand

if TYPE_CHECKING:
    from cryptography import fernet
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf import hkdf
else:
    fernet = OnDemand("cryptography.fernet")
    hashes = OnDemand("cryptography.hazmat.primitives.hashes")
    hkdf = OnDemand("cryptography.hazmat.primitives.kdf.hkdf")

METHOD: Final = "authenticator"
PASSKEY: Final = "passkey"  # where passkeys are the only one
ISSUER: Final = "Tracker"
RECOVERY_CODES: Final = 10
# Without letters and digits that look alike; four groups of four are 80 bits.
_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS: Final = 4


@dataclass(frozen=True)
class Keeper:
    """What the apps' keys are encrypted with: a key of its own, derived from the installation's."""

    secret: str

    def lock(self, key: str) -> str:
        return self._fernet().encrypt(key.encode()).decode()

    def open(self, kept: str | None) -> str | None:
        """The key of an app; None for what was kept under another secret."""
        try:
            return self._fernet().decrypt((kept or "").encode()).decode()
        except fernet.InvalidToken:
            return None

    def _fernet(self) -> "fernet.Fernet":
        derived = hkdf.HKDF(hashes.SHA256(), 32, salt=None, info=b"tracker second factor").derive(self.secret.encode())
        return fernet.Fernet(base64.urlsafe_b64encode(derived))


def is_on(editor: Editor) -> bool:
    """Whether signing in with the password asks this editor for more: a code or a passkey."""
    return editor.tf_primary_method is not None


def has_app(editor: Editor) -> bool:
    """Whether codes of an authenticator app count for this editor."""
    return editor.tf_primary_method == METHOD


def is_due(editor: Editor, required: bool) -> bool:
    """Whether an editor has to set one up before anything else. `required`: the newsroom asks it of chiefs and admins."""
    return required and not is_on(editor) and not editor.is_sample and bool(editor.role_names & {Role.CHIEF, Role.ADMIN})


def begin(session: Session, editor: Editor, keeper: Keeper) -> None:
    """A new key for an app; it counts once a code of it was given. Raises Conflict if there is an app already."""
    if has_app(editor):
        raise Conflict(N_("You have an authenticator app already."))
    editor.tf_totp_secret = keeper.lock(random_base32())
    session.flush()


def key_to_scan(editor: Editor, keeper: Keeper) -> str | None:
    """The key that waits to be confirmed, in letters; None where there is none."""
    return None if has_app(editor) else keeper.open(editor.tf_totp_secret)


def address_to_scan(key: str, editor: Editor) -> str:
    """Return the content of the QR code that an app scans."""
    return TOTP(key).provisioning_uri(name=editor.email.replace(":", " "), issuer_name=ISSUER)


def confirm(session: Session, editor: Editor, code: str, keeper: Keeper, *, actor: Actor) -> list[str]:
    """Switch it on with a first code; the recovery codes, to be shown this once. Raises Invalid with field "code", Conflict."""
    editor = _locked(session, editor)
    if has_app(editor):
        raise Conflict(N_("You have an authenticator app already."))
    step = _step_of(editor, code, keeper)
    if step is None:
        raise Invalid(N_("This code is wrong. Enter the one the app shows now."), field="code")
    editor.tf_primary_method, editor.tf_last_step = METHOD, step
    ledger.record(session, editor, "editor.second_factor_on", actor=actor)
    return _new_codes(editor)


def check(session: Session, editor: Editor, code: str, keeper: Keeper) -> bool:
    """Whether a code, of the app or for recovery, is right; it is used up by that."""
    editor = _locked(session, editor)
    if not is_on(editor):
        return False
    # A key that waits to be confirmed makes no codes yet.
    step = _step_of(editor, code, keeper) if has_app(editor) else None
    if step is not None:
        editor.tf_last_step = step
        return True
    return _use_recovery_code(session, editor, code)


def renew_codes(session: Session, editor: Editor, *, actor: Actor) -> list[str]:
    """New recovery codes, to be shown this once; the old ones end. Raises Conflict without a second factor."""
    editor = _locked(session, editor)
    if not is_on(editor):
        raise Conflict(N_("You have no second factor."))
    ledger.record(session, editor, "editor.recovery_codes", actor=actor)
    return _new_codes(editor)


def turn_off(session: Session, editor: Editor, *, actor: Actor) -> bool:
    """Take all of it away, app, passkeys and recovery codes; whether there was one. For another account it ends its sessions.

    Raises Forbidden unless it is an administrator's doing or one's own.
    """
    if actor.editor_id != editor.id:
        people.need_admin(actor)
    editor = _locked(session, editor)
    was_on = is_on(editor)
    editor.tf_primary_method = editor.tf_totp_secret = editor.mf_recovery_codes = None
    passkeys.remove_all_of(session, editor, actor=actor)
    if was_on:
        ledger.record(session, editor, "editor.second_factor_off", actor=actor)
        if actor.editor_id != editor.id:
            sessions.end_all(session, editor.id, Ended.REVOKED)
    return was_on


def turn_app_off(session: Session, editor: Editor, *, actor: Actor) -> None:
    """Take one's own app away. With passkeys these and the recovery codes stay; without any, nothing does."""
    editor = _locked(session, editor)
    if not passkeys.list_of(session, editor.id):
        turn_off(session, editor, actor=actor)
    elif has_app(editor):
        editor.tf_primary_method, editor.tf_totp_secret = PASSKEY, None
        ledger.record(session, editor, "editor.authenticator_off", actor=actor)


def count_passkey(session: Session, editor: Editor, *, actor: Actor) -> list[str]:
    """Let a new passkey be the second factor. Return the recovery codes that come with the first one, to be shown this once."""
    editor = _locked(session, editor)
    if is_on(editor):
        return []
    editor.tf_primary_method = PASSKEY
    ledger.record(session, editor, "editor.second_factor_on", actor=actor)
    return _new_codes(editor)


def forget_passkey(session: Session, editor: Editor, *, actor: Actor) -> None:
    """After one was removed: where it was the last second factor, there is none any more, and no recovery codes."""
    editor = _locked(session, editor)
    if editor.tf_primary_method == PASSKEY and not passkeys.list_of(session, editor.id):
        editor.tf_primary_method = editor.mf_recovery_codes = None
        ledger.record(session, editor, "editor.second_factor_off", actor=actor)


def codes_left(editor: Editor) -> int:
    """How many recovery codes have not been used."""
    return len(editor.mf_recovery_codes or ())


def _locked(session: Session, editor: Editor) -> Editor:
    # Of two who send the same code at the same time, the second has to see that it was used.
    return session.get_one(Editor, editor.id, with_for_update=True, populate_existing=True)


def _step_of(editor: Editor, code: str, keeper: Keeper) -> int | None:
    """The time step of a right code that is newer than the last one used; one step to either side of now is let pass."""
    key = keeper.open(editor.tf_totp_secret)
    digits = re.sub(r"\s", "", code)
    if key is None or not re.fullmatch(r"[0-9]{6}", digits):
        return None
    codes = TOTP(key)
    now = codes.timecode(clock.now())
    used = -1 if editor.tf_last_step is None else editor.tf_last_step
    fitting = (step for step in range(now - 1, now + 2) if hmac.compare_digest(codes.generate_otp(step), digits))
    return next((step for step in fitting if step > used), None)


def _new_codes(editor: Editor) -> list[str]:
    fresh = ["-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(_GROUPS)) for _ in range(RECOVERY_CODES)]
    editor.mf_recovery_codes = [_kept(code) for code in fresh]
    return fresh


def _kept(code: str) -> str:
    # The first group identifies the code, so that one hash is compared and not all of them; the others are the secret.
    name, _, secret = code.partition("-")
    return f"{name}:{passwords.hash_of(secret)}"


def _use_recovery_code(session: Session, editor: Editor, code: str) -> bool:
    plain = re.sub(r"[\s-]", "", code).lower()
    if not re.fullmatch(rf"[{_LETTERS}]{{{4 * _GROUPS}}}", plain):
        return False
    groups = [plain[at : at + 4] for at in range(0, len(plain), 4)]
    name, secret = groups[0], "-".join(groups[1:])
    for kept in editor.mf_recovery_codes or ():
        if kept.startswith(f"{name}:") and passwords.matches(kept.partition(":")[2], secret):
            editor.mf_recovery_codes = [each for each in editor.mf_recovery_codes or () if each != kept]
            ledger.record(session, editor, "editor.recovery_code_used", actor=editor.actor)
            return True
    return False
