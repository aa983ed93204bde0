"""Accengage's recipes, checks and credentials."""
