"""Memory that calls leave to each other."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from rnnts.kernels.workspaces import Workspaces


def test_a_piece_is_used_again():
    workspaces = Workspaces(partial(np.empty, 3))

    with workspaces.one() as first:
        pass
    with workspaces.one() as second:
        pass

    assert first is second


def test_threads_never_share_a_piece():
    workspaces = Workspaces(partial(np.zeros, 1))

    def use(number):
        with workspaces.one() as memory:
            memory[0] = number
            return all(memory[0] == number for _ in range(100))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(use, range(1000)))


def test_a_copy_has_none_and_makes_its_own():
    workspaces = Workspaces(partial(np.empty, 3))
    with workspaces.one() as original:
        pass

    for twin in (pickle.loads(pickle.dumps(workspaces)), copy.deepcopy(workspaces)):
        with twin.one() as memory:
            assert memory is not original
            assert memory.shape == (3,)


def test_a_piece_comes_back_after_an_error():
    workspaces = Workspaces(partial(np.empty, 3))
    try:
        with workspaces.one() as first:
            raise ValueError
    except ValueError:
        pass

    with workspaces.one() as second:
        assert first is second
