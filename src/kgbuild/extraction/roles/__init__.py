"""Who holds which post; used by the components for actors and for coreference."""
