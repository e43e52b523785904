"""The documents on security: complete, and true where a test can tell. With the few checks that have no other home."""

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.factories import make_claim
from tests.support.postgres import CHECKOUT
from tests.support.web import Client, SignIn
from tests.test_permissions import LINES
from tracker.db import Database
from tracker.web.access import access_of
from tracker.web.public_paths import is_public_path

SECURITY = (CHECKOUT / "SECURITY.md").read_text("utf-8")
ASVS = (CHECKOUT / "docs" / "asvs.md").read_text("utf-8")

LEVEL_1 = """
    V1.2.1 V1.2.2 V1.2.3 V1.2.4 V1.2.5 V1.3.1 V1.3.2 V1.5.1 V2.1.1 V2.2.1 V2.2.2 V2.3.1 V3.2.1 V3.2.2 V3.3.1 V3.4.1 V3.4.2 V3.5.1
    V3.5.2 V3.5.3 V4.1.1 V4.4.1 V5.2.1 V5.2.2 V5.3.1 V5.3.2 V6.1.1 V6.2.1 V6.2.2 V6.2.3 V6.2.4 V6.2.5 V6.2.6 V6.2.7 V6.2.8 V6.3.1
    V6.3.2 V6.4.1 V6.4.2 V7.2.1 V7.2.2 V7.2.3 V7.2.4 V7.4.1 V7.4.2 V8.1.1 V8.2.1 V8.2.2 V8.3.1 V9.1.1 V9.1.2 V9.1.3 V9.2.1
    V10.4.1 V10.4.2 V10.4.3 V10.4.4 V10.4.5 V11.3.1 V11.3.2 V11.4.1 V12.1.1 V12.2.1 V12.2.2 V13.4.1 V14.2.1 V14.3.1 V15.1.1
    V15.2.1 V15.3.1
"""
ROWS = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in ASVS.splitlines() if line.startswith("| V")]
STATES = {"met", "partly", "**not met**", "not applicable", "operator"}


def test_no_requirement_of_level_1_is_left_out():
    assert [row[0] for row in ROWS] == LEVEL_1.split()


def test_every_requirement_has_a_state_and_a_test():
    assert {row[2] for row in ROWS} <= STATES
    assert [row[0] for row in ROWS if row[2] == "met" and "::" not in row[3]] == []


def test_every_test_that_is_named_exists():
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", ASVS + SECURITY))
    assert len(named) > 50
    missing = [
        f"{file}::{name}"
        for file, name in sorted(named)
        if not (CHECKOUT / file).exists() or not re.search(rf"^def {name}\(", (CHECKOUT / file).read_text("utf-8"), re.MULTILINE)
    ]
    assert missing == []


def test_the_counts_at_its_head_are_those_of_the_table():
    found = re.search(
        r"^Of (\d+): (\d+) met, (\d+) partly, (\d+) not met, (\d+) not applicable, (\d+) in the hands", ASVS, re.MULTILINE
    )
    assert found
    count = [sum(row[2] == state for row in ROWS) for state in ("met", "partly", "**not met**", "not applicable", "operator")]
    assert [int(number) for number in found.groups()] == [len(ROWS), *count]


def test_unmet_requirements_are_listed_with_reasons():
    tail = ASVS.partition("## What is partly or not met")[2]
    assert re.findall(r"^- \*\*(V[\d.]+)\*\*", tail, re.MULTILINE) == [
        row[0] for row in ROWS if row[2] in {"partly", "**not met**"}
    ]


@pytest.mark.parametrize(
    "heading",
    ["Report a fault", "Roles", "Signing in", "Input", "What is not protected against", "Parts", "What scanners say"],
)
def test_security_page_has_its_sections(heading: str):
    assert re.search(rf"^##+ {heading}$", SECURITY, re.MULTILINE)


def test_the_figures_of_the_security_page_are_those_of_the_code():
    from tracker.accounts import login_rate_limit, passwords, sessions
    from tracker.web import limits

    assert f"at least {passwords.SHORTEST} characters" in SECURITY
    for figure in (login_rate_limit.PER_ACCOUNT_AND_ADDRESS, login_rate_limit.PER_ACCOUNT, login_rate_limit.PER_ADDRESS):
        assert re.search(rf"\b{figure} (for one account|from one address)", SECURITY)
    assert login_rate_limit.WINDOW.total_seconds() == 15 * 60
    assert (sessions.LIMITS.idle.total_seconds(), sessions.LIMITS.absolute.days) == (12 * 3600, 1)
    assert (sessions.REMEMBERED.idle.days, sessions.REMEMBERED.absolute.days) == (14, 60)
    assert (limits.BODY_MAX, limits.FIELDS_MAX) == (2 * 1024 * 1024, 1_000)


# --- what has no other home ---


@pytest.fixture
def backend() -> str:
    """What pages answer does not hang on the database."""
    return "sqlite"


def pages() -> list[str]:
    return sorted({address for _, method, address in LINES if method == "GET" and not re.search("[A-Z]", address)})


def test_every_response_has_a_content_type(database: Database, sign_in: SignIn):
    claim = make_claim(database, "resolved")
    browser = sign_in("chief")
    for path in [*pages(), f"/claims/{claim.id}/dossier.jsonl", "/nowhere"]:
        answer = browser.get(path)
        if answer.data:
            kind = answer.headers["Content-Type"]
            is_text = not kind.startswith("application/") or "json" in kind
            is_json = kind in {"application/json", "application/problem+json"}  # always UTF-8
            assert "charset=utf-8" in kind or is_json or not is_text, (path, kind)


def test_no_answer_lets_other_origins_in(app: Flask, sign_in: SignIn):
    browser = sign_in("chief")
    style = re.search(r'href="(/static/[^"]+\.css)"', browser.get("/queue").text)
    assert style
    # What readers' programs fetch is open to every site, and has no session.
    for path in [each for each in [*pages(), style[1]] if not is_public_path(each)]:
        for method in ("GET", "OPTIONS"):
            with browser.open(path, method=method, headers={"Origin": "https://evil.example"}) as answer:
                assert not [name for name, _ in answer.headers if name.lower().startswith("access-control-")], (method, path)


# What a mail program posts to by itself, by a link that is signed.
# The form for readers, who have no session, carries a signed token of its own; tests/public checks it.
WITHOUT_TOKEN = {"reminders.stop_now", "public.send_report"}


def test_no_post_is_taken_without_its_token(app: Flask, database: Database, sign_in: SignIn):
    chief, admin = sign_in("chief"), sign_in("admin")
    tried = 0
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if "POST" not in (rule.methods or ()) or rule.endpoint in WITHOUT_TOKEN or access is None:
            continue
        browser = admin if access.role is not None and access.role == "admin" else chief
        path = re.sub(r"<[^>]+>", "1", rule.rule.replace("<any(en,fr):language>", "en"))
        answer = browser.post(path, csrf=False, data={"x": "y"})
        # The API knows no session, and so nothing that another site could make a browser send.
        assert answer.status_code == (401 if rule.endpoint.startswith("api.") else 400), (path, answer.status_code)
        tried += 1
    assert tried > 30


def test_password_fields_are_masked_and_open_to_password_managers(client: Client, sign_in: SignIn):
    for browser, path in ((client, "/login"), (sign_in("viewer"), "/change")):
        fields = re.findall(r"<input[^>]+name=\"[a-z_]*password[a-z_]*\"[^>]*>", browser.get(path).text)
        assert fields
        for field in fields:
            assert 'type="password"' in field
            assert re.search(r'autocomplete="(current|new)-password"', field)
    scripts = [path.read_text("utf-8") for path in (CHECKOUT / "tracker" / "static").rglob("*.js")]
    assert not [script for script in scripts if re.search(r"addEventListener\(\s*[\"']paste", script)]


def test_a_session_has_enough_chance_in_it(database: Database):
    from tests.factories import make_editor
    from tracker.accounts import sessions
    from tracker.accounts.models import EditorSession

    editor = make_editor(database)
    with database.writing() as session:
        sids = {sessions.start(session, editor) for _ in range(50)}
    assert len(sids) == 50
    assert all(len(sid) >= 43 and re.fullmatch(r"[\w-]+", sid) for sid in sids)  # 43 characters of 6 bits
    with database.reading() as session:
        assert not {row.sid_hash for row in session.query(EditorSession)} & sids


def test_the_documents_lie_where_they_are_looked_for():
    for name in ("SECURITY.md", "docs/asvs.md", "docs/backup.md", "docs/postgresql.md", "docs/history.md"):
        assert Path(CHECKOUT / name).is_file()
