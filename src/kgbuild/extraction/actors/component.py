"""Who is in an article: the component ``kgbuild_actors``.

It fills ``doc._.actors``, ``doc._.roles`` and ``doc._.referents`` from names, titles and common nouns for bodies and
people. What points back to somebody ("the minister", "they") is left to ``kgbuild_coreference``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Doc

from kgbuild.authority import Authority
from kgbuild.extraction.actors.authority import AuthorityMatcher, Known, acts, decides, is_scene
from kgbuild.extraction.actors.bodies import add_body
from kgbuild.extraction.actors.cast import Cast, is_region
from kgbuild.extraction.actors.context import Context
from kgbuild.extraction.actors.entries import NameEntry
from kgbuild.extraction.actors.groups import GroupFinder
from kgbuild.extraction.actors.joining import joined_names
from kgbuild.extraction.actors.names import find_names
from kgbuild.extraction.actors.phrases import Title
from kgbuild.extraction.actors.titles import find_bodies, find_titles
from kgbuild.extraction.actors.unknown_states import unknown_states
from kgbuild.extraction.coreference.descriptions import DescriptionResolver
from kgbuild.extraction.coreference.pronouns import PronounResolver
from kgbuild.extraction.coreference.protagonist import protagonist
from kgbuild.extraction.document import Referent, register_extensions
from kgbuild.extraction.home import dateline_state, headline_abroad, headline_state, publisher_state
from kgbuild.extraction.layout import layout_of
from kgbuild.extraction.lexicons import organisation_heads, short_organs
from kgbuild.extraction.roles.careers import Careers
from kgbuild.extraction.roles.finder import RoleFinder
from kgbuild.extraction.roles.headline import headline_posts
from kgbuild.extraction.roles.holders import name_before_clause
from kgbuild.extraction.roles.verbs import bracket_posts, verb_posts
from kgbuild.extraction.tokens import Tokens, tokens_of
from kgbuild.facts import ActorType

if TYPE_CHECKING:
    from collections.abc import Callable

register_extensions()

#: how strongly the dateline brings up its state
_DATELINE = 2.2
#: before the name of who only publishes: "the state news agency KCNA"
_PUBLISHERS = frozenset(("agency", "newspaper", "daily", "broadcaster", "network", "channel"))


@Language.factory(
    "kgbuild_actors",
    default_config={"authority": []},
    assigns=["doc._.actors", "doc._.roles", "doc._.referents", "doc._.capitals"],
    requires=["token.dep", "token.tag", "token.lemma", "doc.ents"],
)
def create_actors(nlp: Language, name: str, authority: list[str]) -> ActorFinder:
    """The factory of ``kgbuild_actors``; ``authority`` lists files of the user's own authority."""
    return ActorFinder(nlp.tokenizer, Authority.load(Path(file) for file in authority))


class ActorFinder:
    """The component ``kgbuild_actors``.

    Args:
        tokenize: the pipeline's tokenizer.
        authority: whose names to recognise.
    """

    def __init__(self, tokenize: Callable[[str], Iterable[object]], authority: Authority) -> None:
        self.authority = authority
        self.matcher = AuthorityMatcher(authority, tokenize)

    def __call__(self, doc: Doc) -> Doc:
        """Fills the document's actors, roles and referents."""
        scene = Stage(doc, self.matcher, self.authority)
        scene.run()
        doc._.kgbuild_stage = scene
        return doc


class Stage:
    """The finding of one article's actors: what is known at each step, for the steps behind it and for coreference."""

    def __init__(self, doc: Doc, matcher: AuthorityMatcher, authority: Authority) -> None:
        self.doc = doc
        self.tokens: Tokens = tokens_of(doc)
        self.words = self.tokens.plain
        self.cast = Cast(self.tokens)
        self.cast.implied = lambda identifier: self.cast.known(authority.entry(identifier))
        self.cast.entry = authority.get
        self.cast.lookup = self._known_body
        at_home, headline, abroad = (
            self.cast.implied(state) if state else None
            for state in (tell(doc._.article, authority) for tell in (publisher_state, headline_state, headline_abroad))
        )
        doc._.home = at_home or headline
        self.context = Context(self.tokens, publisher=at_home, headline=headline, abroad=abroad)
        self.resolver = PronounResolver(self.cast)
        #: token -> who is named there, also where a name only says where
        self.who: dict[int, Referent] = {}
        #: the state of each capital that is named, also of one that only is a place
        self.capitals: dict[int, Referent] = {}
        self.persons: dict[int, Referent] = {}
        self.unheld: list[Title] = []
        self._matcher = matcher
        self.roles: RoleFinder = RoleFinder(self.cast, self.context, self.persons, self.resolve)
        self.groups = GroupFinder(self.cast, self.resolve)
        self.descriptions = DescriptionResolver(self.cast, self.context, self.resolve)
        self._authority = authority
        self._dateline_ranges = [(p.start, p.dateline_end) for p in layout_of(doc).paragraphs if p.dateline_end]
        self._datelines = {i for start, end in self._dateline_ranges for i in range(start, end)}
        self._in_titles: set[int] = set()

    def run(self) -> None:
        """All steps, in order."""
        tokens = self.tokens
        known = self._matcher.find(tokens)
        ranges = [(name.start, name.end) for name in known]
        bodies = find_bodies(tokens, ranges)
        spans = sorted([*ranges, *((b.start, max(b.at + 1, b.end)) for b in bodies)])
        titles = find_titles(tokens, spans)
        unknown = unknown_states(tokens, known, titles, bodies)
        if unknown:
            # their posts and bodies are read again, now that it is known whose they are
            known = sorted([*known, *unknown], key=lambda name: name.start)
            ranges = [(name.start, name.end) for name in known]
            bodies = find_bodies(tokens, ranges)
            spans = sorted([*ranges, *((b.start, max(b.at + 1, b.end)) for b in bodies)])
            titles = find_titles(tokens, spans)
        names, known, bodies = joined_names(tokens, find_names(tokens, spans, titles), known, bodies, titles)
        self._enter_known(known)
        self._enter_context(known)
        NameEntry(self.cast, self.context, titles, self.who, self.persons).enter(names, known)
        self.resolver.protagonist = protagonist(self.cast, self.doc._.article)
        self.roles.foresee(titles)
        self._enter_phrases(bodies, titles)
        for bracket_post in bracket_posts(self.cast, self.persons, self.who):
            if not any(post.holder is bracket_post.holder for post in self.roles.posts):
                self.roles.keep(bracket_post)
        for verb_post in verb_posts(self.cast, self.roles.holders.person_at):
            self.roles.keep(verb_post)
        careers = Careers(self.cast, self.roles.holders.person_at, self.resolve)
        for post in [*careers.missions(), *careers.helms(), *careers.successions(self.roles.posts)]:
            self.roles.keep(post)
        told = {post.holder.key for post in self.roles.posts}
        for post in headline_posts(self.cast, self.doc._.article, self.context.publisher, told):
            self.roles.keep(post)
        self.roles.settle()
        inside = set(self.who) | {i for title in titles for i in range(title.start, title.end)} - {
            tokens.root(title.at, title.end) for title in self.unheld
        }
        for head in self.groups.heads(inside):
            self.groups.add(head)
        self.publish()

    def close(self) -> None:
        """Lets go of its parts, which know it, so that all are freed with the document; of no use afterwards."""
        vars(self).clear()

    def publish(self) -> None:
        """Writes what has been found to the document."""
        self.cast.number()
        self.doc._.actors = self.cast.referents
        self.doc._.roles = [post.freeze() for post in self.roles.posts if post.holder in self.cast.referents]
        self.doc._.referents = self.cast.at
        self.doc._.capitals = self.capitals

    def resolve(self, start: int, end: int) -> Referent | None:
        """Who is meant by a name, a body or a possessive pronoun at a token range; None if it names nobody known."""
        if end == start + 1 and self.tokens.tag[start] in ("PRP$", "PRP"):
            return self.resolver.antecedent(start)
        if end == start + 1 and self.tokens.tag[start] == "WP$":
            return self.who.get(name_before_clause(self.tokens, start))
        root = self.tokens.root(start, end)
        for i in (root, *range(start, end)):
            if i in self.who:
                return self.who[i]
        found = self.cast.at.get(root) or self.cast.at.get(end - 1)
        if found is None and self.words[end - 1] in organisation_heads():
            # "the agency's deputy director general"
            found = self.descriptions.organisation(self.words[end - 1], end - 1) or self._organ(self.words[end - 1])
        return found

    def _organ(self, word: str) -> Referent | None:
        """What "the commission" is in a text that speaks of the European Union."""
        whole, organ = short_organs().get(word, ("", ""))
        return self.cast.implied(organ) if whole in self.cast.by_authority and self.cast.implied is not None else None

    def _known_body(self, name: str) -> Referent | None:
        """The government body that goes by a name in the authority."""
        entries = self._authority.named(name, "actor")
        entry = next((entry for entry in entries if entry.actor_type == ActorType.GOVERNMENT_BODY), None)
        return self.cast.known(entry) if entry is not None else None

    def _enter_known(self, known: Sequence[Known]) -> None:
        """Mentions of the authority's actors; a city that only is a place denotes nobody."""
        tokens = self.tokens
        datelines = self._datelines
        for name in known:
            start, end, form = name.start, name.end, name.form
            referent = self.cast.known(form.entry)
            for i in range(start, end):
                self.who[i] = referent
            if tokens.kind[start] == "boilerplate" or (start > 1 and tokens.plain[start - 1] in _PUBLISHERS):
                continue
            state = referent.type == ActorType.STATE
            scene = start in datelines or is_scene(tokens, start, end, inside_only=not state)
            region = is_region(referent)
            if form.kind == "capital" or region or (form.kind == "metonym" and form.ambiguity == "place"):
                if state:
                    self.capitals.update(dict.fromkeys(range(start, end), referent))
                if start not in datelines and acts(tokens, start, end):
                    self.cast.mention(referent, start, end, "name" if region else "metonym")
                    referent.tentative = referent.tentative and region and not decides(tokens, start, end)
            elif form.kind == "demonym":
                if _is_attributive(tokens, tokens.root(start, end)):
                    self.cast.mention(referent, start, end, "demonym", name=False)
            elif form.kind == "people":
                if tokens.lower[start - 1] == "the" and acts(tokens, start, end):
                    self.cast.mention(referent, start, end, "demonym", name=False)
            elif start not in datelines:
                self.cast.mention(referent, start, end, "metonym" if form.kind == "metonym" else "name")
                if not scene and not (state and _is_attributive(tokens, tokens.root(start, end))):
                    referent.tentative = False

    def _enter_context(self, known: Sequence[Known]) -> None:
        """Where states come up; the dateline's is the one that the text is about until another is."""
        for name in known:
            referent = self.who[name.start]
            state = self.cast.state_of(referent) or (
                self.cast.by_authority.get(name.form.entry.affiliation) if name.form.entry.affiliation else None
            )
            if state is not None and state.type == ActorType.STATE and not is_region(referent):
                least = _DATELINE if name.start in self._datelines else 0.0
                if referent is not state and name.form.entry.type == "GovernmentBody":
                    least = 1.8
                self.context.add(name.start, name.end, state, least=least)
        named = {name.start for name in known}
        for start, end in self._dateline_ranges:
            found = dateline_state(self.tokens.text[start:end]) if not named.intersection(range(start, end)) else ""
            if found and self.cast.implied is not None:
                self.context.add(start, start + 1, self.cast.implied(found), least=_DATELINE)

    def _enter_phrases(self, bodies: Sequence[Title], titles: Sequence[Title]) -> None:
        """Bodies and titles in text order, since each tells whom the text is about behind it."""
        # of two that end together the inner one comes first: "spokesman for | President Tola"
        order = sorted(
            [(body.at, 0, 0, k) for k, body in enumerate(bodies)]
            + [(title.right - 1, 1, -title.at, k) for k, title in enumerate(titles)]
        )
        owned = {start for title in titles for start, _ in title.owners}
        for _, sort, _, k in order:
            if sort == 0:
                body = bodies[k]
                referent = add_body(self.cast, self.context, body, self.resolve, inside_title=body.start in owned)
                if referent is not None:
                    for i in range(body.start, body.end):
                        self.who.setdefault(i, referent)
                    state = self.cast.state_of(referent)
                    if state is not None:
                        self.context.add(body.at, body.at + 1, state, least=1.6)
                continue
            title = titles[k]
            following = titles[k + 1] if k + 1 < len(titles) else None
            post = self.roles.add(title, following)
            if post is not None:
                for i in range(title.left, title.right):
                    self.who.setdefault(i, post.holder)
            else:
                self._enter_unheld(title)

    def _enter_unheld(self, title: Title) -> None:
        """A title without a named holder: an unnamed spokesperson speaks for the body."""
        if title.head.kind == "spokesperson" and not title.head.plural:
            spans = [*title.owners, *((s, e) for p, s, e in title.complements if p in ("for", "of", "at"))]
            if title.determiner >= 0 and self.tokens.tag[title.determiner] == "PRP$":
                spans.append((title.determiner, title.determiner + 1))  # "its spokesman"
            for start, end in spans:
                owner = self.resolve(start, end)
                if owner is not None and title.owners and self._has_spokesperson(owner):
                    break  # "the ministry's spokesman" is the one who has been named
                if owner is not None:
                    head = self.tokens.root(title.at, title.end)
                    self.cast.mention(owner, title.left, title.right, "description", head, name=False)
                    owner.tentative = False
                    return
        if (
            title.head.title in ("representative", "delegate", "observer")
            and not title.head.plural
            and title.complements
        ):
            # "the representative of Sudan" speaks for Sudan
            preposition, start, end = title.complements[0]
            state = self.resolve(start, end) if preposition in ("of", "for") else None
            if state is not None and state.type == ActorType.STATE:
                head = self.tokens.root(title.at, title.end)
                self.cast.mention(state, title.left, title.right, "description", head, name=False)
                state.tentative = False
                return
        self.unheld.append(title)

    def _has_spokesperson(self, body: Referent) -> bool:
        """Whether somebody named so far speaks for a body."""
        return any(body in post.represents and post.kind == "spokesperson" for post in self.roles.posts)


def _is_attributive(tokens: Tokens, i: int) -> bool:
    """Whether a word only modifies a noun: "French police", "the Russian and French governments"."""
    while tokens.dep[i] == "conj" and tokens.head[i] != i:
        i = tokens.head[i]
    return tokens.dep[i] in ("amod", "compound", "nmod")


if not Doc.has_extension("kgbuild_stage"):
    Doc.set_extension("kgbuild_stage", default=None)
