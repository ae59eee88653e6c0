"""What the home API gives."""

from typing import Any

from rest_framework import serializers

from common.api.inputs import StrictInput
from home.search import KINDS
from home.services import MOST_TILES
from people.serializers import Named


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


class TileKpi(serializers.Serializer[Any]):
    """A KPI on a tile."""

    key = serializers.CharField()
    name = serializers.CharField()


class TilesOutput(serializers.Serializer[Any]):
    """The KPIs on Home in their order. `team` is null for one's own."""

    team = Named(allow_null=True)
    is_chosen = serializers.BooleanField(help_text="False: nobody has chosen, so these are the usual ones.")
    kpis = TileKpi(many=True)


class TilesInput(StrictInput):
    """The keys of the KPIs in their order; none for the usual ones. Unknown fields are refused."""

    kpis = serializers.ListField(child=serializers.CharField(max_length=100), max_length=MOST_TILES)
