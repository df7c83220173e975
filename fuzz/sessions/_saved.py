"""A fitted estimator, after a file and after a stream of bytes."""

import pickle
from pathlib import Path
from typing import Any

from rnnts import load, save


def saved(model: Any, folder: Path) -> Any:
    """What is read from the file that it was saved to."""
    path = folder / "model.npz"
    save(model, path)
    return load(path)


def pickled(model: Any) -> Any:
    """What comes back of pickle."""
    return pickle.loads(pickle.dumps(model))
