"""Links of OpenAPI: what an answer gives to the next request, such as the number of a new claim and its ETag."""

from collections.abc import Mapping
from typing import Final

from tracker.api.columns import Schema
from tracker.api.operations import OPERATIONS, Operation
from tracker.api.resources import RESOURCES

_CLAIM_ID: Final = "$response.body#/claim_id"
_FIRST: Final = "$response.body#/items/0/"
# Lists that have a filter by the first column of another list: the claims of an article, a speaker, a topic.
_NARROWED: Final = {"articles": ("article", "article_id"), "speakers": ("speaker", "speaker_id"), "topics": ("topic", "topic_id")}


def _to_operation(operation: Operation) -> Schema:
    parameters = {"path.claim_id": _CLAIM_ID}
    if operation.needs_version:
        parameters["header.If-Match"] = "$response.header.ETag"
    return {"operationId": operation.name, "description": operation.summary[0], "parameters": parameters}


_ON_CLAIM: Final = {name: each for name, each in OPERATIONS.items() if "{claim_id}" in each.path}
_OF_CLAIM: Final[Mapping[str, Schema]] = {
    "get_claim": {"operationId": "get_claim", "description": "The claim", "parameters": {"path.claim_id": _CLAIM_ID}},
    **{name: _to_operation(each) for name, each in _ON_CLAIM.items()},
}
# By the name of the link. Every answer that holds a claim_id and an ETag has those of _OF_CLAIM.
LINKS: Final[Mapping[str, Schema]] = {
    **_OF_CLAIM,
    "first_claim": {
        "operationId": "get_claim",
        "description": "The claim of the first row",
        "parameters": {"path.claim_id": f"{_FIRST}claim_id"},
    },
    **{
        f"claims_of_{name}": {
            "operationId": "list_claims",
            "description": f"The claims of the first of these {resource}",
            "parameters": {f"query.{name}": _FIRST + column},
        }
        for resource, (name, column) in _NARROWED.items()
    },
    "claims_of_new_article": {
        "operationId": "list_claims",
        "description": "The claims of the article",
        "parameters": {"query.article": "$response.body#/article_id"},
    },
    "add_claim": {
        "operationId": "add_claim",
        "description": OPERATIONS["add_claim"].summary[0],
        "requestBody": {"article_id": "$response.body#/article_id"},
    },
}


def list_links(name: str) -> tuple[str, ...]:
    """The names of the links that lead on from what an operation answers where it succeeds."""
    if name in ("get_claim", "add_claim", *_ON_CLAIM):
        return tuple(_OF_CLAIM)
    if name == "add_article":
        return ("claims_of_new_article", "add_claim")
    resource = RESOURCES.get(name.removeprefix("list_"))
    if resource is None:
        return ()
    if resource.name in _NARROWED:
        return (f"claims_of_{_NARROWED[resource.name][0]}",)
    return ("first_claim",) if "claim_id" in resource.columns else ()
