"""How sentences of the demo are put together; the words are in `phrases_en` and `phrases_zh`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class ThemePhrases:
    """What customers and agents say about one theme."""

    subjects: Sequence[str]
    details: Sequence[str]
    questions: Sequence[tuple[str, str]]
    answers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Everything that is said in one language; {order}, {days}, {city} and {product} are filled in."""

    themes: Mapping[str, ThemePhrases]
    openings: Sequence[str]
    wishes: Sequence[str]
    suggestions: Sequence[tuple[str, str]]
    praise: Sequence[tuple[str, str]]
    thanks: Sequence[str]
    closings: Sequence[str]
    comments_good: Sequence[str]
    comments_bad: Sequence[str]
    products: Sequence[str]
    cities: Sequence[str]
    joint: str

    def fill(self, text: str, rng: Random) -> str:
        """The sentence with an order, a product, a town and a number of days of its own."""
        if "{" not in text:
            return text
        return text.format(
            order=f"{rng.choice('ABCDEFGH')}{rng.randrange(10_000, 99_999)}",
            days=rng.randrange(2, 9),
            city=rng.choice(self.cities),
            product=rng.choice(self.products),
        )

    def together(self, rng: Random, *sentences: str) -> str:
        """The sentences as one paragraph."""
        return self.joint.join(self.fill(sentence, rng) for sentence in sentences if sentence)
