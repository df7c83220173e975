"""Sequences of tokens, one-hot: each token then has a row of the input weights, its embedding."""

import numpy as np

from rnnts._validation import check_count
from rnnts.sequence._labels import ones_at
from rnnts.sequence._sequences import Sequences


def one_hot(sequences: Sequences, n_tokens: object) -> Sequences:
    """Sequences with a one in the place of each token's number.

    Raises
    ------
    ValueError
        If a step holds several numbers, or one that is no token.
    """
    n_tokens = check_count("n_tokens", n_tokens, 2)
    if sequences.n_features != 1:
        raise ValueError(
            f"n_tokens={n_tokens} needs one token at each step, got {sequences.n_features} numbers;"
            " leave n_tokens out if they are features, or one-hot already"
        )
    tokens = sequences.values[..., 0]
    is_token = (tokens == np.floor(tokens)) & (tokens >= 0) & (tokens < n_tokens)
    if not is_token.all():
        number, step = np.argwhere(~is_token.T)[0]
        raise ValueError(
            f"tokens must be whole numbers from 0 to {n_tokens - 1}, and sequence {number} has "
            f"{tokens[step, number]:g} at step {step}; raise n_tokens, or map what is rare to one"
        )
    return Sequences(ones_at(tokens, n_tokens), sequences.lengths)
