"""Candidates whose cue is a verb: "said that", "…," he said", "was quoted as saying", "accused him of"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbuild.extraction.attribution.candidates import (
    NO_SOURCE,
    Candidate,
    Source,
    cue_tokens,
    make,
    may_be_content,
    phrase,
    subject_of,
)
from kgbuild.extraction.attribution.lexicon import cue_lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kgbuild.extraction.attribution.view import TokenView

_NOUNS = ("NOUN", "PROPN", "PRON")
#: relations of what may be a verb's content, or a part of it
_CONTENT_RELATIONS = frozenset(
    ("ccomp", "xcomp", "dobj", "prep", "oprd", "attr", "acl", "advcl", "nsubjpass", "acomp", "dative")
)
_OBJECT_PREPOSITIONS = ("of", "as", "for", "on", "about", "over", "with", "from", "to")


def verbal_candidates(
    view: TokenView,
    owned: dict[int, list[int]],
    anchors: Iterable[int],
    likely: frozenset[int] | None = None,
    *,
    framed: bool = False,
) -> Iterator[Candidate]:
    """Candidates of verbs.

    Args:
        view: the document.
        owned: for each verb the quotations beside it, as ``owners_of_quotations`` finds them.
        anchors: the verbs to look at.
        likely: a content begins or ends with one of these tokens, if they are given.
        framed: a verb that calls something by a name speaks for itself, also beside a verb of saying: "wrote on X,
            *calling* the truce overdue".
    """
    for verb in anchors:
        if view.dep[verb] in ("aux", "auxpass"):
            continue
        if speaking_verb(view, verb) == verb or (framed and view.lemma[verb] in cue_lexicon().frames["predicate"]):
            yield from _of_verb(view, verb, owned.get(verb, ()), likely)


def owners_of_quotations(view: TokenView) -> dict[int, list[int]]:
    """For each verb beside a quotation the numbers of the quotations.

    A verb behind the quotation owns it if a comma or the like leads over to it; else the nearer of both sides.
    """
    if view.owners is None:
        view.owners = _owners(view)
    return view.owners


def _owners(view: TokenView) -> dict[int, list[int]]:
    owned: dict[int, list[int]] = {}
    for number, region in enumerate(view.regions):
        start, end = region.start, region.end
        best: tuple[int, int] | None = None
        for j in range(start - 1, max(-1, start - 16), -1):
            if view.paragraph[j] != view.paragraph[start] or view.ends_sentence(j) or view.region[j] >= 0:
                break
            if _may_own(view, j):
                linked = start - j <= 3 or any(view.text[k] in ",:" for k in range(j + 1, start))
                best = (start - j + (0 if linked else 4), j)
                break
        # “… left.” The envoy said: the stop parts them
        stopped = region.closed and end - start > 2 and view.text[end - 2] == "."
        for j in range(end, end if stopped else min(view.n, end + 14)):
            if view.paragraph[j] != view.paragraph[start] or view.ends_sentence(j) or view.region[j] >= 0:
                break
            if _may_own(view, j):
                closes = view.text[max(start, end - 2)] in ",?!—-–" or view.text[end] == ","
                distance = j - end + (0 if closes else 8)
                if best is None or distance < best[0]:
                    best = (distance, j)
                break
        if best is not None:
            owned.setdefault(speaking_verb(view, best[1]), []).append(number)
    return owned


def speaking_verb(view: TokenView, verb: int) -> int:
    """The verb of saying above a verb of manner: "said, laughing"."""
    lexicon = cue_lexicon()
    above = view.head[verb]
    if (
        view.dep[verb] in ("advcl", "conj")
        and view.tag[verb] == "VBG"
        and view.lemma[above] in lexicon.sayings
        and (view.lemma[verb] in lexicon.manners or view.lemma[verb] not in lexicon.sayings)
        and view.region[above] < 0
        and view.paragraph[above] == view.paragraph[verb]
    ):
        return above
    return verb


def _may_own(view: TokenView, i: int) -> bool:
    return view.pos[i] == "VERB" and view.dep[i] not in ("aux", "auxpass", "amod", "compound")


def _of_verb(
    view: TokenView, verb: int, quotations: Sequence[int], likely: frozenset[int] | None
) -> Iterator[Candidate]:
    lemma = view.lemma[verb]
    passive = not view.relations(verb).isdisjoint(("nsubjpass", "auxpass"))
    if view.tag[verb] == "VBN" and view.dep[verb] == "advcl" and view.child(verb, "aux", "nsubj") is None:
        # "asked whether it would sign, the envoy …": he is the one who was asked
        passive = True
    cue = cue_tokens(view, verb)
    voice = "passive " if passive else ""
    contents = [c for c in _contents(view, verb, passive, cue, quotations) if may_be_content(view, c[1], likely)]
    for source in _sources(view, verb, passive, cue) if contents else ():
        for pattern, content, extra, name in contents:
            candidate = make(
                view,
                verb,
                name or lemma,
                voice + pattern,
                content,
                source=source,
                cue=cue | frozenset(extra) if extra else cue,
                likely=likely,
            )
            if candidate is not None:
                yield candidate


def _sources(view: TokenView, verb: int, passive: bool, cue: frozenset[int]) -> Iterator[Source]:
    subject, kind = (-1, "none") if passive else subject_of(view, verb)
    if subject < 0:
        agent = view.child(verb, "agent")
        by = view.child(agent, "pobj") if agent is not None else None
        if by is not None:
            yield Source(phrase(view, by), by, "agent")
            return
        yield NO_SOURCE
        if passive:
            return
        left = min(cue) - 1
        if left >= 0 and view.pos[left] in _NOUNS and view.dep[left] != "nsubjpass":
            head = left
            while (
                view.head[head] < left + 1 and view.head[head] != head and view.pos[view.head[head]] in (*_NOUNS, "ADP")
            ):
                head = view.head[head]
            yield Source(tuple(i for i in phrase(view, head, (verb,)) if i <= left), head, "left")
        return
    tokens = phrase(view, subject, (verb,))
    if kind != "noun":
        yield Source(tokens, subject, kind)
        return
    yield Source(tuple(i for i in tokens if i < verb), subject, "noun")
    above = view.head[subject]
    while view.dep[above] in ("prep", "pobj") and view.head[above] != above:
        above = view.head[above]
    higher, higher_kind = subject_of(view, above)
    if higher >= 0 and higher_kind in ("own", "inherited"):
        yield Source(phrase(view, higher, (verb,)), higher, "above noun")


#: pattern, content, further tokens of the cue, lemma if not the verb's
_Content = tuple[str, "Iterable[int]", "Iterable[int]", str]


def _contents(
    view: TokenView, verb: int, passive: bool, cue: frozenset[int], quotations: Sequence[int]
) -> Iterator[_Content]:
    if view.region[verb] < 0 and quotations:
        yield "quotation", [i for q in quotations for i in range(view.regions[q].start, view.regions[q].end)], (), ""
    elif view.region[verb] < 0 and view.lemma[verb] in cue_lexicon().sayings:
        yield from _rest_of_sentence(view, verb, cue)
    for c in view.children[verb]:
        dep = view.dep[c]
        if dep not in _CONTENT_RELATIONS:
            continue
        if dep == "ccomp":
            yield "clause after" if c > verb else "clause before", view.subtree(c), (), ""
            if c > verb:
                yield from _with_coordinated(view, verb, c)
        elif dep == "xcomp":
            yield "infinitive", view.subtree(c), (), ""
            for g in view.children[c]:
                if view.dep[g] in ("dobj", "ccomp", "attr"):
                    yield (
                        f"infinitive {view.dep[g]}",
                        view.subtree(g),
                        range(verb, c + 1),
                        f"{view.lemma[verb]} {view.lemma[c]}",
                    )
                    break
            thing = next((g for g in view.children[c] if view.dep[g] == "nsubj"), None)
            if thing is not None:
                yield "small clause", view.subtree(c), (), ""
        elif dep == "dobj":
            yield from _of_object(view, verb, c)
        elif dep == "prep":
            yield from _of_preposition(view, verb, c)
        elif dep in ("oprd", "attr", "acl"):
            yield dep, view.subtree(c), (), ""
        elif dep == "advcl" and _has_to(view, c):
            yield "purpose", view.subtree(c), (), ""
        elif dep == "nsubjpass":
            yield "subject", view.subtree(c), (), ""
            rest = next((g for g in view.children[verb] if view.dep[g] in ("xcomp", "oprd")), None)
            if rest is not None:
                yield "subject and rest", view.subtree(c) + view.subtree(rest), (), ""
        elif dep == "acomp":
            yield from _of_adjective(view, verb, c)
        elif dep == "dative" and view.pos[c] in _NOUNS:
            rest = next((g for g in view.children[verb] if view.dep[g] in ("xcomp", "ccomp") and g > c), None)
            if rest is not None:
                yield "object and rest", view.subtree(c) + view.subtree(rest), (), ""
    if view.dep[verb] == "relcl" and not passive:
        gap = view.relations(verb).isdisjoint(("dobj", "ccomp", "xcomp"))
        if gap and view.child(verb, "nsubj") is not None:
            yield "relative", [i for i in view.subtree(view.head[verb], (verb,)) if i < verb], (), ""
    if view.dep[verb] == "parataxis" or (
        view.dep[verb] == "advcl" and any(view.lower[c] == "as" for c in view.children[verb] if view.dep[c] == "mark")
    ):
        below = set(view.subtree(verb))
        start, end = view.sentence(verb)
        name = "parenthesis" if view.dep[verb] == "parataxis" else "as"
        yield name, [i for i in view.subtree(view.head[verb]) if i not in below and start <= i < end], (), ""


def _has_to(view: TokenView, i: int) -> bool:
    return any(view.lower[c] == "to" for c in view.children[i])


def _with_coordinated(view: TokenView, verb: int, clause: int) -> Iterator[_Content]:
    """ "Said it would stay and that it would pay": the parser often hangs the second half on the verb itself."""
    second = next(
        (
            c
            for c in view.children[verb]
            if view.dep[c] == "conj"
            and c > clause
            and (
                any(view.lower[g] == "that" and view.dep[g] == "mark" for g in view.children[c])
                or view.child(c, "nsubj", "nsubjpass") is not None
            )
        ),
        None,
    )
    if second is not None:
        between = [i for i in view.children[verb] if view.dep[i] == "cc" and clause < i < second]
        yield "clause and clause", view.subtree(clause) + between + view.subtree(second), (), ""


def _of_object(view: TokenView, verb: int, thing: int) -> Iterator[_Content]:
    name = f"{view.lemma[verb]} {view.lemma[thing]}"
    # a finite verb coordinated with a noun is the parser's mistake: it goes with the verb above
    stray = [g for g in view.children[thing] if view.dep[g] == "conj" and view.tag[g] in ("VBD", "VBZ", "VBP")]
    yield "object", view.subtree(thing, stray), (), ""
    for g in view.children[thing]:
        if view.dep[g] in ("acl", "ccomp") and g > thing:
            yield f"object {view.dep[g]}", view.subtree(g), range(verb, thing + 1), name
        elif view.dep[g] == "prep":
            inner = view.child(g, "pobj", "pcomp")
            if inner is not None:
                yield "object prep", view.subtree(inner), range(verb, g + 1), name
    later = [g for g in view.children[verb] if g > thing]
    rest = next((g for g in later if view.dep[g] in ("xcomp", "advcl", "ccomp") and _has_to(view, g)), None)
    if rest is not None:
        yield "object to", view.subtree(thing) + view.subtree(rest), (), ""
    rest = next((g for g in later if view.dep[g] == "prep" and view.lower[g] in _OBJECT_PREPOSITIONS), None)
    if rest is not None:
        yield f"object and {view.lower[rest]}", view.subtree(thing) + view.subtree(rest), (), ""
        inner = view.child(rest, "pobj", "pcomp")
        if inner is not None:
            yield f"behind object {view.lower[rest]}", view.subtree(inner), (), ""
    rest = next((g for g in later if view.dep[g] in ("oprd", "acomp")), None)
    if rest is not None:
        yield "object predicate", view.subtree(thing) + view.subtree(rest), (), ""


def _of_preposition(view: TokenView, verb: int, preposition: int) -> Iterator[_Content]:
    word = view.lower[preposition]
    inner = view.child(preposition, "pobj", "pcomp")
    if inner is None:
        return
    yield f"prep {word}", view.subtree(inner), (preposition,) if preposition - verb <= 3 else (), ""
    rest = next(
        (g for g in view.children[verb] if g > inner and view.dep[g] in ("xcomp", "advcl") and _has_to(view, g)), None
    )
    if rest is not None:
        # "called on both sides to stop"
        yield f"prep {word} to", view.subtree(inner) + view.subtree(rest), (preposition,), f"{view.lemma[verb]} {word}"


def _of_adjective(view: TokenView, verb: int, adjective: int) -> Iterator[_Content]:
    name = view.lemma[adjective]
    extra = range(verb, adjective + 1) if adjective > verb else ()
    for g in view.children[adjective]:
        if view.dep[g] in ("ccomp", "xcomp"):
            yield f"adjective {view.dep[g]}", view.subtree(g), extra, name
        elif view.dep[g] == "prep":
            inner = view.child(g, "pobj", "pcomp")
            if inner is not None:
                yield f"adjective {view.lower[g]}", view.subtree(inner), range(verb, g + 1) if g > verb else (), name


def _rest_of_sentence(view: TokenView, verb: int, cue: frozenset[int]) -> Iterator[_Content]:
    """What the parser missed: the rest of the sentence on either side of cue and subject."""
    if not view.relations(verb).isdisjoint(("ccomp", "parataxis")) or view.dep[verb] == "parataxis":
        return
    start, end = view.sentence(verb)
    last = max(cue)
    subject = view.child(verb, "nsubj")
    first = min(cue) if subject is None else min((*cue, *phrase(view, subject, (verb,))))
    if end - last > 3:
        yield "rest after", range(last + 1, end), (), ""
    if first - start > 3 and view.text[first - 1] in (",", '"', "”", "''"):
        yield "rest before", range(start, first), (), ""
