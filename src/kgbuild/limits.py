"""Bounds of processor time and memory for the work on one article, so that a hostile one cannot stop a build.

Time is measured by the processor's clock, on which other programs do not count. What is over a limit is interrupted
where Python next looks for signals, which regular expressions do too. In threads other than the main one, and on
systems without these clocks and limits, nothing is bounded.
"""

from __future__ import annotations

import contextlib
import re
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

#: characters of text that the limit of time is for; no news article is longer
LENGTH = 100_000

#: seconds after which an interruption that was swallowed is repeated
_AGAIN = 1.0
_DATA_SIZE = re.compile(r"^VmData:\s*(\d+) kB", re.MULTILINE)


class OverLimitError(BaseException):
    """The work on an article went over a limit. Not an :class:`Exception`, lest a library take it for its own."""


@dataclass(frozen=True, slots=True)
class ArticleLimits:
    """What the work on one article may cost in each of its steps.

    Attributes:
        seconds: of processor time, for each 100,000 characters of text that are begun; 0 for no limit.
        memory_bytes: of memory beyond what the process has; 0 for no limit.
    """

    seconds: float = 60.0
    memory_bytes: int = 2_000_000_000

    def for_text(self, length: int) -> ArticleLimits:
        """The limits of a text of so many characters: what is many times as long may take many times as long."""
        return ArticleLimits(self.seconds * max(1, -(-length // LENGTH)), self.memory_bytes)


@contextlib.contextmanager
def limited(limits: ArticleLimits) -> Iterator[None]:
    """Bounds the work in the block. Blocks do not nest.

    Raises:
        OverLimitError: it goes over a limit; its text says over which, and how to change it.
    """
    if threading.current_thread() is not threading.main_thread():
        # a limit of memory is the process's: two threads would take each other's for their own, and leave it behind
        yield
        return
    try:
        with _time_limited(limits.seconds), _memory_limited(limits.memory_bytes):
            yield
    except MemoryError:
        raise OverLimitError(out_of_memory(limits)) from None


def out_of_memory(limits: ArticleLimits) -> str:
    """What is said of an article that needs more memory than it may have."""
    return (
        f"needs more than {limits.memory_bytes // 1_000_000:,} MB of memory (see --max-article-memory)"
        if limits.memory_bytes
        else "needs more memory than there is"
    )


@contextlib.contextmanager
def _time_limited(seconds: float) -> Iterator[None]:
    if not seconds or not hasattr(signal, "setitimer"):
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise OverLimitError(f"takes more than {seconds:g} s of processor time (see --max-article-time)")

    before = signal.signal(signal.SIGPROF, interrupt)
    try:
        signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    finally:
        signal.signal(signal.SIGPROF, before)


@contextlib.contextmanager
def _memory_limited(size: int) -> Iterator[None]:
    used = _data_size() if size else 0
    if not used:
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    bound = used + size
    if any(limit != resource.RLIM_INFINITY and limit <= bound for limit in (soft, hard)):
        yield  # somebody has set a tighter one
        return
    resource.setrlimit(resource.RLIMIT_DATA, (bound, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _data_size() -> int:
    """Bytes of private memory that this process has, as RLIMIT_DATA counts them; 0 where that cannot be known."""
    try:
        found = _DATA_SIZE.search(Path("/proc/self/status").read_text("ascii", "replace"))
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0
