"""spaCy's greedy arc-eager parser in numpy: the same heads and labels, many sentences of many documents side by side.

The parser reads a document from left to right, one move after the other, which leaves nothing to do at once. But when
its stack is empty, what follows depends on the rest of the text alone. So it is set to work in lanes, one at each token
where a sentence seems to begin. A lane that comes to the next lane's token with an empty stack has shown that the
parser comes by there, and is done. One that comes to it with something on the stack was right to go on: it takes over
the next lane's tokens, and what that lane made of them is forgotten. Where the lanes began then changes what the work
costs, and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kgbuild.fastspacy.encoder import Floats, UnknownArchitectureError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.pipeline import DependencyParser
    from spacy.tokens import Doc

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: tokens parsed side by side, and as many rows of each of the tables of features; bounds the memory
GROUP = 16_384
_FEATURES = 8
_PIECES = 2
#: what separates a label from the head to look for, where a tree is not projective
_DECORATION = "||"
_SHIFT, _REDUCE, _LEFT, _RIGHT, _BREAK = range(5)
_KINDS = "SDLRB"
#: tags of the tokens that end sentences, and of those that may stand between them and the next sentence
_STOPS = (".", "_SP")
_CLOSING = ("''", "-RRB-")
#: columns of a stack before its first token: what lies below an empty stack
_BELOW = 3


class DependencyDecoder:
    """The parameters of a ``DependencyParser`` and the moves of its transition system.

    Args:
        parser: a trained component.

    Raises:
        UnknownArchitectureError: the component is built in another way.
    """

    def __init__(self, parser: DependencyParser) -> None:
        from spacy.pipeline._parser_internals.nonproj import deprojectivize

        model = parser.model
        if parser.cfg.get("beam_width", 1) != 1 or len(model.layers) != 3:
            raise UnknownArchitectureError("the parser is not a greedy one with three layers")
        if list(parser.postprocesses) != [deprojectivize]:
            raise UnknownArchitectureError("something else is done to the parser's trees")
        self._vectors, lower, upper = model.layers
        if lower.name != "precomputable_affine" or upper.name != "linear":
            raise UnknownArchitectureError("the parser's layers are not an affine and a linear one")
        weights = lower.get_param("W")
        features, self._hidden, pieces, inputs = weights.shape
        if features != _FEATURES or pieces != _PIECES:
            raise UnknownArchitectureError(f"the parser does not look at {_FEATURES} tokens with {_PIECES} pieces")
        # all first pieces, then all second ones
        self._feature = [
            np.ascontiguousarray(weights[f].transpose(1, 0, 2).reshape(-1, inputs).T) for f in range(_FEATURES)
        ]
        self._missing = [lower.get_param("pad")[0, f].T.reshape(-1) for f in range(_FEATURES)]
        self._bias = np.ascontiguousarray(lower.get_param("b").T.reshape(-1))
        self._space: Floats = np.empty((_FEATURES, 0, len(self._bias)), dtype=np.float32)
        self._upper = np.ascontiguousarray(upper.get_param("W").T)
        self._upper_bias = upper.get_param("b")
        names = [parser.moves.get_class_name(i) for i in range(parser.moves.n_moves)]
        if self._upper.shape[1] != len(names):
            raise UnknownArchitectureError("the parser's last layer does not score each move")
        self._read_moves(names, parser)
        self._deprojectivize = deprojectivize
        self._root = parser.vocab.strings["ROOT"]

    def _read_moves(self, names: list[str], parser: DependencyParser) -> None:
        self._kind: Ints = np.array([_KINDS.index(name[0]) for name in names])
        labels = [name[2:] for name in names]
        if "subtok" in labels or set(self._kind.tolist()) != set(range(len(_KINDS))):
            raise UnknownArchitectureError("the parser's moves are not the five kinds of arc-eager parsing")
        strings = parser.vocab.strings
        self._label: NDArray[np.uint64] = np.array(
            [strings[label] if label else 0 for label in labels], dtype=np.uint64
        )
        self._decorated = np.array([_DECORATION in label for label in labels])
        # for each set of valid kinds, as bits, what is added to the scores of the moves
        bits = np.arange(2 ** len(_KINDS))[:, None] >> self._kind & 1
        self._barred: Floats = np.where(bits, 0, -np.inf).astype(np.float32)
        # added since the training
        self._barred[:, sorted(parser.model.attrs.get("unseen_classes", ()))] = -np.inf

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Sets the heads and labels of documents that have neither, nor sentences."""
        for group in _groups(docs):
            vectors: Floats = self._vectors.predict(group)
            ends = np.cumsum([len(doc) for doc in group])
            lanes = _Lanes(ends, np.concatenate([_sentence_starts(doc) for doc in group]))
            self._parse(lanes, vectors)
            labels = np.where(lanes.move < 0, np.uint64(self._root), self._label[lanes.move])
            decorated = (lanes.move >= 0) & self._decorated[lanes.move]
            heads = np.where(lanes.head < 0, 0, lanes.head - np.arange(len(vectors)))
            values = np.stack([heads.astype(np.uint64), labels], axis=1)
            start = 0
            for doc, end in zip(group, ends.tolist(), strict=True):
                doc.from_array(["HEAD", "DEP"], values[start:end])
                if decorated[start:end].any():
                    self._deprojectivize(doc)
                start = end

    def _parse(self, lanes: _Lanes, vectors: Floats) -> None:
        """Moves all lanes on, until each has come to the next one."""
        tables = self._tables(vectors)
        size = len(lanes.running)
        shape = (size, _PIECES * self._hidden)
        total, one = np.empty(shape, dtype=np.float32), np.empty(shape, dtype=np.float32)
        while len(lanes.running):
            tokens = lanes.context()
            size = len(lanes.running)
            affine, row = total[:size], one[:size]
            np.take(tables[0], tokens[0], axis=0, out=affine, mode="wrap")
            for table, token in zip(tables[1:], tokens[1:], strict=True):
                np.take(table, token, axis=0, out=row, mode="wrap")
                affine += row
            affine += self._bias
            hidden = np.maximum(affine[:, : self._hidden], affine[:, self._hidden :])
            scores = hidden @ self._upper
            scores += self._upper_bias
            scores += self._barred[lanes.valid()]
            # of equal scores the transition system takes the first move
            move = scores.argmax(axis=1)
            lanes.apply(move, self._kind[move])

    def _tables(self, vectors: Floats) -> Floats:
        """What each token adds to the hidden layer in each of the places that the parser looks at.

        The last row is that of a token that is not there, whose index is -1.
        """
        size = len(vectors) + 1
        space = self._space
        if size > space.shape[1]:
            space = np.empty((_FEATURES, size, len(self._bias)), dtype=np.float32)
            if size <= GROUP + 1:
                # memory that is used again costs less than fresh one
                self._space = space
        tables = space[:, :size]
        for table, weights, missing in zip(tables, self._feature, self._missing, strict=True):
            np.dot(vectors, weights, out=table[:-1])
            table[-1] = missing
        return tables


class _Lanes:
    """The states of the parser at several places of a row of documents.

    Args:
        ends: where each document ends.
        begins: whether a lane is to begin at a token; the first of each document is one.

    Attributes:
        head: for each token its head, -1 for a root.
        move: the move that gave it that head, -1 for a root.
        running: the lanes that have not come to the next one.
    """

    def __init__(self, ends: Ints, begins: Bools) -> None:
        size = len(begins)
        # one place more, for the token that is not there
        self.head: Ints = np.full(size, -1)
        self.move: Ints = np.full(size, -1)
        self._last_left: Ints = np.full(size + 1, -1)
        self._last_right: Ints = np.full(size + 1, -1)
        self._right_before: Ints = np.full(size, -1)
        self._unshiftable: Bools = np.zeros(size + 1, dtype=bool)
        self._starts_sentence: Bools = np.zeros(size + 1, dtype=bool)
        self._start: Ints = np.flatnonzero(begins)
        self._stop: Ints = np.append(self._start[1:], size)
        self._end = ends[np.searchsorted(ends, self._start, side="right")]
        self._lane_at = {start: lane for lane, start in enumerate(self._start.tolist())}
        count = len(self._start)
        self._next = self._start.copy()
        self._depth: Ints = np.zeros(count, dtype=np.int64)
        self._stack: Ints = np.full((count, 64), -1)
        # tokens put back from the stack to the buffer; there are few
        self._back: list[list[int]] = [[] for _ in range(count)]
        self._has_back: Bools = np.zeros(count, dtype=bool)
        self._ended: Bools = np.zeros(count, dtype=bool)
        self.running: Ints = np.arange(count)

    def context(self) -> list[Ints]:
        """For each running lane the tokens that its next move depends on."""
        lanes = self.running
        following, end = self._next[lanes], self._end[lanes]
        first = np.where(following < end, following, -1)
        second = np.where(following + 1 < end, following + 1, -1)
        with_back = np.flatnonzero(self._has_back[lanes])
        for place in with_back.tolist():
            back = self._back[lanes[place]]
            second[place] = back[-2] if len(back) > 1 else first[place]
            first[place] = back[-1]
        depth = self._depth[lanes] + _BELOW
        top, below, third = (self._stack[lanes, depth - k] for k in (1, 2, 3))
        self._first, self._second, self._top = first, second, top
        children = (self._last_left[first], self._last_left[top], self._last_right[top])
        return [first, second, top, below, third, *children]

    def valid(self) -> Ints:
        """For each running lane the kinds of moves that are valid, as bits."""
        first, second = self._first, self._second
        filled = self._depth[self.running] > 0
        open_ = filled & (first >= 0) & ~self._starts_sentence[first]
        shift = ~filled | (open_ & (second >= 0) & ~self._unshiftable[first])
        break_ = (second >= 0) & (second == first + 1) & ~self._starts_sentence[second]
        kinds: Ints = (
            (shift << _SHIFT) | (filled << _REDUCE) | (open_ << _LEFT) | (open_ << _RIGHT) | (break_ << _BREAK)
        )
        return kinds

    def apply(self, move: Ints, kind: Ints) -> None:
        """Makes one move in each running lane."""
        lanes, first, second, top = self.running, self._first, self._second, self._top
        # a move that has to do with the next lane's first token, other than to clear the way to it
        ahead = np.flatnonzero((first == self._stop[lanes]) & (kind != _REDUCE))
        if len(ahead):
            for lane in lanes[ahead].tolist():
                if not self._ended[lane]:
                    self._take_over(lane)
            on = ~self._ended[lanes]
            lanes, first, second, top, move, kind = (a[on] for a in (lanes, first, second, top, move, kind))

        left = np.flatnonzero(kind == _LEFT)
        child, parent = top[left], first[left]
        again = child[self.head[child] >= 0]
        # its arc from the left was the last of its head's
        self._last_right[self.head[again]] = self._right_before[again]
        self.head[child], self.move[child] = parent, move[left]
        self._last_left[parent] = child
        self._unshiftable[parent] = False

        right = np.flatnonzero(kind == _RIGHT)
        child, parent = first[right], top[right]
        self._right_before[child] = self._last_right[parent]
        self.head[child], self.move[child] = parent, move[right]
        self._last_right[parent] = child

        reduce = np.flatnonzero(kind == _REDUCE)
        returned = reduce[(self.head[top[reduce]] < 0) & (self._depth[lanes[reduce]] > 1)]
        for lane, token in zip(lanes[returned].tolist(), top[returned].tolist(), strict=True):
            self._unshiftable[token] = True
            self._back[lane].append(token)
            self._has_back[lane] = True
        self._depth[lanes[left]] -= 1
        self._depth[lanes[reduce]] -= 1

        pushed = np.flatnonzero((kind == _SHIFT) | (kind == _RIGHT))
        self._push(lanes[pushed], first[pushed])
        self._starts_sentence[second[kind == _BREAK]] = True

        going_on = (self._depth[lanes] > 0) | (self._next[lanes] < self._stop[lanes]) | self._has_back[lanes]
        self.running = lanes[going_on]

    def _push(self, lanes: Ints, tokens: Ints) -> None:
        """Moves the first token of the buffer to the stack."""
        from_back = self._has_back[lanes]
        self._next[lanes[~from_back]] += 1
        for lane in lanes[from_back].tolist():
            self._back[lane].pop()
            self._has_back[lane] = bool(self._back[lane])
        depth = self._depth[lanes] + _BELOW
        if len(depth) and depth.max() >= self._stack.shape[1]:
            self._stack = np.concatenate([self._stack, np.full_like(self._stack, -1)], axis=1)
        self._stack[lanes, depth] = tokens
        self._depth[lanes] += 1

    def _take_over(self, lane: int) -> None:
        """Gives a lane the tokens of the next one, which was wrong to begin there."""
        start = int(self._stop[lane])
        next_lane = self._lane_at.pop(start)
        stop = int(self._stop[next_lane])
        self._stop[lane] = stop
        self._ended[next_lane] = True
        self.head[start:stop] = -1
        self.move[start:stop] = -1
        self._last_left[start:stop] = -1
        self._last_right[start:stop] = -1
        self._unshiftable[start:stop] = False
        # one token further: a lane looks at the next one's first token, and may say that a sentence starts there
        self._starts_sentence[start + 1 : stop + 1] = False


def _groups(docs: Sequence[Doc]) -> Iterator[list[Doc]]:
    """Documents that have tokens, so many at a time as may be parsed side by side."""
    group: list[Doc] = []
    size = 0
    for doc in docs:
        if group and size + len(doc) > GROUP:
            yield group
            group, size = [], 0
        if len(doc):
            group.append(doc)
            size += len(doc)
    if group:
        yield group


def _sentence_starts(doc: Doc) -> Bools:
    """Guesses at which tokens a sentence starts: behind full stops and white space, with the marks that close it.

    A wrong guess costs time, nothing else.
    """
    strings = doc.vocab.strings
    tags = doc.to_array("TAG")
    stops = np.isin(tags, [strings[tag] for tag in _STOPS])
    closing = np.isin(tags, [strings[tag] for tag in _CLOSING])
    # for each token the last one up to it that closes nothing
    last = np.maximum.accumulate(np.where(closing, 0, np.arange(len(tags))))
    behind = np.append(False, stops[last[:-1]])
    starts: Bools = behind & ~stops & ~closing
    starts[0] = True
    return starts


def has_sentences(docs: Sequence[Doc]) -> bool:
    """Whether something set sentences or heads before: only stock spaCy knows how to keep them."""
    return any(doc.has_annotation(name) for doc in docs for name in ("SENT_START", "DEP", "HEAD"))
