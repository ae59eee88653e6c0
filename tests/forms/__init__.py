"""What all forms of the pages do."""
