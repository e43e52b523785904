"""The description is valid, is the file of the repository, and describes each route and no other."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from openapi_spec_validator import validate

from tests.support.web import SignIn
from tracker.api.examples import describe_operations
from tracker.api.openapi import build_document
from tracker.cli import command

FILE = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_document_is_valid():
    validate(build_document())  # type: ignore[arg-type]


def test_file_of_the_repository_is_what_the_command_prints():
    answer = CliRunner().invoke(command, ["api", "openapi"])
    assert answer.exit_code == 0
    assert answer.stdout == FILE.read_text(encoding="utf-8")


def test_application_serves_the_document_without_a_token(app: Flask):
    answer = app.test_client().get("/api/v1/openapi.json")
    assert (answer.status_code, answer.json) == (200, json.loads(FILE.read_text(encoding="utf-8")))


def test_every_route_is_described_and_back(app: Flask):
    paths = build_document()["paths"]
    described = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    there = {
        (method, rule.rule.replace("<id:claim_id>", "{claim_id}"))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.openapi"
    }
    assert described == there


def test_examples_are_made_of_known_fields():
    for path, methods in build_document()["paths"].items():
        for method, operation in methods.items():
            content: dict[str, Any] = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            if content:
                assert set(content["example"]) <= set(content["schema"]["properties"]), (method, path)
                assert set(content["schema"]["required"]) <= set(content["example"]), (method, path)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_page_shows_every_operation_with_its_examples(sign_in: SignIn, language: str):
    browser = sign_in("viewer")
    browser.set_cookie("language", language)
    page = browser.get("/api/docs")
    assert page.status_code == 200
    operations = describe_operations("http://localhost")
    assert len(operations) == sum(len(methods) for methods in build_document()["paths"].values())
    for each in operations:
        assert f'id="{each.name}"' in page.text
        ast.parse(each.python)
        assert all(example.count("http://localhost/api/v1") == 1 for example in (each.curl, each.python, each.r))
    assert "<script" not in page.text.partition("<main")[2].partition("</main")[0]
