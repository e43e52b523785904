"""What is proposed for the claim of a passage."""

from datetime import date

import pytest

from tests.intake.sorting import BODY, PUBLISHED_ON
from tracker.claims.criteria_templates import find_placeholders
from tracker.claims.enums import Attribution, Certainty, DeadlineSource, SpeakerKind
from tracker.intake.filling import Basis, fill_candidates, fill_own, list_missing
from tracker.intake.models import Candidate, CandidateKind
from tracker.suggest import KnownSpeaker, Options, suggest

BASIS = Basis(BODY, "en", PUBLISHED_ON, 365)


def fill(words: str, basis: Basis = BASIS, options: Options | None = None) -> Candidate:
    found = fill_candidates(basis, suggest(basis.body, basis.language, basis.published_on, options))
    (candidate,) = [each for each, _cues in found if words in each.statement]
    return candidate


def test_statement_speaker_and_hedge_come_from_the_sentence():
    candidate = fill("Traffic")

    assert candidate.statement == "Traffic will probably fall by 20% by the end of the year"
    assert (candidate.speaker_name, candidate.speaker_kind) == ("Ilse Oakes", SpeakerKind.PERSON)
    assert candidate.attribution is Attribution.STATED
    assert (candidate.hedge, candidate.certainty) == ("probably", Certainty.HEDGED)
    assert (candidate.likelihood_low, candidate.likelihood_high) == (60, 85)


def test_quote_is_the_sentence_at_its_place():
    candidate = fill("Traffic")

    quote = BODY[candidate.quote_start : candidate.quote_end]
    assert quote == "According to Ilse Oakes, traffic will probably fall by 20% by the end of the year."
    assert candidate.paragraph == 3


def test_review_date_is_the_day_after_the_stated_deadline():
    candidate = fill("reopen")

    assert (candidate.deadline_on, candidate.deadline_source) == (date(2024, 6, 30), DeadlineSource.STATED)
    assert BODY[candidate.deadline_start : candidate.deadline_end] == "June 2024"
    assert candidate.review_on == date(2024, 7, 1)


def test_review_date_without_a_deadline_follows_the_horizon():
    candidate = fill("rain", Basis(BODY, "en", PUBLISHED_ON, 30))

    assert candidate.review_on == date(2024, 3, 31)
    assert (candidate.deadline_on, candidate.deadline_source) == (date(2024, 3, 30), DeadlineSource.EDITOR)
    assert candidate.deadline_start is None


def test_could_has_a_certainty_and_no_band():
    candidate = fill("rain")

    assert candidate.certainty is Certainty.POSSIBLE_ONLY
    assert (candidate.likelihood_low, candidate.likelihood_high) == (None, None)


def test_criteria_follow_the_kind_and_leave_no_brackets():
    found = [each for each, _cues in fill_candidates(BASIS, suggest(BODY, "en", PUBLISHED_ON))]

    assert {each.criteria_kind for each in found} == {"opening", "threshold", "event", "agreement"}
    for each in found:
        assert each.confirmed_if
        assert each.refuted_if
        assert find_placeholders(each.confirmed_if + each.refuted_if) == []


def test_speaker_whom_no_pattern_names_is_asked():
    candidate = fill("close the quay")

    assert candidate.attribution is None
    assert (candidate.speaker_id, candidate.speaker_name) == (None, "")
    assert list_missing(candidate) == ("attribution",)
    assert list_missing(fill("Traffic")) == ()


def test_known_speaker_is_taken_from_the_list():
    candidate = fill("Traffic", options=Options(speakers=(KnownSpeaker(7, "Ilse Oakes"),)))

    assert (candidate.speaker_id, candidate.speaker_name, candidate.attribution) == (7, "", Attribution.STATED)


@pytest.mark.parametrize(
    ("name", "kept", "kind"),
    [
        ("the harbour authority", "Harbour authority", SpeakerKind.ORGANISATION),
        ("la Banque de Sollen", "Banque de Sollen", SpeakerKind.ORGANISATION),
        ("l’observatoire des ports", "Observatoire des ports", SpeakerKind.ORGANISATION),
        ("Mme Brandt", "Mme Brandt", SpeakerKind.PERSON),
        ("Jean de la Tour", "Jean de la Tour", SpeakerKind.PERSON),
        ("l’économiste Hugo Besnard", "Hugo Besnard", SpeakerKind.PERSON),
        ("the harbour economist Ann Lee", "Ann Lee", SpeakerKind.PERSON),
        ("l’université Paris Dauphine", "Université Paris Dauphine", SpeakerKind.ORGANISATION),
    ],
)
def test_name_loses_its_article_and_has_a_kind(name: str, kept: str, kind: SpeakerKind):
    body = f"According to {name}, the bridge will reopen in June 2024."
    (suggestion,) = suggest(body, "en", PUBLISHED_ON)
    renamed = type(suggestion)(**{**vars(suggestion), "speaker": name, "attribution": "stated"})

    ((candidate, _cues),) = fill_candidates(Basis(body, "en", PUBLISHED_ON, 365), [renamed])

    assert (candidate.speaker_name, candidate.speaker_kind) == (kept, kind)


def test_own_passage_takes_what_its_sentence_has():
    start = BODY.index("traffic will")
    candidate, cues = fill_own(BASIS, start, BODY.index(" It could"), Options())

    assert candidate.kind is CandidateKind.OWN
    assert candidate.quote_start == start
    assert candidate.deadline_on == date(2024, 12, 31)
    assert {cue.name for cue in cues} >= {"will", "probably"}
    assert all(start <= cue.cue_start and cue.cue_end <= candidate.quote_end for cue in cues)


def test_own_passage_without_any_cue_is_filled_by_the_horizon():
    start = BODY.index("The work cost")
    candidate, cues = fill_own(BASIS, start, start + len("The work cost four million euros"), Options())

    assert cues == []
    assert candidate.statement == "The work cost four million euros"
    assert (candidate.certainty, candidate.deadline_source) == (Certainty.NOT_RECORDED, DeadlineSource.EDITOR)


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("According to Theresa May, rents will fall by 20% in June 2024.", "Theresa May"),
        ("According to Anna Smith, rents will fall by 20% in June 2024.", "Anna Smith"),
        ("According to the mayor of Lunde, rents will fall by 20% in June 2024.", "Mayor of Lunde"),
    ],
)
def test_name_loses_its_article_and_no_letters(sentence: str, name: str):
    candidate = fill("ents will fall", Basis(sentence, "en", PUBLISHED_ON, 365))
    assert candidate.speaker_name == name


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Selon Laurent Berger, les loyers baisseront de 20 % en juin 2024.", "Laurent Berger"),
        ("Selon les experts, les loyers baisseront de 20 % en juin 2024.", "Experts"),
        ("Selon l’Agence du fleuve, les loyers baisseront de 20 % en juin 2024.", "Agence du fleuve"),
    ],
)
def test_french_name_loses_its_article_and_no_letters(sentence: str, name: str):
    candidate = fill("oyers", Basis(sentence, "fr", PUBLISHED_ON, 365))
    assert candidate.speaker_name == name
