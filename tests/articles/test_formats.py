"""Each format gives the same article."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from kgbuild.articles import ReadFailure, read_articles
from kgbuild.facts import Article, PartialDate

TEXT = "Envoys of Malta and Tunisia met in Valletta on Monday.\n\n“We are close,” the Maltese minister said."
ARTICLE = Article(
    text=TEXT,
    title="Malta and Tunisia near a deal",
    published=PartialDate(2021, 5, 4),
    publisher="The Harbour",
    author="Ada Vella",
    url="https://harbour.example/deal",
)
RECORD = {
    "title": ARTICLE.title,
    "published": "2021-05-04",
    "publisher": ARTICLE.publisher,
    "author": ARTICLE.author,
    "url": ARTICLE.url,
    "text": TEXT,
}
MARKDOWN = f"""---
title: {ARTICLE.title}
date: 2021-05-04
source: {ARTICLE.publisher}
authors: [{ARTICLE.author}]
link: {ARTICLE.url}
---

{TEXT}
"""
HTML = f"""<!doctype html><html><head><meta charset="utf-8"><title>{ARTICLE.title} | {ARTICLE.publisher}</title>
<meta property="og:site_name" content="{ARTICLE.publisher}"><meta property="og:title" content="{ARTICLE.title}">
<meta property="article:published_time" content="2021-05-04T09:00:00Z"><meta name="author" content="{ARTICLE.author}">
<link rel="canonical" href="{ARTICLE.url}"></head>
<body><nav><a href="/">Home</a></nav><article><h1>{ARTICLE.title}</h1>
<p>Envoys of Malta and Tunisia met in <b>Valletta</b> on Monday.</p>
<p>“We are close,” the Maltese minister&nbsp;said.</p></article><footer>All rights reserved</footer></body></html>"""

FILES = {
    "a.md": MARKDOWN,
    "a.html": HTML,
    "a.json": json.dumps(RECORD),
    "list.json": json.dumps([RECORD]),
    "wrapped.json": json.dumps({"status": "ok", "articles": [RECORD]}),
    "a.jsonl": json.dumps(RECORD, ensure_ascii=False) + "\n\n",
    "schema.json": json.dumps(
        {
            "@type": "NewsArticle",
            "headline": RECORD["title"],
            "datePublished": "2021-05-04T23:30:00-05:00",
            "publisher": {"@type": "Organization", "name": RECORD["publisher"]},
            "author": [{"@type": "Person", "name": RECORD["author"]}],
            "mainEntityOfPage": {"@id": RECORD["url"]},
            "articleBody": "<p>" + TEXT.replace("\n\n", "</p><p>") + "</p><script>x()</script>",
        }
    ),
}


def read(*paths: Path) -> list[Article | ReadFailure]:
    return list(read_articles(paths))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("compressed", [False, True])
def test_every_format_gives_the_same_article(tmp_path: Path, name: str, compressed: bool) -> None:
    data = FILES[name].encode()
    path = tmp_path / (name + ".gz" * compressed)
    path.write_bytes(gzip.compress(data) if compressed else data)
    assert read(path) == [ARTICLE]


def test_text_has_a_headline_only_where_a_blank_line_sets_it_apart(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"Malta and Tunisia near a deal\n\n{TEXT}")
    (tmp_path / "b.txt").write_text(TEXT)
    with_headline, without = read(tmp_path)
    assert isinstance(with_headline, Article)
    assert isinstance(without, Article)
    assert with_headline.title == "Malta and Tunisia near a deal"
    assert with_headline.text == f"Malta and Tunisia near a deal\n\n{TEXT}"
    assert (without.title, without.text) == ("", TEXT)


def test_a_file_of_windows_and_byte_order_marks_reads_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xef\xbb\xbf" + MARKDOWN.replace("\n", "\r\n").encode())
    (tmp_path / "b.md").write_bytes(b"\xff\xfe" + MARKDOWN.encode("utf-16-le"))
    assert read(tmp_path) == [ARTICLE, ARTICLE]


def test_a_page_is_read_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    page = HTML.replace('charset="utf-8"', 'charset="iso-8859-1"')
    (tmp_path / "a.html").write_bytes(page.encode("cp1252"))
    assert read(tmp_path) == [ARTICLE]


def test_markdown_marks_go_and_words_stay(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "# A *deal* in sight\n\n## Talks\n\nThe [ministry](https://m.example/x) was **very** clear: _no_ deal.\n"
        "<!-- draft -->\n> “Not [yet],” he said.\n\n---\n\n1. First point of snake_case and 2 * 3 * 4.\n"
    )
    (article,) = read(tmp_path)
    assert isinstance(article, Article)
    assert article.title == "A deal in sight"
    assert article.text == (
        "Talks\n\nThe ministry was very clear: no deal.\n\n“Not [yet],” he said.\n\n\n\n"
        "1. First point of snake_case and 2 * 3 * 4."
    )


def test_front_matter_keeps_words_that_yaml_would_change(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: No\ndate: 2021-05\n---\nThe vote was no.\n")
    (article,) = read(tmp_path)
    assert isinstance(article, Article)
    assert (article.title, article.published) == ("No", PartialDate(2021, 5))


def test_folders_are_read_in_the_order_of_names_and_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b/z.txt", "a.txt", "b/c.txt", ".hidden/x.txt", ".x.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"Minister {path.stem} spoke.")
    assert [a.source.removeprefix(f"{tmp_path}/") for a in read(tmp_path)] == ["a.txt", "b/c.txt", "b/z.txt"]


def test_gold_articles_come_out_unchanged(shared: Path) -> None:
    path = shared / "gold/dev/articles.jsonl"
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    articles = read(path)
    assert len(articles) == len(records) > 0
    for record, article in zip(records, articles, strict=True):
        assert isinstance(article, Article)
        # one to one: no offset moves
        assert article.text == record["text"].replace("\xa0", " ")
        assert str(article.published) == record["published"]


def test_examples_are_articles() -> None:
    articles = read(Path(__file__).parents[2] / "examples" / "articles")
    assert len(articles) == 12
    assert all(isinstance(article, Article) and article.title for article in articles)
