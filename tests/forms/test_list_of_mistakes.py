"""The list of mistakes above a form."""

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils.translation import override


class Asking(forms.Form):
    """One field asks, the other names."""

    sure = forms.CharField(label="Sure?")
    name = forms.CharField(label="Name")


@pytest.mark.parametrize(
    ("language", "told"), [("en", ["Sure?</a> ", "Name</a>: "]), ("zh-hans", ["Sure?</a> ", "Name</a>："])]
)
def test_a_label_that_asks_is_followed_by_no_colon(language: str, told: list[str]) -> None:
    with override(language):
        shown = render_to_string("components/errors.html", {"form": Asking({})})
    assert [words for words in told if words not in shown] == []
