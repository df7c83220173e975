"""An estimator in one file, and back."""

import glob
from pathlib import Path
from typing import Any

from rnnts.persistence._classes import CLASSES, ESTIMATORS
from rnnts.persistence._forms import FORMS
from rnnts.saving import Saved, read_archive, remove_abandoned, restored, saved, write_archive

_KIND = "model"


def save(model: Any, path: str | Path) -> None:
    """Write an estimator to one file, with all that it has learned and read.

    Parameters
    ----------
    model : estimator of rnnts
        A forecaster, a panel of them, an estimator of sequences or one that learns online; fitted
        or not.
    path : path
        Of the file, which is an `.npz` archive whatever it is called.  It is there whole or not at
        all: where writing fails, a file of that name stays what it was.  A process that is killed
        on the way leaves a hidden file beside it, which the next `save` to that name removes.

    Raises
    ------
    TypeError
        If it is no estimator of rnnts, or holds something that a file cannot, such as a generator
        of random numbers or a function; the message says where.
    OSError
        If the file cannot be written.

    See Also
    --------
    load : The way back.

    Notes
    -----
    Numbers are stored as NumPy arrays and all else as JSON.  What is loaded predicts, and learns
    on, bit for bit as what was saved.  Files can be read by this version and by all later ones.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from rnnts import RNNForecaster, datasets, load, save
    >>> model = RNNForecaster("linear", 2).fit(datasets.load("nile"))
    >>> with TemporaryDirectory() as folder:
    ...     save(model, Path(folder) / "nile.npz")
    ...     again = load(Path(folder) / "nile.npz")
    >>> again.predict(5).equals(model.predict(5))
    True
    """
    if type(model) not in ESTIMATORS:
        raise TypeError(
            f"save takes an estimator of rnnts, such as a forecaster, got {model!r}; joblib.dump "
            "writes pipelines and searches"
        )
    objects, arrays = saved(model, CLASSES, FORMS)
    path = Path(path).resolve()
    remove_abandoned(path.parent, glob.escape(path.name))
    write_archive(path, _KIND, {"objects": objects}, arrays)


def load(path: str | Path) -> Any:
    """Read what `save` wrote.

    Nothing in a file is executed, and no more memory is taken than the file is long.

    Parameters
    ----------
    path : path

    Returns
    -------
    estimator
        Of the class that was saved; it predicts and learns on as the one that was saved.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no such file, one of a later version, or it is damaged.

    See Also
    --------
    save : With an example.
    """
    path = Path(path)
    header, arrays = read_archive(path, _KIND)
    try:
        model = restored(Saved(header["objects"], arrays), CLASSES, FORMS)
        if type(model) not in ESTIMATORS:
            raise TypeError(f"it holds a {type(model).__name__}")
    except Exception as error:
        # Whatever forged words make of constructors: it comes of the file.
        raise ValueError(
            f"{path} is damaged ({_words_of(error)}); save the model once more"
        ) from error
    return model


def _words_of(error: Exception) -> str:
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001 - it speaks of an object that was only half put together
        return type(error).__name__
