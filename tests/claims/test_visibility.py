"""What may leave the newsroom."""

from pathlib import Path

import pytest

from tracker.claims import visibility
from tracker.claims.enums import Attribution, Outcome, Visibility
from tracker.claims.models import Check, Evidence


def test_check_without_a_visibility_is_internal():
    assert not visibility.is_public(Check(visibility=None))
    assert visibility.is_public(Check(visibility=Visibility.PUBLIC))


def test_internal_evidence_is_not_public():
    assert not visibility.is_public(Evidence(visibility=Visibility.INTERNAL))


@pytest.mark.parametrize(("attribution", "named"), [("stated", True), ("article", True), ("implied", False)])
def test_speaker_is_named_unless_implied(attribution: str, named: bool):
    assert visibility.may_name_speaker(Attribution(attribution)) is named


@pytest.mark.parametrize(
    ("outcome", "held", "contradicting", "checks", "public"),
    [
        (Outcome.CONFIRMED, False, 0, 0, True),
        (Outcome.CONFIRMED, True, 0, 0, False),
        (Outcome.REFUTED, False, 0, 0, False),
        (Outcome.REFUTED, False, 1, 0, True),
        (Outcome.REFUTED, False, 0, 1, True),
        (Outcome.REFUTED, True, 1, 1, False),
        (Outcome.UNRESOLVABLE, False, 0, 0, True),
    ],
)
def test_verdict_is_public_with_public_grounds_and_no_embargo(
    outcome: Outcome, held: bool, contradicting: int, checks: int, public: bool
):
    found = visibility.may_publish_verdict(outcome, is_held=held, contradicting=contradicting, public_checks=checks)
    assert found is public


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("Élodie Durand will resign.", "elodie durand", True),
        ("ÉLODIE  DURAND, minister", "Élodie Durand", True),
        ("Durand and Élodie", "Élodie Durand", False),
        ("Élodie Durandal", "Élodie Durand", False),
        ("Nothing", "", False),
        ("Jean-Luc says so", "Jean Luc", True),
        ("The word 王 stands alone", "王", True),
    ],
)
def test_name_is_found_without_case_or_accents(text: str, name: str, found: bool):
    assert (visibility.find_named_field({"quote": "", "rationale": text}, [name]) == "rationale") is found


def test_implied_speakers_are_decided_on_here_alone():
    # Next to it, what a claim must have, and what is scored.
    allowed = {"visibility.py", "terms.py", "verdict_rules.py"}
    package = Path(visibility.__file__).parents[1]
    modules = list(package.rglob("*.py"))
    assert len(modules) > 300
    assert {path.name for path in modules if "Attribution.IMPLIED" in path.read_text("utf-8")} == allowed
