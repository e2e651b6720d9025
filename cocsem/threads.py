"""One thread of linear algebra at a time: what enters by a public name computes on one.

The matrices of questionnaires are small. Threads of BLAS that share one wait for one another far longer than they compute: a
fit of 45 items took two to eighty times as long with two threads as with one, most where other programs run as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import Any


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep the linear algebra on one thread, and give the threads back afterwards; decorates functions too.

    >>> one_thread()(len)("abc")
    3
    """
    libraries = _libraries()
    alone = all(library.get_num_threads() == 1 for library in libraries.lib_controllers)
    with nullcontext() if alone else libraries.limit(limits=1):
        yield


@cache
def _libraries() -> Any:
    """The BLAS libraries of numpy and scipy, each of which brings its own."""
    import scipy.linalg
    from threadpoolctl import ThreadpoolController

    assert scipy.linalg.lapack  # its library is loaded, so that it is among those found
    return ThreadpoolController().select(user_api="blas")
