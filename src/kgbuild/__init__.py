"""kgbuild builds attributed, anchored knowledge graphs of diplomacy from news articles."""

__version__ = "0.1.0"
