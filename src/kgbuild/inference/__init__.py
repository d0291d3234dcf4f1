"""What follows from a graph and the ontology by the rules of OWL 2 RL, without the noise of a full closure.

:func:`entail` gives the triples; :func:`infer` also gives what contradicts the ontology, instead of raising it. Two
engines give the same: rules compiled from the ontology (the default, milliseconds an article), and owlrl itself
(``mode="owlrl"``, about a second). The ontology may use only what the compiler knows; anything else is refused, never
left out.

Give it one article at a time, with what the identity graph says of the entities in it: transitive properties over a
whole corpus explode.
"""

from __future__ import annotations

from kgbuild.inference.entailment import Entailment, InconsistencyError, Mode, entail, infer, load_ontology, load_rules
from kgbuild.inference.rules import Rules, UnknownConstructError, compile_rules

__all__ = [
    "Entailment",
    "InconsistencyError",
    "Mode",
    "Rules",
    "UnknownConstructError",
    "compile_rules",
    "entail",
    "infer",
    "load_ontology",
    "load_rules",
]
