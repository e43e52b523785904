"""Descriptors of the events of accounts: editors, their roles, invitations and second factors."""

from sqlalchemy import select

from tracker.accounts.models import ApiToken, Desk, Editor, EditorSession, Invitation, OneTimeLink, Passkey, RoleRow, editor_role
from tracker.accounts.roles import Role
from tracker.accounts.tokens import Scope
from tracker.errors import N_, Message
from tracker.ledger.chain import SealedEvent
from tracker.ledger.descriptors import (
    CHIEFS,
    ChildTable,
    Descriptors,
    EventKind,
    EventValues,
    Field,
    Group,
    Member,
    Names,
    Phrase,
    RowKind,
    name_row,
    phrase,
)
from tracker.ledger.formatters import format_day, format_yes_no, list_formatter, row_field, text_field
from tracker.ledger.queries import Entry
from tracker.ledger.rows import split
from tracker.ledger.text_stores import column_store
from tracker.sql import AnySelect

ACCOUNTS = Group("newsroom", N_("Accounts and settings"), 60)


_format_scopes = list_formatter(lambda scope, _names: Message(Scope(scope).english))
_NAME = Member("name", text_field(N_("Name")))
_EMAIL = Member("email", text_field(N_("E-mail address")))
_ROLES = Member(
    "roles", Field(N_("Roles"), list_formatter(lambda role, _names: Message(Role(role).english))), before="roles_before"
)
_COVERED_BY = Member("stand_in", row_field(N_("Covered by"), "editor"))


def _phrase_with_name(text: str) -> Phrase:
    return phrase(text, name=lambda entry, names: name_row(entry.subject, names))


def _describe_leave(entry: Entry, names: Names) -> Message:
    name, until = name_row(entry.subject, names), entry.data.get("away_until")
    if until is None:
        return Message(N_("ended the time off of %(name)s"), {"name": name})
    return Message(N_("entered time off for %(name)s until %(day)s"), {"name": name, "day": format_day(until, names)})


def _describe_desk(entry: Entry, names: Names) -> Message:
    desk_id = entry.data["set"]["desk_id"]
    if desk_id is None:
        return Message(N_("took %(name)s off their desk"), {"name": name_row(entry.subject, names)})
    return Message(
        N_("assigned %(name)s to the desk %(desk)s"),
        {"name": name_row(entry.subject, names), "desk": name_row(f"desk:{desk_id}", names)},
    )


def _account_event(kind: str, phrase: str | Phrase, *members: Member) -> EventKind:
    return EventKind(f"editor.{kind}", phrase, ACCOUNTS, audience=CHIEFS, members=(*members, _ROLES))


def _read_roles(event: SealedEvent) -> EventValues:
    kind, number = split(event["subject"]) or ("", 0)
    if kind == "editor" and "roles" in event["data"]:
        yield number, {"roles": (event["data"]["roles"], "roles")}


def _select_roles() -> AnySelect:
    held = editor_role.c
    query = select(held.editor_id, RoleRow.name).join(RoleRow, RoleRow.id == held.role_id)
    return query.order_by(held.editor_id)


DESCRIPTORS = Descriptors(
    events=(
        _account_event("created", _phrase_with_name(N_("created an account for %(name)s")), _NAME, _EMAIL),
        _account_event("disabled", _phrase_with_name(N_("removed the access of %(name)s"))),
        _account_event("enabled", _phrase_with_name(N_("gave %(name)s access again"))),
        _account_event("roles", _phrase_with_name(N_("changed the roles of %(name)s"))),
        _account_event("desk", _describe_desk),
        _account_event("leave", _describe_leave, _COVERED_BY),
        _account_event("password", _phrase_with_name(N_("set a new password for %(name)s"))),
        _account_event("second_factor_on", _phrase_with_name(N_("set up a second factor for %(name)s"))),
        _account_event("second_factor_off", _phrase_with_name(N_("removed the second factor of %(name)s"))),
        _account_event("authenticator_off", _phrase_with_name(N_("removed the authenticator app of %(name)s"))),
        _account_event("recovery_codes", _phrase_with_name(N_("created new recovery codes for %(name)s"))),
        _account_event("recovery_code_used", N_("used a recovery code to sign in")),
        _account_event("invited", N_("sent an invitation"), _NAME, _EMAIL),
        _account_event("invited_again", N_("sent an invitation again")),
        _account_event("invitation_withdrawn", N_("withdrew an invitation")),
        _account_event("identity_linked", _phrase_with_name(N_("linked a sign-in service to the account of %(name)s"))),
        _account_event("joined", N_("accepted the invitation")),
        EventKind("desk.added", N_("added a desk"), ACCOUNTS, audience=CHIEFS),
        EventKind("desk.renamed", N_("renamed a desk"), ACCOUNTS, audience=CHIEFS),
        EventKind("desk.removed", N_("removed a desk"), ACCOUNTS, audience=CHIEFS),
        EventKind("api_token.added", N_("created an API token"), ACCOUNTS, audience=CHIEFS),
        EventKind("api_token.revoked", N_("revoked an API token"), ACCOUNTS, audience=CHIEFS),
        EventKind("passkey.added", N_("added a passkey"), ACCOUNTS, audience=CHIEFS),
        EventKind("passkey.renamed", N_("renamed a passkey"), ACCOUNTS, audience=CHIEFS),
        EventKind("passkey.removed", N_("removed a passkey"), ACCOUNTS, audience=CHIEFS),
    ),
    rows=(
        RowKind(
            Editor.__history__.name,
            N_("editor %(number)s"),
            {"active": Field(N_("Has access"), format_yes_no), "desk_id": row_field(N_("Desk"), "desk")},
            name_columns=("name",),
        ),
        RowKind(Desk.__history__.name, N_("desk %(number)s"), {"name": text_field(N_("Name"))}, name_columns=("name",)),
        RowKind("invitation", N_("invitation %(number)s")),
        RowKind(
            ApiToken.__history__.name,
            N_("API token %(number)s"),
            {
                "owner_id": row_field(N_("Owner"), "editor"),
                "name": text_field(N_("Name")),
                "scopes": Field(N_("May"), lambda scopes, names: _format_scopes(str(scopes).split(), names)),
                "expires_on": Field(N_("Works until"), format_day),
            },
        ),
        RowKind(
            Passkey.__history__.name,
            N_("passkey %(number)s"),
            {"owner_id": row_field(N_("Owner"), "editor"), "name": text_field(N_("Name"))},
        ),
    ),
    children=(
        ChildTable("roles of editor", _read_roles, _select_roles, lambda rows: {"roles": sorted(row.name for row in rows)}),
    ),
    stores=(
        column_store(N_("Invitation"), Invitation.name, Invitation.email),
        column_store(N_("Link sent by e-mail"), OneTimeLink.email, OneTimeLink.mail_fault),
        column_store(N_("Browser of a session"), EditorSession.user_agent),
    ),
)
