"""Where the links of a message lead. Free of Flask: messages are written by the scheduler."""

from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer

from tracker.config import Settings
from tracker.notifications.preferences import STOPS


@dataclass(frozen=True)
class Links:
    """Addresses of the pages that messages lead to. `base` has no slash at its end; `secret` signs the links that stop them."""

    base: str
    secret: str

    @classmethod
    def from_settings(cls, settings: Settings, *, reached_at: str = "") -> "Links":
        """Links under TRACKER_BASE_URL. Where that is not set: under the address at which the present request reached us, or else
        the one at which `tracker serve` listens."""
        return cls((settings.base_url or reached_at or settings.served_at).rstrip("/"), settings.secret_key)

    @property
    def queue(self) -> str:
        return f"{self.base}/queue"

    @property
    def preferences(self) -> str:
        """Where an editor sets their preferences."""
        return f"{self.base}/settings/reminders"

    @property
    def newsroom(self) -> str:
        """Where a chief sets the desk's address."""
        return f"{self.base}/settings/newsroom"

    @property
    def webhooks(self) -> str:
        """Where chiefs and admins look after the webhooks."""
        return f"{self.base}/settings/webhooks"

    def claim(self, claim_id: int, form: str = "") -> str:
        """A claim's page, or one of its forms."""
        return f"{self.base}/claims/{claim_id}/{form}".rstrip("/")

    def stop(self, editor_id: int, scope: str) -> str:
        """What stops the messages of a scope for an editor, without signing in. It does not expire: old mail is answered, too."""
        return f"{self.base}/u/{_signer(self.secret).dumps([editor_id, scope])}"


def read_stop(secret: str, token: str) -> tuple[int, str] | None:
    """The editor and the scope that a link to stop names; None if we did not make it."""
    try:
        editor_id, scope = _signer(secret).loads(token)
    except (BadData, TypeError, ValueError):
        return None
    return (editor_id, scope) if scope in STOPS and isinstance(editor_id, int) else None


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="reminders.stop")
