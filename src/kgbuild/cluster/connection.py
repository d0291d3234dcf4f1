"""The connection to a Dask cluster, or one of this machine's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kgbuild.build.pool import cores
from kgbuild.errors import KgbuildError

#: seconds to wait for a scheduler to answer
_PATIENCE = 30


@contextmanager
def connected(cluster: Any) -> Iterator[Any]:
    """A client of a cluster.

    Args:
        cluster: a client that is connected already, which stays so; or the address of a running scheduler
            (``tcp://host:8786``), the file that it wrote (``scheduler.json``), or ``local`` for workers on this
            machine, one for each core, which end with the block.

    Raises:
        KgbuildError: Dask is not installed, or nothing answers.
    """
    if not isinstance(cluster, str):
        yield cluster
        return
    address = cluster
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise KgbuildError("--cluster needs Dask: pip install 'kgbuild[dask]'") from None

    if address == "local":
        with (
            LocalCluster(
                n_workers=cores(), threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=40
            ) as workers,
            Client(workers, set_as_default=False) as client,
        ):
            yield client
        return
    options = {"scheduler_file": address} if address.endswith(".json") else {"address": address}
    try:
        client = Client(**options, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        what = " ".join(str(error).split())
        raise KgbuildError(f"--cluster {address}: no scheduler answers there ({what})") from None
    with client:
        yield client
