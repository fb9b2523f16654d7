"""Find lines of a text that are boilerplate although no rule describes them.

Two models work in turn. A linear one adds up the weights of a line's hashed word sequences; it
settles most lines, because prose scores low. The others go to decision trees, which also see the
line's shape, its position, the scores of its neighbors, and the words it shares with the rest. All
weights are integers, so the scores are the same on every machine. `bench/train_lines.py` trains
both models, and docs/quality.md has their figures.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import orjson

from cleaner.classify.line_features import MASK, LinesInContext, WordScore, hashes, words_of
from cleaner.classify.trees import Score, Tree, compiled, probability
from cleaner.errors import CleanerError, OptionError
from cleaner.text.lines import Lines


class ClassifierError(CleanerError, ValueError):
    """Weights of the classifier that cannot be read."""


CLASSIFIER = "cleaner/classifier"  # the rule of its removals
SHORT, CAREFUL = 30, 4  # characters of a short line; it must be this many times as sure
THRESHOLD = 0.6
MIN_THRESHOLD = 0.3
SUSPECT = 0.3  # the probability from which a remaining line is worth a look
FILES = ("lines.json", "lines.words", "lines.kinds")
MAX_LINES = 150  # scored from each end of a text


class LineScore(NamedTuple):
    """The probability that the line `number` is boilerplate, the kind it would be, and whether that
    is enough to remove it."""

    number: int
    probability: float
    kind: str
    is_sure: bool


@dataclass(frozen=True)
class LineModel:
    """The weights: of `words` and `kinds`, a signed byte for each hash (and kind)."""

    words: memoryview
    base: int
    gate: int  # a line with a lower word score is article text
    trees: Sequence[Tree]
    kinds: Sequence[str]
    kind_weights: memoryview
    version: str = ""

    def word_score(self, folded: str) -> WordScore:
        words = words_of(folded)
        weights = self.words
        found = [weights[code] for code in hashes(words)]
        known = 100 - 100 * found.count(0) // max(1, len(found))
        return WordScore(words, sum(found) + self.base, known)

    def probability(self, features: Sequence[int]) -> float:
        return probability(self.score(features))

    @cached_property
    def score(self) -> Score:
        return compiled(self.trees)

    def kind(self, folded: str) -> str:
        count = len(self.kinds)
        buckets = {code % (len(self.kind_weights) // count) for code in hashes(words_of(folded))}
        rows = [self.kind_weights[bucket * count : (bucket + 1) * count] for bucket in buckets]
        totals = [sum(column) for column in zip(*rows, strict=True)]
        return self.kinds[totals.index(max(totals))] if totals else "other"


@cache
def load_model(folder: Path = Path(__file__).parent) -> LineModel:
    """Load the weights that `bench/train_lines.py` wrote, by default the bundled ones. Raises
    ClassifierError."""
    try:
        packed = [(folder / name).read_bytes() for name in FILES]
        plain = orjson.loads(packed[0])
        words, kinds = (memoryview(zlib.decompress(data)).cast("b") for data in packed[1:])
        if len(words) != MASK + 1:
            raise ValueError("they are of another version")
        return LineModel(
            words, plain["base"], plain["gate"], plain["trees"], plain["kinds"], kinds,
            sha256(b"".join(packed)).hexdigest()[:16],
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, zlib.error) as error:
        raise ClassifierError(
            f"{folder}: no weights of the line classifier: {error}; train them with "
            "bench/train_lines.py"
        ) from None


def load_classifier(
    threshold: float = THRESHOLD, weights: Path | str | None = None
) -> LineClassifier:
    """The line classifier with a threshold, and with the weights in a folder or the bundled ones.
    Raises OptionError for an impossible threshold, ClassifierError if there are no weights."""
    if not MIN_THRESHOLD <= threshold <= 1:
        raise OptionError(
            f"classifier_threshold={threshold}: expected a number from {MIN_THRESHOLD} to 1"
        )
    found = LineClassifier(threshold, *([] if weights is None else [Path(weights)]))
    load_model(found.folder)
    return found


@dataclass(frozen=True)
class LineClassifier:
    """Scores the lines of texts.

    A line with a probability of at least `threshold` is removed. For the first line, which may be
    the title, and for short ones, which may be names or headings, the probability of an error must
    be four times lower.

    `folder` has the weights; by default they are the bundled ones.
    """

    threshold: float = THRESHOLD
    folder: Path = Path(__file__).parent

    @property
    def version(self) -> str:
        """A digest of the weights."""
        return load_model(self.folder).version

    def scores(
        self, lines: Lines, numbers: Sequence[int], known: dict[str, WordScore]
    ) -> list[LineScore]:
        """Score the lines `numbers` as if they were the whole text, and return the suspects.

        Of a long text only the lines near its ends are scored. `known` remembers the word scores of
        folded lines.
        """
        model = load_model(self.folder)
        if len(numbers) > 2 * MAX_LINES:
            numbers = [*numbers[:MAX_LINES], *numbers[-MAX_LINES:]]
        folded = [lines.folded[n] for n in numbers]

        def word_score(place: int) -> WordScore:
            line = folded[place]
            if line not in known:
                known[line] = model.word_score(line)
            return known[line]

        document = LinesInContext([lines.plain[n] for n in numbers], folded, word_score)
        has_prose = bool(document.prose)  # else there is no article to tell lines from
        found = []
        for place, (number, score) in enumerate(zip(numbers, document.scores, strict=True)):
            if score >= model.gate and not folded[place].startswith("|"):  # tables stay whole
                probability = model.probability(document.features(place))
                if probability >= SUSPECT:
                    careful = place == 0 or len(folded[place]) < SHORT
                    error = (1 - self.threshold) / (CAREFUL if careful else 1)
                    sure = has_prose and 1 - probability <= error
                    found.append(LineScore(number, probability, model.kind(folded[place]), sure))
        return found
