"""The value that the component leaves on a document for each attribution."""

from __future__ import annotations

from dataclasses import dataclass

from kgbuild.facts import QuotationType, Span


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who said what through which cue, as spans of the text; speakers are resolved elsewhere.

    Attributes:
        source: the words that name who speaks; empty if nothing near names anyone.
        cue: the words that tell of the speaking; empty for a quotation without any.
        content: what is said, with its quotation marks and with a leading "that"; empty for a refusal. See ``words``.
        words: ``content`` without a leading "that" and without marks around all of a stretch.
        quotation: how much of the content stands in quotation marks; None for a refusal.
        parent: index, in the same list, of the attribution in whose content this one lies; None at the top.
        refusal: the source refuses to speak, or does not answer.
        denial: the source says that the content is not so.
        statement: the source says, writes or publicly thinks the content; False for an attitude, a plan or a deed
            ("supports").
        confidence: calibrated probability that source and content are right.
        source_head, cue_head: token indices of the syntactic heads, -1 where there is none.
        cue_lemma: of the cue's head, in lower case.
    """

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    quotation: QuotationType | None
    words: tuple[Span, ...] = ()
    parent: int | None = None
    refusal: bool = False
    denial: bool = False
    statement: bool = True
    confidence: float = 1.0
    source_head: int = -1
    cue_head: int = -1
    cue_lemma: str = ""
