"""What kgbuild raises for a user's mistake; everything else that escapes is a bug."""


class KgbuildError(Exception):
    """A failure that the user can mend: its message names the file or option and says what to do."""


class ReadError(KgbuildError):
    """An article, or a file of articles, that cannot be read.

    Attributes:
        source: the file, or the file and line, that could not be read.
        reason: what is wrong with it, in words a user understands.
    """

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason
