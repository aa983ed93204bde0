"""Vibes Mobile Engagement Platform."""
