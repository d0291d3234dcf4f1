"""The explorer's pages as a browser gets them. ``bench/explorer`` looks at them in a real browser."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit
from xml.etree import ElementTree

import httpx
import pytest

from kgbuild.facts import Copy
from kgbuild.graph.mapping import article_quads, identity_quads
from kgbuild.graph.serialization import write_quads
from kgbuild.query import Query, list_queries
from kgbuild.serve.explorer.drawing import Moment, timeline
from kgbuild.serve.explorer.network import Tie, draw, layout, strongest
from kgbuild.serve.explorer.site import plain_date, spreadsheet
from kgbuild.serve.explorer.terms import ontology_terms
from sample import BASE, MARCH, SampleIdentities, march_facts
from serve.conftest import Served, serving

D = "https://w3id.org/kgbuild/diplomacy#"
ARTICLE = SampleIdentities((march_facts(),)).article_iri(MARCH).removeprefix(BASE)
PAGES = {
    "home": "/",
    "treaties": "/treaties",
    "actors": "/actors",
    "articles": "/articles",
    "treaty": "/treaty?id=treaty/river-pact",
    "actor": "/actor?id=actor/jonas-berg",
    "article": f"/article?id={ARTICLE}",
    "find": "/find?q=river",
    "network": "/network",
    "questions": "/questions",
    "question": "/question?name=positions&treaty=river",
    "ask": "/ask?" + urlencode({"query": "SELECT * { ?s a dip:Treaty }", "run": "1"}),
}


class Page(HTMLParser):
    """The links, ids, headings and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if "href" in values:
            self.links.append(values["href"] or "")
        if values.get("id"):
            self.ids.append(values["id"] or "")
        self.inline += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "script" and not values.get("src")):
            self.inline.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


def page(served: Served, path: str) -> Page:
    response = served.get(path)
    assert response.status_code == 200, (path, response.text)
    return Page(response.text)


@pytest.fixture(scope="module")
def followed() -> set[str]:
    """Links that were followed from an earlier page."""
    return set()


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_every_link_of_a_page_leads_somewhere(served: Served, followed: set[str], path: str) -> None:
    """Also into the text: the words that a fact links to are an id in the article's page."""
    shown = page(served, path)
    assert len(shown.ids) == len(set(shown.ids)), "an id stands twice"
    assert not shown.inline, "the content security policy would not run this"
    with httpx.Client(base_url=served.address, follow_redirects=True, timeout=30) as client:
        for link in dict.fromkeys(shown.links):
            if urlsplit(link).netloc or (link in followed and link.startswith("/")):
                continue
            followed.add(link)
            target = client.get(urljoin(path, link))
            assert target.status_code == 200, (link, target.status_code)
            fragment = urlsplit(link).fragment
            if fragment and "html" in target.headers["content-type"]:
                assert fragment in Page(target.text).ids, link


def test_the_treaty_shows_who_stands_where_and_according_to_whom(served: Served) -> None:
    shown = page(served, PAGES["treaty"])
    words = re.sub(r"\s+", " ", shown.words)
    assert "according to Marta Olsen" in words
    assert "believes the river pact" in words
    assert "in own words “I can no longer" in words or "in own words I can no longer" in words
    assert "Jonas Berg" in words


def test_the_actor_shows_the_change_of_position_and_its_words(served: Served) -> None:
    words = re.sub(r"\s+", " ", page(served, PAGES["actor"]).words)
    assert "Jonas Berg" in words
    assert "What others say Jonas Berg wants" in words
    assert "according to Marta Olsen" in words
    assert "I can no longer back the river pact" in words


def test_the_article_shows_its_text_with_every_fact_where_it_stands(served: Served) -> None:
    response = served.get(PAGES["article"])
    text = re.search(r'<article[^>]*>(.*?)</article>', response.text, re.DOTALL)  # fmt: skip
    assert text is not None
    assert unescape(re.sub(r"<[^>]+>", "", text[1])) == MARCH.text
    data = list(csv.DictReader(io.StringIO(served.get(f"{PAGES['article']}&as=csv").text.removeprefix("\ufeff"))))
    assert {"statement", "position", "event", "treaty", "actor", "role"} <= {row["kind"] for row in data}
    for row in data:
        assert MARCH.text[int(row["start"]) : int(row["end"])].strip("=+-@") == row["words"].lstrip("'")


def test_the_article_tells_where_else_its_text_was_published(tmp_path: Path) -> None:
    copies = (
        Copy("https://example.org/again", "Other Courier", "2024-03", title="Pact near"),
        Copy(url="javascript:1"),
    )
    facts = dataclasses.replace(march_facts(), article=dataclasses.replace(MARCH, copies=copies))
    identities = SampleIdentities((facts,))
    quads = [*article_quads(facts, identities), *identity_quads(identities)]
    write_quads(quads, [tmp_path / "graph.nq"], base=BASE)
    (tmp_path / "manifest.json").write_text(f'{{"options": {{"base": "{BASE}"}}}}', "utf-8")
    with serving(tmp_path) as served:
        shown = page(served, PAGES["article"])
        assert "Also published: Other Courier · March 2024 · Pact near" in re.sub(r"\s+", " ", shown.words)
        assert "https://example.org/again" in shown.links
        assert not any(link.startswith("javascript") for link in shown.links)


def test_found_is_what_was_typed_and_nothing_is_taken_for_markup(served: Served) -> None:
    assert "river pact" in page(served, "/find?q=river").words
    assert "Jonas Berg" in page(served, "/find?q=BERG&part=1").words
    for words in ('<img src=x onerror="alert(1)">', '"} DROP', "\\\\", "{{ 7*7 }}", "%00", "?x"):
        response = served.get("/find", q=words)
        assert response.status_code == 200
        assert "<img src=x" not in response.text
        assert "Nothing has" in response.text


def test_the_network_can_be_narrowed(served: Served) -> None:
    everything = served.get("/network?as=csv").text
    supporters = served.get("/network?kind=supports&as=csv").text
    assert "speaks about" in everything
    assert "speaks about" not in supporters
    assert "supports" in supporters
    assert "Nobody is connected" in served.get("/network?since=2031").text


def test_the_network_around_somebody_shows_whom_that_one_has_to_do_with(served: Served) -> None:
    for around in ("actor/jonas-berg", "Jonas Berg", "berg"):
        shown = served.get("/network", around=around)
        assert "Jonas Berg, and the" in shown.text
        rows = list(
            csv.DictReader(io.StringIO(served.get(f"/network?around={around}&as=csv").text.removeprefix("\ufeff")))
        )
        near = {row[end] for row in rows for end in ("from_name", "to_name") if "Jonas Berg" in row.values()}
        assert {row[end] for row in rows for end in ("from_name", "to_name")} == near
    assert "Nobody is connected" in served.get("/network", around="nobody of that name").text
    assert "/network?around=actor%2Fjonas-berg" in page(served, PAGES["actor"]).links


def test_the_treaty_shows_what_happened_to_it(served: Served) -> None:
    words = re.sub(r"\s+", " ", page(served, PAGES["treaty"]).words)
    told = words.partition("What happened to it")[2].partition("Who stands where")[0]
    assert re.search(r"proposed by Norway.*the accord.*February 2024.*signed, planned.*the river pact", told)


def test_a_canned_question_is_answered_for_its_parameters(served: Served) -> None:
    assert "Jonas Berg" in served.get("/question?name=positions&treaty=river").text
    assert "0 rows" in served.get("/question?name=positions&treaty=nothing+of+that+name").text


@pytest.mark.parametrize("query", list_queries(), ids=lambda query: query.name)
def test_every_line_of_an_answer_leads_to_its_words_or_page(served: Served, query: Query) -> None:
    response = served.get("/question", name=query.name)
    assert response.status_code == 200
    things = [link for link in Page(response.text).links if link.startswith("/thing?")]
    data = list(
        csv.DictReader(io.StringIO(served.get(f"/question?name={query.name}&as=csv").text.removeprefix("\ufeff")))
    )
    assert data, "the example gives the question nothing to find"
    assert len(things) >= len(data)
    for link in things[:5]:
        assert served.get(link).status_code in (302, 307)
    # what is sent on as SPARQL is the canned query itself
    assert served.get(f"/question?name={query.name}&as=sparql").text == query.text


def test_positions_that_differ_stand_side_by_side(served: Served) -> None:
    response = served.get("/question?name=changes")
    assert response.text.count('class="pair"') == 1
    words = re.sub(r"\s+", " ", Page(response.text).words)
    assert re.search(r"Chile on river pact, according to two diplomats ▼ opposes.*then ▲ supports", words)
    words = re.sub(r"\s+", " ", page(served, "/question?name=disagreements").words)
    assert "according to Marta Olsen" in words
    assert "own words, or the article’s" in words


def test_the_editor_answers_and_explains_mistakes(served: Served) -> None:
    assert "river-pact" in served.get(PAGES["ask"]).text
    assert "dip:Treaty" in served.get("/ask", query="DESCRIBE <" + BASE + "treaty/river-pact>", run="1").text
    wrong = served.get("/ask", query="SELECT <script>", run="1")
    assert wrong.status_code == 400
    assert "line 1" in wrong.text
    assert "SELECT <script>" not in wrong.text
    assert served.get("/ask", query="SELECT * { SERVICE <urn:x> {} }", run="1").status_code == 403


def test_the_editor_is_packaged_with_its_licences_and_has_every_canned_query(served: Served) -> None:
    response = served.get("/ask")
    shown = Page(response.text)
    queries = {parse_qs(urlsplit(link).query)["query"][0] for link in shown.links if link.startswith("/ask?")}
    assert queries == {query.text for query in list_queries()}
    for name in ("yasgui/yasgui.min.js", "yasgui/yasgui.min.css", "editor.js", "editor.css"):
        assert f'"/static/{name}"' in response.text
        assert served.get(f"/static/{name}").status_code == 200
    licences = served.get("/static/yasgui/LICENSES.txt").text
    assert "@zazuko/yasgui 4." in licences
    assert "codemirror 5." in licences
    # scripts are still files of the server's own, and one style sheet is let in by its hash
    policy = response.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


def test_the_editor_completes_the_terms_of_the_ontology() -> None:
    terms = ontology_terms()
    assert {f"{D}Treaty", f"{D}PhoneCall"} <= set(terms["classes"])
    assert {f"{D}accordingTo", f"{D}content"} <= set(terms["properties"])
    assert not set(terms["classes"]) & set(terms["properties"])


@pytest.mark.parametrize("name", ["treaty", "actor", "network"])
def test_pictures_are_svg_by_themselves(served: Served, name: str) -> None:
    path = PAGES[name]
    response = served.get(path + ("&" if "?" in path else "?") + "as=svg")
    assert response.headers["content-type"].startswith("image/svg+xml")
    root = ElementTree.fromstring(response.text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(list(root.iter())) > 10


@pytest.mark.parametrize("name", ["treaty", "actor", "article", "find", "network", "question", "treaties"])
def test_the_query_of_a_page_runs_at_the_endpoint(served: Served, name: str) -> None:
    path = PAGES[name]
    query = served.get(path + ("&" if "?" in path else "?") + "as=sparql")
    assert query.headers["content-type"].startswith("application/sparql-query")
    answer = served.sparql(query.text)
    assert answer.status_code == 200
    assert answer.json()["results"]["bindings"], name


@pytest.mark.parametrize(
    "path",
    ["/treaty?id=nothing", "/actor?id=%3Cscript%3E", "/article?id=", "/treaty", "/question?name=none", "/thing?id=x y"],
)
def test_what_is_not_there_is_a_page_that_says_so(served: Served, path: str) -> None:
    response = served.get(path)
    assert response.status_code == 404
    assert "There is no such page" in response.text


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/site.py", "/static//etc/passwd", "/static/"])
def test_files_outside_are_not_served(served: Served, path: str) -> None:
    port = httpx.URL(served.address).port
    response = httpx.request("GET", f"http://127.0.0.1:{port}{path}")
    assert response.status_code == 404


def test_hostile_text_in_a_graph_is_shown_as_text(tmp_path: Path) -> None:
    """A label, a title and a body that try to break out of HTML, SVG and CSV."""
    hostile = "<script>alert(1)</script>\\\"'><svg onload=alert(2)>"
    base = "https://example.org/id/"
    lines = [
        f'<{base}a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{D}Article> <{base}a> .',
        f'<{base}a> <http://purl.org/dc/terms/title> "{hostile}" <{base}a> .',
        f'<{base}a> <https://schema.org/articleBody> "{hostile}" <{base}a> .',
        f'<{base}a> <https://schema.org/url> "javascript:alert(3)" <{base}a> .',
        f'<{base}a> <https://schema.org/datePublished> "2024-99-99\\"><b>" <{base}a> .',
        f'<{base}t> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{D}Treaty> <{base}a> .',
        f'<{base}t> <http://www.w3.org/2000/01/rdf-schema#label> "=1+1{hostile}" <{base}a> .',
        f'<{base}t> <http://www.w3.org/2004/02/skos/core#exactMatch> <javascript:alert(4)> <{base}a> .',
        f'<{base}h> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{D}Person> <{base}a> .',
        f'<{base}h> <http://www.w3.org/2000/01/rdf-schema#label> "{hostile}" <{base}a> .',
        f'<{base}p> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{D}Position> <{base}a> .',
        f'<{base}p> <{D}holder> <{base}h> <{base}a> .',
        f'<{base}p> <{D}target> <{base}t> <{base}a> .',
        f'<{base}p> <{D}polarity> <{D}Supports> <{base}a> .',
        f'<{base}p> <{D}heldOn> "2024-02-30" <{base}a> .',
        *(f'<{base}{one}> <{D}evidence> <{base}e> <{base}a> .' for one in "thp"),
        f'<{base}e> <http://www.w3.org/ns/oa#exact> "{hostile}" <{base}a> .',
        f'<{base}e> <http://www.w3.org/ns/oa#start> "0" <{base}a> .',
        f'<{base}e> <http://www.w3.org/ns/oa#end> "8" <{base}a> .',
        f'<{base}e> <http://www.w3.org/ns/oa#hasSource> <{base}a> <{base}a> .',
    ]  # fmt: skip
    output = tmp_path / "output"
    output.mkdir()
    (output / "graph.nq").write_text("\n".join(lines) + "\n", "utf-8")
    (output / "manifest.json").write_text(f'{{"options": {{"base": "{base}"}}}}', "utf-8")
    with serving(output) as one:
        for path in ("/", "/treaties", "/articles", "/actors", "/treaty?id=t", "/actor?id=h", "/article?id=a",
                     "/find?q=script", "/network", "/question?name=positions"):  # fmt: skip
            text = one.get(path).text
            assert "alert" in text, path
            assert "<script>alert" not in text, path
            assert "<svg onload" not in text, path
            assert 'href="javascript' not in text, path
        for path in ("/treaties?as=csv", "/treaty?id=t&as=csv"):
            rows = csv.reader(io.StringIO(one.get(path).text.removeprefix("\ufeff")))
            assert not [cell for row in rows for cell in row if cell.startswith("=")]
        ElementTree.fromstring(one.get("/network?as=svg").text)


def test_a_spreadsheet_computes_nothing() -> None:
    rows = [{"a": "=HYPERLINK(1)", "b": "+1"}, {"a": "-2", "b": "@x"}, {"a": "plain", "b": 'a "b", c'}]
    read = list(csv.reader(io.StringIO(spreadsheet(rows).removeprefix("\ufeff"))))
    assert read == [["a", "b"], ["'=HYPERLINK(1)", "'+1"], ["'-2", "'@x"], ["plain", 'a "b", c']]


def test_dates_are_plain_and_no_finer_than_known() -> None:
    shown = [plain_date(text) for text in ("2019-09-17", "2019-09", "2019", "2019-13", "soon", "")]
    assert shown == ["17 September 2019", "September 2019", "2019", "2019-13", "soon", ""]


def test_a_timeline_shows_each_moment_that_has_a_date() -> None:
    moments = [Moment(when, "event", f"e{when}", "/x") for when in ("2019", "2020-02", "2020-02-30", "", "2020-03-04")]
    root = ElementTree.fromstring(timeline(moments, "T & <t>"))
    marks = list(root.iter("{http://www.w3.org/2000/svg}a"))
    assert len(marks) == 3
    assert timeline([Moment("", "event", "e", "")], "t") == ""


def test_the_network_is_the_same_every_time_and_within_its_frame() -> None:
    nodes = [f"urn:{n}" for n in range(50)]
    ties = [Tie("supports", f"urn:{n}", f"urn:{(n * 7 + 1) % 50}", n % 5 + 1) for n in range(50)]
    places = layout(nodes, ties)
    assert places == layout(nodes, ties)
    assert all(0 < x < 1000 and 0 < y < 720 for x, y in places.values())
    spots = list(places.values())
    near = [(a, b) for i, a in enumerate(spots) for b in spots[:i] if abs(a[0] - b[0]) < 12 and abs(a[1] - b[1]) < 12]
    assert not near, "discs cover each other"
    assert strongest(ties, 3) == strongest(list(reversed(ties)), 3)
    picture = draw(nodes, ties, {node: f"<{node}>" for node in nodes}, lambda iri: f"/x?{iri}", set())
    assert len(list(ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}circle"))) == 50
