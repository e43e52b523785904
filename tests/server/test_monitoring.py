"""Metrics, the access log, request ids, and the well-known addresses."""

import json
import re
from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families

from tests.factories import make_claim
from tests.support.web import AppFactory, Client, SignIn
from tracker import clock
from tracker.config import MonitoringSettings
from tracker.db import Database
from tracker.scheduling import heartbeats

TOKEN = "a token for the scraper"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def watched(new_app: AppFactory) -> Client:
    """A browser of an application with a metrics token."""
    client: Client = new_app(monitoring=MonitoringSettings(metrics_token=TOKEN)).test_client()
    return client


def samples(text: str) -> dict[tuple[str, str], float]:
    """The values by name and the values of their labels."""
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_hold_queue_outbox_jobs_and_requests(watched: Client, database: Database) -> None:
    make_claim(database, "due", review_on=clock.today("Europe/Paris").replace(year=2024))
    make_claim(database, "proposed")
    heartbeats.record(database, "flag", {})
    watched.get("/login")
    answer = watched.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    found = samples(answer.text)
    assert found["tracker_claims", "overdue"] == 1
    assert found["tracker_claims", "signoff"] == 1
    assert found["tracker_outbox_messages", "failed"] == 0
    assert found["tracker_outbox_oldest_seconds", ""] >= 0
    assert 0 <= found["tracker_job_age_seconds", "flag"] < 60
    assert found["tracker_requests_total", "security.login,GET,200"] >= 1
    assert found["tracker_request_seconds_count", "security.login"] >= 1
    assert ("tracker_requests_total", "health.read_metrics,GET,200") not in found


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN[:-1]}])
def test_metrics_do_not_exist_without_the_token(watched: Client, headers: dict[str, str]) -> None:
    answer = watched.get("/metrics", headers=headers)
    assert answer.status_code == 404
    assert "tracker_claims" not in answer.text


def test_metrics_are_off_by_default(client: Client) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize(("address", "status"), [("10.1.2.3", 200), ("10.2.0.1", 404)])
def test_metrics_are_open_to_their_networks_alone(new_app: AppFactory, address: str, status: int) -> None:
    client = new_app(monitoring=MonitoringSettings(metrics_networks=(ip_network("10.1.0.0/16"),))).test_client()
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": address}).status_code == status


def test_every_answer_has_an_id_of_its_own(client: Client) -> None:
    ids = [client.get("/login").headers["X-Request-ID"] for _ in range(2)]
    assert all(re.fullmatch(r"[0-9a-f]{16}", each) for each in ids)
    assert ids[0] != ids[1]


def test_error_page_shows_the_id_of_its_request(sign_in: SignIn) -> None:
    answer = sign_in().get("/nowhere")
    assert answer.status_code == 404
    assert f"Request {answer.headers['X-Request-ID']}" in answer.text


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Any:
    """The lines of the access log as they would be written."""
    before = structlog.get_config()
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, structlog.processors.JSONRenderer()])
    yield lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    structlog.configure(**before)


def test_access_log_is_one_json_line_per_request(new_app: AppFactory, logged: Callable[[], list[dict[str, Any]]]) -> None:
    client = new_app(monitoring=MonitoringSettings(access_log=True)).test_client()
    answer = client.get("/login?next=/claims&q=private+words")
    (line,) = [each for each in logged() if each["event"] == "request"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/login", 200)
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert line["milliseconds"] >= 0
    assert "private" not in json.dumps(line)
    client.get("/healthz")
    assert [each for each in logged() if each["event"] == "request"] == []


def test_access_log_is_off_by_default(client: Client, logged: Callable[[], list[dict[str, Any]]]) -> None:
    client.get("/login")
    assert [each for each in logged() if each["event"] == "request"] == []


def test_security_txt_names_the_contact_and_an_end(new_app: AppFactory, client: Client) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    contact = MonitoringSettings(security_contact="mailto:security@example.org")
    answer = new_app(monitoring=contact).test_client().get("/.well-known/security.txt")
    assert answer.mimetype == "text/plain"
    assert answer.text.startswith("Contact: mailto:security@example.org\nExpires: 20")


def test_change_password_leads_to_the_form(client: Client) -> None:
    assert client.get("/.well-known/change-password").location == "/change"
