"""The addresses of pages, and the names of things in them: IRIs without the base that all of them share."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from pyoxigraph import NamedNode

from kgbuild.serve.explorer.marking import anchor

#: class -> the view that shows it
VIEWS = {"Treaty": "treaty", "Article": "article"}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Builds and reads addresses.

    Attributes:
        base: base IRI of the graph's resources.
    """

    base: str

    def iri(self, name: str) -> str | None:
        """The IRI that a name in an address stands for; None if it is none."""
        text = name if "://" in name or name.startswith("urn:") else self.base + name
        try:
            return NamedNode(text).value
        except ValueError:
            return None

    def name(self, iri: str) -> str:
        """The name of an IRI in addresses."""
        short = iri.removeprefix(self.base) if self.base else iri
        return iri if "://" in short or short.startswith("urn:") else short

    def page(self, view: str, iri: str) -> str:
        """The page of a thing."""
        return f"/{view}?id={quote(self.name(iri), safe='/')}"

    def actor(self, iri: str) -> str:
        """The page of an actor."""
        return self.page("actor", iri)

    def treaty(self, iri: str) -> str:
        """The page of a treaty."""
        return self.page("treaty", iri)

    def article(self, iri: str) -> str:
        """The page of an article."""
        return self.page("article", iri)

    def words(self, article: str, start: str | int, end: str | int) -> str:
        """The place of words in their article."""
        return f"{self.article(article)}&at={start}-{end}#{anchor(start, end)}"


def with_parameters(path: str, **parameters: str) -> str:
    """An address with those of the parameters that are not empty."""
    given = {name: value for name, value in parameters.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


def web(address: str) -> str:
    """The address if a link may lead there, else nothing: scripts have addresses too."""
    return address if address.startswith(("https://", "http://")) else ""
