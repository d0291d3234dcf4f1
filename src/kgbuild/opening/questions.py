"""The canned queries as methods of an opened graph; a test holds them to the queries and runs their examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pandas import DataFrame


class _Framing(Protocol):
    def frame(self, query: str, /, **parameters: str) -> DataFrame: ...


class Questions:
    """What can be asked of a graph without SPARQL. Each method answers with a data frame."""

    def actor(self: _Framing, *, actor: str = "") -> DataFrame:
        """An actor's profile.

        What it is, its other names, posts and affiliations; how often it is quoted, and spoken about; what it wants
        by its own words, and what others say it wants; what it took part in.

        Args:
            actor: words of the actor's name.

        Returns:
            Columns ``actor``, ``what``, ``value``, ``according_to``.

        Examples:
            >>> graph.actor(actor="olsen")["value"].tolist()
            ['Person', 'Olsen', 'Norway', 'ambassador of Norway to Chile', '2', 'supports river pact']
        """
        return self.frame("actor", actor=actor)

    def anonymous(self: _Framing, *, about: str = "") -> DataFrame:
        """What only unnamed people claim.

        Positions and events that no article reports in its own voice, and nobody with a name says: only groups such
        as "two officials" do. Then what such groups state themselves.

        Args:
            about: words of the name of the actor or treaty that the claim is about.

        Returns:
            Columns ``source``, ``kind``, ``claim``, ``words``, ``date``, ``article``.

        Examples:
            >>> graph.anonymous()["claim"].tolist()
            ['Chile opposes river pact', 'Chile may still reject the accord', 'Chile supports river pact',
            'Chile welcomes it']
        """
        return self.frame("anonymous", about=about)

    def articles(self: _Framing, *, publisher: str = "", since: str = "", until: str = "") -> DataFrame:
        """The articles, and how much was read from each.

        Args:
            publisher: words of the publisher's name.
            since: first date of publication, such as 2019, 2019-09 or 2019-09-17.
            until: last date of publication.

        Returns:
            Columns ``date``, ``article``, ``publisher``, ``statements``, ``refusals``, ``positions``,
            ``events``, ``treaties``, ``url``.

        Examples:
            >>> graph.articles()["article"].tolist()
            ['Norway ready for river pact, envoy says', 'Berg turns against the river pact']
        """
        return self.frame("articles", publisher=publisher, since=since, until=until)

    def changes(self: _Framing, *, actor: str = "", treaty: str = "") -> DataFrame:
        """Who changed position, from what to what, when, and in which words.

        Two positions of one holder on one thing that differ, the later one following the earlier one. Both come
        from the same side: both are the holder's own, or both are according to the same other actor. What different
        people say of one holder is under "disagreements". A position without a date of its own has that of what was
        said, or of its article.

        Args:
            actor: words of the holder's name.
            treaty: words of the name of what the positions are about.

        Returns:
            Columns ``holder``, ``target``, ``according_to``, ``earlier_polarity``, ``earlier_words``,
            ``earlier_date``, ``later_polarity``, ``later_words``, ``later_date``.

        Examples:
            >>> graph.changes()["holder"].tolist()
            ['Chile']
        """
        return self.frame("changes", actor=actor, treaty=treaty)

    def contradictions(self: _Framing, *, actor: str = "", other: str = "", treaty: str = "") -> DataFrame:
        """Who contradicts whom, or an earlier self.

        Two positions on one thing of which one supports what the other opposes, each the holder's own: nobody else
        attributes it. The later one contradicts the earlier one; of the same day, the one that opposes. Where both
        are one holder's, "earlier self" says so.

        Args:
            actor: words of the name of who contradicts.
            other: words of the name of who is contradicted.
            treaty: words of the name of what the positions are about.

        Returns:
            Columns ``speaker``, ``polarity``, ``words``, ``date``, ``contradicts``, ``their_polarity``,
            ``their_words``, ``their_date``, ``target``.

        Examples:
            >>> graph.contradictions()["speaker"].tolist()
            ['Jonas Berg']
        """
        return self.frame("contradictions", actor=actor, other=other, treaty=treaty)

    def disagreements(self: _Framing, *, actor: str = "", treaty: str = "") -> DataFrame:
        """Where what one says that a holder wants differs from what the holder, or another, says.

        Two positions of one holder on one thing that differ and come from different sides. Where "or according to"
        is empty, the holder speaks, or an article itself says so.

        Args:
            actor: words of the holder's name.
            treaty: words of the name of what the positions are about.

        Returns:
            Columns ``holder``, ``target``, ``according_to``, ``polarity``, ``words``,
            ``or_according_to``, ``or_polarity``, ``or_words``.

        Examples:
            >>> graph.disagreements(actor="berg")["or_polarity"].tolist()
            ['opposes']
        """
        return self.frame("disagreements", actor=actor, treaty=treaty)

    def events(
        self: _Framing,
        *,
        actor: str = "",
        treaty: str = "",
        type: str = "",
        realis: str = "",
        since: str = "",
        until: str = "",
    ) -> DataFrame:
        """What happened, is planned, or is denied.

        Events with who did them, and to or with which others. What has no date of its own has that of its article,
        in brackets. An event stands as its article reports it: "reported by" names the speaker where the article
        does not say so itself.

        Args:
            actor: words of the name of somebody who takes part.
            treaty: words of the name of a treaty that the event concerns.
            type: class of the event, such as meeting, visit, signing, accusation, sanction.
            realis: actual, planned, possible or denied.
            since: first date, such as 2019, 2019-09 or 2019-09-17.
            until: last date.

        Returns:
            Columns ``date``, ``type``, ``event``, ``agents``, ``others``, ``realis``, ``reported_by``,
            ``article``.

        Examples:
            >>> graph.events(type="negotiation")["event"].tolist()
            ['Oslo talks']
        """
        return self.frame("events", actor=actor, treaty=treaty, type=type, realis=realis, since=since, until=until)

    def evidence(self: _Framing, *, fact: str = "", iri: str = "", kind: str = "") -> DataFrame:
        """The evidence behind a fact.

        The exact words from which facts were read, and where they stand: characters from start to end (not
        included) of the article's text. Ask by words of the fact (its name, its content) or of its evidence, or by
        its IRI.

        Args:
            fact: words of the fact or of its evidence.
            iri: the whole IRI of the fact.
            kind: class of the fact, such as position, statement, treaty, meeting, person.

        Returns:
            Columns ``kind``, ``fact``, ``exact``, ``start``, ``end``, ``article``, ``iri``.

        Examples:
            >>> graph.evidence(fact="jonas berg opposes")["exact"].tolist()
            ['I can no longer back the river pact']
        """
        return self.frame("evidence", fact=fact, iri=iri, kind=kind)

    def history(self: _Framing, *, treaty: str = "", actor: str = "", since: str = "", until: str = "") -> DataFrame:
        """What happened to a treaty, when, and by whom.

        The steps in a treaty's life that the articles tell, by date: signed, ratified, in force, suspended, left,
        renewed. What has no date of its own has that of its article, in brackets.

        Args:
            treaty: words of the treaty's name.
            actor: words of the name of an actor who took the step.
            since: first date, such as 2019, 2019-09 or 2019-09-17.
            until: last date.

        Returns:
            Columns ``treaty``, ``date``, ``step``, ``by``, ``realis``, ``words``, ``article``.

        Examples:
            >>> graph.history()["step"].tolist()
            ['Proposed', 'Signed']
        """
        return self.frame("history", treaty=treaty, actor=actor, since=since, until=until)

    def nested(self: _Framing, *, speaker: str = "", reported: str = "", about: str = "") -> DataFrame:
        """Who said that somebody else said something.

        The inner speaker's words reach the reader only through the outer speaker. Of "A said that B said that C
        agrees", A with B is one row, B with C another.

        Args:
            speaker: words of the name of the outer speaker, who passes it on.
            reported: words of the name of the inner speaker, who is said to have said it.
            about: words of the name of what the inner statement is about.

        Returns:
            Columns ``speaker``, ``cue``, ``reported``, ``reported_cue``, ``said``, ``date``,
            ``article``.

        Examples:
            >>> graph.nested()["reported"].tolist()
            ['Jonas Berg']
        """
        return self.frame("nested", speaker=speaker, reported=reported, about=about)

    def positions(self: _Framing, *, treaty: str = "", actor: str = "", polarity: str = "") -> DataFrame:
        """Who supports or opposes a treaty, according to whom, and in which words.

        Where somebody attributes the position to its holder, "according to" names him; where it is empty, the
        holder speaks, or the article itself says so. The words are what was said, else those of the article.
        Without a date of its own, a position has that of what was said, or of its article.

        Args:
            treaty: words of the name of the treaty, or of whatever else the position is about.
            actor: words of the holder's name.
            polarity: supports, opposes, conditional or neutral.

        Returns:
            Columns ``holder``, ``polarity``, ``target``, ``according_to``, ``words``, ``date``,
            ``article``.

        Examples:
            >>> graph.positions(treaty="river pact", polarity="opposes")["holder"].tolist()
            ['Chile', 'Jonas Berg']
        """
        return self.frame("positions", treaty=treaty, actor=actor, polarity=polarity)

    def posts(
        self: _Framing, *, post: str = "", holder: str = "", of: str = "", since: str = "", until: str = ""
    ) -> DataFrame:
        """Who held which post when, as far as the articles show.

        One row for each post and holder. Those who held one post stand one after another: who is only called
        former, then who is in office, by the first article that shows it, then who is only designate. "first" and
        "last" are the dates of the first and the last article in which the holder is in office, also as acting.
        Former, acting and designate have the date of the first article that says so. The words are those of the
        first and of the last article of all.

        Args:
            post: words of the post, such as foreign minister.
            holder: words of the holder's name.
            of: words of the name of the state or organisation that the post represents, or to which it is accredited.
            since: first date of the articles, such as 2019, 2019-09 or 2019-09-17.
            until: last date of the articles.

        Returns:
            Columns ``post``, ``holder``, ``tenure``, ``first``, ``last``, ``articles``, ``words``,
            ``article``.

        Examples:
            >>> graph.posts(of="norway")["post"].tolist()
            ['ambassador of Norway to Chile', 'foreign minister of Norway']
        """
        return self.frame("posts", post=post, holder=holder, of=of, since=since, until=until)

    def refusals(self: _Framing, *, speaker: str = "") -> DataFrame:
        """Who would not comment.

        Those who declined to comment, or stayed silent when asked, and the words that say so.

        Args:
            speaker: words of the name of who would not comment.

        Returns:
            Columns ``speaker``, ``words``, ``date``, ``article``.

        Examples:
            >>> graph.refusals()["speaker"].tolist()
            ['Ministry of Foreign Affairs of Chile']
        """
        return self.frame("refusals", speaker=speaker)

    def statements(
        self: _Framing, *, speaker: str = "", about: str = "", words: str = "", quotation: str = ""
    ) -> DataFrame:
        """Who said what about whom.

        Each statement with its speaker, the words that mark the saying, what was said, and whom or what that is
        about. What somebody says that somebody else said is here too; "nested" shows the two together. Where the
        cue is marked as a denial, the speaker says that it is not so.

        Args:
            speaker: words of the speaker's name.
            about: words of the name of the actor, treaty or event that the statement is about.
            words: words that occur in what was said.
            quotation: direct, indirect or mixed.

        Returns:
            Columns ``speaker``, ``cue``, ``said``, ``quotation``, ``about``, ``date``, ``article``.

        Examples:
            >>> graph.statements(speaker="berg", quotation="direct")["said"].tolist()
            ['I can no longer back the river pact']
        """
        return self.frame("statements", speaker=speaker, about=about, words=words, quotation=quotation)

    def timeline(self: _Framing, *, actor: str = "", about: str = "", since: str = "", until: str = "") -> DataFrame:
        """What happened, was said and was wanted, by date.

        Events, statements and positions in one list. What has no date of its own has that of its article, in
        brackets.

        Args:
            actor: words of the name of an actor who takes part, speaks, or holds the position.
            about: words of the name of a treaty, or of what else it is about.
            since: first date, such as 2019, 2019-09 or 2019-09-17.
            until: last date.

        Returns:
            Columns ``date``, ``what``, ``who``, ``text``, ``article``.

        Examples:
            >>> graph.timeline(since="2024-05", actor="berg")["what"].tolist()
            ['opposes', 'statement (direct)']
        """
        return self.frame("timeline", actor=actor, about=about, since=since, until=until)

    def treaty(self: _Framing, *, treaty: str = "") -> DataFrame:
        """A treaty's kind, status and parties, as each article has them.

        Args:
            treaty: words of the treaty's name.

        Returns:
            Columns ``treaty``, ``kind``, ``status``, ``parties``, ``date``, ``article``.

        Examples:
            >>> graph.treaty(treaty="accord")["kind"].tolist()
            ['Boundary', 'Boundary']
        """
        return self.frame("treaty", treaty=treaty)

    def unquoted(self: _Framing, *, actor: str = "") -> DataFrame:
        """Whose wishes and words are reported, but who is never quoted.

        Actors to whom others attribute positions or words, without one direct quotation of theirs in any article.

        Args:
            actor: words of the actor's name.

        Returns:
            Columns ``actor``, ``positions``, ``reported_statements``, ``according_to``.

        Examples:
            >>> graph.unquoted()["actor"].tolist()
            ['Chile']
        """
        return self.frame("unquoted", actor=actor)
