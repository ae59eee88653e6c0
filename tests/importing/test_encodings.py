"""The encoding of a file is settled for its last byte before its first row is stored."""

import gzip

import pytest

from feedback.models import FeedbackItem
from tests.importing.conftest import ITEMS

CHINESE = (
    "id,subject,opened\r\n1,配送又晚了三天没有人联系,2026-03-01 09:30\r\n2,发票抬头写错,2026-03-02 10:00\r\n"
)
FRENCH = "id,subject,opened\n1,Reçu très abîmé,2026-03-01 09:30\n2,Ça va,2026-03-02 10:00\n"
# Every byte of it is GB18030 too: rare characters, where real Chinese has common ones.
GERMAN = "id,subject,opened\n1,Lieferung fällt für später aus,2026-03-01 09:30\n"
assert GERMAN.encode("latin-1").decode("gb18030")


def subjects() -> list[str]:
    return list(FeedbackItem.objects.order_by("external_id").values_list("subject", flat=True))


@pytest.mark.parametrize(
    ("content", "named", "codec"),
    [
        (CHINESE.encode(), "auto", "utf-8"),
        (b"\xef\xbb\xbf" + CHINESE.encode(), "auto", "utf-8-sig"),
        (b"\xef\xbb\xbf" + CHINESE.encode(), "utf-8", "utf-8-sig"),
        (CHINESE.encode("gb18030"), "auto", "gb18030"),
        (CHINESE.encode("gb18030"), "gb18030", "gb18030"),
        (gzip.compress(CHINESE.encode("gb18030")), "auto", "gb18030"),
    ],
)
def test_chinese_is_read_and_the_encoding_said(importing, write, content, named, codec):
    said = importing("feedback", write(content), *ITEMS, "--encoding", named)
    assert said.code == 0
    assert f"is read as {codec}." in said.out
    assert subjects() == ["配送又晚了三天没有人联系", "发票抬头写错"]


def test_latin_1_is_read_when_it_is_named(importing, write):
    said = importing("feedback", write(FRENCH.encode("latin-1")), *ITEMS, "--encoding", "iso-8859-1")
    assert said.code == 0
    assert subjects() == ["Reçu très abîmé", "Ça va"]


@pytest.mark.parametrize("text", [FRENCH, GERMAN])
def test_latin_1_is_not_taken_for_chinese(importing, write, text):
    said = importing("feedback", write(text.encode("latin-1")), *ITEMS)
    assert said.code == 2
    assert "Name its encoding" in said.err
    assert not FeedbackItem.objects.exists()


def test_a_wrong_byte_late_in_a_utf_8_file_is_named_and_nothing_is_stored(importing, write):
    lines = [f"{number},配送延误,2026-03-01 09:30" for number in range(5_000)]
    content = "\n".join(["id,subject,opened", *lines, ""]).encode()
    late = content.replace("4990,配送".encode(), b"4990,\xff\xe9")
    said = importing("feedback", write(late), *ITEMS)
    assert said.code == 2
    assert "line 4992" in said.err
    assert "0xFF" in said.err
    assert not FeedbackItem.objects.exists()


def test_a_named_encoding_that_does_not_hold_is_refused_with_its_line(importing, write):
    said = importing("feedback", write(CHINESE.encode("gb18030")), *ITEMS, "--encoding", "utf-8")
    assert said.code == 2
    assert "Line 2" in said.err
    assert not FeedbackItem.objects.exists()


def test_a_character_cut_off_at_the_end_is_refused(importing, write):
    said = importing(
        "feedback", write("id,subject,opened\n1,好".encode()[:-1]), *ITEMS, "--encoding", "utf-8"
    )
    assert said.code == 2


def test_utf_16_is_refused_with_what_to_do(importing, write):
    said = importing("feedback", write(CHINESE.encode("utf-16")), *ITEMS)
    assert said.code == 2
    assert "Save it as UTF-8" in said.err


def test_a_damaged_gzip_is_refused(importing, write):
    said = importing("feedback", write(gzip.compress(CHINESE.encode() * 50)[:-20], "rows.csv.gz"), *ITEMS)
    assert said.code == 2
    assert "damaged" in said.err
    assert not FeedbackItem.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\n\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(importing, write, content):
    assert importing("feedback", write(content), *ITEMS).code == 2


def test_a_missing_file_and_a_missing_organization_are_refused(importing, write, tmp_path):
    assert importing("feedback", tmp_path / "none.csv", *ITEMS).code == 2
    assert importing("feedback", write(CHINESE), *ITEMS, organization="nobody").code == 2
