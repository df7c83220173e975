"""Speed of rnnts against named peers; `make bench` prints the tables.

A ratio is the time of a peer over ours: the median over rounds in which all sides take turns, in
one process on one core, after their losses were found to be the same.

The folder `accuracy` is a benchmark of its own.
"""
