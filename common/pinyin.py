"""Chinese names as they are typed on a keyboard of Latin letters."""

import os
from collections.abc import Iterator


def typed_keys(name: str) -> str:
    """What one may type to find the name, each key after a space: its words, its pinyin and the initials of it.

    From every character on, and in all usual readings: 张小三 is found by `zhangxiaosan`, `zxs`, `xiaosan` and `xs`.
    """
    return "".join(f" {key}" for key in dict.fromkeys(_keys(name.lower())))


def _keys(name: str) -> Iterator[str]:
    words = name.split()
    yield from words
    if name.isascii():
        yield "".join(words)
        yield "".join(word[0] for word in words)
        return
    for syllables in _spoken(list(_readings(name))):
        for start in range(len(syllables)):
            yield "".join(syllables[start:])
            yield "".join(syllable[0] for syllable in syllables[start:])


def _spoken(readings: list[list[str]]) -> Iterator[list[str]]:
    """As it is usually read, then with each other reading of one character."""
    usual = [each[0] for each in readings]
    yield usual
    for place, each in enumerate(readings):
        for other in each[1:]:
            yield [*usual[:place], other, *usual[place + 1 :]]


def _readings(name: str) -> Iterator[list[str]]:
    """Of each Chinese character its readings, the usual one first; of other words themselves."""
    # Its dictionary of phrases takes half a second to load, and tells only which reading is the usual one.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import Style, pinyin

    for readings in pinyin(name, style=Style.NORMAL, heteronym=True):
        if readings[0].isalpha() and readings[0].isascii():
            yield readings
        else:
            yield from ([word] for word in readings[0].split())
