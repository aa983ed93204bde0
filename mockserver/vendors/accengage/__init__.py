"""Accengage: push marketing, stood in for (REST API Documentation)."""
