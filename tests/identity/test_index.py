"""The index on the disk finds what is found in memory, whatever articles came and went before."""

from __future__ import annotations

import random
import sqlite3

import pytest
from sample_corpus import article, event, treaty

from kgbuild.authority import Authority
from kgbuild.facts import ArticleFacts
from kgbuild.identity import Identities, Judgement, Judgements
from kgbuild.identity.entity_table import entity_of, join_of, shown
from kgbuild.identity.index import IdentityIndex
from kgbuild.identity.observation_codec import decode_observations, encode_observations
from kgbuild.identity.observations import Observer
from kgbuild.identity.resolution import resolve

BASE = "https://a.example/"
PEOPLE = (
    "P Ana Ruiz/Ruiz = foreign minister @ Spain",
    "P Ana Ruiz = foreign minister @ Peru",
    "P Ana Ruis = foreign minister @ Spain",
    "P A. Ruiz = foreign minister @ Spain",
    "P Ana Maria Ruiz = envoy",
    "P Mr Ana Ruiz",
    "P Ruiz",
    "P Dmitri Volkov Jr = president @ Russia",
    "P Dmitry Volkov Sr = envoy @ Russia",
    "O Northern Dialogue Forum/NDF",
    "O NDF",
    "O National Democratic Front/NDF",
    "B foreign ministry @ Chile",
    "B Chilean Foreign Ministry",
    "G protesters",
    "S Chile",
    "S Peru",
    "S Spain",
)
TREATIES = (
    treaty("t1", "Corentyne Convention", "Chile", "Peru", kind="Other"),
    treaty("t1", "the Corentyne Convention", "Spain", "Peru", kind="Ceasefire"),
    treaty("t1", "border pact", "Chile", "Peru"),
    treaty("t1", "pact on borders", "Chile", "Peru"),
    treaty("t1", "ceasefire", "Chile", "Peru", kind="Ceasefire"),
    treaty("t1", "trade deal"),
    treaty("t1", "treaty chile peru border pact", "Spain", "Peru"),
)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.load()


def some_article(chance: random.Random, number: int) -> ArticleFacts:
    actors = dict.fromkeys((*chance.sample(PEOPLE, chance.randrange(2, 7)), "S Chile", "S Peru", "S Spain"))
    return article(
        f"News {number}",
        *actors,
        treaties=tuple(chance.sample(TREATIES, chance.randrange(2))),
        events=(event("e1", "Meeting", "2024-05-01", "Chile", "Peru"),) if chance.random() < 0.5 else (),
        published=chance.choice(("2024-05-01", "2024-05-09", "2025-03-01")),
        url=chance.choice(("", "https://n.example/same")),
    )


def check(index: IdentityIndex, database: sqlite3.Connection, articles: dict[int, bytes], expected: Identities) -> None:
    rows = [entity_of(row) for (row,) in database.execute("SELECT row FROM entity ORDER BY path")]
    assert rows == list(expected.entities)
    assert sorted(join_of(row) for (row,) in database.execute("SELECT id FROM joined")) == list(expected.joins)
    for number in articles:
        mark, path, keys, entities = index.article(number)
        assert BASE + path == expected.graph_of(mark)
        assert keys == dict(expected.keys_of(mark))
        iris = {BASE + one for one in keys.values()}
        assert entities == [shown(entity) for entity in expected.entities if entity.iri in iris]


@pytest.mark.parametrize("seed", range(6))
def test_any_sequence_of_changes_gives_what_memory_gives(authority: Authority, seed: int) -> None:
    chance = random.Random(seed)
    decided = Judgements()
    if seed % 3 == 2:
        decided = Judgements((
            Judgement("merge", f"{BASE}person/ana-ruiz-spain", "person/dmitri-volkov"),
            Judgement("split", "person/ana-ruiz", "person/ana-ruis", "two people"),
            Judgement("merge", "treaty/chile-peru-border-pact", "treaty/corentyne-convention"),
        ))  # fmt: skip
    database = sqlite3.connect("", isolation_level=None)
    index = IdentityIndex(database, authority, BASE, decided)
    observer = Observer(authority)
    articles: dict[int, bytes] = {}
    keys_before: dict[int, object] = {}
    joined = treaties = 0

    def add(new: int) -> None:
        if new not in articles:
            articles[new] = encode_observations(observer.observe(some_article(chance, chance.randrange(10**6))))
            index.add(new, articles[new])

    for number in range(30):
        for _ in range(chance.randrange(1, 5)):
            if articles and chance.random() < 0.4:
                gone = chance.choice(sorted(articles))
                index.remove(gone)
                del articles[gone]
                keys_before.pop(gone, None)
            else:
                add(len(keys_before) + 1000 * number + chance.randrange(900))
        if chance.random() < 0.5:
            for step, _ in enumerate(index.settling()):
                if chance.random() < 0.1:
                    add(1000 * number + 900 + step)
        index.settle()
        expected = resolve(map(decode_observations, articles.values()), authority, base=BASE, judgements=decided)
        check(index, database, articles, expected)
        changed = set(index.changed())
        seen = {one: index.article(one) for one in articles}
        assert {one for one in articles if keys_before.get(one) != seen[one]} <= changed <= set(articles)
        keys_before = dict(seen)
        joined += len(expected.joins)
        treaties += sum(entity.sort == "treaty" and entity.articles > 1 for entity in expected.entities)
    assert not index.collisions()
    assert joined and treaties


def test_a_change_touches_only_what_it_has_to_do_with(authority: Authority) -> None:
    database = sqlite3.connect("", isolation_level=None)
    index = IdentityIndex(database, authority, BASE, Judgements())
    observer = Observer(authority)
    for number in range(20):
        facts = article(f"News {number}", "S Chile", f"P Ana Ruiz{'abcdefghijklmnopqrst'[number]}o = envoy @ Chile")
        index.add(number, encode_observations(observer.observe(facts)))
    index.settle()
    assert len(list(index.changed())) == 20
    index.add(20, encode_observations(observer.observe(article("More", "S Chile", "P Olga Petrenko = envoy @ Peru"))))
    index.settle()
    assert list(index.changed()) == [20]
    index.remove(20)
    index.settle()
    assert list(index.changed()) == []


def test_observations_come_back_from_bytes_as_they_were(authority: Authority) -> None:
    chance = random.Random(1)
    for number in range(20):
        seen = Observer(authority).observe(some_article(chance, number))
        assert decode_observations(encode_observations(seen)) == seen
