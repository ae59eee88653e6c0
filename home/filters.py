"""The typed query parameters of the search and of the tiles."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext as _

from common.api.bulk import LARGEST_ID
from home.search import KINDS

LONGEST_WORDS = 200
MOST_OF_A_KIND = 50


class SearchFilter(forms.Form):
    """What is looked for, among which kinds, and how many rows of each are wanted."""

    q = forms.CharField(max_length=LONGEST_WORDS, required=False)
    kinds = forms.CharField(max_length=200, required=False)
    limit = forms.IntegerField(min_value=1, max_value=MOST_OF_A_KIND, required=False)

    def clean_kinds(self) -> Sequence[str]:
        """The kinds that are asked for, none where all are; refuses unknown ones."""
        names = [name.strip() for name in self.cleaned_data["kinds"].split(",") if name.strip()]
        if strange := sorted(set(names) - set(KINDS)):
            raise forms.ValidationError(_("There is no kind %(name)s.") % {"name": ", ".join(strange)})
        return names


class BoardFilter(forms.Form):
    """Whose tiles: a team's, or one's own."""

    team = forms.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
