"""A forecast and its intervals.

The last rows of the series, and what was forecast to follow: the darker the band, the narrower the
interval.  The last year was held back from the model, and is drawn over its forecast.
"""

from rnnts import RNNForecaster, datasets

y = datasets.load("air_passengers")
model = RNNForecaster().fit(y[:-12])
ax = model.plot(12, level=(50, 80, 95), actual=y[-12:])
ax.set_ylabel("thousand passengers")
