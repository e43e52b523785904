"""An OpenID provider on a free port of this machine: signs real tokens, checks codes and PKCE, and can be told to err."""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tracker import clock

CLIENT_ID: Final = "tracker"
CLIENT_SECRET: Final = "the client's secret"


@dataclass
class Provider:
    """What the provider knows and how it answers; tests change the fields."""

    port: int = 0
    person: dict[str, Any] = field(default_factory=dict)  # claims of who signs in
    changes: dict[str, Any] = field(default_factory=dict)  # claims to write into tokens in place of the right ones
    omitted: tuple[str, ...] = ()  # claims to leave out
    signing_key: RSAKey | None = None  # in place of the published one
    algorithm: str = "RS256"
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)  # the queries of /authorize
    is_broken: bool = False

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port}"

    def metadata(self) -> dict[str, Any]:
        names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "logout"}
        endpoints = {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in names.items()}
        return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks", **endpoints}

    def authorize(self, query: dict[str, str]) -> str:
        """Sign the person in and return the address to go back to."""
        self.asked.append(query)
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def exchange(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """Return the tokens of a code, once; None for a code, secret or verifier that is wrong."""
        begun = self.codes.pop(form.get("code", ""), None)
        pair = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if begun is None or authorization != f"Basic {pair}" or begun["code_challenge"] != challenge:
            return None
        return {"access_token": "access", "token_type": "Bearer", "id_token": self.token(begun["nonce"])}

    def token(self, nonce: str) -> str:
        """A signed ID token for the person."""
        now = int(clock.now().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            **self.person,
            **self.changes,
        }
        kept = {name: value for name, value in claims.items() if name not in self.omitted}
        header = {"alg": self.algorithm, "kid": "1"}
        return jwt.encode(header, kept, self.signing_key or self.key, algorithms=[self.algorithm])


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if provider.is_broken:
                return self.send_error(503)
            if parts.path == "/.well-known/openid-configuration":
                return self._answer(provider.metadata())
            if parts.path == "/jwks":
                return self._answer(KeySet([provider.key]).as_dict(private=False))
            if parts.path == "/userinfo":
                return self._answer(provider.person)
            if parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(query))
                self.end_headers()
                return None
            return self.send_error(404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            tokens = provider.exchange(form, self.headers.get("Authorization", ""))
            self._answer(tokens or {"error": "invalid_grant"}, 200 if tokens else 400)

        def _answer(self, data: Any, status: int = 200) -> None:
            content = json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: Any) -> None:
            """Nothing."""

    return Handler


@contextmanager
def oidc_provider() -> Generator[Provider]:
    """A provider for the length of a block."""
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    server.daemon_threads = True
    provider.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
