"""The parties that go without saying: the article's own state in "a pact with Peru", those that everybody knows."""

from __future__ import annotations

from collections import Counter

from kgbuild.extraction.treaties.drafts import Draft
from kgbuild.extraction.treaties.known import KnownTreaties
from kgbuild.extraction.treaties.lexicon import in_class
from kgbuild.extraction.treaties.parties import Parties

#: how many sentences apart a treaty may be whose two parties another treaty shares
_NEAR = 3


def complete(draft: Draft, drafts: list[Draft], parties: Parties, known: KnownTreaties, sentence_of: list[int]) -> None:
    """Adds the parties that the text leaves to its readers.

    Args:
        draft: of the treaty.
        drafts: of all treaties of the text.
        parties: which finds parties in the document.
        known: the authority.
        sentence_of: for each token the number of its sentence.
    """
    cluster = draft.cluster
    entry = known.entry(cluster.authority)
    if entry is not None:
        draft.parties.update(dict.fromkeys(parties.who.of_authority(entry)))
    if draft.like is not None:
        # "Peru's pact with Chile … the one with Bolivia" is Peru's
        theirs = _other_side(draft) if draft.parties and cluster.mentions[0].withs else list(draft.like.parties)
        draft.parties.update(dict.fromkeys(theirs))
        return
    if cluster.authority:
        return
    if len(draft.parties) < 2:
        draft.parties.update(dict.fromkeys(parties.at_large.of_union(cluster.mentions)))
    several = max((mention.several for mention in cluster.mentions), default=0)
    if len(draft.parties) < several:
        whole = parties.who.pairs.most_spoken_of(several)
        if set(draft.parties) <= set(whole):
            draft.parties.update(dict.fromkeys(whole))
            return
        missing = several - len(draft.parties)
        more = parties.who.pairs.likeliest(cluster.mentions, draft.parties, missing, states=True)
        draft.parties.update(dict.fromkeys(more))
        return
    if len(draft.parties) == 1 and (not cluster.names or cluster.withs or any(m.bilateral for m in cluster.mentions)):
        _complete_pair(draft, drafts, parties, parties.who.at_home(known.seats))
    if len(draft.parties) < 2:
        draft.parties.update(dict.fromkeys(_of_successor(draft, drafts)))
    if len(draft.parties) < 2:
        for mention in cluster.mentions:
            keys = parties.of_subject(mention) if mention.form != "pronoun" else []
            if len(keys) > 1:
                draft.parties.update(dict.fromkeys(keys))
                return
    if len(draft.parties) < 2 and not _is_open(draft):
        names = [*cluster.names, *(mention.place for mention in cluster.mentions if mention.place)]
        draft.parties.update(dict.fromkeys(parties.who.of_seat(names, known.seats)))
    if not draft.parties and cluster.names and not _is_open(draft):
        draft.parties.update(dict.fromkeys(parties.who.pairs.of_passage(cluster.mentions[0])))
    if not draft.parties and not _is_open(draft) and (cluster.names or _is_drafted(draft)):
        draft.parties.update(dict.fromkeys(parties.at_large.of_delegations() or parties.at_large.of_talks()))
    if not draft.parties and not cluster.names:
        _from_passage(draft, drafts, parties, sentence_of, parties.who.at_home(known.seats))


def _other_side(draft: Draft) -> list[str]:
    """Of the parties of the treaty that one is like, those that both have: not the one that stands behind "with"."""
    like = draft.like
    return [key for key in like.parties if key not in like.cluster.withs] if like is not None else []


def _of_successor(draft: Draft, drafts: list[Draft]) -> list[str]:
    """The parties of the treaty that is said to replace one: "the pact would supersede a memorandum of 1985"."""
    for item in draft.evidence:
        if (
            not in_class(item.word.lemma_.lower(), "replacing")
            or item.governor is None
            or item.governor.slot != "object"
        ):
            continue
        subjects = {child.i for child in item.word.children if child.dep_ == "nsubj"}
        for other in drafts:
            if other is not draft and any(mention.head in subjects for mention in other.cluster.mentions):
                return list(other.parties)
    return []


def _complete_pair(draft: Draft, drafts: list[Draft], parties: Parties, home: str) -> None:
    """The other of two parties: whoever the sentence is about, else the state nearest."""
    for mention in draft.cluster.mentions:
        if mention.form == "pronoun":
            continue
        for key in parties.of_subject(mention):
            draft.parties.setdefault(key)
        if len(draft.parties) > 1:
            return
    if any(mention.parties and not parties.are_known(mention) for mention in draft.cluster.mentions):
        return  # the phrase names the other party, and nobody knows it
    others = [other for other in drafts if other is not draft and len(other.parties) == 2]
    if draft.cluster.other and others:
        # "Peru wants a similar treaty": with whom most treaties of the text are
        fixed = [key for key in others[0].parties if key not in {*others[0].cluster.withs, *draft.parties}]
        if len(fixed) == 1 and others[0].cluster.withs:  # "Peru's pact with Chile … a similar one with Bolivia": Peru's
            draft.parties.setdefault(fixed[0])
            return
        shared = Counter(key for other in others for key in other.parties if key not in draft.parties)
        (first, times), (_, less) = [*shared.most_common(2), ("", 0), ("", 0)][:2]
        own = first if times > less else home
        if own and draft.cluster.concluded:  # "Peru has signed a similar treaty": with whom the text's own state would
            rest = [key for key in others[0].parties if key != own and key not in draft.parties]
            draft.parties.update(dict.fromkeys(rest[:1]))
            return
        if times > less:
            draft.parties.setdefault(first)
            return
    (own,) = draft.parties
    partners = {key for other in others if own in other.parties for key in other.parties if key != own}
    if len(partners) == 1 and {own, *partners} == set(parties.who.pairs.most_spoken_of(2)):
        draft.parties.update(dict.fromkeys(partners))  # between whom the text's other treaties are
        return
    for key in parties.who.pairs.likeliest(draft.cluster.mentions, draft.parties, home=home):
        draft.parties.setdefault(key)


def _from_passage(draft: Draft, drafts: list[Draft], parties: Parties, sentence_of: list[int], home: str) -> None:
    cluster = draft.cluster
    for mention in cluster.mentions:
        keys = parties.who.pairs.of_sentence(mention)
        if keys:
            draft.parties.update(dict.fromkeys(keys))
            return
    keys = parties.who.pairs.of_passage(cluster.mentions[0])
    if keys:
        draft.parties.update(dict.fromkeys(keys))
        return
    for other in drafts:
        near = abs(sentence_of[other.cluster.mentions[0].head] - sentence_of[cluster.mentions[0].head])
        if other is not draft and len(other.parties) == 2 and near <= _NEAR:
            draft.parties.update(dict.fromkeys(other.parties))
            return
    if cluster.other and not _is_open(draft):  # "a narrower pact": than the one that the text is about
        pairs = [other for other in drafts if other is not draft and len(other.parties) == 2]
        main = max(pairs, key=lambda other: len(other.cluster.mentions), default=None)
        draft.parties.update(dict.fromkeys(main.parties if main is not None else ()))
    if not draft.parties and not _is_open(draft):
        draft.parties.update(dict.fromkeys(parties.who.pairs.likeliest(cluster.mentions, (), 2, home=home)))
        if len(draft.parties) == 1 and home:
            draft.parties.setdefault(home)


def _is_drafted(draft: Draft) -> bool:
    return any(mention.noun_text == "draft" or "draft" in mention.words for mention in draft.cluster.mentions)


def _is_open(draft: Draft) -> bool:
    """Whether a treaty is open to many states, so that nobody's name goes without saying."""
    return any(
        in_class(word, "open") for mention in draft.cluster.mentions for word in (*mention.words, mention.noun_text)
    )
