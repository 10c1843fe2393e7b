"""Power means, which order units like a weighted mean of transformed scores."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class PowerMean(NamedTuple):
    """A generalised mean as a weighted mean of transformed scores.

    The transform (x^p - 1) / p, log x for a power of 0, of scores relative to the largest, rises
    with x whatever the power.
    """

    power: float
    scale: float

    def linear(self, scores: Array) -> Array:
        """Transform of scores; what lies outside its domain is not finite."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            logs = np.log(scores / self.scale)
            found: Array = logs if self.power == 0 else np.expm1(self.power * logs) / self.power
        return found

    def mean(self, linear: Array) -> Array:
        """The mean itself, from the weighted mean of transformed scores."""
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = linear if self.power == 0 else np.log1p(self.power * linear) / self.power
        found: Array = self.scale * np.exp(logs)
        return found

    def slope(self, means: Array) -> Array:
        """How fast the mean rises with the weighted mean of transformed scores."""
        with np.errstate(divide="ignore"):
            found: Array = self.scale * np.exp((1 - self.power) * np.log(means / self.scale))
        return found
