"""Accuracy out of the box: `python -m benchmarks.accuracy` prints one table over real series.

Every model forecasts from rolling origins, is told the season and nothing else, and is fitted anew
at each origin on the rows before it.
"""
