"""The forecaster this package exists for."""

from typing import Any

from rnnts.forecasters._features import HiddenFeatures
from rnnts.forecasters._impulse_response import ImpulseResponses
from rnnts.forecasters._network_training import NetworkTraining
from rnnts.forecasters._onnx_export import OnnxExport
from rnnts.forecasters._plots import NetworkPlotMixin
from rnnts.forecasters._statistics import NetworkStatistics
from rnnts.losses import Loss
from rnnts.solvers import Solver


class RNNForecaster(
    NetworkTraining,
    NetworkStatistics,
    ImpulseResponses,
    HiddenFeatures,
    NetworkPlotMixin,
    OnnxExport,
):
    r"""Recurrent networks that forecast a series, prepared, trained and averaged as suits it.

    ``RNNForecaster()`` chooses everything that is "auto" by the series at hand (see Notes).
    ``RNNForecaster(cell="linear")`` is an ARMA model; any other argument replaces one choice.

    Parameters
    ----------
    cell : str
        The recurrence: "linear", "tanh", "sigmoid", "relu", "gru" or "lstm".  A linear one with n
        units is exactly the predictor of an ARMA(n, n).  "auto" is "tanh", and "gru" where many
        series of months are trained on together.
    hidden_size : int, tuple of int, "auto" or "bic"
        Hidden units; a tuple stacks layers.  "auto" is 8, and two layers of 32 where many series
        are trained on together.  "bic" compares one to six units of a linear cell.
    input_size : int or "auto"
        How many last rows are fed at each step.
    dilation : int, tuple of int or "auto"
        How many steps before its own a layer reads its state, for all layers or for each; "auto"
        is 1, and (1, 3) for the two layers of many series.
    residual : bool or "auto"
        Add to the hidden state of each layer but the first its input; layers then have one size.
        "auto" only does for the two layers of many series.
    skip : bool or "auto"
        Add a linear map from the input to the output.
    horizon : int, "auto" or None
        Rows predicted at once, by a direct head; `predict` goes beyond them by reading their
        forecasts.  1 or None is recursive: each forecast is read to make the next.
    strategy : "auto", "direct" or "recursive"
        The same in words, where `horizon` names no number; "auto" is recursive for linear cells
        and ``init="arma"``, else direct.
    season_length : int or "auto"
        Rows in a season; "auto" takes it from the index (12 for months), 1 is none.
    transform : "auto", "log", "shifted_log", "boxcox", Transform, None, or a tuple of these
        Power that is taken of the series first.  Where a tuple is given, here or for
        `deseasonalize` or `level`, networks of all combinations are averaged.
    deseasonalize : "auto", "classical", "recent", "stl", Transform, None, or a tuple of these
        How the season is taken out; see :class:`rnnts.transforms.Preparation`.
    diff : "auto", int, tuple of int, Transform or None
        Number of first differences, or the lags to difference by, such as ``(1, 12)``.
    level : "auto", "last", "ses", "season", None, or a tuple of these
        What the rows that are read and predicted are measured from: the last one, exponential
        smoothing, or the mean of the last season.
    scale : "auto", "standard", "robust", "steps" or None
        How the prepared series is scaled: by its spread, its quartiles, or that of its steps.
    loss : str or Loss
        "squared_error", "absolute_error", "huber", "pinball" (several quantiles at once),
        "gaussian", "student_t" (likelihoods: location and scale), or an object such as
        ``Huber(delta=2.0)``; "auto" is squared for the recursive strategy, else absolute.
    solver : str or Solver
        "lbfgs", "adam", "lm" (Levenberg-Marquardt, for the linear cell on one series), or an
        object such as ``Adam(learning_rate=1e-3)``; "auto" is Adam for a direct head, "lm" for
        the linear cell where it applies, else "lbfgs".
    max_iter : int, optional
        Iterations of the solver, instead of its own default.
    tol : float, optional
        Relative decrease of the loss below which the solver stops, instead of its own default.
    l2 : float or "auto"
        Penalty on the squared weights; "auto" fades with the number of rows, and is 0 for the
        linear cell and ``init="arma"``.
    clip_norm : float, optional
        What the norm of a gradient is cut down to (Adam only), instead of its own default.
    init : "auto", "random" or "arma"
        Where training starts; "auto" is at random, "arma" is the linear network trained on the
        same rows, so that a nonlinear one ends with a loss no larger than that.
    n_init : int or "auto"
        Networks of every preparation, from as many random starts; the median of them forecasts.
        "auto" is 1.
    early_stopping : bool
        Keep the weights that were best on the last rows, which are not trained on then.
    validation_fraction : float
        Share of these rows.
    n_iter_no_change : int
        Iterations without improvement after which early stopping stops.
    warm_start : bool
        Let `fit` go on from the weights of the fit before.
    partner : "auto", "theta", "arma", "seasonal_naive", forecaster or None
        What the networks are averaged with, half and half; "auto" is the theta method for a
        direct head without exogenous columns, with a share that depends on the series.
    fallback : None, "auto", "theta", "arma", "seasonal_naive" or forecaster
        What takes over if it was better on held-out rows; "auto" is the best of the three named.
        Costs one more training.
    interval_method : "auto", "analytic", "simulation", "quantile" or "conformal"
        Where intervals come from: the psi weights of a linear network, simulated one-step errors
        of a recursive one, what a likelihood or pinball loss says, or the errors of forecasts on
        held-out rows, which suits every model and costs one more training.  "auto" takes
        "quantile" or "analytic" where they apply, else simulates one recursive network, else
        "conformal".
    random_state : int, RandomState or None
        Draws the starting weights.
    n_jobs : int, optional
        Threads that train the networks, as in joblib.
    verbose : int
        With 1, a progress bar over iterations on a terminal and in notebooks.
    freq : str, optional
        Frequency of the index, where it cannot be inferred.
    exog_gap : "error" or "hold"
        What `predict` does about exogenous rows missing before the rows asked for: refuse, or
        carry the last known row.

    Attributes
    ----------
    weights_ : dict of ndarray, or list of dict
        Named weights of the network, for scaled rows; of several networks a list.
    state_ : State or list of State
        What they remember after the last row.
    preparation_ : list of str
        What is done to the series before each kind of network reads it.
    loss_curve_ : list of float
        The loss of the first network after each iteration.
    loss_curves_ : list of list of float
        The same of every network.
    hidden_states_ : DataFrame or ndarray of shape (n_rows, n_units)
        What they remembered when they predicted each row seen.
    n_iter_ : int
        Its iterations.
    converged_ : bool
        Whether every network met the criterion of its solver.
    solver_ : Solver
        What trained them.
    hidden_size_ : int or tuple of int
        The size that "bic" chose, where that was asked.
    sigma2_ : float or ndarray of shape (n_targets,)
        Mean squared one-step error over the training rows, without those that lack some lags.
    report_ : Report or None
        Errors on held-out rows next to the seasonal naive forecast and theta, and a verdict in
        words; costs one more training when first asked for.  None if the series is too short.
    fallback_ : str or None
        What forecasts where `fallback` was asked for, as the report names it.
    loglik_, aic_, bic_ : float
        Of one recursive network trained by squared error or a likelihood; see `summary`.
    season_length_, freq_, scale_, squared_scale_, n_features_in_, feature_names_in_
        As of every forecaster.

    See Also
    --------
    ARMAForecaster : Its linear counterpart by exact likelihood.
    ThetaForecaster : The partner.

    Notes
    -----
    By default the series is read after the power, between logarithm and none, that steadies its
    spread.  Where the index (or `season_length`) tells of a season there are three networks with a
    direct head: one without the classical season, one without that of the last four seasons, both
    relative to a smoothed level, and one that reads a whole season of lags instead.  Their mean
    counts three quarters, the dynamic optimised theta method one.  Without a season one network
    with a head of three rows and theta count half each; a series of at least 40 rows whose level
    stays has a network of its own that reads 12 rows.  All are trained by few steps of Adam on
    absolute errors with a penalty that fades with the number of rows.  That forecasts of such
    different kinds gain by being averaged is what M4 found [1]_; the recipe for networks (a window
    relative to its level, the season taken out, a direct head) is that of [2]_ and [3]_, and theta
    that of [4]_.  Constants come from windows within the training parts of M1, M3 and M4.

    The recursive strategy trains one network on its one-step errors, after the differences that
    the series needs.  For the linear cell nothing is done to the series by default, so that
    `to_arma` is exact; training is then conditional least squares.

    Exogenous columns are read by a recursive network; a direct head takes their linear effects
    out first.  Missing values are bridged by the networks' own predictions and do not count in
    the loss.

    Memory: beside the rows, training a recursive network of H units (rounded up to a multiple of 8)
    on T rows takes at the most 8 T (g H + 24) bytes, where g is 1, for "gru" 5 and for "lstm" 7; a
    direct head of K rows that reads L lags takes 8 T (4 (L + K) + 12).  L-BFGS adds 50 numbers for
    each weight.  ``python -m benchmarks --only memory`` measures it.

    References
    ----------
    .. [1] Makridakis, Spiliotis and Assimakopoulos (2020), *The M4 Competition: 100,000 time
       series and 61 forecasting methods*, International Journal of Forecasting 36.
    .. [2] Hewamalage, Bergmeir and Bandara (2021), *Recurrent Neural Networks for Time Series
       Forecasting: Current status and future directions*, International Journal of Forecasting 37.
    .. [3] Smyl (2020), *A hybrid method of exponential smoothing and recurrent neural networks
       for time series forecasting*, International Journal of Forecasting 36.
    .. [4] Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler (2016), *Models for optimising
       the theta method and their relationship to state space models*, International Journal of
       Forecasting 32.

    Examples
    --------
    A forecast, how sure it is, and how it did on rows held out:

    >>> from rnnts import RNNForecaster, datasets
    >>> y = datasets.load("air_passengers")
    >>> model = RNNForecaster().fit(y)
    >>> model.predict(12).index[-1].strftime("%Y-%m")
    '1961-12'
    >>> model.predict_interval(12, level=95).columns.tolist()
    ['mean', 'lo-95', 'hi-95']
    >>> "beats the seasonal naive forecast" in model.report_.verdict
    True

    A linear network, and the ARMA model that it is:

    >>> sunspots = datasets.load("sunspots")
    >>> linear = RNNForecaster(cell="linear", hidden_size=2).fit(sunspots)
    >>> linear.to_arma().ar.round(2)
    array([ 1.45, -0.75])

    Exogenous columns, whose future rows `predict` is given:

    >>> import numpy as np
    >>> import pandas as pd
    >>> months = pd.date_range("1949-01", periods=156, freq="MS")
    >>> X = pd.DataFrame({"summer": np.isin(months.month, (7, 8))}, index=months).astype(float)
    >>> RNNForecaster().fit(X[:144], y).predict(X[144:]).shape
    (12,)

    Values may be missing, and come later:

    >>> holey = y[:140].mask(y[:140].index.year == 1955)
    >>> model = RNNForecaster().fit(holey).update(y[140:])
    >>> model.future_index(1)[0].strftime("%Y-%m")
    '1961-01'

    It is an estimator of scikit-learn; `y.index` says that there are no exogenous columns:

    >>> from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
    >>> search = GridSearchCV(
    ...     RNNForecaster(), {"cell": ["tanh", "gru"]}, cv=TimeSeriesSplit(2, test_size=12)
    ... )
    >>> len(search.fit(y.index, y).predict(12))
    12
    """

    def __init__(
        self,
        cell: str = "auto",
        hidden_size: int | tuple[int, ...] | str = "auto",
        *,
        input_size: int | str = "auto",
        dilation: int | tuple[int, ...] | str = "auto",
        residual: bool | str = "auto",
        skip: bool | str = "auto",
        horizon: int | str | None = "auto",
        strategy: str = "auto",
        season_length: int | str = "auto",
        transform: Any = "auto",
        deseasonalize: Any = "auto",
        diff: Any = "auto",
        level: Any = "auto",
        scale: str | None = "auto",
        loss: str | Loss = "auto",
        solver: str | Solver = "auto",
        max_iter: int | None = None,
        tol: float | None = None,
        l2: float | str = "auto",
        clip_norm: float | None = None,
        init: str = "auto",
        n_init: int | str = "auto",
        early_stopping: bool = False,
        validation_fraction: float = 0.2,
        n_iter_no_change: int = 20,
        warm_start: bool = False,
        partner: Any = "auto",
        fallback: Any = None,
        interval_method: str = "auto",
        random_state: Any = 0,
        n_jobs: int | None = None,
        verbose: int = 0,
        freq: str | None = None,
        exog_gap: str = "error",
    ) -> None:
        self.cell = cell
        self.hidden_size = hidden_size
        self.input_size = input_size
        self.dilation = dilation
        self.residual = residual
        self.skip = skip
        self.horizon = horizon
        self.strategy = strategy
        self.season_length = season_length
        self.transform = transform
        self.deseasonalize = deseasonalize
        self.diff = diff
        self.level = level
        self.scale = scale
        self.loss = loss
        self.solver = solver
        self.max_iter = max_iter
        self.tol = tol
        self.l2 = l2
        self.clip_norm = clip_norm
        self.init = init
        self.n_init = n_init
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.warm_start = warm_start
        self.partner = partner
        self.fallback = fallback
        self.interval_method = interval_method
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.verbose = verbose
        self.freq = freq
        self.exog_gap = exog_gap
