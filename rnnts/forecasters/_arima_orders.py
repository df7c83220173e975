"""What there is in a seasonal ARIMA model."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Orders:
    """Orders and trend, in the words of statsmodels.

    Attributes
    ----------
    order : tuple of int
        (p, d, q).
    seasonal_order : tuple of int
        (P, D, Q, m).
    trend : str or None
    """

    order: tuple[int, int, int]
    seasonal_order: tuple[int, int, int, int]
    trend: str | None

    @property
    def differences(self) -> list[int]:
        """The lag of each difference that is taken."""
        _, d, _ = self.order
        _, seasonal_d, _, m = self.seasonal_order
        return [1] * d + [m] * seasonal_d

    def __str__(self) -> str:
        seasonal = "x" + str(tuple(self.seasonal_order)) if any(self.seasonal_order[:3]) else ""
        return f"ARIMA{tuple(self.order)}{seasonal}"
