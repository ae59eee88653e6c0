"""The ways a message leaves the house."""

from notifications.channels.mail import send_digest, send_email

__all__ = ["send_digest", "send_email"]
