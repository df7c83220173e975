"""Networks behind a forecaster: how they read a series, are trained, combined and judged."""
