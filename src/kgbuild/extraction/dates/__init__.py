"""Time expressions and the days they stand for, by the component ``kgbuild_dates``."""
