"""Long work in processes that are killed at random moments: nothing is lost, nothing corrupted.

``python -m crashes --kills 200`` starts work that keeps what it has done in a folder, kills it with
SIGKILL, reads all that is on disk, and starts it again until it is done.  What there was before
must be there still, or what came after it; at most the unit in hand may be missing; and the end
must be that of work which nobody interrupted, to the last bit.
"""
