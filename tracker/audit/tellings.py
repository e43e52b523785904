"""What each kind of event is called: the words that go on after the name of whoever did it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from tracker.audit.vocabulary import FIELDS, Names, day, language, name_of, named, one_of
from tracker.claims.words import ConditionStatus, Outcome, ProposalKind, RelationKind, Stance, VerdictKind, WithdrawReason
from tracker.errors import N_, Message
from tracker.ledger.queries import Entry

Says = Callable[[Entry, Names], Message]

# What went on after the name. For kinds that need to look into the event there is a function below.
_SAYS: Final[Mapping[str, str]] = {
    "claim.created": N_("stored the claim"),
    "claim.topics": N_("changed the topics"),
    "claim.keep_quote": N_("let the quote stay, although the newest text has other words"),
    "claim.track": N_("took the claim onto the desk"),
    "claim.recall": N_("took the proposal back"),
    "claim.undo": N_("took the last change back"),
    "claim.propose_withdrawal": N_("proposed to withdraw the claim and its verdict"),
    "claim.restore": N_("restored the claim"),
    "import.run": N_("imported claims from a file"),
    "evidence.edit": N_("changed a piece of evidence"),
    "evidence.withdraw": N_("withdrew a piece of evidence"),
    "check.add": N_("looked for the outcome and logged what was found"),
    "note.add": N_("wrote a note for the desk"),
    "article.created": N_("stored the article"),
    "article.edit": N_("changed what is known of the article"),
    "speaker.created": N_("added the speaker"),
    "speaker.edit": N_("changed the speaker"),
    "speaker.unmerge": N_("took the merging of two speakers back"),
    "topic.created": N_("added the topic"),
    "topic.edit": N_("changed the topic"),
    "postscript.add": N_("added a postscript under the verdict"),
    "editor.edit": N_("changed an account"),
    "editor.invited": N_("invited somebody to the newsroom"),
    "editor.invited_again": N_("sent an invitation again"),
    "editor.invitation_withdrawn": N_("withdrew an invitation"),
    "editor.joined": N_("accepted the invitation"),
    "editor.recovery_code_used": N_("used a recovery code to sign in"),
    "newsroom.settings": N_("changed how the newsroom works"),
    "webhook.added": N_("added a webhook"),
    "webhook.changed": N_("changed a webhook"),
    "webhook.secret": N_("gave a webhook another secret"),
    "webhook.paused": N_("paused a webhook"),
    "webhook.resumed": N_("switched a webhook on again"),
    "webhook.removed": N_("removed a webhook"),
}
_EDITS: Final = (
    ({"confirmed_if", "refuted_if", "criteria_set_on", "criteria_retrospective"}, N_("changed the criteria")),
    ({"deadline_on", "deadline_source"}, N_("changed the deadline")),
    ({"speaker_id", "attribution"}, N_("changed whose words these are")),
    ({"condition", "condition_status"}, N_("changed the condition")),
    (
        {"quote", "quote_kind", "quote_language", "text_number", "paragraph", "quote_start", "quote_end"},
        N_("changed the quote or its place"),
    ),
)
_STANCES: Final[Mapping[str, str]] = {
    Stance.SUPPORTS: N_("added evidence that supports the claim"),
    Stance.CONTRADICTS: N_("added evidence that contradicts the claim"),
    Stance.CONTEXT: N_("added evidence for context"),
}


def says(entry: Entry, names: Names) -> Message:
    """What was done. A kind that has no words of its own is named as it is."""
    if entry.kind in _TOLD:
        return _TOLD[entry.kind](entry, names)
    if entry.kind in _SAYS:
        return Message(_SAYS[entry.kind])
    if entry.kind.startswith("import."):
        return Message(N_("imported data (%(kind)s)"), {"kind": entry.kind})
    return Message(N_("did something of the kind “%(kind)s”"), {"kind": entry.kind})


def _set(entry: Entry, field: str) -> Any:
    """What the event set a field to, in its subject, its row, or one of the rows that changed with it."""
    return next((part["set"][field] for part in entry.parts().values() if field in part.get("set", ())), None)


def _outcome(entry: Entry, names: Names) -> Message | None:
    outcome = entry.data.get("outcome") or _set(entry, "outcome")
    return one_of(Outcome)(outcome, names) if outcome else None


def _edit(entry: Entry, _names: Names) -> Message:
    fields = set(entry.parts()[entry.subject].get("set", ()))
    status = _set(entry, "condition_status")
    if fields == {"condition_status"} and status in (ConditionStatus.MET, ConditionStatus.NOT_MET):
        met = status == ConditionStatus.MET
        return Message(N_("found that the condition was met") if met else N_("found that the condition was not met"))
    return Message(next((says for group, says in _EDITS if fields and fields <= group), N_("changed the claim")))


def _assign(entry: Entry, names: Names) -> Message:
    if "owner_id" not in entry.parts()[entry.subject].get("set", ()):
        return Message(N_("changed who should sign"))
    owner = _set(entry, "owner_id")
    if owner is None:
        return Message(N_("left the claim to whoever takes it"))
    if f"editor:{owner}" == entry.actor:
        return Message(N_("took the claim on"))
    return Message(N_("handed the claim to %(name)s"), {"name": named("editor")(owner, names)})


def _postpone(entry: Entry, names: Names) -> Message:
    return Message(N_("moved the review to %(day)s"), {"day": FIELDS["claim"]["review_on"].show(_set(entry, "review_on"), names)})


def _propose(entry: Entry, names: Names) -> Message:
    return Message(N_("proposed the verdict “%(outcome)s”"), {"outcome": _outcome(entry, names)})


def _decide(entry: Entry, names: Names) -> Message:
    if entry.data.get("by_party"):
        words = N_("decided the verdict “%(outcome)s” without a second signature, as a party to the dispute")
    else:
        words = N_("decided the verdict “%(outcome)s” without a second signature")
    return Message(words, {"outcome": _outcome(entry, names)})


def _sign(entry: Entry, names: Names) -> Message:
    outcome = _outcome(entry, names)
    if entry.data.get("proposal") == ProposalKind.WITHDRAWAL or outcome is None:
        return Message(N_("signed the withdrawal of the claim"))
    return Message(N_("signed the verdict “%(outcome)s”"), {"outcome": outcome})


def _return(entry: Entry, _names: Names) -> Message:
    return Message(N_("sent the proposal back"))


def _reopen(entry: Entry, _names: Names) -> Message:
    if _set(entry, "reopened_as") == VerdictKind.CORRECTION:
        return Message(N_("reopened the claim, because we erred"))
    return Message(N_("reopened the claim, because the world changed"))


def _withdraw(entry: Entry, names: Names) -> Message:
    reason = _set(entry, "withdraw_reason")
    if reason is None:
        return Message(N_("withdrew the claim"))
    return Message(N_("withdrew the claim (%(reason)s)"), {"reason": one_of(WithdrawReason)(reason, names)})


def _evidence(entry: Entry, _names: Names) -> Message:
    if _set(entry, "about") == "condition":
        return Message(N_("added evidence about the condition"))
    return Message(_STANCES.get(str(_set(entry, "stance")), N_("added evidence")))


def _relation(entry: Entry, names: Names) -> Message:
    described = next(iter(entry.parts().values()))
    part = described.get("set") or described.get("was") or {}
    told = {
        "kind": one_of(RelationKind)(part.get("kind", ""), names),
        "other": name_of(f"claim:{part.get('other_id', '?')}", names),
    }
    if entry.kind == "relation.remove":
        return Message(N_("took back that the claim %(kind)s %(other)s"), told)
    return Message(N_("noted that the claim %(kind)s %(other)s"), told)


def _article_text(entry: Entry, _names: Names) -> Message:
    return Message(N_("stored text number %(number)s of the article"), {"number": _set(entry, "number")})


def _merge(entry: Entry, names: Names) -> Message:
    other = _set(entry, "merged_into_id")
    return Message(N_("merged the speaker into %(name)s"), {"name": named("speaker")(other, names)})


def _translation(entry: Entry, names: Names) -> Message:
    return Message(
        N_("set our words in another language: %(language)s"), {"language": language(entry.data.get("language"), names)}
    )


def _about_editor(text: str) -> Says:
    return lambda entry, names: Message(text, {"name": name_of(entry.subject, names)})


def _leave(entry: Entry, names: Names) -> Message:
    name, until = name_of(entry.subject, names), entry.data.get("away_until")
    if until is None:
        return Message(N_("noted that %(name)s is back"), {"name": name})
    return Message(N_("noted that %(name)s is away until %(day)s"), {"name": name, "day": day(until, names)})


def _redact(entry: Entry, _names: Names) -> Message:
    return Message(N_("erased words from line %(seq)s of the history"), {"seq": entry.data.get("seq")})


def _flag(_entry: Entry, _names: Names) -> Message:
    return Message(N_("The review day came: the claim is due."))


def _anchor(entry: Entry, _names: Names) -> Message:
    return Message(N_("The history was anchored at line %(seq)s."), {"seq": entry.data.get("seq")})


def _restored(entry: Entry, _names: Names) -> Message:
    return Message(N_("The database was restored from a backup, which ended at line %(seq)s."), {"seq": entry.data.get("seq")})


_TOLD: Final[Mapping[str, Says]] = {
    "claim.edit": _edit,
    "claim.assign": _assign,
    "claim.postpone": _postpone,
    "claim.propose": _propose,
    "claim.decide": _decide,
    "claim.sign": _sign,
    "claim.return": _return,
    "claim.reopen": _reopen,
    "claim.withdraw": _withdraw,
    "evidence.add": _evidence,
    "relation.add": _relation,
    "relation.remove": _relation,
    "article.text": _article_text,
    "speaker.merge": _merge,
    "translation.set": _translation,
    "editor.created": _about_editor(N_("made an account for %(name)s")),
    "editor.disabled": _about_editor(N_("took the access of %(name)s away")),
    "editor.enabled": _about_editor(N_("gave %(name)s access again")),
    "editor.roles": _about_editor(N_("changed the roles of %(name)s")),
    "editor.leave": _leave,
    "editor.password": _about_editor(N_("set a new password for %(name)s")),
    "editor.second_factor_on": _about_editor(N_("set up a second factor for %(name)s")),
    "editor.second_factor_off": _about_editor(N_("took away the second factor of %(name)s")),
    "editor.recovery_codes": _about_editor(N_("made new recovery codes for %(name)s")),
    "history.redact": _redact,
}
# What nobody does: these sentences stand alone.
ALONE: Final[Mapping[str, Says]] = {"claim.flag": _flag, "history.anchor": _anchor, "history.restored": _restored}
