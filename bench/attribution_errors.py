"""Sorts what is missed and what is wrongly found into kinds, and counts them."""

from __future__ import annotations

from collections import Counter
from types import ModuleType
from typing import Any

_HALF = 0.5


def report(scorer: ModuleType, gold: list[dict[str, Any]], found: list[list[dict[str, Any]]], kinds: int = 10) -> None:
    """Prints the most frequent kinds of error with their counts and one place each.

    Args:
        scorer: the module of the measure.
        gold: marked articles.
        found: what was found in each.
        kinds: how many kinds.
    """
    from attribution import is_speech, right_pairs, speech_forms
    from kgbuild.extraction.attribution.lexicon import cue_lexicon

    forms = speech_forms(cue_lexicon().sayings)
    counts: Counter[str] = Counter()
    where: dict[str, str] = {}

    def add(kind: str, article: dict[str, Any], spans: list[tuple[int, int]]) -> None:
        counts[kind] += 1
        place = f"{article['id']}:{spans[0][0]}" if spans else str(article["id"])
        where.setdefault(kind, place)

    marked_count = said_count = 0
    for article, rows in zip(gold, found, strict=True):
        marked, said, right_marked, right_said = right_pairs(scorer, article, rows)
        marked_count += len(marked)
        said_count += len(said)
        for i, g in enumerate(marked):
            if i in right_marked:
                continue
            speech = "speech" if is_speech(article["text"], g.spans["cue"], forms) else "another"
            add(_missed(scorer, g, said, speech), article, g.spans["content"])
        for j, s in enumerate(said):
            if j in right_said:
                continue
            speech = "speech" if is_speech(article["text"], s.spans["cue"], forms) else "another"
            kind = _extra(s, marked, speech)
            if kind:
                add(kind, article, s.spans["content"])
    print(
        f"{marked_count} marked, {said_count} found; "
        "errors by the relaxed measure, the first place of each as article:offset"
    )
    for kind, number in counts.most_common(kinds):
        print(f"{number:6d}  {kind:72}  {where[kind]}")


def _missed(scorer: ModuleType, gold: Any, said: list[Any], speech: str) -> str:
    content = gold.tokens["content"]
    near = [(scorer.jaccard(content, s.tokens["content"]), s) for s in said if content & s.tokens["content"]]
    if not near:
        if any(gold.tokens["cue"] & s.tokens["content"] for s in said):
            return f"missed: lies in words found for somebody else ({speech} cue)"
        return f"missed: nothing found ({speech} cue)"
    overlap, best = max(near, key=lambda pair: pair[0])
    if overlap >= _HALF:
        if not gold.tokens["source"]:
            return "source named where the marks have none"
        return "content right, source wrong" if best.tokens["source"] else "content right, source not found"
    if best.tokens["content"] < content:
        return f"content too short ({speech} cue)"
    if best.tokens["content"] > content:
        return f"content too long ({speech} cue)"
    return f"content overlaps by less than half ({speech} cue)"


def _extra(said: Any, marked: list[Any], speech: str) -> str:
    content = said.tokens["content"]
    if any(content & g.tokens["content"] for g in marked):
        if any(said.tokens["cue"] & g.tokens["content"] for g in marked):
            return f"found inside marked words ({speech} cue)"
        # counted with what is missed
        return ""
    return f"found where nothing is marked ({speech} cue)"
