"""Derive notebooks for places where the book's own markup is not understood."""
