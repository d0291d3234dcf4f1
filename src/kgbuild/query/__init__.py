"""Questions to a built graph: the canned queries, the user's own SPARQL, and answers in several formats."""

from kgbuild.query.canned import Parameter, Query, list_queries, parse_query, read_query
from kgbuild.query.formats import FORMATS, write_result
from kgbuild.query.running import Result, run_query

__all__ = [
    "FORMATS",
    "Parameter",
    "Query",
    "Result",
    "list_queries",
    "parse_query",
    "read_query",
    "run_query",
    "write_result",
]
