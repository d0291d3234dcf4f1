"""spaCy's greedy named entity recogniser in numpy: the same entities, decoded for all tokens at once.

The transition system has few states that matter. Outside an entity the next move depends on one token alone, so the
moves of all tokens are worked out in one product. Inside one only two moves are possible, to go on or to end, so all
the entities of a batch are followed side by side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Span

from kgbuild.fastspacy.encoder import Encoder, Floats, UnknownArchitectureError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.pipeline import EntityRecognizer
    from spacy.tokens import Doc
    from thinc.api import NumpyOps

#: states whose moves are scored in one product; bounds the memory
_ROWS = 4096


class EntityDecoder:
    """The parameters of an ``EntityRecognizer`` and the moves of its transition system.

    Args:
        recognizer: a trained component with a tok2vec of its own.
        ops: for the encoder.

    Raises:
        UnknownArchitectureError: the component is built in another way.
    """

    def __init__(self, recognizer: EntityRecognizer, ops: NumpyOps) -> None:
        model = recognizer.model
        if recognizer.cfg.get("beam_width", 1) != 1 or len(model.layers) != 3:
            raise UnknownArchitectureError("the recogniser is not a greedy parser with three layers")
        tok2vec, lower, upper = model.layers
        if len(tok2vec.layers) != 3 or tok2vec.layers[-1].name != "linear" or lower.name != "precomputable_affine":
            raise UnknownArchitectureError("the recogniser's vectors are not made by a linear layer")
        self._encoder = Encoder(tok2vec.layers[0], ops)
        self._project = np.ascontiguousarray(tok2vec.layers[-1].get_param("W").T)
        self._project_bias = tok2vec.layers[-1].get_param("b")
        weights = lower.get_param("W")
        features, hidden, pieces, inputs = weights.shape
        if features != 3 or pieces != 2:
            raise UnknownArchitectureError("the recogniser does not look at three tokens with two maxout pieces")
        self._hidden = hidden
        # one matrix for each of: the token to decide on, the entity's first token, the token before
        self._feature = [
            np.ascontiguousarray(weights[f].transpose(1, 0, 2).reshape(pieces * hidden, inputs).T) for f in range(3)
        ]
        self._bias = np.ascontiguousarray(lower.get_param("b").T.reshape(-1))
        padding = lower.get_param("pad")[0]
        self._padding = [np.ascontiguousarray(padding[f].T.reshape(-1)) for f in range(3)]
        self._upper = np.ascontiguousarray(upper.get_param("W").T)
        self._upper_bias = upper.get_param("b")
        names = [recognizer.moves.get_class_name(i) for i in range(recognizer.moves.n_moves)]
        if self._upper.shape[1] != len(names):
            raise UnknownArchitectureError("the recogniser's last layer does not score each move")
        self._read_moves(names)

    def _read_moves(self, names: list[str]) -> None:
        kinds = np.array([name[0] for name in names])
        labels = [name[2:] for name in names]
        self._labels = sorted({label for label in labels if label})
        number = {label: i for i, label in enumerate(self._labels)}
        self._label_of_move = np.array([number.get(label, -1) for label in labels])
        self._go_on = np.full(len(self._labels), -1)
        self._end = np.full(len(self._labels), -1)
        for move, (kind, label) in enumerate(zip(kinds, labels, strict=True)):
            if label and kind == "I":
                self._go_on[number[label]] = move
            if label and kind == "L":
                self._end[number[label]] = move
        if (self._go_on < 0).any() or (self._end < 0).any():
            raise UnknownArchitectureError("a label lacks one of its moves")
        self._begins: NDArray[np.bool_] = (kinds == "B") & (self._label_of_move >= 0)
        self._units: NDArray[np.bool_] = (kinds == "U") & (self._label_of_move >= 0)
        self._impossible: Floats = np.zeros(len(names), dtype=np.float32)
        self._impossible[~(self._begins | self._units | (kinds == "O"))] = -np.inf

    def _scores(self, affine: Floats) -> Floats:
        hidden = np.maximum(affine[:, : self._hidden], affine[:, self._hidden :])
        scores: Floats = hidden @ self._upper
        scores += self._upper_bias
        return scores

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Sets the entities of documents that have none yet."""
        if not any(len(doc) for doc in docs):
            return
        vectors, offsets = self._encoder(docs)
        vectors = vectors @ self._project
        vectors += self._project_bias
        spans: list[list[Span]] = [[] for _ in docs]
        starts = offsets.tolist()
        for start, end, label in self._decode(docs, vectors, offsets):
            number = int(np.searchsorted(offsets, start, side="right")) - 1
            spans[number].append(Span(docs[number], start - starts[number], end - starts[number], label=label))
        for doc, entities in zip(docs, spans, strict=True):
            doc.set_ents(entities, default="outside")

    def _decode(self, docs: Sequence[Doc], vectors: Floats, offsets: NDArray[np.int64]) -> list[tuple[int, int, str]]:
        """Entities as (first token, token after the last, label), tokens counted over all the documents."""
        attributes = np.concatenate([doc.to_array(["SENT_START", "IS_SPACE"]).reshape(len(doc), 2) for doc in docs])
        starts_sentence = attributes[:, 0].astype(np.int64) == 1
        is_space = attributes[:, 1].astype(bool)
        size = len(vectors)
        is_last = np.zeros(size, dtype=bool)
        is_last[offsets[1:][np.diff(offsets) > 0] - 1] = True
        before_sentence = np.zeros(size, dtype=bool)
        before_sentence[:-1] = starts_sentence[1:]
        before_sentence[is_last] = False

        current = vectors @ self._feature[0]
        moves = self._moves_outside(current, is_last | before_sentence, is_space)
        begins = np.flatnonzero(self._begins[moves])
        end_of = self._follow(begins, moves, vectors, current, is_last | before_sentence)
        found: list[tuple[int, int, str]] = []
        done = 0
        for start in np.flatnonzero(self._begins[moves] | self._units[moves]).tolist():
            if start < done:
                continue
            done = end_of.get(start, start + 1)
            found.append((start, done, self._labels[self._label_of_move[moves[start]]]))
        return found

    def _moves_outside(
        self, current: Floats, alone: NDArray[np.bool_], is_space: NDArray[np.bool_]
    ) -> NDArray[np.int64]:
        """The best valid move at each token if no entity is open there.

        An entity of several tokens cannot begin where it would have to cross the end of a sentence or text; none begins
        with white space.
        """
        moves = np.empty(len(current), dtype=np.int64)
        constant = self._padding[1] + self._padding[2] + self._bias
        for first in range(0, len(current), _ROWS):
            rows = slice(first, first + _ROWS)
            scores = self._scores(current[rows] + constant)
            scores += self._impossible
            scores[np.ix_(np.flatnonzero(alone[rows] | is_space[rows]), self._begins)] = -np.inf
            scores[np.ix_(np.flatnonzero(is_space[rows]), self._units)] = -np.inf
            moves[rows] = scores.argmax(axis=1)
        return moves

    def _follow(
        self,
        begins: NDArray[np.int64],
        moves: NDArray[np.int64],
        vectors: Floats,
        current: Floats,
        must_end: NDArray[np.bool_],
    ) -> dict[int, int]:
        """Where the entities that begin at ``begins`` end: first token -> token after the last."""
        end_of: dict[int, int] = {}
        start = begins.copy()
        labels = self._label_of_move[moves[begins]]
        at = begins + 1
        first_part = vectors[begins] @ self._feature[1]
        while len(start):
            affine = current[at] + first_part + vectors[at - 1] @ self._feature[2]
            affine += self._bias
            scores = self._scores(affine)
            rows = np.arange(len(start))
            on, end = self._go_on[labels], self._end[labels]
            score_on, score_end = scores[rows, on], scores[rows, end]
            # of equal scores the transition system takes the first move
            goes_on = ~must_end[at] & ((score_on > score_end) | ((score_on == score_end) & (on < end)))
            for first, last in zip(start[~goes_on].tolist(), at[~goes_on].tolist(), strict=True):
                end_of[first] = last + 1
            start, at, labels, first_part = start[goes_on], at[goes_on] + 1, labels[goes_on], first_part[goes_on]
        return end_of


def has_entities(docs: Sequence[Doc]) -> bool:
    """Whether something set entities before: only stock spaCy knows how to keep them."""
    return any(doc.has_annotation("ENT_IOB") for doc in docs)


def untouched(component: Any) -> bool:
    """Whether the component is stock spaCy's own class, not somebody's variant of it."""
    return type(component).__module__.startswith("spacy.")
