"""States that no authority knows, told by what the text says of them: "the government of Kassara", "Kassarans"."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kgbuild.authority import Entry, Form
from kgbuild.extraction.actors.authority import Known
from kgbuild.extraction.actors.cast import MADE_HERE
from kgbuild.extraction.actors.phrases import Title
from kgbuild.extraction.lexicons import (
    given_names,
    honorifics,
    not_states,
    organisation_heads,
    role_modifiers,
    rows,
    word_list,
    word_set,
)
from kgbuild.extraction.phrases import plain
from kgbuild.extraction.tokens import SUBJECTS, Tokens
from kgbuild.facts import ActorType

#: signs weigh this much together, and one of them this much alone
_ENOUGH, _STRONG = 3.0, 2.0
_LONGEST = 3
#: what may stand before a state's name
_LEADING = frozenset(("of", "with"))
_NAME_TAGS = frozenset(("JJ", "NNP", "NNPS"))
_ATTRIBUTIVE = frozenset(("compound", "amod", "nmod"))
#: as much of a state's name begins its adjective: "Zhemland", "Zhemlandic"; "Dovrenia", "Dovrenian"
_LEAST_STEM = 4


@functools.cache
def _signs() -> dict[tuple[str, str], float]:
    """Where a sign stands and its words -> its weight."""
    return {(where, words): float(weight) for where, words, weight in rows("state_signs.tsv", 3)}


@dataclass(slots=True)
class _Candidate:
    """A name that may be a state's: its words, where it stands, its adjectives, and the signs that it is one."""

    words: tuple[str, ...]
    at: list[tuple[int, int]] = field(default_factory=list)
    adjectives: set[str] = field(default_factory=set)
    signs: dict[str, float] = field(default_factory=dict)

    def add(self, sign: str, weight: float) -> None:
        self.signs[sign] = max(weight, self.signs.get(sign, 0.0))

    @property
    def accepted(self) -> bool:
        """Whether the signs are enough."""
        return sum(self.signs.values()) >= _ENOUGH and max(self.signs.values()) >= _STRONG


def unknown_states(
    tokens: Tokens, known: Sequence[Known], titles: Sequence[Title], bodies: Sequence[Title]
) -> list[Known]:
    """Mentions of states that no authority knows, in text order; mostly there are none.

    Args:
        tokens: the document.
        known: the authority's names.
        titles, bodies: phrases of posts and of organs of states, read without knowing of these states.
    """
    taken = [False] * len(tokens)
    for name in known:
        taken[name.start : name.end] = [True] * (name.end - name.start)
    for phrase in (*titles, *bodies):
        head = phrase.at + len(phrase.head.title.split())
        taken[phrase.at : head] = [True] * (min(head, len(taken)) - phrase.at)
    signs = list(_found_signs(tokens, titles, bodies, taken))
    if not signs:
        return []
    candidates = _candidates(tokens, taken)
    _add_adjectives(candidates)
    for start, end, sign, weight in signs:
        candidate = _by_adjective(tokens, start, end, candidates)
        if candidate is not None:
            candidate.add("adjective", _STRONG)
        else:
            candidate = candidates.get(tuple(tokens.text[start:end]))
        if candidate is not None:
            candidate.add(sign, weight)
    _add_company(tokens, candidates, known)
    accepted = [candidate for candidate in candidates.values() if candidate.signs and candidate.accepted]
    adjectives = {word for candidate in accepted for word in candidate.adjectives}
    accepted = [candidate for candidate in accepted if candidate.words[0] not in adjectives]
    return sorted(
        (mention for candidate in accepted for mention in _mentions(tokens, candidate, taken)), key=lambda k: k.start
    )


def _found_signs(
    tokens: Tokens, titles: Sequence[Title], bodies: Sequence[Title], taken: Sequence[bool]
) -> Iterable[tuple[int, int, str, float]]:
    """Start and end of a name, the sign that it is a state's, and its weight."""
    table = _signs()
    for phrase in (*titles, *bodies):
        for text in dict.fromkeys((phrase.text, phrase.head.title)):
            owned, sent = table.get(("owned", text), 0.0), table.get(("sent", text), 0.0)
            spans = [(start, end, owned) for start, end in phrase.owners]
            # "Dovrenian President": a title may begin with any capitalised word
            spans += [
                (i, i + 1, owned)
                for i in range(max(0, phrase.left - 1), phrase.at)
                if tokens.text[i][0].isupper()
                and tokens.tag[i] in ("JJ", "NNP", "NNPS")
                and tokens.plain[i] not in role_modifiers()
            ]
            for preposition, start, end in phrase.complements:
                away = preposition in ("to", "from")
                spans.append((start, end, owned if preposition == "of" else sent if away else 0.0))
            for start, end, weight in spans:
                if weight and not any(taken[start:end]):
                    yield start, end, text, weight
    for i in tokens.plain_at.of(_LEADING):
        if i + 1 == len(tokens) or not tokens.text[i + 1][0].isupper() or taken[i + 1]:
            continue
        word = tokens.plain[i]
        sign = f"{tokens.plain[i - 1]} {word}" if i else ""
        weight = table.get(("before", sign), 0.0)
        if weight:
            yield i + 1, _run_end(tokens, i + 1, taken), sign, weight


def _run_end(tokens: Tokens, start: int, taken: Sequence[bool]) -> int:
    """Where the capitalised words end that begin at a token."""
    end = start + 1
    while (
        end < min(len(tokens), start + _LONGEST)
        and tokens.text[end][0].isupper()
        and not taken[end]
        and tokens.paragraph[end] == tokens.paragraph[start]
        and tokens.space[end - 1]
    ):
        end += 1
    return end


def _candidates(tokens: Tokens, taken: Sequence[bool]) -> dict[tuple[str, ...], _Candidate]:
    """Runs of capitalised words that may name a state: no persons, no organisations, no abbreviations."""
    found: dict[tuple[str, ...], _Candidate] = {}
    excluded: set[str] = set()
    labels: defaultdict[tuple[str, ...], int] = defaultdict(int)
    i = 0
    while i < len(tokens):
        if taken[i] or not tokens.text[i][0].isupper() or not tokens.tag[i].startswith(("NNP", "JJ", "NN")):
            i += 1
            continue
        end = _run_end(tokens, i, taken)
        words = tuple(tokens.text[i:end])
        before = tokens.plain[i - 1] if i else ""
        person = end - i > 1 and (tokens.plain[i] in given_names() or tokens.ent[end - 1] == "PERSON")
        addressed = honorifics().longest(tokens.plain, i - 1) is not None if i else False
        if person or addressed:
            excluded.update(words)
        if not _is_no_state(tokens, i, end, before):
            candidate = found.setdefault(words, _Candidate(words))
            candidate.at.append((i, end))
            labels[words] += tokens.ent[i] in ("GPE", "LOC")
        i = end
    for words in list(found):
        if excluded & set(words):
            del found[words]
        elif labels[words]:
            found[words].add("label", 1.0)
    return found


def _is_no_state(tokens: Tokens, start: int, end: int, before: str) -> bool:
    words = tokens.plain[start:end]
    heads = organisation_heads()
    return (
        any(word in heads or word in word_set("parties") or word in word_list("regions.txt") for word in words)
        or not_states().longest(tokens.plain, start) is not None
        or not all(word.replace("-", "").isalpha() for word in words)
        or all(tokens.text[i].isupper() for i in range(start, end))
        or words[0] in word_list("not_names.txt")
        or len(words[0]) < _LEAST_STEM
        or (
            before == "the" and tokens.tag[end - 1] == "NNP" and tokens.dep[end - 1] not in ("compound", "amod", "nmod")
        )
    )


def _by_adjective(
    tokens: Tokens, start: int, end: int, candidates: dict[tuple[str, ...], _Candidate]
) -> _Candidate | None:
    """The state whose adjective a word is: "Kassaran" of "Kassara", which the text names as well."""
    word = tokens.text[start]
    possessive = end < len(tokens) and tokens.tag[end] == "POS"
    if end != start + 1 or possessive or not plain(word).endswith(tuple(word_set("demonym_endings"))):
        return None
    for words, candidate in candidates.items():
        name = words[-1]
        if len(words) == 1 and name != word and _is_adjective_of(word, name):
            candidate.adjectives.add(word)
            return candidate
    return None


def _add_adjectives(candidates: dict[tuple[str, ...], _Candidate]) -> None:
    """A name of which the text uses an adjective as well is hardly a person's: "Zhemland", "Zhemlandic"."""
    single = [candidate for words, candidate in candidates.items() if len(words) == 1]
    for name in single:
        for other in single:
            if other is not name and _is_adjective_of(other.words[0], name.words[0]):
                name.adjectives.add(other.words[0])
                name.add("adjective", _STRONG)


def _is_adjective_of(word: str, name: str) -> bool:
    """Whether a word looks like the adjective of a name."""
    stem = name[: max(_LEAST_STEM, len(name) - 2)]
    ending = plain(word[len(stem) :])
    return word.startswith(stem) and len(ending) <= _LEAST_STEM and ending.endswith(tuple(word_set("demonym_endings")))


def _add_company(tokens: Tokens, candidates: dict[tuple[str, ...], _Candidate], known: Sequence[Known]) -> None:
    """What states do, and with whom: "Kassara and Dovrenia signed a border treaty"."""
    table = _signs()
    states = {i for name in known if name.form.entry.type == ActorType.STATE for i in range(name.start, name.end)}
    for candidate in list(candidates.values()):
        if candidate.signs and candidate.accepted:
            states.update(i for start, end in candidate.at for i in range(start, end))
    for candidate in candidates.values():
        for start, end in candidate.at:
            head = tokens.root(start, end)
            first = tokens.head[head] if tokens.dep[head] == "conj" else head
            partners = {first, *(c for c in tokens.children[first] if tokens.dep[c] == "conj")} - {head}
            deed = table.get(("deed", tokens.lemma[tokens.head[first]]), 0.0)
            deed = deed if tokens.dep[first] in (*SUBJECTS, "dobj") else 0.0
            if deed:
                candidate.add("deed", deed)
            if partners & states:
                candidate.add("company", _STRONG if deed else 1.0)


def _mentions(tokens: Tokens, candidate: _Candidate, taken: Sequence[bool]) -> Iterable[Known]:
    name = " ".join(candidate.words)
    adjectives = candidate.adjectives
    people = {f"{word}s" for word in adjectives}
    entry = Entry(
        MADE_HERE + plain(name),
        "actor",
        ActorType.STATE,
        name,
        demonyms=tuple(sorted(adjectives)),
        people=tuple(sorted(people)),
    )
    for start, end in candidate.at:
        yield Known(start, end, Form(name, entry, "name", "", preferred=True))
    for i, text in enumerate(tokens.text):
        if not taken[i] and text in adjectives:
            yield Known(i, i + 1, Form(text, entry, "demonym", "", preferred=True))
        elif not taken[i] and text in people:
            yield Known(i, i + 1, Form(text, entry, "people", "", preferred=True))
