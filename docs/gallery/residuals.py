"""What is left in the errors.

One-step errors of a good model are white noise.  Here none of their autocorrelations stands out,
and the Ljung-Box test agrees; their quantiles lie along the line of a normal distribution.
"""

from rnnts import ARMAForecaster, datasets

model = ARMAForecaster((0, 1, 1)).fit(datasets.load("nile"))
axes = model.plot_residuals()
