"""Refuses queries that would make the server ask other servers: ``SERVICE``, in whatever way it may be written.

The engine's grammar is laxer than the standard's: ``SERVICEex:a`` and ``trueSERVICE<…>`` are calls to it, and whether
``<`` opens an IRI or compares two values depends on where it stands. A scanner that takes one reading can be led to
see a string where the engine sees a call. So all readings are followed, and a query is refused if ``service`` is
outside strings, comments, IRIs and variables in any of them. Worker processes have no network besides.
"""

from __future__ import annotations

import re

from kgbuild.errors import KgbuildError

#: each alternative is one token; the first that fits counts, as in the engine
_TOKEN = re.compile(
    r"""
    (?P<space>\s+ | \#[^\r\n]*)
  | (?P<iri><[^\x00-\x20<>"{}|^`\\]*>)
  | (?P<string>
        \"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
      | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*')
  | (?P<variable>[?$]\w+)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<prefixed>(?P<prefix>[\w.-]*):(?P<local>(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*))
  | (?P<word>\w+)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)

_REFUSAL = (
    "SERVICE is not allowed here: this server asks no other servers. If the word stands in a name of yours, "
    "write the IRI in full or choose another prefix"
)


def refuse_federation(query: str) -> None:
    """Raises if a query could call another server.

    Args:
        query: SPARQL, not necessarily well-formed.

    Raises:
        KgbuildError: it could.
    """
    if "service" not in query.lower():
        return
    # a state is a place in the text, and whether an operand has just ended there: only then may "<" compare
    states: list[tuple[int, str]] = [(0, "")]
    seen = set(states)
    while states:
        position, before = states.pop()
        token = _TOKEN.match(query, position)
        if token is None:
            continue
        followers = [(token.end(), _kind(token, before))]
        if token.lastgroup == "iri" and before == "operand":
            followers.append((position + 1, ""))
        if _calls(token):
            raise KgbuildError(_REFUSAL)
        for state in followers:
            if state not in seen:
                seen.add(state)
                states.append(state)


def _calls(token: re.Match[str]) -> bool:
    if token.lastgroup == "prefixed":
        return "service" in token["prefix"].lower() or token["local"].lower().endswith(".service")
    return token.lastgroup == "word" and "service" in token["word"].lower()


def _kind(token: re.Match[str], before: str) -> str:
    kind = token.lastgroup
    if kind == "space":
        return before
    if kind == "prefixed":
        # the IRI after a declared prefix is an IRI
        return "" if before == "declares" else "operand"
    if kind == "word":
        text = token["word"].lower()
        if text == "prefix":
            return "declares"
        return "operand" if text in ("true", "false") or text[0].isdigit() else ""
    if kind == "other":
        return "operand" if token["other"] == ")" else ""
    return "operand"
