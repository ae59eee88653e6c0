"""What Django says about a field is said in sound Chinese."""

from django import forms
from django.utils import translation


def test_a_field_is_refused_in_our_words() -> None:
    with translation.override("zh-hans"):
        field = forms.CharField(max_length=3)
        refused = [_refusal(field, text) for text in ("a\x00", "too long")]
        refused += [_refusal(forms.IntegerField(max_value=9), text) for text in ("x", "10")]
    assert refused == [
        ["内容中有不可见的空字符（NUL），请删除。"],
        ["请不要超过 3 个字符（现有 8 个）。"],
        ["请输入整数。"],
        ["不能大于 9。"],
    ]


def _refusal(field: forms.Field, text: str) -> list[str]:
    try:
        field.clean(text)
    except forms.ValidationError as refused:
        return refused.messages
    return []
