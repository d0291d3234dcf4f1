"""Python's search for circular garbage, done less often where much is allocated and little of it is circular.

The search looks at every container that is alive. Beside a loaded pipeline, with its vocabulary and tables, it took an
eighth of a build's time and found next to nothing: all that an article leaves behind is freed without it.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

#: net allocations after which the youngest objects are searched; how many such searches come before one of the next
#: generation. Python's own are 700, 10, 10. The youngest then take some ten megabytes at most
_SELDOM = (50_000, 20, 50)


@contextlib.contextmanager
def searched_seldom() -> Iterator[None]:
    """In the block, circular garbage is searched for seldom, or never if it was so before. Blocks may nest."""
    before = gc.get_threshold()
    gc.set_threshold(*(max(own, seldom) if own else 0 for own, seldom in zip(before, _SELDOM, strict=True)))
    try:
        yield
    finally:
        gc.set_threshold(*before)
