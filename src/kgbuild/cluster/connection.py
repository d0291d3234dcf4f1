"""The connection to a Dask cluster, or one of this machine's own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kgbuild.beside import cores
from kgbuild.errors import KgbuildError

#: seconds to wait for a scheduler to answer
_PATIENCE = 30

#: seconds to wait for a scheduler's file: in a batch job, the scheduler starts in the same moment as the build
_FILE_PATIENCE = 120


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
    if address.endswith(".json"):
        _wait_for(Path(address))
    else:
        _refuse_malformed(address)
    options = {"scheduler_file": address} if address.endswith(".json") else {"address": address}
    try:
        client = Client(**options, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        what = " ".join(str(error).split())
        raise KgbuildError(f"--cluster {address}: no scheduler answers there ({what})") from None
    with client:
        yield client


def _wait_for(file: Path) -> None:
    """Waits until a scheduler has written its file; Dask itself would wait for ever."""
    end = time.monotonic() + _FILE_PATIENCE
    while not file.exists():
        if time.monotonic() > end:
            raise KgbuildError(
                f"--cluster {file}: no scheduler has written this file in {_FILE_PATIENCE} seconds; "
                f"is one running that was started with --scheduler-file {file}?"
            )
        time.sleep(0.1)


def _refuse_malformed(address: str) -> None:
    """Refuses what is no address: a client that cannot be made would hold the program up for a minute at its end."""
    from distributed.comm.addressing import get_address_host_port, parse_address

    protocol, _ = parse_address(address)
    if protocol not in ("tcp", "tls"):
        return  # another way of talking has addresses of its own
    try:
        get_address_host_port(address)
    except ValueError as error:
        raise KgbuildError(
            f"--cluster {address}: is no address of a scheduler ({error}); give tcp://HOST:PORT, the file that the "
            "scheduler wrote (….json), or local"
        ) from None
