"""Volt MX Foundry Engagement Services."""
