"""Several transforms in a row, undone in reverse."""

from dataclasses import dataclass, replace
from typing import Any

from rnnts._types import FloatArray
from rnnts.transforms._base import AS_IT_IS, Fitted, Transform, check_observed


@dataclass(frozen=True, eq=False)
class FittedChain(Fitted):
    """Fitted transforms, each of which reads what the one before it prepares.

    Attributes
    ----------
    stages : tuple of Fitted

    See Also
    --------
    Chain : What becomes it by `fit`.
    """

    stages: tuple[Fitted, ...]

    @property
    def is_pointwise(self) -> bool:
        """Whether no stage adds up steps."""
        return all(stage.is_pointwise for stage in self.stages)

    @property
    def n_lost(self) -> int:
        """First rows that one of the stages cannot prepare."""
        return sum(stage.n_lost for stage in self.stages)

    @property
    def start(self) -> "FittedChain":
        """The same parameters, before the first row."""
        return FittedChain(tuple(stage.start for stage in self.stages))

    def update(self, values: FloatArray) -> "FittedChain":
        """The same parameters, after further rows."""
        stages = []
        for stage in self.stages:
            stages.append(stage.update(values))
            values = stage.transform_next(values)
        return replace(self, stages=tuple(stages))

    def transform_next(self, values: FloatArray) -> FloatArray:
        """Prepared values of the rows that follow."""
        for stage in self.stages:
            values = stage.transform_next(values)
        return values

    def inverse_transform(self, prepared: FloatArray) -> FloatArray:
        """Paths in the units of the series."""
        for stage in reversed(self.stages):
            prepared = stage.inverse_transform(prepared)
        return prepared

    def inverse_one_step(self, prepared: FloatArray, values: FloatArray) -> FloatArray:
        """One-step predictions in the units of the series."""
        read = []
        for stage in self.stages:
            read.append(values)
            values = stage.transform(values)
        for stage, stage_values in zip(reversed(self.stages), reversed(read), strict=True):
            prepared = stage.inverse_one_step(prepared, stage_values)
        return prepared

    def describe(self) -> str:
        """Every stage."""
        words = [stage.describe() for stage in self.stages]
        return "; ".join(word for word in words if word != AS_IT_IS) or AS_IT_IS


@dataclass(frozen=True)
class Chain(Transform[FittedChain]):
    """Apply transforms one after the other.

    Parameters
    ----------
    transforms : tuple of Transform
        Each learns from what the ones before it prepare.

    Examples
    --------
    >>> import numpy as np
    >>> from rnnts.transforms import Chain, Difference, Log
    >>> y = np.array([[1.0], [2.0], [4.0]])
    >>> fitted = Chain((Log(), Difference(1))).fit(y)
    >>> fitted.inverse_transform(np.log([[2.0], [2.0]])).ravel()
    array([ 8., 16.])
    """

    transforms: tuple[Transform[Any], ...]

    def _learn(self, values: FloatArray, season_length: int) -> FittedChain:
        stages = []
        for transform in self.transforms:
            stage = transform._learn(values, season_length)
            stages.append(stage)
            values = stage.transform_next(values)
            check_observed(values)
        return FittedChain(tuple(stages))
