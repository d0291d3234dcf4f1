"""For each shape, what to change in ``shapes/conforming.ttl`` so that the shape fails, and nothing but the shape.

A case is (shape, lines taken away, lines added). Lines are Turtle with the prefixes of the file.
"""

from __future__ import annotations

# Nodes that conform, but for a name of their own.
BARE_EVENT = """a dip:Meeting ; rdfs:label "x" ; dip:agent :ruiz ; dip:realis dip:Actual ; dip:evidence <#char=0,8>"""
BARE_TREATY = """a dip:Treaty ; rdfs:label "x" ; dip:treatyKind dip:Other ; dip:evidence <#char=0,8>"""
BARE_ROLE = """a dip:Role ; dip:holder :ruiz ; dip:title "envoy" ; dip:evidence <#char=0,8>"""
BARE_ISSUE = """a dip:Issue ; rdfs:label "x" ; dip:evidence <#char=0,8>"""
BARE_STAGE = (
    "a dip:TreatyStage ; dip:stageOf :pact ; dip:status dip:Signed ; dip:realis dip:Actual ; dip:evidence <#char=0,8>"
)
BARE_EVIDENCE = 'a dip:Evidence ; oa:exact "Ana" ; oa:start 0 ; oa:end 3 ; oa:hasSource <>'
BARE_STANCE = (
    "a dip:Position ; dip:holder :ruiz ; dip:target :pact ; dip:polarity dip:Opposes ; dip:evidence <#char=0,8>"
)
BARE_STATEMENT = (
    """a dip:Statement ; dip:speaker :ruiz ; dip:content "x" ; dip:quotation dip:Mixed ; dip:evidence <#char=0,8>"""
)

CASES: list[tuple[str, str, str]] = [
    # common
    ("FactShape", "", ":oops a dip:Statment ; dip:evidence <#char=0,8> ."),
    ("fact-evidence", "", ":ruiz dip:evidence <#char=0,9> ."),
    # actors
    ("ActorShape", "", '[] a dip:Group ; rdfs:label "a crowd" ; dip:evidence <#char=0,8> .'),
    ("ActorShape", "", ":officials a dip:Person ."),
    ("ActorShape", ":officials a dip:Group .", ":officials a dip:Actor ."),
    ("actor-label", ':ruiz rdfs:label "Ana Ruiz" .', ""),
    ("actor-label", "", ':ruiz rdfs:label "Ana M. Ruiz" .'),
    ("actor-label", ':ruiz rdfs:label "Ana Ruiz" .', ':ruiz rdfs:label "" .'),
    ("actor-altLabel", "", ":ruiz skos:altLabel 7 ."),
    ("actor-exactMatch", "", ':spain skos:exactMatch "Q29" .'),
    ("actor-affiliation", "", ":ruiz dip:affiliation :officials ."),
    ("actor-evidence", ":ruiz dip:evidence <#char=0,8> .", ""),
    ("state-affiliation", "", ":spain dip:affiliation :ministry ."),
    # roles
    ("RoleShape", "", f"[] {BARE_ROLE} ."),
    ("role-holder", ":envoy dip:holder :ruiz .", ""),
    ("role-holder", ":envoy dip:holder :ruiz .", ":envoy dip:holder :spain ."),
    ("role-title", ':envoy dip:title "ambassador" .', ""),
    ("role-title-case", ':envoy dip:title "ambassador" .', ':envoy dip:title "Ambassador" .'),
    ("role-represents", "", ":envoy dip:represents :roux ."),
    ("role-accreditedTo", "", ":envoy dip:accreditedTo :officials ."),
    ("role-tenure", "", ':envoy dip:tenure "former" .'),
    ("role-tenure", ':envoy dip:tenure "current" .', ':envoy dip:tenure "interim" .'),
    ("role-evidence", ":envoy dip:evidence <#char=10,29> .", ""),
    # statements
    ("StatementShape", "", f"[] {BARE_STATEMENT} ."),
    ("statement-speaker", "", ":outer dip:speaker :pact ."),
    ("statement-speaker-known", ":inner dip:speaker :roux .", ""),
    ("statement-addressee", "", ":outer dip:addressee :pact ."),
    ("statement-content", "", ':inner dip:content "another" .'),
    ("statement-cue", "", ':inner dip:cue "" .'),
    ("statement-quotation", ":inner dip:quotation dip:Indirect .", ":inner dip:quotation dip:Supports ."),
    ("statement-denial", ":inner dip:denial false .", ':inner dip:denial "no" .'),
    ("statement-partOf", "", ":inner dip:partOf :silence ."),
    ("statement-partOf", ":inner dip:partOf :outer .", ":inner dip:partOf :stance ."),
    ("statement-madeAt", "", ":inner dip:madeAt :pact ."),
    ("statement-statedOn", "", ':inner dip:statedOn "May 2021" .'),
    ("statement-about", "", ":outer dip:about :envoy ."),
    ("statement-confidence", ":inner dip:confidence 0.5 .", ":inner dip:confidence 1.5 ."),
    ("statement-confidence", ":inner dip:confidence 0.5 .", ":inner dip:confidence 5.0e-1 ."),
    ("statement-evidence", ":silence dip:evidence <#char=235,252> .", ""),
    ("StatementContentShape", ':inner dip:content "the river pact" .', ""),
    ("StatementQuotationShape", ":inner dip:quotation dip:Indirect .", ""),
    ("refusal-content", "", ':silence dip:content "no" .'),
    ("refusal-quotation", "", ":silence dip:quotation dip:Direct ."),
    ("NestingShape", "", ":outer dip:partOf :inner ."),
    ("NestingShape", ":inner dip:partOf :outer .", ":inner dip:partOf :inner ."),
    # positions
    ("PositionShape", "", f"[] {BARE_STANCE} ."),
    ("position-holder", "", ":stance dip:holder :spain ."),
    ("position-target", ":stance dip:target :pact .", ":stance dip:target :outer ."),
    ("position-polarity", ":stance dip:polarity dip:Supports .", ":stance dip:polarity dip:Support ."),
    ("position-accordingTo", ":stance dip:accordingTo :ruiz .", ":stance dip:accordingTo :roux ."),
    ("position-accordingTo", "", ":stance dip:accordingTo :spain ."),
    ("position-expressedIn", "", ":stance dip:expressedIn :meeting ."),
    ("position-hedged", "", ":stance dip:hedged false ."),
    ("position-heldOn", "", ':stance dip:heldOn "2020"^^xsd:gYear .'),
    ("position-confidence", "", ":stance dip:confidence 0.6 ."),
    ("position-evidence", ":stance dip:evidence <#char=51,57> .", ""),
    # treaties
    ("TreatyShape", "", f"[] {BARE_TREATY} ."),
    ("treaty-label", ':pact rdfs:label "river pact" .', ""),
    ("treaty-altLabel", "", ':pact skos:altLabel "" .'),
    ("treaty-exactMatch", "", ':pact skos:exactMatch "Q1" .'),
    ("treaty-party", "", ":pact dip:party :ruiz ."),
    ("treaty-treatyKind", ":pact dip:treatyKind dip:Boundary .", ""),
    ("treaty-treatyKind", ":pact dip:treatyKind dip:Boundary .", ":pact dip:treatyKind dip:Ratified ."),
    ("treaty-status", "", ":pact dip:status dip:Signed ."),
    ("treaty-confidence", ":pact dip:confidence 0.8 .", ":pact dip:confidence -0.1 ."),
    ("treaty-evidence", ":pact dip:evidence <#char=58,72> .", ""),
    # stages of treaties
    ("TreatyStageShape", "", f"[] {BARE_STAGE} ."),
    ("stage-stageOf", ":step dip:stageOf :pact .", ":step dip:stageOf :talks ."),
    ("stage-status", ":step dip:status dip:Signed .", ":step dip:status dip:Actual ."),
    ("stage-agent", "", ":step dip:agent :pact ."),
    ("stage-date", "", ':step dip:date "2019"^^xsd:gYear .'),
    ("stage-startDate", "", ':step dip:startDate "soon" .'),
    ("stage-endDate", "", ':step dip:endDate "soon" .'),
    ("stage-dateEDTF", "", ':step dip:dateEDTF "2019-21" .'),
    ("stage-realis", ":step dip:realis dip:Actual .", ""),
    ("stage-evidence", ":step dip:evidence <#char=116,145> .", ""),
    # issues
    ("IssueShape", "", f"[] {BARE_ISSUE} ."),
    ("issue-label", ':clause rdfs:label "clause on courts" .', ""),
    ("issue-altLabel", "", ':clause skos:altLabel "" .'),
    ("issue-evidence", ":clause dip:evidence <#char=58,72> .", ""),
    # events
    ("EventShape", "", f"[] {BARE_EVENT} ."),
    ("event-type", ":talks a dip:Negotiation .", ":talks a dip:Event ."),
    ("event-label", ':talks rdfs:label "talks" .', ""),
    ("event-agent", "", ":talks dip:agent :pact ."),
    ("event-recipient", "", ":talks dip:recipient :outer ."),
    ("event-participant", "", ":talks dip:participant :envoy ."),
    ("event-date", ':meeting dip:date "2021-05-03"^^xsd:date .', ':meeting dip:date "2021-05-03" .'),
    ("event-date", "", ':meeting dip:date "2021"^^xsd:gYear .'),
    (
        "event-startDate",
        ':talks dip:startDate "2021-03"^^xsd:gYearMonth .',
        ':talks dip:startDate "2021-03" .',
    ),
    ("event-endDate", "", ':talks dip:endDate "2022"^^xsd:gYear .'),
    ("event-dateEDTF", "", ':talks dip:dateEDTF "2021-03/.." .'),
    ("event-place", "", ":meeting dip:place :ministry ."),
    ("event-place", "", ':meeting dip:place "" .'),
    ("event-concerns", "", ":talks dip:concerns :meeting ."),
    ("event-realis", ":talks dip:realis dip:Actual .", ""),
    ("event-realis", "", ":talks dip:realis dip:Denied ."),
    ("event-expressedIn", "", ":meeting dip:expressedIn :stance ."),
    ("event-reportedIn", "", ":meeting dip:reportedIn <> ."),
    ("event-confidence", ":talks dip:confidence 0.6 .", ':talks dip:confidence "high" .'),
    ("event-evidence", ":ratification dip:evidence <#char=150,161> .", ""),
    ("EventParticipantsShape", ":talks dip:participant :spain .", ""),
    ("EventTimeShape", "", ':talks dip:date "2021"^^xsd:gYear .'),
    (
        "EventOrderShape",
        ':talks dip:endDate "2021-04-30"^^xsd:date .',
        ':talks dip:endDate "2021-02-28"^^xsd:date .',
    ),
    ("EventOrderShape", ':talks dip:endDate "2021-04-30"^^xsd:date .', ':talks dip:endDate "2020"^^xsd:gYear .'),
    (
        "RatificationOrderShape",
        ':ratification dip:date "2019"^^xsd:gYear .',
        ':ratification dip:date "2017"^^xsd:gYear .',
    ),
    # articles
    (
        "ArticleShape",
        "",
        '[] a dip:Article ; dcterms:title "x" ; schema:articleBody "x" ; schema:datePublished "2021"^^xsd:gYear .',
    ),
    ("article-title", "", '<> dcterms:title "Another" .'),
    ("article-title-known", '<> dcterms:title "Envoy speaks of river pact" .', ""),
    ("article-articleBody", "", '<other> a dip:Article ; dcterms:title "x" ; schema:datePublished "2021"^^xsd:gYear .'),
    ("article-datePublished", "", '<> schema:datePublished "yesterday" .'),
    ("article-date-known", '<> schema:datePublished "2021-05-04"^^xsd:date .', ""),
    ("article-publisher", "", "<> schema:publisher 7 ."),
    ("article-author", "", '<> schema:author "" .'),
    ("article-url", "", "<> schema:url <https://example.org/again> ."),
    ("article-source", "", '<> dcterms:source "https://example.org/again" .'),
    # evidence
    ("evidence-exact", '<#char=0,8> oa:exact "Ana Ruiz" .', ""),
    ("evidence-start", "<#char=0,8> oa:start 0 .", ""),
    ("evidence-start", "<#char=0,8> oa:start 0 .", '<#char=0,8> oa:start "zero" .'),
    ("evidence-end", "<#char=0,8> oa:end 8 .", ""),
    ("evidence-hasSource", "<#char=0,8> oa:hasSource <> .", ""),
    ("evidence-hasSource", "<#char=0,8> oa:hasSource <> .", "<#char=0,8> oa:hasSource <elsewhere> ."),
    ("EvidenceTextShape", '<#char=0,8> oa:exact "Ana Ruiz" .', '<#char=0,8> oa:exact "Ana Diaz" .'),
    ("EvidenceTextShape", "<#char=0,8> oa:end 8 .", "<#char=0,8> oa:end 9 ."),
    ("EvidenceTextShape", "<#char=235,252> oa:end 252 .", "<#char=235,252> oa:end 99999 ."),
    (
        "EvidenceIriShape",
        "",
        f":ruiz dip:evidence :words . :words {BARE_EVIDENCE} .",
    ),
]

#: A node without a name cannot have the form of an evidence's IRI either, so this one fails two shapes.
TOGETHER: list[tuple[set[str], str, str]] = [
    (
        {"EvidenceShape", "EvidenceIriShape"},
        "",
        f":ruiz dip:evidence [ {BARE_EVIDENCE} ] .",
    ),
]

#: Shapes without targets, which others name as alternatives: a node that conforms, and one that does not.
ALTERNATIVES: dict[str, tuple[str, str]] = {
    "Day": ('"2021-05-03"^^xsd:date', '"2021-05-32"^^xsd:date'),
    "Month": ('"2021-05"^^xsd:gYearMonth', '"2021-13"^^xsd:gYearMonth'),
    "Year": ('"2021"^^xsd:gYear', '"21"^^xsd:gYear'),
    "IsText": ('"words"', '""'),
    "IsIri": (":ruiz", '"words"'),
    "IsActor": (":ministry", ":pact"),
    "IsPerson": (":ruiz", ":spain"),
    "IsState": (":spain", ":ruiz"),
    "IsOrganization": (":ministry", ":officials"),
    "IsGroup": (":officials", ":ministry"),
    "IsRole": (":envoy", ":ruiz"),
    "IsStatement": (":silence", ":stance"),
    "IsRefusal": (":silence", ":outer"),
    "IsPosition": (":stance", ":outer"),
    "IsTreaty": (":pact", ":talks"),
    "IsEvent": (":talks", ":pact"),
    "IsIssue": (":clause", ":pact"),
    "IsTreatyStage": (":step", ":pact"),
    "HasContent": (":outer", ":silence"),
    "HasQuotation": (":outer", ":silence"),
    "HasAgent": (":meeting", ":talks"),
    "HasRecipient": (":meeting", ":talks"),
    "HasParticipant": (":talks", ":signing"),
    "HasNoDate": (":talks", ":meeting"),
    "HasNoStart": (":meeting", ":talks"),
    "HasNoEnd": (":meeting", ":talks"),
    "HasNoInterval": (":meeting", ":talks"),
}
