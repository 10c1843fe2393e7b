"""What the estimators of all stages share: checked arrays in which values may be missing."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import validate_data


class ArrayTransformer(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Transformer of units x indicators that takes NaN for a missing value."""

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def _validated(self, values: ArrayLike, *, reset: bool) -> NDArray[np.float64]:
        """Values as numbers; ``reset`` in ``fit``, where the indicators are learned."""
        checked: NDArray[np.float64] = validate_data(
            self, values, reset=reset, dtype=np.float64, ensure_all_finite="allow-nan"
        )
        return checked
