"""The column mapping of an import: the field of each column, and defaults for missing values. Made on a page, saved, or
read from `--map FILE`.

    {"columns": {"Claim": "statement", "Due": "review_on"}, "days": {"Due": "day"}, "likelihoods": {"P": "fraction"},
     "centuries": {"Due": "2000"}, "moments": "as-written", "source": "Forecasts of the archive",
     "defaults": {"article_title": "Forecasts", "article_published_on": "2024-01-15", "language": "en", "status": "draft"},
     "review": "days", "review_days": 365}
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final

from tracker.errors import N_, Invalid
from tracker.imports.columns.cells import CENTURIES, MOMENTS
from tracker.imports.columns.fields import FIELDS, LEFT_OUT, Shape, field_for, is_own_export, normalise_label
from tracker.imports.columns.known_formats import KnownFormat, find_format, label_of

# How the review date follows for rows without one.
REVIEWS: Final = ("deadline", "days", "none")
DAY_ORDERS: Final = ("day", "month")  # which of two numbers comes first
SCALES: Final = ("percent", "fraction", "mixed")
SOURCE_MAX: Final = 100
# Fields that can have a default.
DEFAULTS: Final = (
    "article_title", "article_external_id", "article_published_on", "article_url", "article_language", "article_author",
    "outlet", "language", "status", "owner", "topics", "speaker", "speaker_kind", "attribution", "deadline_source",
    "quote_kind", "quote_language", "certainty", "made_on", "review_on", "deadline_on", "confirmed_if", "refuted_if",
)  # fmt: skip
MOST: Final = 2_000  # characters of a default
DAYS_MOST: Final = 36_500


@dataclass(frozen=True)
class ColumnMapping:
    """See the module. `article` is the id of an existing article that all claims belong to, if one was chosen."""

    columns: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, str] = field(default_factory=dict)
    likelihoods: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    review: str = "deadline"
    review_days: int = 365
    article: int | None = None
    centuries: Mapping[str, str] = field(default_factory=dict)
    moments: str = "newsroom"
    source: str = ""  # whose numbers the rows have; the file's name where it is empty
    own_articles: bool = False  # an article without title or date takes those of its first claim

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    def column_of(self, key: str) -> str | None:
        """The (first) column that is this field."""
        return next((column for column, target in self.columns.items() if target == key), None)

    def fitted(self, columns: Iterable[str]) -> "ColumnMapping":
        """The mapping for a file of these columns, matched by normalised names; other columns are left out."""
        names = {normalise_label(name) or name: name for name in columns}

        def found(given: Mapping[str, str]) -> dict[str, str]:
            return {names[key]: value for name, value in given.items() if (key := normalise_label(name) or name) in names}

        parts: dict[str, Any] = {name: found(getattr(self, name)) for name in _BY_COLUMN}
        return replace(self, **parts)


_BY_COLUMN: Final = ("columns", "days", "likelihoods", "centuries")  # parts that say something of columns


def from_json(text: str) -> ColumnMapping:
    """Parse a mapping. Raises Invalid, naming the part at fault."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid(N_("The mapping is not JSON."), field="map") from None
    if not isinstance(given, dict):
        raise Invalid(N_("The mapping is not a JSON object."), field="map")
    unknown = set(given) - {each.name for each in fields(ColumnMapping)}
    if unknown:
        raise Invalid(N_("The mapping has no part called “%(name)s”."), field="map", name=min(unknown))
    return validate_mapping(_typed(given))


def _typed(given: dict[str, Any]) -> ColumnMapping:
    for name in (*_BY_COLUMN, "defaults"):
        part = given.get(name, {})
        if not isinstance(part, dict) or not all(isinstance(value, str) for value in part.values()):
            raise _unusable(name)
    if type(given.get("own_articles", False)) is not bool:
        raise _unusable("own_articles")
    if type(given.get("review_days", 0)) is not int or type(given.get("article")) not in (int, type(None)):
        raise _unusable("review_days" if type(given.get("review_days", 0)) is not int else "article")
    for name in ("review", "moments", "source"):
        if not isinstance(given.get(name, ""), str):
            raise _unusable(name)
    return ColumnMapping(**given)


def validate_mapping(plan: ColumnMapping) -> ColumnMapping:
    """Return the mapping if its keys and values are valid. Raises Invalid."""
    for column, key in plan.columns.items():
        if key not in FIELDS and key not in LEFT_OUT:
            raise Invalid(
                N_("The column “%(column)s” is mapped to “%(target)s”, but there is no such field."),
                field="map",
                column=column,
                target=key,
            )
    for name, allowed in (("days", DAY_ORDERS), ("likelihoods", SCALES), ("centuries", CENTURIES)):
        if not set(getattr(plan, name).values()) <= set(allowed):
            raise _unusable(name)
    for key, value in plan.defaults.items():
        if key not in DEFAULTS or len(value) > MOST:
            raise _unusable("defaults")
    if plan.moments not in MOMENTS:
        raise _unusable("moments")
    if len(plan.source) > SOURCE_MAX:
        raise _unusable("source")
    if plan.review not in REVIEWS or not 0 <= plan.review_days <= DAYS_MOST:
        raise _unusable("review")
    return plan


def _unusable(part: str) -> Invalid:
    return Invalid(N_("The mapping’s part “%(part)s” cannot be used."), field="map", part=part)


def guess_from_names(columns: Iterable[str]) -> ColumnMapping:
    """Guess the fields of columns from their names. Of several for one field, the one with the field's key wins."""
    columns = tuple(columns)
    if (program := find_format(columns)) is not None:
        return _map_format(program, columns)
    found: dict[str, str] = {}
    taken: set[str] = set()
    for column in sorted(columns, key=lambda name: normalise_label(name) != normalise_label(field_for(name) or "")):
        key = field_for(column)
        if key is None or key in LEFT_OUT or (key in taken and not FIELDS[key].many):
            continue
        found[column] = key
        taken.add(key)
    ordered = {column: found[column] for column in columns if column in found}
    # Files rarely have the source of a deadline. As our own horizon, a missed one refutes nothing.
    defaults = {} if is_own_export(columns) else {"deadline_source": "editor", "quote_kind": "verbatim", "status": "open"}
    return ColumnMapping(columns=ordered, defaults=defaults)


def _map_format(program: KnownFormat, columns: tuple[str, ...]) -> ColumnMapping:
    fields_of: dict[str, str] = {}
    for column in columns:
        key = program.columns.get(label_of(column))
        if key is not None and (FIELDS[key].many or key not in fields_of.values()):
            fields_of[column] = key
    scales = {column: scale for column in fields_of if (scale := program.likelihoods.get(label_of(column)))}
    defaults = {"deadline_source": "stated", "quote_kind": "verbatim", "status": "open", **program.defaults()}
    return ColumnMapping(fields_of, {}, scales, defaults, source=program.name, own_articles=True)


def require_columns(plan: ColumnMapping, columns: Iterable[str]) -> None:
    """Raise Invalid if the mapping cannot be used on a file of these columns; `field` is the column at fault, or a field."""
    there = set(columns)
    for column in plan.columns:
        if column not in there:
            raise Invalid(N_("The file has no column called “%(column)s”."), field="map", column=column)
    taken: dict[str, str] = {}
    for column, key in plan.columns.items():
        if key in taken and not (key in LEFT_OUT or FIELDS[key].many):
            raise Invalid(
                N_("The columns “%(one)s” and “%(other)s” cannot both be the same field."),
                field=column,
                one=taken[key],
                other=column,
            )
        taken[key] = column
    if "statement" not in taken:
        raise Invalid(N_("Say which column holds the claims."), field="columns")
    if plan.article is None and not ({"article_title", "article_url", "article_external_id"} & {*taken, *plan.defaults}):
        raise Invalid(N_("Say which article the claims are of: choose one, or name a new one."), field="article")
    if plan.article is None and "article_title" in plan.defaults and "article_title" not in taken:
        there_too = {*taken, *plan.defaults}
        dated = {"made_on", "article_published_on"} if plan.own_articles else {"article_published_on"}
        if not dated & there_too:
            raise Invalid(N_("Say when the new article was published."), field="article_published_on")
        if not {"language", "article_language"} & there_too:
            raise Invalid(N_("Say in which language the new article is."), field="language")
    if "likelihood" in taken and {"likelihood_low", "likelihood_high"} & set(taken):
        raise Invalid(N_("Map either one column of likelihoods, or their two ends."), field=taken["likelihood"])


def change_mapping(plan: ColumnMapping, defaults: Mapping[str, str], **parts: Any) -> ColumnMapping:
    """The plan with further defaults, and other parts in place of its own where they are not None. Raises Invalid."""
    given = {name: value for name, value in parts.items() if value is not None}
    return validate_mapping(replace(plan, defaults={**plan.defaults, **defaults}, **given))


def date_columns(plan: ColumnMapping) -> list[str]:
    """The columns that hold days."""
    return [c for c, key in plan.columns.items() if key in FIELDS and FIELDS[key].shape is Shape.DAY]


def likelihood_columns(plan: ColumnMapping) -> list[str]:
    """The columns that hold likelihoods."""
    return [c for c, key in plan.columns.items() if key in FIELDS and FIELDS[key].shape in (Shape.BAND, Shape.PERCENT)]
