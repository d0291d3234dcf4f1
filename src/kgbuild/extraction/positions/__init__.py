"""Who supports or opposes what, by the component ``kgbuild_positions``."""
