"""The first article's 16 claims come without a quote; each is proposed its sentence of a French text of ours on the summit."""

import pytest
from sqlalchemy import select

from tests.claims.pages import form, send
from tests.support.web import SignIn
from tracker.articles.models import Article
from tracker.claims.models import Claim
from tracker.db import Database
from tracker.samples import seeds

# By paragraph. A sentence with a number is the one that this claim comes from.
PARAGRAPHS: list[list[tuple[int, str]]] = [
    [(1, "Kim Jong Un rencontrera Vladimir Poutine cette semaine à Vladivostok."), (0, "Le port est sous surveillance.")],
    [(0, "Un train a été vu lundi près de la frontière."), (2, "Selon Moscou, Kim Jong Un se rendra en Russie sous peu.")],
    [
        (3, "La Russie pourrait céder à la Corée du Nord un savoir-faire nucléaire contre des munitions."),
        (4, "Plus sûrement, des accords économiques et militaires modestes accompagneront un achat d’armes."),
        (5, "La rencontre pourrait ouvrir une relation plus étroite entre la Russie et la Corée du Nord."),
    ],
    [(0, "Un précédent")],
    [(0, "En 2019, la visite avait tourné court."), (6, "Celle-ci devrait apporter plus de coopération militaire publique.")],
    [(0, "La délégation compte plusieurs officiers.")],
    [(0, "La marine y est représentée pour la première fois.")],
    [(7, "La Corée du Nord chercherait un savoir-faire sur les sous-marins et leurs missiles.")],
    [(0, "Les analystes restent partagés sur ce point.")],
    [(0, "La liste des invités n’a pas été donnée.")],
    [(0, "Une visite en juillet")],
    [(8, "La visite de juillet du ministre russe de la Défense pourrait mener à une coopération visible.")],
    [(0, "Ce que chacun veut")],
    [
        (9, "Ce que la Russie achètera pourrait rester secret."),
        (10, "On verrait plutôt des accords commerciaux sur des biens à double usage."),
    ],
    [(0, "Les laboratoires du Nord travaillent depuis des années.")],
    [(11, "La Russie ne devrait guère partager son savoir sur la miniaturisation nucléaire.")],
    [(12, "Kim Jong Un pourrait se contenter d’une aide pour ses problèmes intérieurs.")],
    [
        (13, "La Russie fournirait alors des vivres, du pétrole ou une aide financière directe."),
        (14, "Les deux pays discuteront probablement de contrats de travail pour des ouvriers nord-coréens."),
    ],
    [(15, "Le partenariat à trois avec la Chine pourrait mal tourner.")],
    [(16, "Peu d’informations fiables sur le sommet seront probablement publiées.")],
]  # fmt: skip
BODY = "\n\n".join(" ".join(text for _number, text in block) for block in PARAGRAPHS)
SENTENCES = [text for block in PARAGRAPHS for number, text in block if number]


@pytest.fixture
def article(database: Database) -> Article:
    seeds.seed(database, [seeds.paths.seeds_dir() / "first_article.yaml"])
    with database.reading() as session:
        return session.scalars(select(Article)).one()


def test_each_of_sixteen_claims_is_proposed_its_own_sentence(database: Database, sign_in: SignIn, article: Article):
    client = sign_in()
    answer = client.post(f"/articles/{article.id}/text/new", data={"body": BODY})
    page = client.get(client.get(answer.location).location)
    values = form(page, "/attach").values
    places = [value[0] for name, value in values.items() if name.startswith("place-")]
    assert [BODY[int(start) : int(end)] for _text, start, end in (place.split(":") for place in places)] == SENTENCES

    send(client, page, "/attach", claim=values["claim"])

    with database.reading() as session:
        quotes = session.scalars(select(Claim.quote).order_by(Claim.id)).all()
    assert quotes == SENTENCES
    assert "16 quotes attached." in client.get(f"/articles/{article.id}/attach").text
