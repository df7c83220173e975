"""The loss in training.

A curve for each network that the forecaster trained, here from five random starts.
"""

from rnnts import RNNForecaster, datasets

y = datasets.load("sunspots")
model = RNNForecaster(cell="tanh", hidden_size=4, horizon=None, n_init=5).fit(y)
ax = model.plot_loss_curve()
