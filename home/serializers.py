"""What the home API gives."""

from typing import Any

from rest_framework import serializers

from home.search import KINDS


class FoundOutput(serializers.Serializer[Any]):
    """A row that holds the words. `url` is its page, `api_url` its resource, both below the address of the site."""

    kind = serializers.ChoiceField(choices=KINDS)
    id = serializers.IntegerField(allow_null=True, help_text="Null for KPIs and metrics, which have a key.")
    key = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    note = serializers.CharField(help_text="What tells it from others of its title, in words.")
    url = serializers.CharField()
    api_url = serializers.CharField()


class SearchOutput(serializers.Serializer[Any]):
    """What was found: kind by kind, the kind with the best row first, within a kind the best row first."""

    results = FoundOutput(many=True)
    more = serializers.ListField(
        child=serializers.ChoiceField(choices=KINDS), help_text="The kinds of which there is more."
    )
