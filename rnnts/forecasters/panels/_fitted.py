"""The forecasters of a panel, by the ids of the series."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from rnnts.forecasters._base import BaseForecaster
from rnnts.forecasters.panels._bank import Bank
from rnnts.panel import OneSeries


class FittedSeries(Mapping[Hashable, BaseForecaster]):
    """Forecasters that stand alone, and a bank of networks.

    A forecaster of the bank is made when it is looked up: changing it does not change the bank.

    Parameters
    ----------
    labels : iterable of hashable
        In the order of the panel.
    alone : dict of hashable to forecaster
    bank : Bank
    """

    def __init__(
        self, labels: Iterable[Hashable], alone: dict[Hashable, BaseForecaster], bank: Bank
    ) -> None:
        self.alone, self.bank = alone, bank
        self._order = {label: None for label in labels if label in alone or label in bank}

    def __getitem__(self, label: Hashable) -> BaseForecaster:
        return self.bank.forecaster(label) if label in self.bank else self.alone[label]

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self._order)

    def __len__(self) -> int:
        return len(self._order)

    def __contains__(self, label: object) -> bool:
        return label in self._order

    def keep(self, label: Hashable, forecaster: BaseForecaster) -> None:
        """Have a series forecast by this forecaster from now on, which stands alone."""
        self.alone[label] = forecaster
        self.bank.forget(label)

    def updated(self, series: Sequence[OneSeries]) -> list[OneSeries]:
        """Append new rows to series of the bank; returns the others, untouched."""
        in_bank = [one for one in series if one.label in self.bank]
        others = [one for one in series if one.label not in self.bank]
        return others + self.bank.update(in_bank)

    def add(self, other: "FittedSeries") -> None:
        """Take up further series."""
        self.bank.join(other.bank)
        self.alone |= other.alone
        self._order |= other._order
