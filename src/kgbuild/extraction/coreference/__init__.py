"""What points back to somebody already named: pronouns and descriptions, by the component ``kgbuild_coreference``."""
