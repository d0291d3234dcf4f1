"""Shows attributions in a text, with displaCy's span style."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc

#: colours of the roles; dark enough to tell apart, light enough to read on
COLOURS = {"SOURCE": "#f4a259", "CUE": "#8cb369", "CONTENT": "#5b8e7d", "REFUSAL": "#bc4b51"}


def render(doc: Doc, *, page: bool = False) -> str:
    """An HTML rendering of ``doc._.attributions``.

    Args:
        doc: a document that ``kgbuild_attribution`` has been through.
        page: a whole HTML page rather than a fragment.

    Returns:
        HTML in which every span is labelled with its role and the number of its attribution.
    """
    from spacy import displacy

    starts = [token.idx for token in doc]
    spans = []
    for number, attribution in enumerate(doc._.attributions, 1):
        for role in ("source", "cue", "content"):
            label = "REFUSAL" if attribution.refusal and role == "cue" else role.upper()
            for span in getattr(attribution, role):
                first, last = _tokens(starts, span.start, span.end)
                spans.append(
                    {"start_token": first, "end_token": last, "label": label, "kb_id": str(number), "kb_url": "#"}
                )
    spans.sort(key=lambda s: (s["start_token"], s["end_token"], str(s["label"])))
    data = {"text": doc.text, "spans": spans, "tokens": [token.text for token in doc]}
    markup: str = displacy.render(
        data, style="span", manual=True, jupyter=False, page=page, options={"colors": COLOURS}
    )
    return markup


def _tokens(starts: list[int], start: int, end: int) -> tuple[int, int]:
    return max(0, bisect.bisect_right(starts, start) - 1), bisect.bisect_left(starts, end)
