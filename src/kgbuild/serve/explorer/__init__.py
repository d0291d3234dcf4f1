"""Pages to look at a graph without SPARQL, made on the server from the answers to queries anybody can ask."""
