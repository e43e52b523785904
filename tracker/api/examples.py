"""Examples of each operation for the page about the API: curl, Python and R."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tracker.api.columns import MEANINGS
from tracker.api.event_feed import EVENT_COLUMNS
from tracker.api.filters import FILTERS
from tracker.api.openapi import PREFIX
from tracker.api.operations import OPERATIONS, Operation
from tracker.api.resources import CLAIM_COLUMNS, RESOURCES


@dataclass(frozen=True)
class Numbers:
    """The rows that the examples are about."""

    claim: int = 147
    version: int = 9  # of the claim
    article: int = 12


EXAMPLE: Final = Numbers()


@dataclass(frozen=True)
class Described:
    """One operation as the page shows it. Pairs of texts are English and French; `names` are parameters or fields."""

    name: str
    method: str
    path: str
    scope: str
    summary: tuple[str, str]
    names: tuple[tuple[str, tuple[str, str], bool], ...]
    columns: tuple[tuple[str, tuple[str, str]], ...]
    curl: str
    python: str
    r: str


def describe_operations(base: str, numbers: Numbers = EXAMPLE) -> list[Described]:
    """Every operation, reads first; `base` is the address that programs use, without a slash at its end."""
    return [*_reads(base, numbers), *(_write(operation, base, numbers) for operation in OPERATIONS.values())]


def _reads(base: str, numbers: Numbers) -> Iterator[Described]:
    for resource in RESOURCES.values():
        names = [*resource.filters, *(["q"] if resource.searched else [])]
        query = f"?{names[0]}={FILTERS[names[0]].example}" if names else ""
        shown = tuple((name, FILTERS[name].meaning, False) for name in names)
        address = f"{base}{PREFIX}/{resource.name}{query}"
        yield _read(f"list_{resource.name}", f"/{resource.name}", address, resource.summary, shown, resource.columns)
    include = (("include", ("evidence, checks, verdicts, translations", "evidence, checks, verdicts, translations"), False),)
    one = ("One claim", "Une prévision")
    path = "/claims/{claim_id}"
    yield _read("get_claim", path, f"{_address(base, path, numbers)}?include=evidence", one, include, CLAIM_COLUMNS)
    after = (("after", ("Entries behind this number", "Les entrées après ce numéro"), False),)
    history = ("The event history, to keep a copy in step", "L’historique, pour tenir une copie à jour")
    yield _read("list_events", "/events", f"{base}{PREFIX}/events?after=0", history, after, EVENT_COLUMNS)
    me = ("The token itself and what it may do now", "Le jeton lui-même et ce qu’il peut faire")
    yield _read("get_me", "/me", f"{base}{PREFIX}/me", me, (), ())


def _read(
    name: str,
    path: str,
    address: str,
    summary: tuple[str, str],
    names: tuple[tuple[str, tuple[str, str], bool], ...],
    columns: tuple[str, ...],
) -> Described:
    return Described(
        name,
        "GET",
        PREFIX + path,
        "read" if name != "get_me" else "",
        summary,
        names,
        tuple((column, MEANINGS[column]) for column in columns),
        f'curl -H "Authorization: Bearer $TRACKER_TOKEN" \\\n  "{address}"',
        f'import os, requests\nhead = {{"Authorization": "Bearer " + os.environ["TRACKER_TOKEN"]}}\n'
        f'found = requests.get("{address}", headers=head, timeout=30).json()',
        f'library(httr2)\nfound <- request("{address}") |>\n  req_auth_bearer_token(Sys.getenv("TRACKER_TOKEN")) |>\n'
        "  req_perform() |> resp_body_json()",
    )


def _write(operation: Operation, base: str, numbers: Numbers) -> Described:
    address, sent = _address(base, operation.path, numbers), dict(operation.example)
    if "article_id" in sent:
        sent["article_id"] = numbers.article
    body = json.dumps(sent, ensure_ascii=False)
    own: dict[str, str] = {}
    if operation.method == "POST":
        own["Idempotency-Key"] = f"{operation.name}-0001"
    if operation.needs_version:
        own["If-Match"] = f'"claim-{numbers.claim}-{numbers.version}"'
    curl_headers = "".join(f" \\\n  -H '{name}: {value}'" for name, value in own.items())
    python_headers = "".join(f', "{name}": {value!r}' for name, value in own.items())
    r_headers = "".join(f" |>\n  req_headers(`{name}` = {json.dumps(value)})" for name, value in own.items())
    return Described(
        operation.name,
        operation.method,
        PREFIX + operation.path,
        operation.scope.value,
        operation.summary,
        tuple((field.name, field.meaning, field.required) for field in operation.fields),
        (),
        f'curl -X {operation.method} -H "Authorization: Bearer $TRACKER_TOKEN"{curl_headers} \\\n'
        f"  -H 'Content-Type: application/json' \\\n  -d '{body}' \\\n  {address}",
        f'import os, requests\nhead = {{"Authorization": "Bearer " + os.environ["TRACKER_TOKEN"]{python_headers}}}\n'
        f'done = requests.{operation.method.lower()}("{address}", headers=head, timeout=30,\n'
        f"    json={sent!r})",
        f'library(httr2)\ndone <- request("{address}") |>\n  req_method("{operation.method}") |>\n'
        f'  req_auth_bearer_token(Sys.getenv("TRACKER_TOKEN")){r_headers} |>\n'
        f'  req_body_raw({json.dumps(body, ensure_ascii=False)}, "application/json") |>\n  req_perform() |> resp_body_json()',
    )


def _address(base: str, path: str, numbers: Numbers) -> str:
    return base + PREFIX + path.replace("{claim_id}", str(numbers.claim))
