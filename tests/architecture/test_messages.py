"""Both languages, fully."""

from tools import messages


def test_every_string_is_translated() -> None:
    assert messages.problems() == []


def test_english_and_chinese_sources_are_not_mixed_up() -> None:
    chinese = [
        message.id
        for message in messages.template()
        if isinstance(message.id, str) and any("\u4e00" <= character <= "\u9fff" for character in message.id)
    ]
    assert chinese == ["简体中文"]


def test_half_width_marks_beside_chinese_characters_are_found() -> None:
    assert messages.NARROW_MARK.search("留空:不限。")
    assert messages.NARROW_MARK.search("预估(分钟)")
    assert not messages.NARROW_MARK.search("留空：不限；POST /tasks/ 只接受 JSON, CSV。")
