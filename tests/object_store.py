"""An S3 server of our own on loopback, for tests that need a store which is not the disk."""

from __future__ import annotations

import contextlib
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
import fsspec
import pytest
from moto.server import ThreadedMotoServer


@contextlib.contextmanager
def object_store(monkeypatch: pytest.MonkeyPatch, bucket: str) -> Iterator[Any]:
    """A server with an empty bucket, to which the environment leads s3fs and boto3; gives boto3's client for it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    settings = {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    # what the server holds outlives it, in this process
    urllib.request.urlopen(urllib.request.Request(f"{address}/moto-api/reset", method="POST")).close()
    client = boto3.client("s3")
    client.create_bucket(Bucket=bucket)
    fsspec.filesystem("s3").clear_instance_cache()
    try:
        yield client
    finally:
        fsspec.filesystem("s3").clear_instance_cache()
        server.stop()
