"""`tracker config show` and `tracker mail test`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.support.mail import smtp_sink
from tracker.cli import command
from tracker.command_context import Context

KEY = "k3y-f0r-t3sts-0123456789abcdefghijkl"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`run("config", "show", TIMEZONE="UTC")` runs a command with these settings."""

    def call(*arguments: str, **given: str) -> Result:
        environ = {"TRACKER_HOME": str(tmp_path)} | {f"TRACKER_{name}": text for name, text in given.items()}
        return CliRunner().invoke(command, arguments, obj=Context(environ))

    return call


def test_config_show_names_values_and_sources_without_secrets(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "tracker.toml"
    file.write_text('timezone = "Europe/Paris"\n')
    result = run("config", "show", SECRET_KEY=KEY, SMTP_URL="smtp://me:hidden@mail.example.org:587", CONFIG=str(file))
    assert result.exit_code == 0
    assert f"TRACKER_TIMEZONE = Europe/Paris  [{file}]" in result.output
    assert "TRACKER_SECRET_KEY = (set, not shown)  [environment]" in result.output
    assert "TRACKER_SMTP_URL = smtp://me:***@mail.example.org:587  [environment]" in result.output
    assert "hidden" not in result.output
    assert KEY not in result.output
    assert "TRACKER_BASE_URL" in result.output.splitlines()[-1]


def test_config_show_writes_json(run: Run) -> None:
    found = json.loads(run("config", "show", "--json", TIMEZONE="UTC").output)
    assert {"name": "TRACKER_TIMEZONE", "value": "UTC", "source": "environment"} in found["settings"]
    assert "TRACKER_SMTP_URL" in found["not_set"]


def test_config_show_makes_no_key(run: Run, tmp_path: Path) -> None:
    assert run("config", "show").exit_code == 0
    assert not (tmp_path / "secret_key").exists()


def test_config_show_refuses_what_the_server_would_refuse(run: Run) -> None:
    result = run("config", "show", TIMEZONE="Mars/Olympus")
    assert result.exit_code == 1
    assert "TRACKER_TIMEZONE" in result.output


def test_mail_test_reports_what_the_server_accepted(run: Run) -> None:
    with smtp_sink() as sink:
        result = run("mail", "test", "me@example.org", SECRET_KEY=KEY, SMTP_URL=sink.url, MAIL_FROM="tracker@example.org")
        assert result.exit_code == 0, result.output
        assert "accepted a message to me@example.org from tracker@example.org" in result.output
        (mail,) = sink.mails
    assert (mail.sender, mail.receiver) == ("tracker@example.org", "me@example.org")


@pytest.mark.parametrize(
    ("address", "given", "reason"),
    [
        ("me@example.org", {}, "TRACKER_SMTP_URL is not set"),
        ("nothing", {"SMTP_URL": "smtp://localhost:1"}, "is no e-mail address"),
        ("me@example.org", {"SMTP_URL": "smtp://localhost:1"}, "localhost:1 did not accept the message"),
    ],
)
def test_mail_test_names_the_reason_of_a_failure(run: Run, address: str, given: dict[str, str], reason: str) -> None:
    result = run("mail", "test", address, SECRET_KEY=KEY, **given)
    assert result.exit_code == 1
    assert reason in result.output
