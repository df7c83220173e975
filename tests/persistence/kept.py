"""Models of which a file of every format is kept, and what each of them says.

``python -m tests.persistence.kept FOLDER`` writes the files of the present format and what they
say; files of earlier formats stay as they are, and must load for ever.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from rnnts import (
    ARMAForecaster,
    AutoARIMAForecaster,
    ETSForecaster,
    OnlineRNN,
    PanelForecaster,
    RNNClassifier,
    RNNForecaster,
    RNNRegressor,
    RNNTranslator,
    SeasonalNaiveForecaster,
    ThetaForecaster,
    datasets,
    save,
)

FILES = Path(__file__).parent / "files"


def models():
    """Fitted models by name."""
    y = datasets.load("air_passengers")[:60]
    panel = {f"s{number}": y[:48] * (1 + number) for number in range(33)}
    rng = np.random.default_rng(0)
    x = rng.normal(size=(20, 5, 2))
    tokens = [list(map(int, rng.integers(0, 4, size=3))) for _ in range(20)]
    label = np.where(x[:, :, 0].sum(axis=1) > 0, "up", "down")
    quick = {"max_iter": 3}
    small = RNNForecaster("tanh", 2, horizon=2, partner=None, **quick)
    few = dict(list(panel.items())[:4])
    default = RNNForecaster().fit(y)
    # Networks that were held out come into the file as well.
    default.predict_interval(2)
    return {
        "default": default,
        "linear": RNNForecaster("linear", 2).fit(y),
        "gru": RNNForecaster("gru", 2, loss="pinball", **quick).fit(pd.DataFrame({"a": y, "b": y})),
        "arma": ARMAForecaster((0, 1, 1)).fit(y),
        "auto_arima": AutoARIMAForecaster(max_P=0, max_Q=0, max_p=1).fit(y.to_numpy()),
        "ets": ETSForecaster().fit(y),
        "theta": ThetaForecaster().fit(y.tz_localize("Europe/Zurich")),
        "naive": SeasonalNaiveForecaster().fit(y.to_period("M")),
        "bank": PanelForecaster(small).fit(panel),
        "global": PanelForecaster(RNNForecaster(hidden_size=2, **quick), "global").fit(few),
        "regressor": RNNRegressor(hidden_size=2, **quick).fit(x, x[:, :, 0].sum(axis=1)),
        "classifier": RNNClassifier(hidden_size=2, **quick).fit(x, label),
        "translator": RNNTranslator(hidden_size=2, n_tokens=4, **quick).fit(tokens, tokens),
        "online": OnlineRNN(n_streams=2).partial_fit(x[0], x[1]),
    }


def said(model):
    """What a model says, in numbers or words of JSON."""
    rng = np.random.default_rng(1)
    if isinstance(model, OnlineRNN):
        return model.predict_one(np.array([0.5, -1.0])).tolist()
    if isinstance(model, RNNTranslator):
        return [list(map(int, one)) for one in model.predict([[0, 1, 2], [3, 3, 1]])]
    if isinstance(model, RNNClassifier):
        return model.predict_proba(rng.normal(size=(3, 5, 2))).ravel().tolist()
    if isinstance(model, RNNRegressor):
        return model.predict(rng.normal(size=(3, 5, 2))).tolist()
    if isinstance(model, PanelForecaster):
        return np.concatenate([one.to_numpy() for one in model.predict(2).values()]).tolist()
    table = model.predict_interval(4, level=80)
    return np.asarray(table).ravel().tolist()


def main(folder):
    """Write every model, and what they say."""
    warnings.simplefilter("ignore")
    folder.mkdir(parents=True, exist_ok=True)
    words = {}
    for name, model in models().items():
        save(model, folder / f"{name}.npz")
        words[name] = said(model)
    (folder / "said.json").write_text(json.dumps(words, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
