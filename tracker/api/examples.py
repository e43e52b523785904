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

_CLAIM: Final = 147


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


def describe_operations(base: str) -> list[Described]:
    """Every operation, reads first; `base` is the address that programs use, without a slash at its end."""
    return [*_reads(base), *(_write(operation, base) for operation in OPERATIONS.values())]


def _reads(base: str) -> Iterator[Described]:
    for resource in RESOURCES.values():
        names = [*resource.filters, *(["q"] if resource.searched else [])]
        query = f"?{names[0]}={FILTERS[names[0]].example}" if names else ""
        shown = tuple((name, FILTERS[name].meaning, False) for name in names)
        yield _read(f"list_{resource.name}", f"/{resource.name}", query, resource.summary, shown, resource.columns, base)
    include = (("include", ("evidence, checks, verdicts, translations", "evidence, checks, verdicts, translations"), False),)
    one = ("One claim", "Une prévision")
    yield _read("get_claim", "/claims/{claim_id}", "?include=evidence", one, include, CLAIM_COLUMNS, base)
    after = (("after", ("Entries behind this number", "Les entrées après ce numéro"), False),)
    history = ("The event history, to keep a copy in step", "L’historique, pour tenir une copie à jour")
    yield _read("list_events", "/events", "?after=0", history, after, EVENT_COLUMNS, base)
    me = ("The token itself and what it may do now", "Le jeton lui-même et ce qu’il peut faire")
    yield _read("get_me", "/me", "", me, (), (), base)


def _read(
    name: str,
    path: str,
    query: str,
    summary: tuple[str, str],
    names: tuple[tuple[str, tuple[str, str], bool], ...],
    columns: tuple[str, ...],
    base: str,
) -> Described:
    address = _address(base, path) + query
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


def _write(operation: Operation, base: str) -> Described:
    address, body = _address(base, operation.path), json.dumps(operation.example, ensure_ascii=False)
    own: dict[str, str] = {}
    if operation.method == "POST":
        own["Idempotency-Key"] = f"{operation.name}-0001"
    if operation.needs_version:
        own["If-Match"] = f'"claim-{_CLAIM}-9"'
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
        f"    json={operation.example!r})",
        f'library(httr2)\ndone <- request("{address}") |>\n  req_method("{operation.method}") |>\n'
        f'  req_auth_bearer_token(Sys.getenv("TRACKER_TOKEN")){r_headers} |>\n'
        f'  req_body_raw({json.dumps(body, ensure_ascii=False)}, "application/json") |>\n  req_perform() |> resp_body_json()',
    )


def _address(base: str, path: str) -> str:
    return base + PREFIX + path.replace("{claim_id}", str(_CLAIM))
