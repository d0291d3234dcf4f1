"""Connections that do not wait for ever: for a request that never ends, or a client that never reads."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

#: seconds in which the head and body of a request must have arrived
REQUEST_SECONDS = 15.0
#: seconds in which a client must go on reading
READING_SECONDS = 30.0


class PatientProtocol(H11Protocol):
    """HTTP/1.1 by uvicorn, with the two limits of time that it does not have."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Starts to wait for the first request; far above the limit of connections, does not even do that."""
        self._stalled: asyncio.TimerHandle | None = None
        self._arriving: asyncio.TimerHandle | None = None
        super().connection_made(transport)
        if self.limit_concurrency is not None and len(self.connections) > 2 * self.limit_concurrency:
            transport.abort()
            return
        self._arriving = self.loop.call_later(REQUEST_SECONDS, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops to wait."""
        self._stalled = _cancelled(self._stalled)
        self._arriving = _cancelled(self._arriving)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes a piece of a request; the time runs from its first piece to its last."""
        super().data_received(data)
        state = self.conn.their_state
        if state is h11.SEND_BODY or (state is h11.IDLE and self.conn.trailing_data[0]):
            if self._arriving is None:
                self._arriving = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)
        else:
            self._arriving = _cancelled(self._arriving)

    def pause_writing(self) -> None:
        """Starts to wait for the client to read."""
        super().pause_writing()
        if self._stalled is None:
            self._stalled = self.loop.call_later(READING_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """The client reads."""
        super().resume_writing()
        self._stalled = _cancelled(self._stalled)


def _cancelled(timer: asyncio.TimerHandle | None) -> asyncio.TimerHandle | None:
    """Stops a timer; the answer is what to keep of it, which is nothing."""
    if timer is not None:
        timer.cancel()
    return None
