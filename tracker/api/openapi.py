"""The description of the API as OpenAPI 3.1, drawn from the tables of resources and operations."""

from typing import Final

from tracker.accounts.tokens import Scope
from tracker.api.columns import Schema, row_schema
from tracker.api.event_feed import EVENT_COLUMNS
from tracker.api.filters import FILTERS, LIMIT_DEFAULT, LIMIT_MAX
from tracker.api.links import LINKS, list_links
from tracker.api.operations import OPERATIONS, Operation
from tracker.api.reading import INCLUDES
from tracker.api.resources import RESOURCES, TRANSLATION_COLUMNS, Resource
from tracker.exports.gathered import VERDICT_COLUMNS
from tracker.pagination import ID_MAX
from tracker.web.problems import MEDIA_TYPE, SLUGS

PREFIX: Final = "/api/v1"
_READ_ERRORS: Final = (400, 401, 403, 406, 422, 429, 503)
_WRITE_ERRORS: Final = (400, 401, 403, 404, 406, 409, 413, 415, 422, 429, 503)
_ROWS: Final = {"articles": "Article", "claims": "Claim", "verdicts": "Verdict", "evidence": "Evidence", "checks": "Check",
                "speakers": "Speaker", "topics": "Topic"}  # fmt: skip
_WRITTEN: Final = (
    "claim_id", "article_id", "evidence_id", "check_id", "note_id", "verdict_id", "source_id", "version",
)  # fmt: skip
_INTEGER: Final[Schema] = {"type": "integer"}
_NEXT: Final[Schema] = {"type": ["string", "null"], "description": "Address of the next page; null on the last one"}


def build_document() -> Schema:
    """Return the whole document."""
    paths: dict[str, dict[str, object]] = {}
    for resource in RESOURCES.values():
        paths.setdefault(f"{PREFIX}/{resource.name}", {})["get"] = _list(resource)
    paths[f"{PREFIX}/claims/{{claim_id}}"] = {"get": _claim()}
    paths[f"{PREFIX}/events"] = {"get": _events()}
    paths[f"{PREFIX}/me"] = {"get": _me()}
    for operation in OPERATIONS.values():
        paths.setdefault(f"{PREFIX}{operation.path}", {})[operation.method.lower()] = _write(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tracker API",
            "version": "1",
            "description": "Claims, verdicts and evidence. Version 1 only ever grows. No token can sign a verdict.",
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": f"A token of Tracker. Scopes: {', '.join(Scope)}"}
            },
            "schemas": _schemas(),
            "links": dict(LINKS),
        },
    }


def _schemas() -> dict[str, Schema]:
    rows = {_ROWS[name]: row_schema(resource.columns) for name, resource in RESOURCES.items()}
    event = row_schema(EVENT_COLUMNS)
    included: dict[str, Schema] = {
        "evidence": _array_of("Evidence"),
        "checks": _array_of("Check"),
        "verdicts": _array_of("Proposal"),
        "translations": _array_of("Translation"),
    }
    claim = rows["Claim"]
    problem_errors = {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["field", "message", "code"],
            "properties": {name: {"type": "string"} for name in ("field", "message", "code")},
        },
    }
    return {
        **rows,
        "Event": event,
        "Proposal": row_schema(VERDICT_COLUMNS),
        "Translation": row_schema(TRANSLATION_COLUMNS),
        "ClaimWithMore": {**claim, "properties": {**claim["properties"], **included}},
        "Written": {
            "type": "object",
            "properties": {
                **dict.fromkeys(_WRITTEN, _INTEGER),
                "status": {"type": "string"},
            },
            "additionalProperties": False,
        },
        "Problem": {
            "type": "object",
            "required": ["type", "title", "status", "detail", "instance"],
            "properties": {
                "type": {"type": "string", "enum": [f"{PREFIX}/problems/{slug}" for slug in sorted(set(SLUGS.values()))]},
                "title": {"type": "string"},
                "status": _INTEGER,
                "detail": {"type": "string"},
                "instance": {"type": "string", "description": "The request’s number, for the log"},
                "incident": {"type": "string"},
                "version": {"type": "integer", "description": "The claim’s present version"},
                "errors": problem_errors,
            },
        },
    }  # fmt: skip


def _list(resource: Resource) -> Schema:
    names = [*resource.filters, *(["q"] if resource.searched else [])]
    parameters = [_parameter(name, FILTERS[name].schema, FILTERS[name].meaning[0]) for name in names]
    parameters += [
        _limit(),
        _parameter("after", {"type": "string", "maxLength": 512}, "Cursor, from `next` of the page before"),
        _parameter("count", {"type": "string", "enum": ["true", "false"]}, "true: with the number of rows, “1000+” for more"),
    ]
    page = {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": _array_of(_ROWS[resource.name]),
            "next": _NEXT,
            "count": {"type": ["integer", "string"]},
        },
    }
    return _operation(f"list_{resource.name}", resource.summary[0], parameters, page, "read", resource.name)


def _claim() -> Schema:
    include = _parameter("include", {"type": "string"}, f"Names with commas between them: {', '.join(INCLUDES)}")
    parameters = [_claim_id(), include, _header("If-None-Match", {"type": "string"}, "The ETag of what is known already")]
    found = _operation("get_claim", "One claim", parameters, _ref("ClaimWithMore"), "read", "claims", errors=(404, *_READ_ERRORS))
    found["responses"]["304"] = {"description": "Nothing has changed"}
    return found


def _events() -> Schema:
    after: Schema = {"type": "integer", "minimum": 0, "maximum": ID_MAX}
    parameters = [_parameter("after", after, "Entries behind this number"), _limit()]
    head = {"type": "object", "required": ["seq", "hash"], "properties": {"seq": _INTEGER, "hash": {"type": "string"}}}
    page = {
        "type": "object",
        "required": ["items", "next", "head"],
        "properties": {"items": _array_of("Event"), "next": _NEXT, "head": head},
    }
    summary = "The event history, every number once, with the head of its hash chain"
    return _operation("list_events", summary, parameters, page, "read", "events")


def _me() -> Schema:
    text, texts = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
    properties = {
        "token_id": _INTEGER, "name": text, "owner_id": _INTEGER, "owner": text, "roles": texts, "scopes": texts,
        "expires_on": {"type": "string", "format": "date"},
    }  # fmt: skip
    body = {"type": "object", "required": list(properties), "properties": properties}
    return _operation("get_me", "The token itself and what it may do now", [], body, "any", "me")


def _write(operation: Operation) -> Schema:
    parameters: list[dict[str, object]] = [_claim_id()] if "{claim_id}" in operation.path else []
    errors = list(_WRITE_ERRORS)
    if operation.method == "POST":
        key: Schema = {"type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[!-~]{8,128}$"}
        parameters.append(_header("Idempotency-Key", key, "Another one for each piece of work", required=True))
    if operation.needs_version:
        parameters.append(_header("If-Match", {"type": "string"}, "The claim’s ETag", required=True))
        errors += [412, 428]
    status = {"PATCH": "200"}.get(operation.method, "202" if operation.name == "suggest" else "201")
    found = _operation(
        operation.name, operation.summary[0], parameters, _ref("Written"), operation.scope.value, "writing",
        status=status, errors=tuple(sorted(errors)),
    )  # fmt: skip
    content = {"schema": _body(operation), "example": operation.example}
    found["requestBody"] = {"required": True, "content": {"application/json": content}}
    return found


def _body(operation: Operation) -> Schema:
    return {
        "type": "object",
        "required": [field.name for field in operation.fields if field.required],
        "properties": {field.name: {**field.schema, "description": field.meaning[0]} for field in operation.fields},
        "additionalProperties": False,
        **({"minProperties": 1} if operation.method == "PATCH" else {}),
    }


def _operation(
    name: str,
    summary: str,
    parameters: list[dict[str, object]],
    body: Schema,
    scope: str,
    tag: str,
    *,
    status: str = "200",
    errors: tuple[int, ...] = _READ_ERRORS,
) -> Schema:
    problem = {MEDIA_TYPE: {"schema": _ref("Problem")}}
    done: Schema = {"description": "Done", "content": {"application/json": {"schema": body}}}
    if links := list_links(name):
        done["links"] = {link: {"$ref": f"#/components/links/{link}"} for link in links}
    if headers := _answer_headers(links, status):
        done["headers"] = {each: {"description": text, "schema": {"type": "string"}} for each, text in headers.items()}
    return {
        "operationId": name,
        "summary": summary,
        "description": f"Scope: {scope}",
        "tags": [tag],
        "parameters": parameters,
        "responses": {
            status: done,
            **{str(each): {"description": SLUGS[each].replace("-", " "), "content": problem} for each in errors},
        },
    }


def _answer_headers(links: tuple[str, ...], status: str) -> dict[str, str]:
    found = {"ETag": "The claim’s version, for If-Match"} if "get_claim" in links else {}
    return {**found, "Location": "Where it can be read"} if status in ("201", "202") else found


def _parameter(name: str, schema: Schema, meaning: str) -> Schema:
    return {"name": name, "in": "query", "description": meaning, "schema": schema}


def _header(name: str, schema: Schema, meaning: str, *, required: bool = False) -> Schema:
    return {"name": name, "in": "header", "required": required, "description": meaning, "schema": schema}


def _limit() -> Schema:
    schema: Schema = {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT}
    return _parameter("limit", schema, "Rows of a page")


def _claim_id() -> Schema:
    schema: Schema = {"type": "integer", "minimum": 1, "maximum": ID_MAX}
    return {"name": "claim_id", "in": "path", "required": True, "description": "Number of the claim", "schema": schema}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _array_of(name: str) -> Schema:
    return {"type": "array", "items": _ref(name)}
