"""Scorecards as pages and files: what they show, in both languages, and what they refuse."""

import csv
import html
import io
import json
import re

import pytest

from tests.factories import make_claim, make_speaker, make_topic
from tests.scores.support import count_all, differences, make_worked_example
from tests.support.web import SignIn
from tracker.claims.enums import Attribution, Certainty
from tracker.db import Database
from tracker.scores import queries, tables


def page(sign_in: SignIn, address: str, role: str = "viewer") -> str:
    answer = sign_in(role).get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_worked_example_is_the_same_on_page_csv_and_json(database: Database, sign_in: SignIn):
    make_worked_example(database)
    count_all(database)
    shown = page(sign_in, "/scorecards")
    assert "50%" in shown.replace("\xa0", "")
    assert "small sample" in shown
    client = sign_in("viewer")
    [row] = csv.DictReader(io.StringIO(client.get("/scorecards?format=csv").text))
    [same] = json.loads(client.get("/scorecards?format=json").text)
    assert float(row["in_full_low"]) == pytest.approx(0.2253, abs=1e-4)
    assert float(row["in_full_high"]) == pytest.approx(0.7747, abs=1e-4)
    assert float(row["at_least_partly_rate"]) == pytest.approx(14 / 24, abs=1e-4)
    assert (row["limits_low"], row["limits_high"]) == ("0.444444", "0.555556")
    assert {name: "" if value is None else str(value) for name, value in same.items()} == row


def test_bands_come_as_a_file_of_their_own(database: Database, sign_in: SignIn):
    make_worked_example(database)
    count_all(database)
    [row] = json.loads(sign_in("viewer").get("/scorecards?format=json&table=bands").text)
    assert (row["band_low"], row["band_high"], row["judged"], row["confirmed"], row["fit"]) == (55, 75, 24, 12, "fits")


def test_few_judged_claims_show_no_rate(database: Database, sign_in: SignIn):
    make_claim(database, "resolved")
    count_all(database)
    shown = page(sign_in, "/scorecards")
    assert "too few" in shown
    assert "100%</b>" not in shown


def test_page_before_the_first_count_explains_the_wait(sign_in: SignIn):
    assert "are being counted" in page(sign_in, "/scorecards")


def test_page_without_claims_offers_the_next_step(database: Database, sign_in: SignIn):
    count_all(database)
    assert "No scores yet" in page(sign_in, "/scorecards")


def test_page_speaks_french(database: Database, sign_in: SignIn):
    make_worked_example(database)
    count_all(database)
    client = sign_in("viewer")
    client.post("/language", data={"language": "fr"})
    shown = client.get("/scorecards").text
    assert "petit échantillon" in shown
    assert "50\u202f%" in shown
    assert "small sample" not in shown


def test_implied_speaker_appears_nowhere(database: Database, sign_in: SignIn):
    speaker = make_speaker(database, "Zenobia Quill")
    make_claim(database, "resolved", speaker_id=speaker.id, attribution=Attribution.IMPLIED)
    make_claim(database, "resolved")
    count_all(database)
    for address in ("/scorecards?by=speaker", "/scorecards?by=speaker&format=csv", "/scorecards?by=speaker&format=json"):
        assert "Zenobia" not in page(sign_in, address), address


def test_claims_without_probability_stand_apart(database: Database, sign_in: SignIn):
    make_claim(database, "resolved", certainty=Certainty.POSSIBLE_ONLY)
    count_all(database)
    shown = page(sign_in, "/scorecards")
    assert "Not counted in the rates" in shown
    assert "nothing judged yet" in shown


@pytest.mark.parametrize("by", ["speaker", "topic", "desk", "year", "hedge"])
def test_groups_link_to_their_own_scorecards(database: Database, sign_in: SignIn, by: str):
    speaker = make_speaker(database, "Ada Vane")
    topic = make_topic(database, "Trade")
    make_claim(
        database, "due", speaker_id=speaker.id, attribution=Attribution.STATED, topics=[topic],
        hedge="probably", certainty=Certainty.HEDGED,
    )  # fmt: skip
    count_all(database)
    address = {
        "speaker": f"/scorecards/speakers/{speaker.id}",
        "topic": f"/scorecards/topics/{topic.id}",
        "desk": "/scorecards/no-desk",
        "year": "/scorecards/years/2024",
        "hedge": "/scorecards?hedge=probably",
    }[by]
    assert f'href="{address}"' in page(sign_in, f"/scorecards?by={by}")
    assert "1" in page(sign_in, address)


@pytest.mark.parametrize(
    "address",
    [
        "/scorecards?by=owner",
        "/scorecards?year=20x4",
        "/scorecards?year=99999999999999999999",
        "/scorecards?desk=x",
        "/scorecards?format=pdf",
        "/scorecards?offset=x",
        "/scorecards?hedge=" + "x" * 201,
        "/scorecards/topics/TOPIC?by=speaker",
    ],
)
def test_impossible_address_is_refused_with_a_sentence(database: Database, sign_in: SignIn, address: str):
    topic = make_topic(database)
    count_all(database)
    answer = sign_in("viewer").get(address.replace("TOPIC", str(topic.id)))
    assert answer.status_code == 422
    assert differences(database) == []


@pytest.mark.parametrize(
    "address", ["/scorecards/speakers/999", "/scorecards/topics/999", "/scorecards/desks/999", "/scorecards/years/1"]
)
def test_missing_subject_is_not_found(sign_in: SignIn, address: str):
    assert sign_in("viewer").get(address).status_code == 404


def test_formula_in_a_hedge_is_harmless_in_csv(database: Database, sign_in: SignIn):
    make_claim(database, "due", hedge="=1+1", certainty=Certainty.HEDGED)
    count_all(database)
    rows = list(csv.DictReader(io.StringIO(page(sign_in, "/scorecards?by=hedge&format=csv"))))
    assert rows[1]["key"] == "'=1+1"
    assert list(rows[0]) == list(tables.COLUMNS)


def test_groups_beyond_the_page_are_on_the_next(database: Database, sign_in: SignIn):
    for number in range(queries.GROUPS_MAX + 1):
        make_claim(database, "resolved", hedge=f"likely {number:02}")
    count_all(database)
    client = sign_in("viewer")
    first = client.get("/scorecards?by=hedge").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = client.get(html.unescape(following[1])).text
    shown = [set(re.findall(r"likely \d\d", page)) for page in (first, second)]
    assert len(shown[0] | shown[1]) == queries.GROUPS_MAX + 1
    assert 'rel="next"' not in second


def test_number_of_claims_leads_to_their_list(database: Database, sign_in: SignIn):
    speaker, topic = make_speaker(database, "Ada Vane"), make_topic(database)
    make_claim(database, "resolved", speaker_id=speaker.id, attribution=Attribution.STATED, topics=[topic])
    make_claim(database, "resolved", hedge="probably")
    count_all(database)
    client = sign_in("viewer")
    lists = {
        "/scorecards?by=speaker": {"/claims", f"/speakers/{speaker.id}"},
        "/scorecards?by=topic": {"/claims", f"/topics/{topic.id}"},
        "/scorecards?by=desk": {"/claims", "/claims?desk=none"},
        "/scorecards?by=year": {"/claims"},
        "/scorecards?by=hedge": {"/claims"},
        f"/scorecards/speakers/{speaker.id}?by=hedge": {f"/speakers/{speaker.id}"},
        "/scorecards/no-desk": {"/claims?desk=none"},
        "/scorecards/own-voice": set(),
        "/scorecards/years/2024": set(),
    }
    for address, wanted in lists.items():
        shown = page(sign_in, address)
        assert set(re.findall(r'href="([^"]*)"\s+aria-label="\d+ tracked: open all claims"', shown)) == wanted, address
        assert [each for each in wanted if client.get(each).status_code != 200] == []
    french = client.get("/scorecards?by=year", headers={"Accept-Language": "fr"}).text
    assert re.search(r'aria-label="2\ssuivies\s: ouvrir toutes les prévisions"', french)
