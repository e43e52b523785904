"""Signing in at an OpenID provider: what its answer must prove, which account it opens, and what a wrong one does not open."""

import urllib.error
import urllib.request
from collections.abc import Callable, Generator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.factories import change_settings, events_of, make_editor
from tests.support.oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider, oidc_provider
from tests.support.web import PASSWORD, AppFactory, Client, password_hash
from tracker.accounts.models import Editor, ExternalIdentity
from tracker.config import SignInSettings
from tracker.db import Database

ADA = {"sub": "ada-1", "email": "ada@example.org", "email_verified": True, "name": "Ada Marsh"}
NewClient = Callable[..., Client]


@pytest.fixture
def provider() -> Generator[Provider]:
    with oidc_provider() as running:
        running.person = dict(ADA)
        yield running


@pytest.fixture
def new_browser(new_app: AppFactory, provider: Provider) -> NewClient:
    """`new_browser(create=("example.org",))`: a browser of an application that trusts the provider."""

    def make(**changes: Any) -> Client:
        given = {"issuer": provider.issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "name": "Example", **changes}
        client: Client = new_app(sign_in=SignInSettings(**given)).test_client()
        return client

    return make


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any) -> None:
        return None


def visit(address: str) -> str:
    """Open an address of the provider as a browser does; where it leads."""
    try:
        urllib.request.build_opener(_Stay).open(address)
    except urllib.error.HTTPError as answer:
        return str(answer.headers["Location"])
    raise AssertionError("the provider did not send the browser back")


def sign_in(client: Client, start: str = "/oidc/start?next=/claims") -> TestResponse:
    """Go there and back; the answer to the callback."""
    there = client.get(start)
    assert there.status_code == 302
    back = visit(there.location)
    return client.get(back.removeprefix("http://localhost"))


def is_signed_in(client: Client) -> bool:
    return client.get("/settings").status_code == 200


def count_identities(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(ExternalIdentity)) or 0


def test_editor_signs_in_by_confirmed_address_and_lands_on_next(new_browser: NewClient, database: Database) -> None:
    ada = make_editor(database, "Ada", email="ada@example.org")
    client = new_browser()
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (303, "/claims")
    assert is_signed_in(client)
    assert count_identities(database) == 1
    assert events_of(database, ada)[-1].kind == "editor.identity_linked"


def test_subject_and_not_address_identifies_a_linked_account(
    new_browser: NewClient, provider: Provider, database: Database
) -> None:
    make_editor(database, "Ada", email="ada@example.org")
    sign_in(new_browser())
    provider.person |= {"email": "married@example.org"}
    client = new_browser()
    assert sign_in(client).status_code == 303
    assert "ada@example.org" in client.get("/settings").text
    assert count_identities(database) == 1


def test_cookie_names_the_parts_of_a_pending_sign_in_as_ever(new_browser: NewClient) -> None:
    client = new_browser()
    client.get("/oidc/start?next=/claims")

    with client.session_transaction() as cookie:
        kept = cookie["oidc"]

    assert set(kept) == {"state", "nonce", "verifier", "onward"}
    assert kept["onward"] == "/claims"


def test_request_has_pkce_state_and_nonce(new_browser: NewClient, provider: Provider, database: Database) -> None:
    make_editor(database, email="ada@example.org")
    client = new_browser()
    queries = [parse_qs(urlsplit(client.get("/oidc/start").location).query) for _ in range(2)]
    for name in ("state", "nonce", "code_challenge"):
        assert queries[0][name] != queries[1][name]
        assert len(queries[0][name][0]) >= 32
    assert queries[0]["code_challenge_method"] == ["S256"]
    assert queries[0]["scope"] == ["openid email profile"]


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"aud": "another-client"},
        {"aud": ["tracker", "another"], "azp": "another"},
        {"nonce": "of another sign-in"},
        {"exp": 1_700_000_000},
        {"iat": 4_000_000_000},
        {"nbf": 4_000_000_000},
        {"exp": "soon"},
    ],
)
def test_token_with_a_wrong_claim_signs_no_one_in(
    new_browser: NewClient, provider: Provider, database: Database, changes: dict[str, Any]
) -> None:
    make_editor(database, email="ada@example.org")
    provider.changes = changes
    client = new_browser()
    assert sign_in(client).status_code == 400
    assert not is_signed_in(client)
    assert count_identities(database) == 0


@pytest.mark.parametrize("name", ["iss", "aud", "sub", "exp", "iat", "nonce"])
def test_token_without_a_needed_claim_signs_no_one_in(
    new_browser: NewClient, provider: Provider, database: Database, name: str
) -> None:
    make_editor(database, email="ada@example.org")
    provider.omitted = (name,)
    client = new_browser()
    assert sign_in(client).status_code == 400
    assert not is_signed_in(client)


def test_token_signed_by_another_key_signs_no_one_in(new_browser: NewClient, provider: Provider, database: Database) -> None:
    make_editor(database, email="ada@example.org")
    provider.signing_key = RSAKey.generate_key(2048, {"kid": "1"})
    client = new_browser()
    assert sign_in(client).status_code == 400
    assert not is_signed_in(client)


def test_token_signed_by_the_shared_secret_signs_no_one_in(
    new_browser: NewClient, provider: Provider, database: Database
) -> None:
    make_editor(database, email="ada@example.org")
    provider.algorithm, provider.signing_key = "HS256", OctKey.import_key(CLIENT_SECRET * 2)  # type: ignore[assignment]
    client = new_browser()
    assert sign_in(client).status_code == 400
    assert not is_signed_in(client)


def test_provider_may_change_its_keys(new_browser: NewClient, provider: Provider, database: Database) -> None:
    make_editor(database, email="ada@example.org")
    client = new_browser()
    assert sign_in(client).status_code == 303
    provider.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})
    client.post("/logout")
    assert sign_in(client).status_code == 303


def test_answer_counts_once(new_browser: NewClient, database: Database) -> None:
    make_editor(database, email="ada@example.org")
    client = new_browser()
    back = visit(client.get("/oidc/start").location).removeprefix("http://localhost")
    assert client.get(back).status_code == 303
    client.post("/logout")
    assert client.get(back).status_code == 400
    assert not is_signed_in(client)


def test_answer_of_another_browser_signs_no_one_in(new_browser: NewClient, database: Database) -> None:
    make_editor(database, email="ada@example.org")
    client, other = new_browser(), new_browser()
    back = visit(other.get("/oidc/start").location).removeprefix("http://localhost")
    assert client.get(back).status_code == 400
    client.get("/oidc/start")
    assert client.get(back).status_code == 400
    assert not is_signed_in(client)


@pytest.mark.parametrize("query", ["", "?state=x", "?code=x", "?state=&code=", "?error=access_denied&state=x"])
def test_callback_without_a_sound_answer_is_refused(new_browser: NewClient, query: str) -> None:
    client = new_browser()
    assert client.get(f"/oidc/callback{query}").status_code == 400
    client.get("/oidc/start")
    assert client.get(f"/oidc/callback{query}").status_code == 400


def test_next_never_leads_away(new_browser: NewClient, database: Database) -> None:
    make_editor(database, email="ada@example.org")
    assert sign_in(new_browser(), "/oidc/start?next=//evil.example/").location == "/"


@pytest.mark.parametrize("person", [{"email_verified": False}, {"email_verified": None}, {"email": ""}])
def test_unconfirmed_address_opens_no_account(
    new_browser: NewClient, provider: Provider, database: Database, person: dict[str, Any]
) -> None:
    make_editor(database, email="ada@example.org")
    provider.person |= person
    client = new_browser(create=("*",))
    answer = sign_in(client)
    assert answer.status_code == 403
    assert "has not confirmed your e-mail address" in answer.text
    assert count_identities(database) == 0


def test_address_of_the_userinfo_endpoint_counts(new_browser: NewClient, provider: Provider, database: Database) -> None:
    make_editor(database, email="ada@example.org")
    provider.omitted = ("email", "email_verified", "name")
    assert sign_in(new_browser()).status_code == 303


def test_disabled_account_stays_closed(new_browser: NewClient, database: Database) -> None:
    make_editor(database, email="ada@example.org", active=False)
    answer = sign_in(new_browser())
    assert answer.status_code == 403
    assert "Your account is disabled." in answer.text


def test_account_is_created_for_configured_domains_alone(new_browser: NewClient, provider: Provider, database: Database) -> None:
    refused = sign_in(new_browser(create=("example.com",)))
    assert refused.status_code == 403
    assert "There is no account for you" in refused.text
    assert sign_in(new_browser(create=("example.org",))).status_code == 303
    with database.reading() as session:
        ada = session.scalars(select(Editor).where(Editor.email == "ada@example.org")).one()
        assert (ada.name, ada.role_names, ada.password) == ("Ada Marsh", frozenset({"viewer"}), None)


def test_groups_give_roles_at_each_sign_in(new_browser: NewClient, provider: Provider, database: Database) -> None:
    settings = {"create": ("*",), "roles": (("newsroom", "editor"), ("heads", "chief"))}
    provider.person |= {"groups": ["newsroom", "staff"]}
    sign_in(new_browser(**settings))

    def roles() -> set[str]:
        with database.reading() as session:
            return {role.name for role in session.scalars(select(Editor).where(Editor.email == "ada@example.org")).one().roles}

    assert roles() == {"editor"}
    provider.person |= {"groups": ["heads"]}
    sign_in(new_browser(**settings))
    assert roles() == {"chief"}
    provider.person |= {"groups": ["staff"]}
    client = new_browser(**settings)
    assert sign_in(client).status_code == 403
    assert not is_signed_in(client)
    assert roles() == {"chief"}


def test_groups_never_take_the_last_administrator(new_browser: NewClient, provider: Provider, database: Database) -> None:
    make_editor(database, email="ada@example.org", roles=("admin",))
    provider.person |= {"groups": ["newsroom"]}
    assert sign_in(new_browser(roles=(("newsroom", "editor"),))).status_code == 303
    with database.reading() as session:
        ada = session.scalars(select(Editor)).one()
        assert {role.name for role in ada.roles} == {"admin", "editor"}


def test_sign_in_page_offers_the_provider_and_can_do_without_passwords(new_browser: NewClient, database: Database) -> None:
    editor = make_editor(database, email="ada@example.org")
    with database.writing() as session:
        session.get_one(Editor, editor.id).password = password_hash()
    both, alone = new_browser().get("/login").text, new_browser(local=False).get("/login").text
    assert "Sign in with Example" in both
    assert 'name="password"' in both
    assert "Sign in with Example" in alone
    assert 'name="password"' not in alone
    client = new_browser(local=False)
    refused = client.sign_in("ada@example.org", PASSWORD)
    assert refused.status_code == 403
    assert not is_signed_in(client)
    assert sign_in(client).status_code == 303


def test_sign_out_offers_to_sign_out_at_the_provider(new_browser: NewClient, provider: Provider, database: Database) -> None:
    make_editor(database, email="ada@example.org")
    client = new_browser()
    sign_in(client)
    answer = client.post("/logout")
    assert answer.location == "/login?signed_out=1"
    assert f'href="{provider.issuer}/logout?client_id=tracker' in client.get(answer.location).text
    assert not is_signed_in(client)


def test_provider_that_does_not_answer_gives_502(new_browser: NewClient, provider: Provider) -> None:
    provider.is_broken = True
    answer = new_browser().get("/oidc/start")
    assert answer.status_code == 502
    assert "The sign-in service does not answer." in answer.text


def test_without_a_provider_there_are_no_such_pages(client: Client) -> None:
    assert client.get("/oidc/start").status_code == 404
    assert client.get("/oidc/callback?state=x&code=y").status_code == 404


def test_chief_who_signed_in_at_the_provider_needs_no_second_factor_here(new_browser: NewClient, database: Database) -> None:
    change_settings(database, second_factor_required=True)
    chief = make_editor(database, email="ada@example.org", roles=("chief",))
    client = new_browser()
    sign_in(client)
    assert is_signed_in(client)
    locally = new_browser()
    locally.enter(chief)
    assert locally.get("/settings").location == "/settings/second-factor"
