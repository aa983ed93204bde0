"""Vibes Mobile Engagement Platform: the public API of https://public-api.vibescm.com."""
