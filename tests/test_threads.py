"""Public names compute on one thread of linear algebra, and give the threads back."""

from __future__ import annotations

import pickle

import pytest
import scipy.linalg
from threadpoolctl import threadpool_info, threadpool_limits

import cocsem
from cocsem.threads import one_thread

assert scipy.linalg.lapack  # its library is there before the first call, to be counted


def _threads() -> list[int]:
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


@pytest.fixture
def two():
    with threadpool_limits(2, user_api="blas"):
        yield [2] * len(_threads())


def test_some_libraries_are_found(two):
    assert two
    assert _threads() == two


def test_one_inside_and_as_before_outside(two):
    assert one_thread()(_threads)() == [1] * len(two)
    assert _threads() == two


def test_calls_inside_calls(two):
    inside = one_thread()(lambda: (one_thread()(_threads)(), _threads()))
    assert inside() == ([1] * len(two), [1] * len(two))
    assert _threads() == two


def test_an_error_gives_the_threads_back(two):
    with pytest.raises(ZeroDivisionError):
        one_thread()(lambda: 1 / 0)()
    assert _threads() == two


def test_public_functions_enter_that_way(two, monkeypatch):
    seen = []
    monkeypatch.setattr("cocsem.estimation.verbs.frame_of", lambda data: seen.append(_threads()))
    with pytest.raises(cocsem.CocsemError):
        cocsem.cfa("f =~ a + b + c", "no matter")
    assert seen == [[1] * len(two)]


def test_public_functions_can_be_sent_to_other_processes():
    assert pickle.loads(pickle.dumps(cocsem.cfa)) is cocsem.cfa
