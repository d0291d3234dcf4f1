"""What two builds differ in, told in facts: statements, positions, events, treaties, roles and actors, not triples."""

from kgbuild.comparison.compare import Comparison, Difference, compare
from kgbuild.comparison.facts import Fact, read_facts
from kgbuild.comparison.telling import FORMATS, write_comparison

__all__ = ["FORMATS", "Comparison", "Difference", "Fact", "compare", "read_facts", "write_comparison"]
