"""What people chose for their Home, and when they last looked."""

from home.models.boards import Tile, Visit

__all__ = ["Tile", "Visit"]
