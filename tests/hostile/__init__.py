"""Input of every bad kind against every door of the house."""
