"""The treaties that the authority knows, found by their names and acronyms; and acronyms that the text introduces."""

from __future__ import annotations

from pathlib import Path

from spacy.tokens import Doc, Token

from kgbuild.authority import Authority, Entry
from kgbuild.extraction.tokens import tokens_of
from kgbuild.extraction.treaties.lexicon import BUILT_IN, TreatyTables, in_class, kinds_of, treaty_nouns
from kgbuild.extraction.treaties.model import TreatyMention, is_year


class KnownTreaties:
    """Matches the names of the authority's treaties.

    Args:
        authority: with treaties among its entries, or without.
        tables: the user's own tables of words.
    """

    def __init__(self, authority: Authority, tables: TreatyTables = BUILT_IN) -> None:
        self._authority = authority
        self.tables = tables
        self._phrases: dict[str, list[tuple[str, ...]]] = {}
        for form in authority.forms("treaty"):
            if form.ambiguity == "word" or not form.preferred:
                continue
            words = tuple(form.text.replace("-", " - ").split())
            self._phrases.setdefault(words[0], []).append(words)
        for phrases in self._phrases.values():
            phrases.sort(key=lambda words: (-len(words), words))

    @classmethod
    def load(cls, files: tuple[str, ...] = (), tables: TreatyTables = BUILT_IN) -> KnownTreaties:
        """From the built-in authority and the user's files."""
        return cls(Authority.load([Path(file) for file in files]), tables)

    def entry(self, identifier: str) -> Entry | None:
        """The authority's entry with this id; None for the empty id."""
        return self._authority.get(identifier) if identifier else None

    def seats(self, identifier: str) -> tuple[str, ...]:
        """The seats of government of a state that the authority knows."""
        entry = self.entry(identifier)
        return entry.capitals if entry is not None else ()

    def named(self, mention: TreatyMention) -> Entry | None:
        """The authority's treaty that a mention names, or None."""
        for name in (mention.name, mention.alias):
            if name:
                found = self._authority.named(name, sort="treaty")
                if found:
                    return found[0] if _is_of_years(found[0], mention.years) else None
        if mention.place and mention.form == "definite" and mention.noun == mention.core + 1 and not mention.parties:
            found = self._authority.named(f"{mention.place} {mention.noun_text}", sort="treaty")
            return found[0] if len(found) == 1 else None  # "the Ottawa treaty"
        return None

    def add_mentions(self, doc: Doc, mentions: list[TreatyMention]) -> list[TreatyMention]:
        """The mentions with those that have no treaty noun: "NAFTA", "the INF", and acronyms that the text introduces.

        Args:
            doc: the document.
            mentions: found by their nouns.

        Returns:
            All of them in text order.
        """
        aliases = {mention.alias for mention in mentions if mention.alias}
        taken = {i for mention in mentions for i in range(mention.start, mention.end)}
        found: list[TreatyMention] = []
        end = 0
        texts = tokens_of(doc).text
        for i, text in enumerate(texts):
            if i < end or i in taken:
                continue
            if text in aliases:
                length = 1
            elif text in self._phrases:
                length = self._length(texts, i)
            else:
                continue
            if not length or any(k in taken for k in range(i, i + length)):
                continue
            token = doc[i]
            end = i + length
            if end < len(doc) and (doc[end].lower_ in treaty_nouns(self.tables.nouns) or _is_other(doc[end])):
                continue
            start = token.i - 1 if token.i and doc[token.i - 1].pos_ == "DET" else token.i
            head = doc[token.i : end].root
            name = doc[token.i : end].text
            before = doc[token.i - 1].text if token.i else ""
            found.append(
                TreatyMention(
                    start, end, token.i, head.i, head.i, "name", None, name=name, topic_end=end,
                    years=frozenset({int(before)} if is_year(before) else ()),
                    kinds=tuple(kinds_of(name.lower().split(), self.tables.kinds)),
                )
            )  # fmt: skip
        return sorted([*mentions, *found], key=lambda mention: mention.start)

    def _length(self, texts: list[str], start: int) -> int:
        for words in self._phrases.get(texts[start], ()):
            if texts[start : start + len(words)] == [*words]:
                return len(words)
        return 0


def _is_of_years(entry: Entry, years: frozenset[int]) -> bool:
    """Whether a treaty of the authority can be of the year that the text gives to one of its name."""
    known = [date.year for date in (entry.signed, entry.in_force, entry.ended) if date is not None]
    return not years or not known or any(min(known) <= year <= max(known) for year in years)


def _is_other(token: Token) -> bool:
    """Whether a word behind a name makes it a street, a building, a team or an organisation."""
    return bool(token.text[0].isupper()) and (in_class(token.lower_, "place") or in_class(token.lower_, "body"))
