"""Compiled recurrences: the only folder that knows Numba."""
