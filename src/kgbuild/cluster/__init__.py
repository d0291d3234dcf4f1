"""Building on a Dask cluster: the work on articles in partitions, on many machines; who is who on this one."""

from __future__ import annotations

from kgbuild.cluster.gathering import gather
from kgbuild.cluster.run import ClusterResult, build_on_cluster

__all__ = ["ClusterResult", "build_on_cluster", "gather"]
