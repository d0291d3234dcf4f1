"""From facts to RDF: the names of the ontology, the quads of an article, and the files that hold them."""
