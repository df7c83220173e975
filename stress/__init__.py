"""Fitted models asked by many threads at once, and fits side by side, until the time is up.

``python -m stress --seconds 120`` asks models that nobody has asked before by 16 threads, and fits
them under joblib's loky, its threads and Dask.  Every answer must be, to the last bit, the one that
a single thread gets; a deadlock ends the run and shows where every thread waits.
"""
