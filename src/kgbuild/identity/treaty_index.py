"""The treaties of a corpus on the disk; those that nothing connects with a change are not looked at again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator

from kgbuild.database import make_tables
from kgbuild.facts import Article, ArticleFacts
from kgbuild.facts_codec import decode, encode
from kgbuild.identity.connected import Connected
from kgbuild.identity.describing import Describer, treaty_joins
from kgbuild.identity.entity_table import EntityTable
from kgbuild.identity.judgements import Judgements
from kgbuild.identity.minting import digest
from kgbuild.identity.treaties import TreatyCluster, TreatyView, cluster_treaties, telling_names

_TABLES = """
CREATE TABLE IF NOT EXISTS view (path TEXT PRIMARY KEY, article INTEGER, key TEXT, data TEXT, cluster TEXT,
    base TEXT) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS view_article ON view (article);
CREATE INDEX IF NOT EXISTS view_cluster ON view (cluster);
CREATE INDEX IF NOT EXISTS view_base ON view (base);
CREATE TABLE IF NOT EXISTS view_link (link TEXT, view TEXT, PRIMARY KEY (link, view)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS view_link_view ON view_link (view);
"""
_NEAR = "SELECT other.view FROM view_link mine JOIN view_link other USING (link) WHERE mine.view = ?"


class TreatyIndex:
    """The treaties of a corpus.

    Args:
        database: to keep them in.
        describer: which knows what the authority adds.
        judgements: of the user, with paths.
        entities: where what the treaties are is kept.
    """

    def __init__(
        self, database: sqlite3.Connection, describer: Describer, judgements: Judgements, entities: EntityTable
    ) -> None:
        self._database = database
        self._run = database.execute
        self._describer = describer
        self._judgements = judgements
        self._entities = entities
        make_tables(database, _TABLES)
        self._todo: Connected[str] = Connected(database, "todo_view", "TEXT", self._near)

    def observe(self, article: int, views: Iterable[TreatyView]) -> None:
        """Takes in the treaties of an article, in place of those that it had."""
        new = {view.path: (view.treaty.key, _packed(view), view) for view in views}
        old = dict(self._run("SELECT path, data FROM view WHERE article = ?", (article,)).fetchall())
        for path, data in old.items():
            if path not in new or new[path][1] != data:
                self._remove(path)
        for path, (key, data, view) in new.items():
            if old.get(path) != data:
                self._run("INSERT OR IGNORE INTO view VALUES (?, ?, ?, ?, '', '')", (path, article, key, data))
                links = ((link, path) for link in self._links(view))
                self._database.executemany("INSERT OR IGNORE INTO view_link VALUES (?, ?)", links)
                self._todo.add(path)

    def forget(self, article: int) -> None:
        """Takes an article's treaties out again."""
        self.observe(article, ())

    def _remove(self, path: str) -> None:
        self._todo.add_all(_NEAR, path)
        self._todo.discard(path)
        self._run("DELETE FROM view_link WHERE view = ?", (path,))
        self._retract("SELECT path AS id FROM view WHERE path = ?", path)
        self._run("DELETE FROM view WHERE path = ?", (path,))

    def _retract(self, paths: str, *values: str) -> None:
        """What the views that a query gives were part of is not known any more."""
        self._entities.remove_all(
            f"SELECT cluster FROM view WHERE path IN ({paths})", f"SELECT 't' || id FROM ({paths})", *values
        )

    def _links(self, view: TreatyView) -> Iterator[str]:
        """What views have in common that may be one: nothing else connects them."""
        if self._judgements.decisions:
            # a judgement may name whatever comes about
            yield "all"
        treaty = view.treaty
        if treaty.authority and self._describer.authority.get(treaty.authority):
            yield f"known {treaty.authority}"
            return
        for name in telling_names(view):
            yield f"name {name.encode('ascii', 'backslashreplace').decode()}"
        if len(view.parties) > 1:
            yield f"parties {' '.join(sorted(view.parties))}"

    def settling(self) -> Iterator[None]:
        """Brings together again what the changes touch, in small steps; notes the articles that this is new to."""
        # to tell treaties apart may need others, which are then looked at again with them
        again = True
        while again:
            again = False
            for paths in self._todo.parts(self._retract):
                again = True
                self._cluster(paths)
                yield

    def _near(self, path: str) -> list[str]:
        return [other for (other,) in self._run(_NEAR, (path,))]

    def _cluster(self, paths: list[str]) -> None:
        rows = {
            path: self._run("SELECT article, data, cluster FROM view WHERE path = ?", (path,)).fetchone()
            for path in paths
        }
        views = [_unpacked(path, data) for path, (_, data, _) in rows.items()]
        clusters = cluster_treaties(views, self._describer.authority, self._judgements)
        for cluster in clusters:
            self._entities.put(cluster.path, self._describer.treaty(cluster))
            for join in treaty_joins(cluster, self._describer.base):
                self._entities.put_join(join, f"t{cluster.views[0].path}")
            base = _base(cluster)
            for view in cluster.views:
                article, _, before = rows[view.path]
                update = "UPDATE view SET cluster = ?, base = ? WHERE path = ?"
                self._run(update, (cluster.path, base, view.path))
                if before != cluster.path or self._entities.differs(cluster.path):
                    self._entities.touch_article(article)
            self._reconcile(cluster, base)

    def _reconcile(self, cluster: TreatyCluster, base: str) -> None:
        """Treaties that nothing connects, but that would have one path, have to be told apart together."""
        if cluster.authority:
            return
        of_base = "SELECT DISTINCT cluster FROM view WHERE base = ?"
        others = [other for (other,) in self._run(of_base, (base,)) if other != cluster.path]
        own = {view.path for view in cluster.views}
        same = {path for (path,) in self._run("SELECT path FROM view WHERE base = ?", (base,))}
        link = f"path {base}"
        linked = {path for (path,) in self._run("SELECT view FROM view_link WHERE link = ?", (link,))}
        if (others or same - own) and not same <= linked:
            self._database.executemany("INSERT OR IGNORE INTO view_link VALUES (?, ?)", ((link, one) for one in same))
            self._todo.add(*same)


def _base(cluster: TreatyCluster) -> str:
    """The path that a cluster would have if no other had it."""
    return cluster.path.removesuffix(f"-{digest(cluster.views[0].path)}")


def _packed(view: TreatyView) -> str:
    facts = encode(ArticleFacts(Article(""), treaties=(view.treaty,))).decode("utf-8", "surrogatepass")
    cities = [sorted(words) for words in view.cities]
    return json.dumps([view.article, facts, sorted(view.parties), sorted(view.names), cities, view.day])


def _unpacked(path: str, data: str) -> TreatyView:
    article, facts, parties, names, cities, day = json.loads(data)
    (treaty,) = decode(facts.encode("utf-8", "surrogatepass")).treaties
    return TreatyView(
        article, path, treaty, frozenset(parties), frozenset(names), tuple(frozenset(words) for words in cities), day
    )
