"""Real pages of the demo in a real Chromium."""
