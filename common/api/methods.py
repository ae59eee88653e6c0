"""`OPTIONS` of every address: which methods it takes."""

from typing import TYPE_CHECKING

from rest_framework.metadata import BaseMetadata
from rest_framework.request import Request

if TYPE_CHECKING:
    # DRF's views import this module while they load.
    from rest_framework.views import APIView


class AllowedMethods(BaseMetadata):
    """No more than the header `Allow`, which every answer has; what the methods take is told by the schema."""

    def determine_metadata(self, request: Request, view: "APIView") -> None:
        """An answer without a body."""
