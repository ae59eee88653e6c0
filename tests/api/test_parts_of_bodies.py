"""What stands inside a body is whole, even where the body says only what shall change."""

from rest_framework import serializers

from common.api.inputs import StrictInput


class Part(StrictInput):
    """One of several."""

    name = serializers.CharField()
    note = serializers.CharField(required=False)


class Body(StrictInput):
    """Whatever has parts."""

    title = serializers.CharField()
    parts = Part(many=True)


def test_a_part_without_its_fields_is_refused_in_a_change() -> None:
    given = Body(data={"parts": [{"name": "a"}, {"note": "b"}]}, partial=True)
    assert not given.is_valid()
    errors = given.errors["parts"]
    assert list(errors[1]) == ["name"]


def test_a_change_itself_may_name_as_little_as_it_likes() -> None:
    assert Part(data={"note": "b"}, partial=True).is_valid()
    assert Body(data={"parts": [{"name": "a"}]}, partial=True).is_valid()
