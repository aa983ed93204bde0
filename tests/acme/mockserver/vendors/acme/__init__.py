"""Acme Parts."""
