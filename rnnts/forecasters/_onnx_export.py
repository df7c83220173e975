"""A fitted forecaster as a file that other languages run."""

from pathlib import Path
from typing import Any

from rnnts.forecasters._network_forecaster import NetworkForecaster
from rnnts.saving import written_whole


class OnnxExport(NetworkForecaster):
    """A forecaster made of networks, whose forecasts are an ONNX graph."""

    n_features_in_: int

    def to_onnx(self, path: Any = None) -> bytes | None:
        """The fitted forecaster as an ONNX model, from rows as they are to forecasts of the next.

        Everything is in it: what is done to the series first, the networks, all of them, and their
        partner where that is the theta method, each as it stands after the last row read.

        Parameters
        ----------
        path : str or Path, optional
            Where to write it, whole or not at all; without it the bytes come back.

        Returns
        -------
        bytes or None

        Raises
        ------
        ValueError
            If another forecaster than theta has a part in the forecasts, or a transform of your
            own.
        ImportError
            If `onnx` is not installed.

        See Also
        --------
        rnnts.save : A file that Python loads again, to train on, with intervals and all.

        Notes
        -----
        What goes into the graph, and what comes out; all numbers are float64:

        ``y`` of shape (n_new, n_targets)
            The rows that came after the last one that this forecaster has read, in the units of
            the series; there may be none.  NaN is missing, and bridged as by `update`.
        ``exog`` of shape (n_new + horizon, n_exog)
            Exogenous columns of these rows and of those to forecast; only where there are any.
        ``horizon``, an int64
            How many rows to forecast; where there is `exog`, its rows say so instead.
        ``forecast`` of shape (horizon, n_targets)
            What ``forecaster.update(y).predict(horizon)`` says, to 1e-9 of it.

        The metadata of the file say in words which row comes first (`next_row`), what is forecast
        (`targets`) and what `exog` holds.  Intervals stay in Python.  Where a logarithm or a power
        was asked for, a row that has none gives NaN, where Python raises.

        The graph is one Scan over the rows, of ONNX's opset 18.

        References
        ----------
        https://onnx.ai/onnx/operators/

        Examples
        --------
        >>> from rnnts import RNNForecaster, datasets
        >>> y = datasets.load("air_passengers")
        >>> model = RNNForecaster(cell="gru", max_iter=20).fit(y[:-12])
        >>> import numpy as np
        >>> import onnxruntime
        >>> session = onnxruntime.InferenceSession(model.to_onnx())
        >>> new = y[-12:].to_numpy()[:, None]
        >>> (forecast,) = session.run(None, {"y": new, "horizon": np.array(6)})
        >>> np.allclose(forecast[:, 0], model.update(y[-12:]).predict(6))
        True
        """
        history = self._seen_rows()
        try:
            from rnnts.forecasters.onnx._model import model_in_onnx
        except ImportError as error:
            raise ImportError("to_onnx needs the package onnx; pip install onnx") from error
        names = getattr(self, "feature_names_in_", range(self.n_features_in_))
        about = {
            "next_row": str(self.future_index(1)[0]),
            "targets": ", ".join(map(str, self._names_of_targets())),
            "exog": ", ".join(map(str, names)),
        }
        n_exog = history.exog.shape[1]
        content = model_in_onnx(self._model, self._floor, n_exog, about)
        if path is None:
            return content
        with written_whole(Path(path)) as file:
            file.write(content)
        return None
