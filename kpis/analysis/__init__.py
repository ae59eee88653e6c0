"""Pure statistics over series of numbers."""
