"""The parts of Home, of its weekly report and of their exports: each read by a function of a `Reading`."""

from home.blocks.block import Block, Table, state_of
from home.blocks.changes import changes_block
from home.blocks.feedback import feedback_block, themes_block
from home.blocks.goals import goals_block, reviews_block
from home.blocks.kpis import standouts_block, tiles_block
from home.blocks.reading import Reading
from home.blocks.scope import Scope, Wanted, usual_team_of, wanted
from home.blocks.signals import signals_block
from home.blocks.work import work_block

HOME = (
    standouts_block,
    signals_block,
    tiles_block,
    work_block,
    feedback_block,
    goals_block,
    reviews_block,
    themes_block,
    changes_block,
)
"""All parts, in the order of their weight."""
REPORT = tuple(block for block in HOME if block is not changes_block)
"""What a report says; what one person has not seen yet is not for all."""

__all__ = [
    "HOME",
    "REPORT",
    "Block",
    "Reading",
    "Scope",
    "Table",
    "Wanted",
    "state_of",
    "usual_team_of",
    "wanted",
]
