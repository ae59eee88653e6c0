"""Two texts side by side: what differs is marked, word by word in English, character by character in Chinese."""

from common.editing import Difference


def marked(typed: str, stored: str) -> tuple[str, ...]:
    found = Difference("Title", stored, typed, "")
    return tuple(
        "".join(f"[{text}]" if is_new else text for text, is_new in parts)
        for parts in (found.typed_parts, found.stored_parts)
    )


def test_the_words_that_differ_are_marked():
    assert marked("Mend the gate today", "Mend the old window today") == (
        "Mend the [gate] today",
        "Mend the [old window] today",
    )


def test_chinese_is_compared_by_characters():
    assert marked("清点退货区积压", "清点三号退货区") == ("清点退货区[积压]", "清点[三号]退货区")


def test_a_text_that_was_emptied_has_nothing_to_mark():
    assert marked("", "gone") == ("", "[gone]")


def test_what_lies_between_is_cut_short_so_that_a_late_difference_is_seen():
    typed, stored = marked("word " * 400 + "mine", "word " * 400 + "theirs")
    assert typed.endswith("[mine]")
    assert stored.endswith("[theirs]")
    assert len(typed) < 200


def test_two_long_texts_without_anything_in_common_are_marked_whole():
    typed, stored = marked("a b " * 5_000 + "a", "c d " * 5_000 + "c")
    assert (typed[0], stored[0]) == ("[", "[")
    assert typed.count("[") == 1
