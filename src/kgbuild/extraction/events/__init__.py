"""What happened, is planned or is denied, by the component ``kgbuild_events``."""
