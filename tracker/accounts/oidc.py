"""OpenID Connect: where the provider is, the address that signs in there, and what its answer proves. Free of Flask.

Authorization code flow with PKCE (RFC 7636), state and nonce; the ID token is checked by its signature, issuer, audience, times
and nonce (OpenID Connect Core 3.1.3.7). Raises SignInFailed with a sentence for people; the log has the cause.
"""

import base64
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

import structlog

from tracker import clock
from tracker.config import SignInSettings
from tracker.errors import N_, Refusal
from tracker.on_demand import OnDemand

if TYPE_CHECKING:
    from authlib.oauth2 import rfc7636
    from authlib.oidc import core
    from joserfc import errors, jwk, jwt
else:
    rfc7636, core = OnDemand("authlib.oauth2.rfc7636"), OnDemand("authlib.oidc.core")
    errors, jwk, jwt = OnDemand("joserfc.errors"), OnDemand("joserfc.jwk"), OnDemand("joserfc.jwt")

log = structlog.get_logger(__name__)

TIMEOUT_SECONDS: Final = 10
BYTES_MAX: Final = 1024 * 1024
METADATA_SECONDS: Final = 3600
LEEWAY: Final = 60  # seconds by which clocks may differ
# Signatures by keys that the provider publishes; never "none", never a shared secret.
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")


class SignInFailed(Refusal):
    """The identity opens no account here."""

    status = 403


class InvalidAnswer(SignInFailed):
    """The provider's answer is not sound, or not the answer to what this browser asked."""

    status = 400


class ProviderUnavailable(SignInFailed):
    """The provider does not answer."""

    status = 502


FAILED: Final = N_("Signing in did not work. Start again from the sign-in page.")
UNAVAILABLE: Final = N_("The sign-in service does not answer. Try again in a minute.")

Fetch = Callable[[str, bytes | None, Mapping[str, str]], object]


@dataclass(frozen=True)
class PendingSignIn:
    """What the browser keeps between leaving and coming back: each value is good for one answer."""

    state: str
    nonce: str
    verifier: str
    return_to: str


@dataclass(frozen=True)
class Identity:
    """The person who signed in, as the provider describes them."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    name: str
    groups: frozenset[str] = frozenset()
    id_token: str = field(default="", repr=False)


def fetch_json(url: str, body: bytes | None, headers: Mapping[str, str]) -> Any:
    """Return the JSON that an address answers. Raises OSError or ValueError."""
    if urlsplit(url).scheme not in {"https", "http"}:
        raise ValueError("not a web address")
    asked = urllib.request.Request(url, data=body, headers={"Accept": "application/json", **headers})  # noqa: S310
    with urllib.request.urlopen(asked, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310  the scheme is checked above
        content = answer.read(BYTES_MAX + 1)
    if len(content) > BYTES_MAX:
        raise ValueError("the answer is too long")
    return json.loads(content)


class Provider:
    """The configured provider; its metadata and keys are kept for an hour."""

    def __init__(self, settings: SignInSettings, fetch: Fetch = fetch_json) -> None:
        assert settings.issuer is not None
        self.settings, self.issuer, self._fetch = settings, settings.issuer, fetch
        self._metadata: dict[str, object] = {}
        self._keys: jwk.KeySet | None = None
        self._kept_until = 0.0

    def begin(self, redirect_uri: str, return_to: str, *, force_login: bool = False) -> tuple[str, PendingSignIn]:
        """Return the address to send the browser to, and what to keep until it comes back. `force_login`: ask for the
        password although there is a session at the provider."""
        pending = PendingSignIn(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), return_to)
        query = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": redirect_uri,
            "scope": self.settings.scopes,
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": rfc7636.create_s256_code_challenge(pending.verifier),
            "code_challenge_method": "S256",
            **({"prompt": "login", "max_age": "0"} if force_login else {}),
        }
        endpoint = self._endpoint("authorization_endpoint")
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}", pending

    def finish(self, pending: PendingSignIn, state: str, code: str, redirect_uri: str) -> Identity:
        """Return who signed in. Raises SignInFailed unless the answer belongs to what was started and is sound in every part."""
        if not state or not secrets.compare_digest(state.encode(), pending.state.encode()) or not code:
            raise _failed("the state does not match")
        tokens = self._exchange(pending, code, redirect_uri)
        token = tokens.get("id_token")
        if not isinstance(token, str):
            raise _failed("the answer has no ID token")
        claims = self._verified(token, pending.nonce)
        more = self._more_claims(tokens, claims)
        return _identity(self.issuer, {**more, **claims}, self.settings.groups_claim, token)

    def logout_url(self, id_token: str, back: str) -> str:
        """Return the address that signs out at the provider, "" where it has none."""
        try:
            endpoint = self._load().get("end_session_endpoint")
        except SignInFailed:
            return ""
        query = {"client_id": self.settings.client_id, "post_logout_redirect_uri": back, "id_token_hint": id_token}
        return f"{endpoint}?{urlencode({name: value for name, value in query.items() if value})}" if endpoint else ""

    def _exchange(self, pending: PendingSignIn, code: str, redirect_uri: str) -> dict[str, Any]:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": pending.verifier}
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        supported = self._load().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if self.settings.client_secret and "client_secret_basic" in supported:
            pair = f"{self.settings.client_id}:{self.settings.client_secret}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        else:
            form["client_id"] = self.settings.client_id
            if self.settings.client_secret:
                form["client_secret"] = self.settings.client_secret
        tokens = self._ask(self._endpoint("token_endpoint"), urlencode(form).encode(), headers)
        if not isinstance(tokens, dict):
            raise _failed("the token endpoint answers something else than an object")
        return tokens

    def _verified(self, token: str, nonce: str) -> dict[str, Any]:
        """Return the claims of an ID token that is signed by the provider, for us, now, and for this sign-in."""
        try:
            decoded = self._decode(token)
            expected: Mapping[str, object] = {
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self.settings.client_id},
                "sub": {"essential": True},
                "nonce": {"essential": True, "value": nonce},
            }
            claims = core.CodeIDToken(
                decoded.claims, decoded.header, expected, {"nonce": nonce, "client_id": self.settings.client_id}
            )
            claims.validate(now=int(clock.now().timestamp()), leeway=LEEWAY)
        except (errors.JoseError, ValueError, TypeError, KeyError) as error:
            raise _failed(f"the ID token is not valid: {error}") from error
        if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise _failed("the nonce does not match")
        return dict(claims)

    def _decode(self, token: str) -> Any:
        try:
            return jwt.decode(token, self._key_set(), algorithms=list(ALGORITHMS))
        except (errors.JoseError, ValueError):
            # The provider may have changed its keys since they were read: once more with new ones.
            self._kept_until = 0.0
            return jwt.decode(token, self._key_set(), algorithms=list(ALGORITHMS))

    def _more_claims(self, tokens: Mapping[str, object], claims: Mapping[str, object]) -> dict[str, Any]:
        """Return what the userinfo endpoint adds, where the ID token has no address; its subject must be the same."""
        endpoint, access = self._load().get("userinfo_endpoint"), tokens.get("access_token")
        if claims.get("email") or not endpoint or not isinstance(access, str):
            return {}
        found = self._ask(str(endpoint), None, {"Authorization": f"Bearer {access}"})
        return found if isinstance(found, dict) and found.get("sub") == claims["sub"] else {}

    def _endpoint(self, name: str) -> str:
        found = self._load().get(name)
        if not isinstance(found, str) or urlsplit(found).scheme not in {"https", "http"}:
            raise _failed(f"the provider's metadata has no {name}")
        return found

    def _load(self) -> dict[str, Any]:
        if clock.monotonic() >= self._kept_until:
            metadata = self._ask(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration", None, {})
            if not isinstance(metadata, dict) or metadata.get("issuer") != self.issuer:
                raise _failed("the metadata names another issuer")
            keys = self._ask(str(metadata.get("jwks_uri")), None, {})
            try:
                self._keys = jwk.KeySet.import_key_set(keys)
            except (errors.JoseError, ValueError, TypeError, KeyError) as error:
                raise _failed(f"the provider's keys cannot be read: {error}") from error
            self._metadata, self._kept_until = metadata, clock.monotonic() + METADATA_SECONDS
        return self._metadata

    def _key_set(self) -> "jwk.KeySet":
        self._load()
        assert self._keys is not None
        return self._keys

    def _ask(self, url: str, body: bytes | None, headers: Mapping[str, str]) -> Any:
        try:
            return self._fetch(url, body, headers)
        except urllib.error.HTTPError as error:
            if error.code < 500:
                raise _failed(f"{url} answers {error.code}") from error
            raise _unavailable(url, error) from error
        except (OSError, ValueError) as error:
            raise _unavailable(url, error) from error


def _identity(issuer: str, claims: Mapping[str, Any], groups_claim: str, token: str) -> Identity:
    groups = claims.get(groups_claim) or []
    return Identity(
        issuer=issuer,
        subject=str(claims["sub"]),
        email=str(claims.get("email") or ""),
        email_verified=claims.get("email_verified") in (True, "true"),
        name=str(claims.get("name") or claims.get("preferred_username") or claims.get("email") or ""),
        groups=frozenset(map(str, [groups] if isinstance(groups, str) else groups)),
        id_token=token,
    )


def _failed(cause: str) -> SignInFailed:
    log.warning("sign-in by the provider failed", cause=cause[:500])
    return InvalidAnswer(FAILED)


def _unavailable(url: str, error: Exception) -> SignInFailed:
    log.warning("the OpenID provider does not answer", url=url, error=str(error)[:500])
    return ProviderUnavailable(UNAVAILABLE)
