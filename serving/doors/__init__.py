"""The public API and the guard before it."""
