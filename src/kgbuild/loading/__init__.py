"""Loads a built graph into a triplestore, named graph by named graph, and only what has changed."""

from kgbuild.loading.bulk import bulk_commands
from kgbuild.loading.run import LoadReport, load
from kgbuild.loading.stores import STORES, Addresses, StoreType, addresses_of

__all__ = ["STORES", "Addresses", "LoadReport", "StoreType", "addresses_of", "bulk_commands", "load"]
