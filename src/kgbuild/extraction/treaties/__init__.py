"""Which treaties an article speaks of, their parties and status, by the component ``kgbuild_treaties``."""
