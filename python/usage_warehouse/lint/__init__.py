"""Checks of the project's own files that no ready-made linter does. `make lint` runs them."""
