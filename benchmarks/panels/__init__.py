"""Accuracy on the panels of forecasting competitions: `python -m benchmarks.panels`.

Every model forecasts the official test rows once, from the official training rows, and is told the
horizon and the season and nothing else.
"""
