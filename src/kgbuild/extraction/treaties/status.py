"""At which stage a treaty is, from the words that govern its mentions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from kgbuild.extraction.document import denoted
from kgbuild.extraction.treaties.aspect import (
    ceasing,
    is_agreed_upon,
    is_deferred,
    is_done,
    is_going_on,
    is_proposed,
    is_scheduled,
    is_to_open,
    is_wanted,
    lies_ahead,
    tells_future,
)
from kgbuild.extraction.treaties.context import is_actual
from kgbuild.extraction.treaties.governors import Governor, governors
from kgbuild.extraction.treaties.lexicon import BUILT_IN, StatusCue, TreatyTables, in_class, singular, status_cues
from kgbuild.extraction.treaties.model import TreatyMention
from kgbuild.facts import ActorType

#: a later stage in this list outweighs an earlier one
STAGES = (
    "Proposed",
    "UnderNegotiation",
    "Agreed",
    "Signed",
    "Ratified",
    "InForce",
    "Rejected",
    "Expired",
    "Suspended",
    "Withdrawn",
)
_RANK = {status: rank for rank, status in enumerate(STAGES)}
#: what is done so with a draft leaves the treaty under negotiation: one may sign it, one may tear it up
_NOT_OF_DRAFTS = frozenset({*STAGES[:4], "Withdrawn"})
#: what is revived is so no more
ENDED = frozenset({"Suspended", "Withdrawn", "Expired", "Rejected"})
_PRIVATE = frozenset({ActorType.ORGANIZATION, ActorType.GROUP})


@dataclass(frozen=True, slots=True)
class StatusEvidence:
    """What one word says of a treaty's stage.

    ``told``: it has happened, and is not only to come. ``label``: the word is part of the phrase, "the proposed pact".
    ``pending``: somebody has yet to decide on its ratification. ``renews``: what was dead or suspended is alive again.
    ``wish``: somebody only calls for it. ``deed``: the stage to which what the word tells brings, or would bring, the
    treaty; ``governor``, ``mention``, ``by``: the word and where the treaty stands, the mention that it governs, and
    who does it, where the word does not name the treaty.
    """

    status: str
    weight: int
    word: Token
    told: bool = True
    label: bool = False
    pending: bool = False
    renews: bool = False
    wish: bool = False
    deed: str = ""
    governor: Governor | None = None
    mention: TreatyMention | None = None
    by: tuple[str, ...] = ()


def evidence_of(
    head: Token, end: int = 0, *, tentative: bool = False, draft: bool = False, tables: TreatyTables = BUILT_IN
) -> Iterator[StatusEvidence]:
    """What the words that govern a mention say of the treaty's stage.

    Args:
        head: the mention's head.
        end: the mention's end, or 0.
        draft: the mention is of a draft; what is done with that leaves the treaty under negotiation.
        tables: the user's own tables of words.
        tentative: the mention itself says that there is no such treaty ("no deal").
    """
    for governor in governors(head, end):
        yield from evidence_from(governor, tentative=tentative, draft=draft, tables=tables)


def evidence_from(
    governor: Governor, *, tentative: bool = False, draft: bool = False, tables: TreatyTables = BUILT_IN
) -> Iterator[StatusEvidence]:
    """What one word says of the stage of the treaty that it governs; the arguments are those of :func:`evidence_of`."""
    word = governor.word
    for cue in _fitting(governor, tables):
        if cue.slot == "of" and is_to_open(word):
            yield StatusEvidence("Proposed", 0, word, told=False, deed=cue.status, governor=governor)
            continue
        if draft and cue.status in _NOT_OF_DRAFTS:
            yield StatusEvidence("UnderNegotiation", 0, word)
            continue
        if cue.lemma == "have" and any(c.dep_ == "xcomp" for c in word.children):
            continue  # "has yet to see it"
        if cue.particle == "against" and not _by_electors(word):
            continue  # one may vote against what is adopted
        if cue.status in ENDED and _by_nobody_of_weight(word):
            continue
        ceased = ceasing(word) if cue.status == "InForce" and cue.slot == "object" else None
        if ceased is not None and not tentative:
            status = "Suspended" if is_actual(ceased) else "InForce"
            yield StatusEvidence(status, 1, word, deed=status, governor=governor)
            continue
        if cue.slot == "of" and cue.lemma == "negotiation" and _is_wound_up(word, tables):
            yield StatusEvidence("Agreed", 1, word, deed="Agreed", governor=governor)
            continue
        if cue.status == "Agreed" and cue.otherwise == "UnderNegotiation" and is_going_on(word):
            yield StatusEvidence("UnderNegotiation", 1, word, deed="UnderNegotiation", governor=governor)
            continue
        if cue.status == "Ratified" and in_class(cue.lemma, "assenting") and _by_ministers(word):
            yield StatusEvidence("Agreed", 0, word, deed="Agreed", governor=governor)
            continue
        if cue.lemma == "negotiate" and is_done(word):
            yield StatusEvidence("UnderNegotiation", 0, word, deed=cue.status, governor=governor)
            continue
        told = not tentative and _has_happened(cue, word)
        if told:
            certain = (cue.status == "Rejected" and _by_electors(word)) or _is_deposited(word)
            weight = 1 if certain else cue.weight
            label = cue.slot == "modifier" and cue.status == "Proposed" and cue.weight == 1
            wish = cue.status == "Proposed" and in_class(cue.lemma, "wish")
            renews = in_class(cue.lemma, "revive")
            yield StatusEvidence(
                cue.status, weight, word, label=label, wish=wish, renews=renews, deed=cue.status, governor=governor
            )
            continue
        if is_proposed(word) and _RANK[cue.status] <= _RANK["Signed"]:
            yield StatusEvidence("Proposed", 0, word, told=False, deed=cue.status, governor=governor)
            continue
        pending = not tentative and in_class(cue.lemma, "pending")
        if cue.status == "Signed" and governor.slot == "object" and not tentative and is_scheduled(word):
            yield StatusEvidence("Agreed", 0, word, deed=cue.status, governor=governor)
        elif in_class(cue.lemma, "revive") and not tentative and is_agreed_upon(word):
            yield StatusEvidence("Agreed", 1, word, renews=True, deed="Agreed", governor=governor)
        else:
            yield StatusEvidence(
                cue.otherwise,
                cue.otherwise_weight,
                word,
                told=cue.otherwise == "UnderNegotiation" and is_scheduled(word),  # "are set to conclude it"
                pending=pending,
                deed=cue.status,
                governor=governor,
            )


def _is_wound_up(noun: Token, tables: TreatyTables) -> bool:
    """Whether negotiations have come to their end: "have been wrapped up", "concluded negotiations on a treaty"."""
    verb = noun.head
    slot = "object" if noun.dep_ in {"dobj", "nsubjpass"} else "subject" if noun.dep_ == "nsubj" else ""
    if not slot or verb.pos_ != "VERB" or not is_actual(verb):
        return False
    if slot == "subject":
        return verb.lemma_.lower() == "conclude" and not any(c.dep_ == "dobj" for c in verb.children)
    return any(
        cue.status == "Agreed" and cue.otherwise == "UnderNegotiation"
        for cue in _fitting(Governor(verb, "object"), tables)
    )


def _is_deposited(word: Token) -> bool:
    """ "exchanged instruments of ratification": the last step."""
    if word.lemma_.lower() != "ratification" or word.dep_ != "pobj":
        return False
    return bool(word.head.head.lemma_.lower() == "instrument")


def stage(
    evidence: Iterable[StatusEvidence], default: str = "", *, concluded: bool = False, renewed: bool = False
) -> str:
    """The stage that the evidence shows: the latest that is told outright, else the latest that is hinted at.

    Args:
        evidence: what the words around all mentions say.
        default: the stage if they say nothing.
        concluded: the treaty was concluded once: it is dead as what has run out is, not as what was turned down.
        renewed: what suspended or ended it has been undone since.
    """
    evidence = list(evidence)
    renewed = renewed or any(item.renews for item in evidence)
    pending = any(item.pending for item in evidence)
    pending_talks = any(item.status in STAGES[:2] and item.weight >= 0 for item in evidence)
    unsigned = _is_unsigned(evidence)
    by_weight: dict[int, list[int]] = {}
    labelled = happened = False
    for item in evidence:
        if item.status == "InForce" and not item.told and pending_talks and not concluded:
            continue  # who vows to scrap what is being negotiated does not find it in force
        if (renewed and item.status in ENDED) or (pending and item.status == "Ratified") or not item.status:
            continue
        if item.status == "Suspended" and unsigned:
            continue  # what is put on ice before it is signed stays agreed
        labelled |= item.label
        attribute = item.governor is not None and item.governor.slot == "modifier"  # "draft" tells of no deed
        happened |= item.told and item.weight >= 0 and item.status != "Proposed" and not attribute
        status = "Expired" if concluded and item.word.lower_ == "dead" and item.status == "Rejected" else item.status
        by_weight.setdefault(item.weight, []).append(_RANK[status])
    told = [rank for rank in by_weight.get(1, ()) if rank > _RANK["Proposed"]]
    if told:
        return STAGES[max(told)]
    if labelled and not happened:
        return "Proposed"  # "the proposed pact", which somebody is eager to conclude
    hinted = [*by_weight.get(1, ()), *by_weight.get(0, ())]  # that it was proposed says least: any hint goes further
    if hinted:
        return STAGES[max(hinted)]
    return default or (STAGES[max(by_weight[-1])] if -1 in by_weight else "")


def is_applied(item: StatusEvidence) -> bool:
    """Whether something is done under the treaty to this day: "under a pact of 1986, the river is turned round"."""
    if item.word.lower_ != "under" or not item.told:
        return False
    verb = item.word.head
    finite = [verb, *(child for child in verb.children if child.dep_ in {"aux", "auxpass"})]
    return any(token.tag_ in {"VBZ", "VBP"} for token in finite)


def _is_unsigned(evidence: list[StatusEvidence]) -> bool:
    """Whether a treaty is agreed upon, and its signing still to come or called off."""
    agreed = any(item.told and item.status == "Agreed" and item.weight == 1 for item in evidence)
    to_sign = any(item.deed == "Signed" and item.status != "Signed" for item in evidence)
    return agreed and to_sign and not any(item.status in STAGES[3:6] and item.weight >= 0 for item in evidence)


def _by_electors(verb: Token) -> bool:
    """Whether voters or a parliament do what a verb tells: what they reject is rejected."""
    return any(
        c.dep_ in {"nsubj", "agent"} and any(in_class(singular(t.lower_), "elector") for t in c.subtree)
        for c in verb.children
    )


def _by_ministers(verb: Token) -> bool:
    """Whether a government, and no parliament, does what a verb tells: what a cabinet approves is not ratified."""
    who = [c for c in verb.children if c.dep_ in {"nsubj", "nsubjpass"}]
    who += [c for agent in verb.children if agent.dep_ == "agent" for c in agent.children]
    return any(in_class(singular(token.lower_), "executive") for token in who)


def _by_nobody_of_weight(verb: Token) -> bool:
    """Whether those who do what a verb tells are no state and none of its organs: a union may reject what it likes."""
    who = [
        referent
        for child in verb.children
        if child.dep_ in {"nsubj", "agent"}
        for token in ((child,) if child.dep_ == "nsubj" else child.children)
        for referent in denoted(verb.doc, token)
    ]
    if _by_electors(verb):
        return False
    return bool(who) and all(one.sort == "actor" and one.type in _PRIVATE for one in who)


def _fitting(governor: Governor, tables: TreatyTables) -> Iterator[StatusCue]:
    word = governor.word
    form = word.lower_ if governor.slot in {"modifier", "predicate"} else word.lemma_.lower()
    for cue in status_cues(tables.stages).get(form, ()):
        if cue.slot != governor.slot:
            continue
        if (
            cue.slot in {"prep", "of"}
            and cue.particle not in {"", governor.preposition}
            and not _has_particle(word, cue.particle)
        ):
            continue
        if " " in cue.particle:
            if not _has_particle(word, cue.particle):
                continue
        elif in_class(cue.lemma, "force") and (cue.slot == "subject" or cue.lemma == "bring"):
            if not _has_force(word, cue.particle):
                continue
        elif cue.slot in {"object", "subject"} and cue.particle and not _has_particle(word, cue.particle):
            continue
        if cue.lemma == "force" and cue.slot == "modifier" and not governor.beside:
            continue  # "the air force agreement"
        transitive = cue.lemma in {"hold", "end"}  # "an accord that ended the war" has not ended
        if cue.slot == "subject" and transitive and any(c.dep_ == "dobj" for c in word.children):
            continue
        yield cue


def _has_particle(word: Token, particle: str) -> bool:
    if any(c.dep_ == "dobj" and c.lemma_.lower() == particle for c in word.children):
        return True  # "has 31 parties"
    first, _, noun = particle.partition(" ")  # "put on ice": the noun behind the preposition counts too
    return any(
        c.lower_ == first
        and c.dep_ in {"prt", "prep", "advmod"}
        and (not noun or any(t.lower_ == noun for t in c.children))
        for c in word.children
    )


def _has_force(word: Token, particle: str) -> bool:
    """ "enter into force", "take effect", "remain in effect"."""
    if particle and not _has_particle(word, particle):
        return False
    return any(t.lower_ in {"force", "effect"} and t.i - word.i <= 4 for t in word.subtree if t.i > word.i)


def _has_happened(cue: StatusCue, word: Token) -> bool:
    if in_class(cue.lemma, "scheduled") and tells_future(word):
        return False  # "expires in 2030", "enters into force in May"
    if cue.slot == "modifier":
        return True
    if cue.lemma == "under" and lies_ahead(word):
        return False
    if any(t.lower_ in {"none", "nobody", "neither"} for c in word.children if c.dep_ == "agent" for t in c.children):
        return False  # "ratified by none"
    if word.dep_ == "ROOT" and word.sent[-1].text == "?":
        return False
    if cue.status == "Withdrawn" and word.dep_ == "xcomp" and in_class(word.head.lemma_.lower(), "starting"):
        return False
    if cue.slot == "of" and in_class(cue.lemma, "formality") and is_deferred(word):
        return False
    if is_actual(word) and not is_wanted(word):
        return True
    if cue.status != "UnderNegotiation" or word.pos_ != "VERB":
        return False
    return word.dep_ in {"xcomp", "advcl"} and in_class(word.head.lemma_.lower(), "underway") and is_actual(word.head)
