"""A client of Plaudit's native protocol, version 1, written from its page alone.

`Connection` is one WebSocket: requests and answers, frames as they come. `Client` is a session that outlives its connections: it comes back as the
page says, and goes on in each room at the place where it was.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Subprotocol

Json = dict[str, Any]

ANSWER_S = 5.0  # section 3: without an answer to a ping for so long, a connection is dead
LOGIN_S = 15.0  # the page has no limit for this answer, but no client may wait for ever
BACKOFF_FIRST_S, BACKOFF_MAX_S, BACKOFF_CALM_S = 1.0, 30.0, 10.0  # section 8
RESUME, LOG_IN, STAY_AWAY = "resume", "log in", "stay away"


class Place(NamedTuple):
    epoch: str
    seq: int


class Hole(NamedTuple):
    """Numbers of a room, both included, that this client was never told."""

    first: int
    last: int


class RequestError(Exception):
    def __init__(self, error: Json):
        super().__init__(f"{error['code']} {error['cause']}: {error['text']}")
        self.code: int = error["code"]
        self.cause: str = error["cause"]
        self.retry_after_ms: int | None = error.get("retry_after_ms")


class ConnectionLost(Exception):
    """The connection ended before the answer came: whether the request was done is not known."""


class Refused(Exception):
    """The server answered the handshake with something else than 101."""

    def __init__(self, status: int, retry_after_s: float | None):
        super().__init__(f"HTTP {status}")
        self.status = status
        self.retry_after_s = retry_after_s


@dataclass(frozen=True)
class Close:
    """Why a connection ended, and what section 8 asks of the client."""

    code: int | None
    reason: Json = field(default_factory=dict)

    @classmethod
    def of(cls, code: int | None, reason: str) -> Close:
        with contextlib.suppress(ValueError):
            told = json.loads(reason)
            if isinstance(told, dict):
                return cls(code, told)
        return cls(code)

    @property
    def reaction(self) -> str:
        return {4001: LOG_IN, 4002: STAY_AWAY}.get(self.code or 0, RESUME)

    @property
    def after_s(self) -> float | None:
        after_ms = self.reason.get("after_ms")
        return None if after_ms is None else after_ms / 1000


class Pending:
    """A request that waits. Only a held message has a second answer.

    `then` is called with the answer before the next frame is looked at: a batch that follows the answer to `join` must find the room joined.
    """

    def __init__(self, then: Callable[[Json], None] | None = None) -> None:
        self._then = then
        loop = asyncio.get_running_loop()
        self.first: asyncio.Future[Json] = loop.create_future()
        self.second: asyncio.Future[Json] = loop.create_future()

    def answered(self, frame: Json) -> bool:
        """Takes an answer, and tells whether it was the last."""
        waiting = self.second if self.first.done() else self.first
        if waiting.done():  # whoever asked does not wait any more
            return True
        if "error" in frame:
            waiting.set_exception(RequestError(frame["error"]))
            waiting.exception()  # nobody has to look at it
            return True
        if self._then:
            self._then(frame["ok"])
        waiting.set_result(frame["ok"])
        return waiting is self.second or frame["ok"].get("receipt") != "held"

    def lost(self) -> None:
        for waiting in (self.first, self.second):
            if not waiting.done():
                waiting.set_exception(ConnectionLost())
                waiting.exception()


class Connection:
    def __init__(self, ws: ClientConnection, on_frame: Callable[[Json], None]):
        loop = asyncio.get_running_loop()
        self.ws = ws
        self.closed: asyncio.Future[Close] = loop.create_future()
        self.opened_at = self._heard = self._sent = loop.time()
        self._on_frame = on_frame
        self._ids = itertools.count(1)
        self._pending: dict[int, Pending] = {}
        self._tasks = [asyncio.create_task(self._read())]

    @classmethod
    async def open(cls, url: str, on_frame: Callable[[Json], None], compression: str | None = "deflate") -> Connection:
        """Connects. The library offers permessage-deflate unless told not to; the page does not say how long an answer can be."""
        options: Json = {"compression": compression, "ping_interval": None, "close_timeout": 1, "max_size": None}
        try:
            ws = await connect(url, subprotocols=[Subprotocol("plaudit.v1")], **options)
        except InvalidStatus as refused:
            after = refused.response.headers.get("Retry-After")
            raise Refused(refused.response.status_code, None if after is None else float(after)) from None
        return cls(ws, on_frame)

    async def send_frame(self, frame: Json) -> None:
        self._sent = asyncio.get_running_loop().time()
        await self.ws.send(json.dumps(frame))

    async def ask(self, op: str, then: Callable[[Json], None] | None = None, **members: Any) -> Pending:
        """Sends a request and does not wait for its answer: more may follow at once."""
        pending = Pending(then)
        number = next(self._ids)
        self._pending[number] = pending
        try:
            await self.send_frame({"id": number, "op": op, **members})
        except ConnectionClosed:
            self._pending.pop(number, None)
            pending.lost()
        return pending

    async def request(self, op: str, **members: Any) -> Json:
        return await (await self.ask(op, **members)).first

    def keep_alive(self, ping_ms: int) -> None:
        self._tasks.append(asyncio.create_task(self._ping(ping_ms / 1000)))

    async def close(self) -> None:
        await self.ws.close()
        await self.closed

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in self.ws:
                self._heard = asyncio.get_running_loop().time()
                frame = json.loads(text)
                if (pending := self._pending.get(frame.get("id"))) is None:
                    self._on_frame(frame)
                elif pending.answered(frame):
                    del self._pending[frame["id"]]
        for pending in self._pending.values():
            pending.lost()
        for task in self._tasks[1:]:
            task.cancel()
        # The server's own frame counts; what the library makes of a broken line (1006, 1002) is "any other, or none".
        rcvd = self.ws.protocol.close_rcvd
        self.closed.set_result(Close.of(rcvd.code, rcvd.reason) if rcvd else Close(None))

    async def _ping(self, ping_s: float) -> None:
        loop = asyncio.get_running_loop()
        while True:
            # One `ping` serves both duties: to be heard, and to hear.
            if (rest := min(self._heard, self._sent) + ping_s - loop.time()) > 0:
                await asyncio.sleep(rest)
                continue
            try:
                async with asyncio.timeout(ANSWER_S):
                    await self.request("ping")
            except TimeoutError:
                self.ws.transport.abort()
                return
            except RequestError:
                pass  # an answer all the same
            except ConnectionLost:
                return


class Room:
    """What a client knows of a room. Holes are found by the numbers alone, whether or not the server tells of them."""

    def __init__(self, name: str, on_event: Callable[[Room, Json], None]):
        self.name = name
        self.place: Place | None = None
        self.holes: list[Hole] = []
        self.profile: Json = {}
        self.attributes: Json = {"version": 0, "values": {}}
        self.counters: Json = {"version": 0, "values": {}}
        self.state: Json = {}
        self.you: Json = {}
        self.out: Json | None = None
        self._on_event = on_event

    def joined(self, answer: Json) -> None:
        self.state.update(answer["state"])
        self.you = answer["you"]
        self.out = None
        if answer["resumed"]:
            self._batch(answer)
            return
        self.profile, self.attributes, self.counters = answer["profile"], answer["attributes"], answer["counters"]
        known = self.place.seq if self.place else 0
        if self.place and answer["seq"] > known:
            self.holes.append(Hole(known + 1, answer["seq"]))  # `recent` may fill some of it, but says nothing of what is not a message
        for event in answer["recent"]:
            if event["seq"] > known:
                self._on_event(self, event)
        self.place = Place(answer["epoch"], answer["seq"])

    def frame(self, frame: Json) -> None:
        if "events" in frame:
            self._batch(frame)
        elif "skipped" in frame:
            self._skipped(frame)
        elif "state" in frame:
            self.state.update(frame["state"])
        elif "you" in frame:
            self.you = frame["you"]
        elif "out" in frame:
            self.out = frame["out"]

    def _batch(self, batch: Json) -> None:
        known = self.place.seq if self.place else batch["after"]
        if batch["after"] > known:
            self.holes.append(Hole(known + 1, batch["after"]))
        if batch["seq"] > known or self.place is None:
            self.place = Place(batch["epoch"], batch["seq"])
        for event in batch["events"]:
            if event["seq"] > known:
                self._learn(event)
                self._on_event(self, event)

    def _skipped(self, frame: Json) -> None:
        known = self.place.seq if self.place else 0
        if (last := frame["skipped"]["to"]) > known:
            self.holes.append(Hole(known + 1, last))
            self.place = Place(frame["epoch"], last)

    def _learn(self, event: Json) -> None:
        if event["type"] == "profile":
            change = dict(event["change"])
            custom = {**self.profile.get("custom", {}), **change.pop("custom", {})}
            self.profile.update(change, custom={name: value for name, value in custom.items() if value != ""})
        elif event["type"] in ("attributes", "counters"):
            table: Json = getattr(self, event["type"])
            values = {**table["values"], **event["set"]}
            for key in event["gone"]:
                values.pop(key, None)
            table.update(version=event["version"], values=values)
        elif event["type"] == "dismissed":
            self.out = {"why": "dismissed"}


class Client:
    """A session with its rooms. Without `user` it is a guest, who begins anew on each connection."""

    def __init__(self, url: str, user: str | None = None, sig: str = "", platform: str = "Web", compression: str | None = "deflate"):
        self.url = url
        self.user = user
        self.rooms: dict[str, Room] = {}
        self.events: list[tuple[str, Json]] = []
        self.connection: Connection | None = None
        self.resumed = 0
        self.delays: list[float] = []
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._compression = compression
        self._credentials: Json = {"user": user, "sig": sig, "platform": platform}
        self._token: str | None = None
        self._changed = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    async def until(self, holds: Callable[[], bool], limit_s: float = 15) -> None:
        """Waits until something is so. It is looked at after each frame."""
        async with asyncio.timeout(limit_s):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    async def ready(self) -> Connection:
        await self.until(lambda: self.connection is not None or self.ended.done(), 120)
        if self.connection is None:
            raise ConnectionLost(self.ended.result())
        return self.connection

    async def request(self, op: str, **members: Any) -> Json:
        return await (await self.ready()).request(op, **members)

    async def join(self, name: str) -> Room:
        room = self.rooms.setdefault(name, Room(name, self._event))
        await (await self._ask_join(await self.ready(), room)).first
        self._changed.set()
        return room

    async def leave(self, name: str) -> None:
        await self.request("leave", room=name)
        self.rooms.pop(name, None)

    async def say(self, room: str, text: str, **members: Any) -> Pending:
        """Says something once, also over a connection that breaks: with the same `random` and time it may be sent again."""
        message = {"random": random.getrandbits(32), "client_time": int(time.time()), "parts": [{"text": text}], **members}
        while True:
            pending = await (await self.ready()).ask("send", room=room, **message)
            try:
                await pending.first
            except ConnectionLost:
                continue
            return pending

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        if self.connection:
            await self.connection.close()

    def _event(self, room: Room, event: Json) -> None:
        self.events.append((room.name, event))

    def _frame(self, frame: Json) -> None:
        if room := self.rooms.get(frame.get("room", "")):
            room.frame(frame)
            self._changed.set()

    async def _run(self) -> None:
        ceiling_s = BACKOFF_FIRST_S
        while not self.ended.done():
            after_s: float | None = None
            try:
                connection = await Connection.open(self.url, self._frame, self._compression)
            except Refused as refused:
                if refused.status in (400, 403, 404, 426):
                    self._end(f"{STAY_AWAY}: {refused}")
                after_s = refused.retry_after_s
            except (OSError, InvalidHandshake, TimeoutError):
                pass
            else:
                close = await self._live(connection)
                if close.reaction != RESUME:
                    self._end(f"{close.reaction}: {close.reason.get('why')}")
                after_s = close.after_s
                if asyncio.get_running_loop().time() - connection.opened_at >= BACKOFF_CALM_S:
                    ceiling_s = BACKOFF_FIRST_S
            if not self.ended.done():
                self.delays.append(random.uniform(0, ceiling_s) if after_s is None else after_s)
                ceiling_s = min(2 * ceiling_s, BACKOFF_MAX_S)
                await asyncio.sleep(self.delays[-1])

    async def _live(self, connection: Connection) -> Close:
        """Begins or resumes the session, goes on in its rooms, and waits for the end of the connection."""
        try:
            async with asyncio.timeout(LOGIN_S):
                await self._begin(connection)
        except RequestError as error:
            if error.cause == "login":
                self._end(f"{LOG_IN}: {error}")
            await connection.close()
            return Close(None, {"after_ms": error.retry_after_ms} if error.retry_after_ms else {})
        except (ConnectionLost, TimeoutError):
            connection.ws.transport.abort()
            return await asyncio.shield(connection.closed)
        self.connection = connection
        self._changed.set()
        close = await asyncio.shield(connection.closed)
        self.connection = None
        return close

    async def _begin(self, connection: Connection) -> None:
        if self._token:
            login = await connection.ask("resume", token=self._token)
        elif self.user:
            login = await connection.ask("login", **self._credentials)
        else:
            login = await connection.ask("guest")
        # Nothing of this has to wait for the answer before it: the server works on requests in their order.
        joins = [
            (room, await self._ask_join(connection, room))
            for room in self.rooms.values() if room.out is None
        ]
        answer = await login.first
        self.resumed += self._token is not None
        self._token = answer.get("token", self._token)
        connection.keep_alive(answer["ping_ms"])
        for room, join in joins:
            try:
                await join.first
            except RequestError as error:
                room.out = {"why": error.cause}

    async def _ask_join(self, connection: Connection, room: Room) -> Pending:
        place: Json = room.place._asdict() if room.place else {}
        return await connection.ask("join", room.joined, room=room.name, **place)

    def _end(self, why: str) -> None:
        if not self.ended.done():
            self.ended.set_result(why)
        self._changed.set()
