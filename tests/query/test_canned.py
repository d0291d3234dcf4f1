"""The canned queries answer what an analyst asks of a graph; answers can be written in several formats."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Dataset

from kgbuild.errors import KgbuildError
from kgbuild.opening import BuiltGraph
from kgbuild.query import Query, Result, list_queries, parse_query, read_query, run_query, write_result
from sample import BASE, may_facts

# rdflib warns of itself
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")

MARCH_TITLE = "Norway ready for river pact, envoy says"
MAY_TITLE = "Berg turns against the river pact"


def columns(result: Result, *names: str) -> list[tuple[str, ...]]:
    return [tuple(row.get(name, "") for name in names) for row in result]


def written(result: Result, form: str) -> str:
    stream = io.StringIO(newline="")
    write_result(result, form, stream)
    return stream.getvalue()


# --- what the canned queries answer


def test_positions_tell_who_wants_what_according_to_whom_in_which_words(graph: BuiltGraph) -> None:
    rows = columns(graph.run("positions", treaty="river pact"), "holder", "polarity", "according_to", "words", "date")
    assert rows == [
        ("Chile", "opposes (hedged)", "two diplomats", "Chile may still reject the accord", "2024-03-12"),
        ("Chile", "supports", "two diplomats", "Chile welcomes it", "2024-05"),
        ("Jonas Berg", "supports", "Marta Olsen", 'the river pact "will calm the border"', "2024-03-12"),
        ("Jonas Berg", "opposes", "", "I can no longer back the river pact", "2024-05"),
        ("Marta Olsen", "supports", "", "We are glad to sign it", "2024-03-12"),
    ]
    assert columns(graph.run("positions", actor="olsen", polarity="support"), "holder") == [("Marta Olsen",)]
    assert list(graph.run("positions", actor="olsen", polarity="oppose")) == []


def test_statements_tell_who_said_what_about_whom(graph: BuiltGraph) -> None:
    rows = columns(graph.run("statements", about="chile"), "speaker", "cue", "said", "quotation", "about")
    assert rows == [
        ("two diplomats", "said (denial)", "Chile may still reject the accord", "indirect", "Chile, river pact"),
        ("two diplomats", "claimed", "Chile welcomes it", "indirect", "Chile, river pact"),
    ]
    assert columns(graph.run("statements", words="no longer"), "speaker", "article") == [("Jonas Berg", MAY_TITLE)]
    assert len(list(graph.run("statements", quotation="direct"))) == 2


def test_nested_statements_keep_both_speakers(graph: BuiltGraph) -> None:
    expected = [("Marta Olsen", "said", "Jonas Berg", "believes", 'the river pact "will calm the border"')]
    for parameters in ({}, {"speaker": "olsen"}, {"reported": "berg"}):
        result = graph.run("nested", **parameters)
        assert columns(result, "speaker", "cue", "reported", "reported_cue", "said") == expected
    assert list(graph.run("nested", speaker="berg")) == []


def test_refusals_tell_who_would_not_comment(graph: BuiltGraph) -> None:
    rows = columns(graph.run("refusals"), "speaker", "words", "date", "article")
    speaker = "Ministry of Foreign Affairs of Chile"
    assert rows == [(speaker, "The Chilean foreign ministry ... declined to comment", "2024-03-12", MARCH_TITLE)]


def test_events_have_participants_dates_and_reporters(graph: BuiltGraph) -> None:
    rows = columns(graph.run("events"), "date", "type", "agents", "others", "realis", "reported_by")
    assert rows == [
        ("2024/2025", "Rejection", "Chile", "", "possible", ""),
        ("2024-03", "Negotiation", "Norway", "Chile, reporters", "actual", "Marta Olsen"),
    ]
    assert columns(graph.run("events", type="negotiation", actor="chile"), "event") == [("Oslo talks",)]
    assert columns(graph.run("events", realis="possible", treaty="accord"), "type") == [("Rejection",)]


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [
        ("", "", 13),
        ("2024-04", "", 5),  # the year 2024 alone may be after April too
        ("2024-05", "2024-05", 5),
        ("", "2024-03", 9),
        ("2025", "", 0),
        ("", "2023", 0),
    ],
)
def test_a_timeline_keeps_dates_as_coarse_as_they_are(graph: BuiltGraph, since: str, until: str, count: int) -> None:
    assert len(list(graph.run("timeline", since=since, until=until))) == count


def test_a_timeline_puts_dates_of_articles_in_brackets(graph: BuiltGraph) -> None:
    rows = columns(graph.run("timeline", about="river pact", actor="berg"), "date", "what", "who")
    assert rows == [
        ("(2024-03-12)", "statement (mixed)", "Jonas Berg"),
        ("2024-03-12", "supports (according to Marta Olsen)", "Jonas Berg"),
        ("(2024-05)", "opposes", "Jonas Berg"),
        ("(2024-05)", "statement (direct)", "Jonas Berg"),
    ]


def test_the_history_of_a_treaty_tells_who_took_which_step_when(graph: BuiltGraph) -> None:
    rows = columns(graph.run("history", treaty="accord"), "date", "step", "by", "realis", "words")
    assert rows == [
        ("2024-02", "Proposed", "Norway", "actual", "the accord"),
        ("(2024-03-12)", "Signed", "", "planned", "the river pact"),
    ]
    assert columns(graph.run("history", actor="norway"), "step") == [("Proposed",)]


def test_a_treaty_has_kind_status_and_parties_by_article(graph: BuiltGraph) -> None:
    rows = columns(graph.run("treaty", treaty="ACCORD"), "treaty", "kind", "status", "parties", "article")
    assert rows == [
        ("river pact", "Boundary", "Proposed", "Chile, Norway", MARCH_TITLE),
        ("river pact", "Boundary", "", "", MAY_TITLE),
    ]


def test_an_actors_profile(graph: BuiltGraph) -> None:
    assert columns(graph.run("actor", actor="olsen"), "what", "value") == [
        ("is a", "Person"),
        ("also called", "Olsen"),
        ("belongs to", "Norway"),
        ("post", "ambassador of Norway to Chile"),
        ("statements made", "2"),
        ("wants", "supports river pact"),
    ]
    berg = columns(graph.run("actor", actor="jonas berg"), "what", "value", "according_to")
    assert ("is said to want", "supports river pact", "Marta Olsen") in berg
    assert ("wants", "opposes river pact", "") in berg
    norway = columns(graph.run("actor", actor="kingdom of"), "what", "value")
    assert ("same as", "http://www.wikidata.org/entity/Q20") in norway


def test_evidence_leads_from_a_fact_to_the_words(graph: BuiltGraph) -> None:
    rows = list(graph.run("evidence", fact="Jonas Berg opposes", kind="position"))
    (row,) = rows
    text = may_facts().article.text
    assert row["exact"] == text[int(row["start"]) : int(row["end"])] == "I can no longer back the river pact"
    assert list(graph.run("evidence", iri=row["iri"])) == rows
    assert {row["kind"] for row in graph.run("evidence")} == {
        "GovernmentBody", "Group", "Negotiation", "Person", "Position", "Refusal", "Rejection", "Role", "State",
        "Statement", "Treaty",
    }  # fmt: skip


def test_changes_come_from_one_side_and_disagreements_from_two(graph: BuiltGraph) -> None:
    names = ("holder", "according_to", "earlier_polarity", "earlier_date", "later_polarity", "later_date")
    assert columns(graph.run("changes"), *names) == [
        ("Chile", "two diplomats", "opposes", "2024-03-12", "supports", "2024-05")
    ]
    names = ("holder", "according_to", "polarity", "or_according_to", "or_polarity", "or_words")
    assert columns(graph.run("disagreements", actor="berg"), *names) == [
        ("Jonas Berg", "Marta Olsen", "supports", "", "opposes", "I can no longer back the river pact")
    ]
    assert list(graph.run("disagreements", actor="olsen")) == []


def test_what_only_unnamed_people_claim(graph: BuiltGraph) -> None:
    rows = columns(graph.run("anonymous"), "source", "kind", "claim")
    assert rows == [
        ("two diplomats", "position", "Chile opposes river pact"),
        ("two diplomats", "statement", "Chile may still reject the accord"),
        ("two diplomats", "position", "Chile supports river pact"),
        ("two diplomats", "statement", "Chile welcomes it"),
    ]


def test_whom_nobody_quotes(graph: BuiltGraph) -> None:
    rows = columns(graph.run("unquoted"), "actor", "positions", "according_to")
    # Berg is reported by Olsen, but quoted in May
    assert rows == [("Chile", "2", "two diplomats")]


def test_articles_are_counted(graph: BuiltGraph) -> None:
    rows = columns(
        graph.run("articles"), "date", "article", "statements", "refusals", "positions", "events", "treaties"
    )
    assert rows == [
        ("2024-03-12", MARCH_TITLE, "4", "1", "3", "2", "1"),
        ("2024-05", MAY_TITLE, "2", "0", "2", "0", "1"),
    ]


@pytest.mark.parametrize("query", list_queries(), ids=lambda query: query.name)
def test_another_engine_gives_the_same_answer(query: Query, graph: BuiltGraph) -> None:
    dataset = Dataset(default_union=True)
    for path in graph.files:
        dataset.parse(path, format="nquads")
    rows = run_query(graph.store(), query).rows()
    ours = sorted(tuple("" if term is None else term.value for term in row) for row in rows)
    answer = dataset.query(query.text)
    theirs = sorted(tuple("" if term is None else str(term) for term in row) for row in answer)  # type: ignore[union-attr]
    assert ours == theirs
    assert ours, "the example gives the query nothing to find"


# --- headers and parameters


@pytest.mark.parametrize("query", list_queries(), ids=lambda query: query.name)
def test_every_canned_query_explains_itself(query: Query) -> None:
    assert query.title and not query.title.endswith(".")
    assert query.parameters
    assert all(parameter.description for parameter in query.parameters)
    used = set(re.findall(r"\?param_(\w+)", query.text))
    assert used == {parameter.name for parameter in query.parameters}
    assert len(query.text.splitlines()[0]) <= 120


@pytest.mark.parametrize("query", list_queries(), ids=lambda query: query.name)
def test_every_parameter_narrows_the_answer(query: Query, graph: BuiltGraph) -> None:
    everything = len(list(run_query(graph.store(), query).rows()))
    for parameter in query.parameters:
        value = {"since": "9999", "until": "0001"}.get(parameter.name, "zzz")
        assert len(list(run_query(graph.store(), query, {parameter.name: value}).rows())) == 0 < everything, (
            parameter.name
        )


def test_the_documentation_tells_of_every_query_and_parameter() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "queries.md").read_text("utf-8")
    assert re.search(r"^holder +polarity +target", page, re.MULTILINE), "the example of an answer is missing"
    for query in list_queries():
        assert f"\n### {query.name}\n" in page
        section = page.split(f"\n### {query.name}\n")[1].split("\n### ")[0]
        assert query.title in section
        for parameter in query.parameters:
            assert f"`{parameter.name}`" in section, f"{query.name}: {parameter.name}"


def test_the_sparql_in_the_documentation_is_sparql(graph: BuiltGraph) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "queries.md").read_text("utf-8")
    blocks = re.findall(r"```sparql\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 2
    for text in blocks:
        assert list(run_query(graph.store(), parse_query(text))) == []
    boundaries = run_query(graph.store(), parse_query(blocks[1]), {"kind": "Boundary"})
    assert columns(boundaries, "treaty") == [("river pact",)]
    norway = blocks[0].replace("United States", "Norway")
    assert columns(run_query(graph.store(), parse_query(norway)), "title", "treaty") == [(MARCH_TITLE, "river pact")]


def test_names_are_found_by_whole_words_without_regard_to_case(graph: BuiltGraph) -> None:
    assert len(list(graph.run("positions", treaty="RIVER"))) == 5
    assert len(list(graph.run("positions", treaty="river-pact"))) == 5
    # "iver" stands in "river", but no word begins with it
    assert list(graph.run("positions", treaty="iver")) == []


@given(value=st.text(max_size=30))
def test_a_parameter_never_becomes_part_of_the_query(value: str) -> None:
    query = read_query("positions")
    bound = query.bound({"treaty": value})
    assert parse_query(bound.text, "x").parameters[0].default == value
    outside = re.sub(r"(?<=\?param_treaty \{ )\".*\"(?= \})", '""', bound.text)
    assert outside == query.text


@pytest.mark.parametrize("value", ['" } ?s ?p ?o . VALUES ?x { "', "\\", '"', "}\n#", "x\\", "\\u0022 }"])
def test_hostile_parameters_find_nothing(value: str, graph: BuiltGraph) -> None:
    assert list(graph.run("positions", treaty=f"zz {value}")) == []


def test_unknown_names_are_explained(graph: BuiltGraph) -> None:
    with pytest.raises(KgbuildError, match="did you mean positions"):
        graph.run("position")
    with pytest.raises(KgbuildError, match=r"no parameter 'tready'; its parameters are treaty, actor, polarity"):
        graph.run("positions", tready="x")
    with pytest.raises(KgbuildError, match=r"missing\.rq: no such file of SPARQL"):
        read_query("missing.rq")


def test_the_users_own_file_may_have_parameters_too(graph: BuiltGraph, tmp_path: Path) -> None:
    path = tmp_path / "mine.rq"
    path.write_text(
        "# Actors by name\n# param name: the whole name\n"
        'SELECT ?who { VALUES ?param_name { "Chile" } ?who rdfs:label ?param_name }'
    )
    query = read_query(str(path))
    assert (query.title, query.parameters[0].default) == ("Actors by name", "Chile")
    assert columns(run_query(graph.store(), query), "who") == [(f"{BASE}actor/chile",)]
    assert columns(run_query(graph.store(), query, {"name": "Norway"}), "who") == [(f"{BASE}actor/norway",)]
    path.write_text("# Title\n# param name: nowhere used\nASK {}")
    with pytest.raises(KgbuildError, match="no clause VALUES"):
        read_query(str(path))


def test_sparql_is_read_from_standard_input(graph: BuiltGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("ASK { ?who a dip:State }"))
    assert written(run_query(graph.store(), read_query("-")), "table") == "yes\n"


@pytest.mark.parametrize(
    ("sparql", "message"),
    [
        ("SELECT * WHERE {\n ?s ?p ?o .\n FILTER(?s = \n}", r"line 4, column 2: .*\n  \}\n"),
        ("SELECT ?s { ?s nope:x 1 }", r"line 1, column \d+: Prefix not found"),
        ("DELETE WHERE { ?s ?p ?o }", "line 1, column 1"),
        ("SELECT ?x", "line 1, column 10"),
    ],
)
def test_a_syntax_error_is_shown_where_it_is(graph: BuiltGraph, sparql: str, message: str) -> None:
    with pytest.raises(KgbuildError, match=message):
        graph.query(sparql)
