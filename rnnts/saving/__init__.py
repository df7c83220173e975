"""Files of arrays and words: nothing in them is ever executed, and none is ever half written."""

from rnnts.saving._archive import Archive, read_archive, write_archive
from rnnts.saving._checkpoint import Checkpoint
from rnnts.saving._objects import Form, Saved, attributes_of, restored, saved
from rnnts.saving._whole import remove_abandoned, written_whole
from rnnts.saving._words import axis_from, axis_words, from_words, words_of

__all__ = [
    "Archive",
    "Checkpoint",
    "Form",
    "Saved",
    "attributes_of",
    "axis_from",
    "axis_words",
    "from_words",
    "read_archive",
    "remove_abandoned",
    "restored",
    "saved",
    "words_of",
    "write_archive",
    "written_whole",
]
