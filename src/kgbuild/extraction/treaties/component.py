"""Finds the treaties of an article: named, described, proposed, and referred to; their parties, kind and stage."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from kgbuild.extraction.document import register_extensions
from kgbuild.extraction.treaties.known import KnownTreaties
from kgbuild.extraction.treaties.lexicon import TreatyTables
from kgbuild.extraction.treaties.mentions import find_mentions
from kgbuild.extraction.treaties.reader import Reader


class TreatyFinder:
    """The component: fills ``doc._.treaties`` and adds the mentions to ``doc._.referents``.

    Args:
        known: the treaties of the authority, found by their names.
    """

    def __init__(self, known: KnownTreaties) -> None:
        self._known = known

    def __call__(self, doc: Doc) -> Doc:
        """Finds the treaties of a document."""
        doc._.treaties = []
        mentions = find_mentions(doc, doc._.layout, self._known.tables)
        mentions = self._known.add_mentions(doc, mentions)
        if mentions:
            Reader(doc, self._known).read(mentions)
        return doc


@Language.factory(
    "kgbuild_treaties",
    requires=["token.dep", "token.head", "token.pos", "token.lemma"],
    assigns=["doc._.treaties", "doc._.referents"],
    default_config={"authority": [], "nouns": [], "kinds": [], "stages": []},
)
def create_treaty_finder(
    nlp: Language, name: str, authority: list[str], *, nouns: list[str], kinds: list[str], stages: list[str]
) -> TreatyFinder:
    """Makes the component ``kgbuild_treaties``.

    Args:
        nlp: the pipeline.
        name: of the component in the pipeline.
        authority: paths of the user's own authority files.
        nouns, kinds, stages: paths of the user's own tables, in the form of ``treaty_nouns.tsv``, ``treaty_kinds.tsv``
            and ``treaty_status.tsv``; their rows come before the built-in ones.

    Raises:
        KgbuildError: a file cannot be read.
    """
    register_extensions()
    tables = TreatyTables(tuple(nouns), tuple(kinds), tuple(stages))
    return TreatyFinder(KnownTreaties.load(tuple(authority), tables))
