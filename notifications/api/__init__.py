"""The REST doors to notifications."""
