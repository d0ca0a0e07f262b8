"""What the protocol page promises, chapter by chapter, against a server built from the project.

Written from docs/protocol.md alone, by somebody who had not seen the server (decision 38). PLAUDIT_BIN names the binary.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import http.server
import itertools
import json
import os
import re
import socket
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from plaudit_client import Client, Close, Connection, ConnectionLost, Hole, Json, Place, Refused, RequestError, Room

BIN = os.environ["PLAUDIT_BIN"]
APP_ID = "1400000001"
APP = f"{APP_ID}:{'0123456789abcdef' * 4}"
# The server takes every PLAUDIT_… for a setting of its own.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PLAUDIT_")}
LIMIT_S = 20.0
FOR_EVER = 4294967295
_numbers = itertools.count(1)


def fresh(name: str) -> str:
    """A name that no other test uses: tests share servers."""
    return f"{name}{next(_numbers)}"


class Server:
    def __init__(self, data: Path, *settings: str, config: str = "", port: int = 0):
        self.data, self.settings, self.config, self.port = data, settings, config, port
        self.start()

    def start(self) -> None:
        command = [BIN, "serve", "--listen", f"127.0.0.1:{self.port}", "--admin-listen", "127.0.0.1:0", "--data", str(self.data)]
        if self.config:
            (self.data / "plaudit.toml").write_text(self.config)
            command += ["--config", str(self.data / "plaudit.toml")]
        else:
            command += ["--app", APP, "--admin", "administrator"]
        for setting in self.settings:
            command += ["--set", setting]
        with (self.data / "log").open("a") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=ENVIRONMENT)
        printed = ""
        assert self.process.stdout
        for line in self.process.stdout:
            printed += line
            if line.strip() == "ready":
                break
        found = re.search(r"clients\s+http://(\S+)", printed)
        assert found, (self.data / "log").read_text()
        self.address = found[1]
        self.port = int(self.address.rpartition(":")[2])  # a restart comes back where clients look for it

    @property
    def url(self) -> str:
        return f"ws://{self.address}/v1/apps/{APP_ID}/socket"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(LIMIT_S)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(LIMIT_S)

    async def ticket(self, user: str) -> str:
        return (await asyncio.to_thread(run, "usersig", "--app", APP, user)).strip()

    async def call(self, command: str, body: Json) -> Json:
        told: Json = json.loads(await asyncio.to_thread(run, "call", "--app", APP, "--server", f"http://{self.address}", command, json.dumps(body)))
        return told

    async def handshake(self, path: str, **headers: str) -> tuple[int, dict[str, str]]:
        """A handshake by hand: its status and headers."""
        reader, writer = await asyncio.open_connection(*self.address.split(":"))
        lines = [f"GET {path} HTTP/1.1", f"Host: {self.address}"]
        writer.write("\r\n".join([*lines, *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()), "", ""]).encode())
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), LIMIT_S)).decode().split("\r\n")
        writer.close()
        told = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
        return int(head[0].split()[1]), told


def run(*arguments: str) -> str:
    return subprocess.run([BIN, *arguments], capture_output=True, text=True, check=True, timeout=LIMIT_S, env=ENVIRONMENT).stdout


UPGRADE = {
    "Connection": "Upgrade", "Upgrade": "websocket", "Sec_WebSocket_Version": "13", "Sec_WebSocket_Key": base64.b64encode(bytes(16)).decode(),
}
OURS = {"Sec_WebSocket_Protocol": "plaudit.v1"}


class Peer:
    """One connection and every frame that came over it without being asked for."""

    def __init__(self, server: Server, name: str):
        self.server, self.name = server, name
        self.frames: list[Json] = []
        self.rooms: dict[str, Room] = {}
        self.events: list[Json] = []
        self.login: Json = {}
        self._changed = asyncio.Event()

    async def open(self) -> Peer:
        self.connection = await Connection.open(self.server.url, self._frame, "deflate")
        return self

    def _frame(self, frame: Json) -> None:
        self.frames.append(frame)
        if room := self.rooms.get(frame.get("room", "")):
            room.frame(frame)
        self._changed.set()

    async def request(self, op: str, **members: Any) -> Json:
        return await asyncio.wait_for(self.connection.request(op, **members), LIMIT_S)

    async def refused(self, op: str, **members: Any) -> tuple[int, str]:
        with pytest.raises(RequestError) as refusal:
            await self.request(op, **members)
        return refusal.value.code, refusal.value.cause

    async def join(self, name: str, **place: Any) -> Json:
        room = self.rooms.setdefault(name, Room(name, lambda _, event: self.events.append(event)))
        pending = await self.connection.ask("join", room.joined, room=name, **place)
        return await asyncio.wait_for(pending.first, LIMIT_S)

    async def say(self, room: str, text: str, **members: Any) -> Json:
        return await self.request("send", **{"room": room, "random": next(_numbers), "parts": [{"text": text}], **members})

    async def frame(self, fits: Callable[[Json], bool]) -> Json:
        """The first frame that fits, now or later."""
        return (await self._until(lambda: [frame for frame in self.frames if fits(frame)]))[0]

    async def event(self, kind: str, fits: Callable[[Json], bool] = lambda _: True) -> Json:
        return (await self._until(lambda: [event for event in self.events if event["type"] == kind and fits(event)]))[0]

    async def closed(self) -> Close:
        return await asyncio.wait_for(asyncio.shield(self.connection.closed), LIMIT_S)

    async def _until(self, found: Callable[[], list[Json]]) -> list[Json]:
        async with asyncio.timeout(LIMIT_S):
            while not (fitting := found()):
                self._changed.clear()
                await self._changed.wait()
        return fitting


class House:
    """Opens peers of one server and closes them when the test is over."""

    def __init__(self, server: Server, stack: contextlib.AsyncExitStack):
        self.server, self.stack = server, stack

    async def stranger(self, name: str = "") -> Peer:
        peer = await Peer(self.server, name).open()
        self.stack.push_async_callback(peer.connection.close)
        return peer

    async def user(self, name: str, platform: str = "Web", known: bool = False) -> Peer:
        peer = await self.stranger(name if known else fresh(name))
        peer.login = await peer.request("login", user=peer.name, sig=await self.server.ticket(peer.name), platform=platform)
        return peer

    async def guest(self) -> Peer:
        peer = await self.stranger()
        await peer.request("guest")
        return peer

    async def client(self, name: str) -> Client:
        client = Client(self.server.url, name, await self.server.ticket(name), compression="deflate")
        self.stack.push_async_callback(client.close)
        await client.ready()
        return client

    async def room(self, *members: str) -> tuple[str, list[Peer]]:
        """A new room of the first of them, with all of them in it."""
        room = fresh("room")
        peers = [await self.user(name) for name in members]
        await peers[0].request("create", room=room, name=f"Room {room}")
        for peer in peers:
            await peer.join(room)
        return room, peers


async def in_time(coming: Awaitable[Any]) -> Any:
    return await asyncio.wait_for(coming, LIMIT_S)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Asks again and again until something is so: for what the server does not tell by itself."""
    async with asyncio.timeout(LIMIT_S):
        while not await holds():
            await asyncio.sleep(0.02)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    limits = ("limits.commands_per_second_max=10000", "limits.commands_burst=100000")
    server = Server(tmp_path_factory.mktemp("plaudit"), "rooms.history_on_join=5", *limits)
    yield server
    server.stop()


@pytest.fixture
async def house(server: Server) -> AsyncIterator[House]:
    async with contextlib.AsyncExitStack() as stack:
        yield House(server, stack)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """A server of this test's own."""
    servers: list[Server] = []

    def start(*settings: str, config: str = "") -> Server:
        servers.append(Server(tmp_path, *settings, config=config))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@contextlib.asynccontextmanager
async def inside(server: Server) -> AsyncIterator[House]:
    async with contextlib.AsyncExitStack() as stack:
        yield House(server, stack)


# 1. Connecting


async def test_handshakes(server: Server) -> None:
    path = f"/v1/apps/{APP_ID}/socket"
    status, headers = await server.handshake(path, **UPGRADE, **OURS)
    assert (status, headers["sec-websocket-protocol"]) == (101, "plaudit.v1")
    assert (await server.handshake(f"/any/prefix{path}", **UPGRADE, **OURS))[0] == 101
    assert (await server.handshake(path, **UPGRADE))[0] == 400
    assert (await server.handshake(path, **UPGRADE, Sec_WebSocket_Protocol="plaudit.v9"))[0] == 400
    assert (await server.handshake(path, **UPGRADE, Sec_WebSocket_Protocol="other, plaudit.v1"))[0] == 101
    assert (await server.handshake(path, **OURS))[0] in (400, 426)
    assert (await server.handshake("/v1/apps/1400000009/socket", **UPGRADE, **OURS))[0] == 404


async def test_origins_and_a_full_server(own: Callable[..., Server]) -> None:
    config = f'[[apps]]\nid = {APP_ID}\nkeys = ["{APP.split(":")[1]}"]\norigins = ["https://live.example.com"]\n'
    server = own("limits.connections_per_address_max=1", config=config)
    path = f"/v1/apps/{APP_ID}/socket"
    assert (await server.handshake(path, **UPGRADE, **OURS, Origin="https://elsewhere.example.com"))[0] == 403

    async def again() -> bool:
        return (await server.handshake(path, **UPGRADE, **OURS, Origin="https://live.example.com"))[0] == 101

    await until(again)
    async with inside(server) as house:
        async def entered() -> bool:
            with contextlib.suppress(Refused):
                await house.guest()
                return True
            return False

        await until(entered)
        with pytest.raises(Refused) as refused:
            await house.stranger()
        assert refused.value.status == 503
        assert refused.value.retry_after_s is not None and refused.value.retry_after_s >= 1


async def test_deflate(server: Server) -> None:
    connection = await Connection.open(server.url, lambda _: None, "deflate")
    assert connection.ws.response
    accepted = connection.ws.response.headers["Sec-WebSocket-Extensions"]
    assert {part.strip() for part in accepted.split(";")} == {"permessage-deflate", "server_no_context_takeover", "client_no_context_takeover"}
    assert "ping_ms" in await in_time(connection.request("guest"))
    assert "time_ms" in await in_time(connection.request("ping", padding="long enough to be worth it " * 100))
    await connection.close()


async def test_the_longest_frame(house: House) -> None:
    peer = await house.user("ada")
    for length in (65536, 65537):
        rest = length - len('{"id": 1, "op": "ping", "x": ""}')
        await peer.connection.ws.send(json.dumps({"id": length, "op": "ping", "x": "x" * rest}).replace(f'"id": {length}', '"id": 1'))
        if length == 65536:
            await peer.frame(lambda frame: frame.get("id") == 1)
    assert (await peer.closed()).code == 4002


async def test_first_frame_in_time(own: Callable[..., Server]) -> None:
    async with inside(own("limits.login_timeout_ms=300")) as house:
        stranger = await house.stranger()
        begun = time.monotonic()
        assert (await stranger.closed()).code is not None
        assert time.monotonic() - begun >= 0.25


# 2. Frames


async def test_no_requests(house: House) -> None:
    peer = await house.user("ada")
    texts = (
        "", "junk", "null", "7", "[]", '"ping"', "{}", '{"op": 5}', '{"id": "x", "op": "ping"}', '{"id": -1, "op": "ping"}',
        '{"id": 1.5, "op": "ping"}', '{"id": 1, "op": "ping"}{"id": 2, "op": "ping"}', '[7, "ping"]',
    )
    for text in texts:
        peer.frames.clear()
        await peer.connection.ws.send(text)
        told = await peer.frame(lambda _: True)
        assert told["id"] is None and told["error"]["code"] == 10004 and told["error"]["cause"] == "bad_request", (text, told)
        assert told["error"]["text"]
    assert "time_ms" in await peer.request("ping", unknown="member")


async def test_ids_and_order(house: House) -> None:
    peer = await house.user("ada")
    ids = [2**53 - 1, 7, 7, 1, 500]
    for number in ids:
        await peer.connection.ws.send(json.dumps({"id": number, "op": "ping"}))
    await peer.frame(lambda frame: frame.get("id") == 500)
    assert [frame["id"] for frame in peer.frames] == ids  # the connection did not ask for these, so they are here


@pytest.mark.parametrize("number", [0, 2**53])
async def test_ids_out_of_range(house: House, number: int) -> None:
    peer = await house.user("ada")
    await peer.connection.ws.send(json.dumps({"id": number, "op": "ping"}))
    assert "error" in await peer.frame(lambda _: True)


async def test_unknown_and_incomplete(house: House) -> None:
    room, [ada] = await house.room("ada")
    assert await ada.refused("dance") == (10003, "unknown_op")
    assert await ada.refused("join") == (10004, "bad_request")
    assert await ada.refused("join", room=5) == (10004, "bad_request")
    assert await ada.refused("join", room=fresh("nowhere")) == (10010, "no_room")
    for name in ("", "ü", "x" * 49, "@TGS#mine"):
        assert await ada.refused("create", room=name, name="x") == (10015, "bad_room")
    assert await ada.refused("send", room=room, random=2**32, parts=[{"text": "x"}]) == (10004, "bad_request")
    assert await ada.refused("send", room=room, random=1, parts=[]) == (10004, "bad_request")
    assert await ada.refused("send", room=room, random=1, parts=[{"dance": 1}]) == (10004, "bad_request")
    assert await ada.refused("send", room=room, random=1, parts=[{"text": "x"}], priority="urgent") == (10004, "bad_request")


async def test_an_error_changes_nothing(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    await ada.refused("mute", room=room, users=[bob.name, fresh("nobody")], seconds=60)
    assert (await ada.request("sanctioned", room=room, kind="mute"))["users"] == []
    assert await ada.refused("rules", room=room, change={"slow_mode_s": 5, "dance": 1}) == (10004, "bad_request")
    assert (await ada.request("room", room=room))["state"]["rules"]["slow_mode_s"] == 0


async def test_busy(own: Callable[..., Server]) -> None:
    async with inside(own("limits.commands_per_second_max=1", "limits.commands_burst=3")) as house:
        peer = await house.user("ada")
        answers = [await peer.connection.ask("ping") for _ in range(6)]
        told = await in_time(asyncio.gather(*(answer.first for answer in answers), return_exceptions=True))
        refusals = {(e.code, e.cause, (e.retry_after_ms or 0) > 0) for e in told if isinstance(e, RequestError)}
        assert refusals == {(60018, "busy", True)}


# 3. Sessions


@pytest.mark.parametrize("op", ["join", "logout", "send", "members"])
async def test_first_frame(house: House, op: str) -> None:
    code, cause = await (await house.stranger()).refused(op, room="r", random=1, parts=[{"text": "x"}])
    assert cause == "login" and 70000 <= code < 71000


async def test_login(house: House) -> None:
    name = fresh("ada")
    ticket = await house.server.ticket(name)
    peer = await house.stranger()
    for sig in ("junk", await house.server.ticket(fresh("eve"))):
        code, cause = await peer.refused("login", user=name, platform="Web", sig=sig)
        assert cause == "login" and 70000 <= code < 71000
    assert await peer.refused("login", user=name, sig=ticket, platform="Toaster") == (10004, "bad_request")
    answer = await peer.request("login", user=name, sig=ticket, platform="MiniProgram")
    assert answer["user"] == name and answer["token"] and "rooms" not in answer
    assert abs(answer["time_ms"] / 1000 - time.time()) < 60
    assert answer["ping_ms"] > 0 and answer["taps_max"] > 0
    assert (await peer.request("ping")).keys() == {"time_ms"}
    await in_time(await peer.connection.ws.ping())


async def test_guests(house: House) -> None:
    room, [ada] = await house.room("ada")
    guest = await house.guest()
    answer = await guest.join(room)
    assert answer["you"] == {"role": "guest", "may_moderate": False, "may_speak": False, "muted_s": 0, "likes": 0}
    await ada.say(room, "hello")
    await guest.event("message")
    assert await guest.refused("send", room=room, random=1, parts=[{"text": "x"}]) == (10007, "guest")
    for op in ("likes", "members", "attributes", "counters", "update", "dismiss", "held", "tally"):
        assert await guest.refused(op, room=room) == (10007, "guest"), op
    assert await guest.refused("like", room=room, taps=1) == (10007, "guest")
    assert await guest.refused("create", name="x") == (10007, "guest")
    assert await guest.refused("set_profile", nick="x") == (10007, "guest")
    assert await guest.refused("profiles", users=[ada.name]) == (10007, "guest")
    assert (await guest.request("room", room=room))["you"]["role"] == "guest"

    name = fresh("gus")
    await guest.request("login", user=name, sig=await house.server.ticket(name), platform="Web")
    await ada.say(room, "not for him")
    await ada.event("message", lambda event: event["parts"] == [{"text": "not for him"}])
    assert (await guest.join(room))["already"] is False
    await guest.event("joined", lambda event: event["people"][0]["user"] == name)
    # What was said before he joined anew came in the snapshot, if at all: no batch brought it.
    assert not [f for f in guest.frames if "events" in f for e in f["events"] if e.get("parts") == [{"text": "not for him"}]]
    assert (await guest.request("leave", room=room)) == {}
    await ada.request("rules", room=room, change={"guests": False})
    assert await (await house.guest()).refused("join", room=room) == (10007, "no_guests")


async def test_logout(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    token = bob.login["token"]
    assert await bob.request("logout") == {}
    assert (await bob.refused("members", room=room))[1] == "login"
    assert (await bob.refused("resume", token=token))[1] == "login"
    assert (await bob.request("guest")).keys() >= {"time_ms", "ping_ms"}
    assert [m["user"] for m in (await ada.request("members", room=room))["members"]] == [ada.name]
    marker = await ada.say(room, "after he went")
    await ada.event("message", lambda event: event["seq"] == marker["seq"])
    assert [event for event in ada.events if event["type"] == "left"] == []  # the counts tell it


async def test_newer_login_ends_the_older(house: House) -> None:
    room, [web] = await house.room("ada")
    phone = await house.user(web.name, "Android", known=True)
    newer = await house.user(web.name, "Web", known=True)
    assert await web.frame(lambda frame: "session" in frame) == {"session": {"ended": "other_login"}}
    close = await web.closed()
    assert (close.code, close.reaction) == (4001, "log in")
    assert "time_ms" in await phone.request("ping")
    assert (await newer.request("logout")) == {}
    assert (await newer.refused("resume", token=web.login["token"]))[1] == "login"


@pytest.mark.parametrize("command", ["kick", "account_delete"])
async def test_kicks(house: House, command: str) -> None:
    kim = await house.user("kim")
    account: Json = {"UserID": kim.name}
    await house.server.call(f"im_open_login_svc/{command}", account if command == "kick" else {"DeleteItem": [account]})
    assert await kim.frame(lambda frame: "session" in frame) == {"session": {"ended": "kicked"}}
    assert (await kim.closed()).code == 4001


async def test_resume(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    back = await house.stranger(bob.name)
    answer = await back.request("resume", token=bob.login["token"])
    assert (answer["user"], answer["rooms"]) == (bob.name, [room])
    close = await bob.closed()  # a newer connection took the session over
    assert (close.code, close.reaction) == (4002, "stay away")
    await ada.say(room, "not heard again by resume alone")
    assert "time_ms" in await back.request("ping")
    place = bob.rooms[room].place
    assert place
    joined = await back.join(room, **place._asdict())
    assert (joined["already"], joined["resumed"]) == (True, True)
    await back.event("message")
    assert not [frame for frame in back.frames if frame.get("room") == room and frame.get("after", place.seq) < place.seq]
    assert (await (await house.stranger()).refused("resume", token="junk"))[1] == "login"


# 4. Rooms


async def test_snapshot(house: House) -> None:
    room = fresh("room")
    ada = await house.user("ada")
    await ada.request("set_profile", nick="Ada", avatar="https://example.com/a.png")
    members = {"introduction": "about it", "notification": "be kind", "avatar": "https://example.com/r.png", "custom": {"colour": "red"}}
    assert await ada.request("create", room=room, name="The room", **members) == {"room": room}
    await ada.join(room)
    await ada.request("set_attributes", room=room, values={"stage": "open"})
    await ada.request("set_counters", room=room, values={"visits": 3})
    for n in range(7):
        await ada.say(room, f"line {n}")
    await ada.event("message", lambda event: event["parts"] == [{"text": "line 6"}])

    bob = await house.user("bob")
    answer = await bob.join(room)
    assert answer["room"] == room and answer["already"] is False and answer["resumed"] is False and "gap" not in answer
    assert answer["you"] == {"role": "member", "may_moderate": False, "may_speak": True, "muted_s": 0, "likes": 0}
    assert answer["state"]["online"].keys() == {"members", "guests", "age_ms"}
    assert answer["state"]["likes"]["total"] == 0
    assert answer["state"]["rules"] == {
        "slow_mode_s": 0, "mute_all": False, "hold_back_s": 0, "guests": True, "refuse_links": False, "repeat_s": 0, "rate_per_s": 40,
    }
    profile = answer["profile"]
    assert abs(profile.pop("created_s") - time.time()) < 60
    assert profile == {"id": room, "name": "The room", **members, "owner": ada.name, "admins": [], "mute_all": False}
    assert answer["attributes"] == {"version": 1, "values": {"stage": "open"}}
    assert answer["counters"]["values"] == {"visits": 3}
    assert [event["parts"][0]["text"] for event in answer["recent"]] == [f"line {n}" for n in range(2, 7)]
    assert answer["recent"][0]["from"] | {"number": ""} == {"user": ada.name, "number": "", "nick": "Ada", "avatar": "https://example.com/a.png"}

    again = await bob.join(room)
    assert again["already"] is True and again["seq"] >= answer["seq"]
    room_answer = await (await house.user("eve")).request("room", room=room)
    assert room_answer["profile"]["name"] == "The room" and room_answer.keys() >= {"profile", "state", "you"}


async def test_join_with_a_place(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    first = await ada.say(room, "one")
    taken = await ada.say(room, "two")
    last = await ada.say(room, "three")
    await ada.request("recall", room=room, seqs=[taken["seq"]])
    await ada.event("deleted")
    answer = await bob.join(room, epoch=first["epoch"], seq=first["seq"])
    assert (answer["resumed"], answer["after"]) == (True, first["seq"]) and "profile" not in answer
    assert [event["seq"] for event in answer["events"]] == [last["seq"], last["seq"] + 1]
    assert answer["events"][-1]["type"] == "deleted" and answer["seq"] == last["seq"] + 1
    nothing = await bob.join(room, epoch=answer["epoch"], seq=answer["seq"])
    assert (nothing["resumed"], nothing["events"], nothing["after"]) == (True, [], answer["seq"])
    for place in ({"epoch": "another", "seq": 1}, {"epoch": first["epoch"], "seq": 10**9}):
        gone = await bob.join(room, **place)
        assert (gone["resumed"], gone["gap"]) == (False, place) and gone.keys() >= {"profile", "attributes", "counters", "recent"}


async def test_a_receipt_is_no_gap(house: House) -> None:
    """A receipt has an epoch and a seq; to go on from there must not tell of a gap where nothing was missed."""
    room, [ada] = await house.room("ada")
    for n in range(5):
        receipt = await ada.say(room, str(n))
        answer = await ada.request("join", room=room, epoch=receipt["epoch"], seq=receipt["seq"])
        assert answer["resumed"] is True, answer["gap"]


async def test_a_place_that_is_too_old(house: House) -> None:
    room, [ada] = await house.room("ada")
    await ada.request("rules", room=room, change={"rate_per_s": 10000})
    first = await ada.say(room, "first")
    receipts = [await ada.say(room, str(n)) for n in range(300)]
    await ada.event("message", lambda event: event["seq"] == receipts[-1]["seq"])
    bob = await house.user("bob")
    answer = await bob.join(room, epoch=first["epoch"], seq=first["seq"])
    assert (answer["resumed"], answer["gap"]) == (False, {"epoch": first["epoch"], "seq": first["seq"]})
    # With a gap comes what is left, and it ends where the room is.
    assert len(answer["recent"]) > 5 and answer["recent"][-1]["seq"] == receipts[-1]["seq"]
    assert answer["recent"][0]["seq"] > first["seq"] + 1


async def test_leaving(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    assert await ada.refused("leave", room=room) == (10009, "owner_may_not_leave")
    assert (await bob.request("leave", room=room)) == {}
    left = await ada.event("left")
    assert (left["people"][0]["user"], left["count"]) == (bob.name, 1)
    assert await bob.refused("leave", room=room) == (10007, "not_member")
    assert await bob.refused("send", room=room, random=1, parts=[{"text": "x"}]) == (10007, "not_member")


async def test_leaving_takes_other_sessions_along(house: House) -> None:
    room, [ada, web] = await house.room("ada", "bob")
    phone = await house.user(web.name, "Android", known=True)
    await phone.join(room)
    await web.request("leave", room=room)  # by default the web takes all
    assert (await phone.frame(lambda frame: "out" in frame)) == {"room": room, "out": {"why": "left"}}


# 5. Events


async def test_the_same_order_for_all(house: House) -> None:
    room, peers = await house.room("ada", "bob", "carl")
    guest = await house.guest()
    await guest.join(room)
    await peers[0].request("rules", room=room, change={"rate_per_s": 1000})
    sent = [(await peer.connection.ask("send", room=room, random=n, parts=[{"text": f"{peer.name} {n}"}])).first for n in range(20) for peer in peers]
    receipts = await in_time(asyncio.gather(*sent))
    last = max(receipt["seq"] for receipt in receipts)
    heard = []
    for peer in [*peers, guest]:
        await peer.event("message", lambda event: event["seq"] == last)
        heard.append([(e["seq"], e["parts"][0]["text"]) for e in peer.events if e["type"] == "message"])
        assert peer.rooms[room].holes == []
        batches = [frame for frame in peer.frames if "events" in frame]
        assert all(batch["after"] < event["seq"] <= batch["seq"] for batch in batches for event in batch["events"])
        assert all(left["seq"] == right["after"] for left, right in itertools.pairwise(batches))
    assert all(one == heard[0] for one in heard) and len(heard[0]) == 60
    assert [seq for seq, _ in heard[0]] == sorted(receipt["seq"] for receipt in receipts)
    own_order = [text for _, text in heard[0] if text.startswith(peers[1].name + " ")]
    assert own_order == [f"{peers[1].name} {n}" for n in range(20)]


async def test_messages_and_parts(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    parts = [{"text": "hello"}, {"custom": {"data": "d", "description": "e", "extension": "x"}}, {"face": {"index": 3, "data": "f"}}]
    receipt = await ada.request("send", room=room, random=FOR_EVER, client_time=1700000000, priority="high", parts=parts, extra="more")
    event = await bob.event("message")
    number = event["from"].pop("number")
    assert number.isdigit()
    assert event == {
        "seq": receipt["seq"], "at": receipt["at"], "type": "message", "from": {"user": ada.name, "nick": "", "avatar": ""}, "random": FOR_EVER,
        "client_time": 1700000000, "priority": "high", "parts": parts, "extra": "more",
    }
    await ada.say(room, "plain")
    plain = await bob.event("message", lambda event: event["priority"] == "normal")
    assert "extra" not in plain and plain["from"]["number"] == number


async def test_events_of_the_backend(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    server = house.server
    await server.call("send_group_system_notification", {"GroupId": room, "Content": "from the backend"})
    notice = await bob.event("notice")
    assert (notice["by"], notice["text"]) == ("administrator", "from the backend")
    body = [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "to all"}}]
    await server.call("send_broadcast_msg", {"From_Account": "administrator", "Random": 1, "MsgBody": body})
    assert (await bob.event("broadcast"))["parts"] == [{"text": "to all"}]
    other = {"MsgType": "TIMLocationElem", "MsgContent": {"Desc": "there", "Latitude": 1.5, "Longitude": 2.5}}
    await server.call("send_group_msg", {"GroupId": room, "Random": 2, "MsgBody": [other]})
    assert (await bob.event("message"))["parts"] == [{"other": {"type": other["MsgType"], "content": other["MsgContent"]}}]


async def slow_reader(house: House, room: str) -> tuple[ClientConnection, Json]:
    """Somebody whose connection holds next to nothing, and who does not read."""
    name = fresh("slow")
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.connect(("127.0.0.1", house.server.port))
    narrow.setblocking(False)
    ws = await connect(
        house.server.url, subprotocols=[Subprotocol("plaudit.v1")], compression=None, sock=narrow, max_queue=1, max_size=None,
        ping_interval=None,  # nothing is compressed: a thousand times the same letter would be no load
    )
    house.stack.push_async_callback(ws.close)
    for frame in ({"op": "login", "user": name, "sig": await house.server.ticket(name), "platform": "Web"}, {"op": "join", "room": room}):
        await ws.send(json.dumps({"id": 1, **frame}))
        answer = json.loads(await in_time(ws.recv()))
        while "id" not in answer:
            answer = json.loads(await in_time(ws.recv()))
    return ws, answer["ok"]


NARROW = (
    "hub.outbox_bytes_max=65536", "hub.socket_send_bytes=4096", "hub.tick_ms=10", "rooms.rate_per_s=10000", "rooms.history_entries=10000",
    "limits.commands_burst=100000", "limits.commands_per_second_max=10000",
)


async def say_much(ada: Peer, room: str, **members: Any) -> list[Json]:
    """More than a megabyte, in batches: what is said between two ticks goes out as one frame, however long."""
    receipts = []
    for n in range(120):
        receipts.append(await ada.say(room, "x" * 11000, **members))
        if n % 5 == 4:
            await ada.event("message", lambda event: event["seq"] == receipts[-1]["seq"])
    return receipts


async def test_a_long_way_back(own: Callable[..., Server]) -> None:
    """A `join` with a place "brings all of it", also where that is more than may wait for one connection."""
    async with inside(own(*NARROW)) as house:
        room, [ada] = await house.room("ada")
        receipts = await say_much(ada, room, priority="high")
        late = await house.user("late")
        place, heard, parts = receipts[0], [], 0
        while True:
            answer = await late.join(room, epoch=place["epoch"], seq=place["seq"])
            assert answer["resumed"] is True
            heard += [event["seq"] for event in answer["events"]]
            place, parts = answer, parts + 1
            if not answer.get("more"):
                break
        assert parts > 1 and heard == list(range(receipts[1]["seq"], place["seq"] + 1))


@pytest.mark.parametrize("priority", ["low", "high"])
async def test_slow_connections(own: Callable[..., Server], priority: str) -> None:
    async with inside(own(*NARROW)) as house:
        room, [ada] = await house.room("ada")
        ws, snapshot = await slow_reader(house, room)
        known: list[int] = []
        slow = Room(room, lambda _, event: known.append(event["seq"]))
        slow.joined(snapshot)
        receipts = await say_much(ada, room, priority=priority)
        receipts.append(await ada.say(room, "the last", priority="high"))
        await ada.event("message", lambda event: event["seq"] == receipts[-1]["seq"])
        told: list[Json] = []
        with contextlib.suppress(Exception):
            while slow.place and slow.place.seq < receipts[-1]["seq"]:
                told.append(json.loads(await in_time(ws.recv())))
                slow.frame(told[-1])
        skipped = [frame["skipped"] for frame in told if "skipped" in frame]
        if priority == "high":
            await in_time(ws.wait_closed())
            close = Close.of(ws.close_code, ws.close_reason or "")
            # 4000, if its frame can still be written to a connection that takes nothing; otherwise the connection is just gone.
            assert close.code in (4000, 1006) and close.reaction == "resume"
            assert not skipped and slow.holes == []
        else:
            assert skipped and slow.holes == [Hole(frame["from"], frame["to"]) for frame in skipped]
            missed = {seq for hole in slow.holes for seq in range(hole.first, hole.last + 1)}
            everything = {event["seq"] for event in ada.events if event["seq"] > snapshot["seq"]}
            assert missed | set(known) >= everything and not missed & set(known)
            assert receipts[-1]["seq"] in known


# 6. How things stand


async def test_state_frames(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    await ada.request("rules", room=room, change={"slow_mode_s": 2})
    state = await bob.frame(lambda frame: "rules" in frame.get("state", {}))
    assert state["state"]["rules"]["slow_mode_s"] == 2
    await ada.request("update", room=room, mute_all=True)
    await bob.frame(lambda frame: frame.get("state", {}).get("rules", {}).get("mute_all") is True)
    assert await bob.refused("send", room=room, random=1, parts=[{"text": "x"}]) == (10017, "muted")
    online = await bob.frame(lambda frame: frame.get("state", {}).get("online", {}).get("members") == 2)
    assert online["state"]["online"]["guests"] == 0


async def test_your_rights(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    await ada.request("admins", room=room, users=[bob.name], admin=True)
    told = await bob.frame(lambda frame: "you" in frame)
    assert told == {"room": room, "you": {"role": "admin", "may_moderate": True, "may_speak": True, "muted_s": 0, "likes": 0}}
    await ada.request("mute", room=room, users=[bob.name], seconds=FOR_EVER)
    told = await bob.frame(lambda frame: "you" in frame and frame["you"]["muted_s"] != 0)
    assert told["you"] == {"role": "admin", "may_moderate": True, "may_speak": False, "muted_s": FOR_EVER, "likes": 0}


async def test_mute_all_is_told_by_the_rules(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    await ada.request("update", room=room, mute_all=True)
    await bob.frame(lambda frame: frame.get("state", {}).get("rules", {}).get("mute_all") is True)
    assert (await bob.request("room", room=room))["you"]["may_speak"] is False
    assert (await ada.request("room", room=room))["you"]["may_speak"] is True


async def test_put_out(house: House) -> None:
    room, [ada, bob, carl] = await house.room("ada", "bob", "carl")
    await ada.request("remove", room=room, users=[bob.name], reason="rude")
    assert await bob.frame(lambda frame: "out" in frame) == {"room": room, "out": {"why": "removed", "reason": "rude"}}
    removed = await carl.event("removed")
    assert (removed["by"]["user"], removed["people"][0]["user"], removed["reason"]) == (ada.name, bob.name, "rude")
    assert await bob.refused("send", room=room, random=1, parts=[{"text": "x"}]) == (10007, "not_member")
    assert (await bob.join(room))["already"] is False
    bob.frames.clear()
    await ada.request("ban", room=room, users=[bob.name], seconds=600, reason="ruder")
    assert await bob.frame(lambda frame: "out" in frame) == {"room": room, "out": {"why": "banned", "seconds": 600, "reason": "ruder"}}
    banned = await carl.event("banned")
    assert (banned["people"][0]["user"], banned["seconds"], banned["reason"]) == (bob.name, 600, "ruder")
    assert await bob.refused("join", room=room) == (10007, "banned")
    bob.frames.clear()
    await ada.say(room, "behind closed doors")
    await carl.event("message")
    await bob.request("ping")
    assert not [frame for frame in bob.frames if frame.get("room") == room]


async def test_guests_put_out(house: House) -> None:
    room, [ada] = await house.room("ada")
    guest = await house.guest()
    await guest.join(room)
    await ada.request("rules", room=room, change={"guests": False})
    await ada.say(room, "not for guests")  # who is put out "hears nothing more of the room"
    assert await guest.frame(lambda frame: "out" in frame or "events" in frame and frame["events"][-1]["type"] == "message") == {
        "room": room, "out": {"why": "no_guests"},
    }


# 7. Speaking and liking


async def test_said_once(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    message = {"room": room, "random": 5, "client_time": 1700000000, "parts": [{"text": "once"}], "extra": "e"}
    first = await ada.request("send", **message)
    again = await ada.request("send", **message)
    assert first["receipt"] == "admitted" and "repeat" not in first and again == {**first, "repeat": True}
    for change in ({"random": 6}, {"client_time": 1700000001}, {"parts": [{"text": "twice"}]}, {"extra": "f"}):
        assert (await ada.request("send", **{**message, **change}))["seq"] > first["seq"], change
    assert (await bob.request("send", **message))["seq"] > first["seq"]
    last = await ada.say(room, "end")
    await bob.event("message", lambda event: event["seq"] == last["seq"])
    assert [e["parts"][0]["text"] for e in bob.events if e["type"] == "message"] == ["once"] * 3 + ["twice"] + ["once"] * 2 + ["end"]


async def test_too_long(house: House) -> None:
    room, [ada] = await house.room("ada")
    assert await ada.refused("send", room=room, random=1, parts=[{"text": "x" * 12289}]) == (80002, "too_long")
    assert await ada.refused("send", room=room, random=2, parts=[{"text": "x" * 12000}], extra="y" * 400) == (80002, "too_long")
    assert (await ada.request("send", room=room, random=3, parts=[{"text": "x" * 12000}]))["receipt"] == "admitted"


async def test_dropped(house: House) -> None:
    room, [ada, *others] = await house.room("ada", "bob", "carl", "dora")
    assert (await ada.request("rules", room=room, change={"rate_per_s": 1}))["rules"]["rate_per_s"] == 1
    # A connection works on one request after the other, so that a crowd takes several of them.
    sent = [await peer.connection.ask("send", room=room, random=n, parts=[{"text": str(n)}], priority="low") for n in range(2) for peer in others]
    receipts = await in_time(asyncio.gather(*(pending.first for pending in sent)))
    dropped = [receipt for receipt in receipts if receipt["receipt"] == "dropped"]
    admitted = [receipt["seq"] for receipt in receipts if receipt["receipt"] == "admitted"]
    assert dropped and admitted and {receipt["cause"] for receipt in dropped} <= {"waited", "lane_full", "unknown"}
    tally = await ada.request("tally", room=room)
    assert (tally["offered"], tally["admitted"], sum(tally["dropped"].values())) == (6, len(admitted), len(dropped))
    await ada.request("rules", room=room, change={"rate_per_s": None})
    last = await ada.say(room, "end", priority="high")
    await others[0].event("message", lambda event: event["seq"] == last["seq"])
    assert [event["seq"] for event in others[0].events if event["type"] == "message"] == [*sorted(admitted), last["seq"]]


async def test_a_message_that_waits_does_not_hold_up_pings(own: Callable[..., Server]) -> None:
    """The page takes a connection without an answer to `ping` for dead after 5 s; the server may let a message wait for 10 s."""
    async with inside(own("rooms.max_wait_ms=10000", "rooms.rate_per_s=1")) as house:
        room, [ada] = await house.room("ada")
        sent = [await ada.connection.ask("send", room=room, random=n, parts=[{"text": str(n)}], priority="low") for n in range(4)]
        begun = time.monotonic()
        await ada.request("ping")
        assert time.monotonic() - begun < 1
        await in_time(asyncio.gather(*(pending.first for pending in sent)))


async def test_held(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    await ada.request("rules", room=room, change={"hold_back_s": 10})
    message: Json = {"room": room, "client_time": 1700000000}
    released = await bob.connection.ask("send", **message, random=1, parts=[{"text": "good"}], extra="e")
    removed = await bob.connection.ask("send", **message, random=2, parts=[{"text": "bad"}])
    for pending in (released, removed):
        first = await in_time(pending.first)
        assert first.keys() == {"receipt", "until"} and first["receipt"] == "held"
        assert 0 < first["until"] - time.time() * 1000 < 11000
    assert await bob.refused("held", room=room) == (10007, "not_moderator")
    assert await bob.refused("judge", room=room, held=[1], verdict="release") == (10007, "not_moderator")
    waiting = (await ada.request("held", room=room))["messages"]
    assert [(m["parts"][0]["text"], m.get("extra"), m["from"]["user"]) for m in waiting] == [("good", "e", bob.name), ("bad", None, bob.name)]
    good, bad = (m["held"] for m in waiting)
    assert await ada.request("judge", room=room, held=[bad], verdict="remove") == {"held": [bad]}
    assert await ada.request("judge", room=room, held=[good, bad], verdict="release") == {"held": [good]}
    admitted = await in_time(released.second)
    assert admitted["receipt"] == "admitted" and "repeat" not in admitted
    with pytest.raises(RequestError) as refusal:
        await in_time(removed.second)
    assert (refusal.value.code, refusal.value.cause) == (80001, "moderator")
    event = await ada.event("message")
    assert (event["seq"], event["parts"]) == (admitted["seq"], [{"text": "good"}])


async def test_a_held_message_said_again(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    await ada.request("rules", room=room, change={"hold_back_s": 10})
    message: Json = {"room": room, "client_time": 1700000000, "random": 1, "parts": [{"text": "good"}]}
    first = await bob.connection.ask("send", **message)
    assert (await in_time(first.first))["receipt"] == "held"
    again = await bob.connection.ask("send", **message)
    assert (await in_time(again.first))["receipt"] == "held"
    [held] = (await ada.request("held", room=room))["messages"]
    await ada.request("judge", room=room, held=[held["held"]], verdict="release")
    admitted = await in_time(again.second)  # who asked last is told
    assert await bob.request("send", **message) == {**admitted, "repeat": True}


async def test_held_until_the_time_is_over(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    await ada.request("rules", room=room, change={"hold_back_s": 1})
    pending = await bob.connection.ask("send", room=room, random=1, parts=[{"text": "nobody looked"}])
    assert (await in_time(pending.first))["receipt"] == "held"
    assert (await in_time(pending.second))["receipt"] == "admitted"
    await ada.event("message")


async def test_what_must_not_be_said(own: Callable[..., Server], tmp_path: Path) -> None:
    answers: dict[str, Json] = {
        "away": {"ErrorCode": 2}, "refuse": {"ErrorCode": 1}, "ours": {"ErrorCode": 10050, "ErrorInfo": "not today"}, "own": {"ErrorCode": 120005},
    }

    class Backend(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            text = asked["MsgBody"][0]["MsgContent"]["Text"] if "BeforeSendMsg" in asked.get("CallbackCommand", "") else ""
            body = json.dumps({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0, **answers.get(text, {})}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    backend = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Backend)
    threading.Thread(target=backend.serve_forever, daemon=True).start()
    (tmp_path / "words").write_text("rhubarb\n")
    config = (
        f'[[apps]]\nid = {APP_ID}\nkeys = ["{APP.split(":")[1]}"]\nadmins = ["administrator"]\nwords_file = "{tmp_path}/words"\n'
        f'webhook_url = "http://127.0.0.1:{backend.server_port}/"\nwebhook_commands = ["Group.CallbackBeforeSendMsg"]\n'
    )
    async with inside(own(config=config)) as house:
        room, [ada, bob] = await house.room("ada", "bob")
        assert await bob.say(room, "away") == {"receipt": "silenced"}
        for text in ("refuse", "ours", "own"):
            code, cause = await bob.refused("send", room=room, random=next(_numbers), parts=[{"text": text}])
            assert cause == "webhook" and (10000 <= code <= 10100 or 120001 <= code <= 130000), (text, code)
        assert await bob.refused("send", room=room, random=1, parts=[{"text": "some rhubarb"}]) == (80001, "words")
        await ada.request("rules", room=room, change={"refuse_links": True, "repeat_s": 60})
        assert await bob.refused("send", room=room, random=2, parts=[{"text": "see https://example.com/x"}]) == (80001, "links")
        await bob.say(room, "again and again")
        assert await bob.refused("send", room=room, random=3, parts=[{"text": "again and again"}]) == (80001, "repeated")
        await ada.request("rules", room=room, change={"repeat_s": 0, "slow_mode_s": 30})
        await bob.say(room, "the first")
        with pytest.raises(RequestError) as slow:
            await bob.say(room, "the second")
        assert (slow.value.code, slow.value.cause) == (10023, "slow_mode") and 0 < (slow.value.retry_after_ms or 0) <= 30000
    backend.shutdown()


async def test_likes(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    most = bob.login["taps_max"]
    assert await bob.request("like", room=room, taps=3) == {"counted": 3, "refused": 0, "total": 3, "mine": 3}
    flood = await bob.request("like", room=room, taps=10 * most)
    assert flood["counted"] + flood["refused"] == 10 * most and most <= flood["counted"] <= 2 * most
    assert await ada.request("like", room=room, taps=1) == {"counted": 1, "refused": 0, "total": flood["total"] + 1, "mine": 1}
    await ada.connection.ws.send(json.dumps({"op": "like", "room": room, "taps": 2}))  # without id: no answer
    total = flood["total"] + 3
    for peer in (ada, bob):
        await peer.frame(lambda frame: frame.get("state", {}).get("likes", {}).get("total") == total)
        sums = [frame["state"]["likes"] for frame in peer.frames if "likes" in frame.get("state", {})]
        assert sum(one["add"] for one in sums) == total
        assert all(frame.get("id") is None and "ok" not in frame for frame in peer.frames)
    answer = await bob.request("likes", room=room, top=1)
    assert answer == {"total": total, "mine": flood["mine"], "top": [{"user": bob.name, "taps": flood["mine"]}]}
    counted = await ada.event("counters", lambda event: event["set"].get("likes") == total)
    assert counted["gone"] == []
    assert (await ada.request("counters", room=room))["values"]["likes"] == total
    assert (await ada.request("room", room=room))["you"]["likes"] == 3
    assert not [event for event in ada.events if event["type"] not in ("joined", "counters")]
    assert await (await house.user("eve")).refused("like", room=room, taps=1) == (10007, "not_member")


# 8. When a connection ends


def texts(client: Client, room: str) -> list[str]:
    return [event["parts"][0]["text"] for name, event in client.events if name == room and event["type"] == "message"]


async def test_resume_over_a_dropped_connection(house: House) -> None:
    room, [ada] = await house.room("ada")
    bob = await house.client(fresh("bob"))
    await bob.join(room)
    expected = []
    for n in range(30):
        expected.append(f"line {n}")
        await ada.say(room, expected[-1])
        if n in (5, 15):
            (await bob.ready()).ws.transport.abort()
    await bob.until(lambda: texts(bob, room)[-1:] == expected[-1:], LIMIT_S)
    assert texts(bob, room) == expected
    assert bob.resumed == 2 and bob.rooms[room].holes == []
    assert all(0 <= delay <= 2**n for n, delay in enumerate(bob.delays))


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_resume_over_a_restart(own: Callable[..., Server], end: str) -> None:
    server = own("rooms.rate_per_s=1000", "limits.commands_burst=10000")
    async with inside(server) as house:
        ada, bob = [await house.client(fresh(name)) for name in ("ada", "bob")]
        room = fresh("room")
        await ada.request("create", room=room, name="Room")
        for client in (ada, bob):
            await client.join(room)
        before = bob.rooms[room].place
        first_epoch = before and before.epoch
        said = [f"before {n}" for n in range(20)]
        message: Json = {"room": room, "random": 1, "client_time": 1700000000, "parts": [{"text": said[0]}]}
        receipts = [await ada.request("send", **message)]
        receipts += [await (await ada.say(room, text)).first for text in said[1:]]
        bob_closed = (await bob.ready()).closed
        connection = await ada.ready()
        (server.stop if end == "stop" else server.kill)()
        close = await in_time(asyncio.shield(bob_closed))
        if end == "stop":
            assert (close.code, close.reaction) == (1001, "resume")
        await in_time(asyncio.shield(connection.closed))
        server.start()
        for text in ("after 0", "after 1"):
            said.append(text)
            receipts.append(await in_time((await in_time(ada.say(room, text))).first))
        await bob.until(lambda: (bob.rooms[room].place or Place("", 0)).seq >= receipts[-1]["seq"], LIMIT_S)
        assert bob.resumed == 1 and ada.resumed == 1
        place = bob.rooms[room].place
        assert place and place.epoch == receipts[-1]["epoch"] != first_epoch
        if end == "stop":
            assert await ada.request("send", **message) == {**receipts[0], "repeat": True}
        seqs = [receipt["seq"] for receipt in receipts]
        assert seqs == sorted(set(seqs))
        heard, holes = texts(bob, room), bob.rooms[room].holes
        assert len(heard) == len(set(heard)) and [text for text in said if text in heard] == heard
        if not holes:
            assert heard == said
        else:
            missing = [seq for seq, text in zip(seqs, said, strict=True) if text not in heard]
            assert all(any(hole.first <= seq <= hole.last for hole in holes) for seq in missing)
        print(f"{end}: holes {holes}, heard {len(heard)} of {len(said)}, admitted {seqs}")


async def test_close_codes() -> None:
    assert Close.of(4000, '{"why": "overflow", "after_ms": 1200}').after_s == 1.2
    reactions = {code: Close.of(code, "not JSON").reaction for code in (1001, 1006, 4000, 4001, 4002, 4999, None)}
    assert reactions == {1001: "resume", 1006: "resume", 4000: "resume", 4001: "log in", 4002: "stay away", 4999: "resume", None: "resume"}


async def test_client_reactions(house: House) -> None:
    kim = await house.client(fresh("kim"))
    await house.server.call("im_open_login_svc/kick", {"UserID": kim.user})
    assert (await in_time(asyncio.shield(kim.ended))).startswith("log in")
    away = Client(house.server.url.replace(APP_ID, "1400000009"), "x", compression="deflate")
    assert (await in_time(asyncio.shield(away.ended))) == "stay away: HTTP 404"
    await away.close()


# 9. Other requests


MODERATION: list[tuple[str, Json, tuple[int, str]]] = [
    ("update", {"name": "x"}, (10007, "not_moderator")),
    ("dismiss", {}, (10007, "owner_only")),
    ("delete", {"seqs": [1]}, (10007, "not_moderator")),
    ("mute", {"users": ["administrator"], "seconds": 1}, (10007, "not_moderator")),
    ("ban", {"users": ["administrator"], "seconds": 1}, (10007, "not_moderator")),
    ("unban", {"users": ["administrator"]}, (10007, "not_moderator")),
    ("remove", {"users": ["administrator"]}, (10007, "not_moderator")),
    ("admins", {"users": ["administrator"], "admin": True}, (10007, "owner_only")),
    ("rules", {"change": {"slow_mode_s": 1}}, (10007, "not_moderator")),
    ("sanctioned", {"kind": "mute"}, (10007, "not_moderator")),
    ("held", {}, (10007, "not_moderator")),
    ("judge", {"held": [1], "verdict": "release"}, (10007, "not_moderator")),
    ("tally", {}, (10007, "not_moderator")),
]
SHARED: list[tuple[str, Json]] = [
    ("members", {}), ("attributes", {}), ("set_attributes", {"values": {"a": "b"}}), ("replace_attributes", {"values": {"a": "b"}}),
    ("delete_attributes", {"keys": []}), ("counters", {}), ("set_counters", {"values": {"a": 1}}), ("add_counters", {"values": {"a": 1}}),
]


async def test_who_may_not(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    eve = await house.user("eve")
    for op, members, refusal in MODERATION:
        assert await bob.refused(op, room=room, **members) == refusal, op
        assert await bob.refused(op, room=fresh("nowhere"), **members) == (10010, "no_room"), op
    for op, members in SHARED:
        assert await eve.refused(op, room=room, **members) == (10007, "not_member"), op
    await ada.request("admins", room=room, users=[bob.name], admin=True)
    assert await bob.refused("dismiss", room=room) == (10007, "owner_only")
    assert await bob.refused("admins", room=room, users=[bob.name], admin=False) == (10007, "owner_only")
    assert await bob.refused("mute", room=room, users=[ada.name], seconds=60) == (10007, "not_moderator")


async def test_nobody_can_use_a_room_that_is_not_there(house: House) -> None:
    ada = await house.user("ada")
    more: list[tuple[str, Json]] = [
        ("room", {}), ("join", {}), ("leave", {}), ("like", {"taps": 1}), ("likes", {}), ("recall", {"seqs": [1]}),
        ("send", {"random": 1, "parts": [{"text": "x"}]}),
    ]
    told: dict[str, Any] = {}
    for op, members in [*more, *SHARED]:
        try:
            told[op] = (await ada.request(op, room=fresh("nowhere"), **members)).keys()
        except RequestError as error:
            told[op] = (error.code, error.cause)
    # What only members do does not tell whether there is such a room.
    members_only = {op: (10007, "not_member") for op in ("like", "likes", "members")}
    assert {op: answer for op, answer in told.items() if answer != (10010, "no_room")} == members_only


async def test_create_and_dismiss(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    assert await ada.refused("create", room=room, name="x") == (10025, "room_taken")
    assert await bob.refused("create", room=room, name="x") == (10021, "room_taken")
    named = (await ada.request("create", name="no id given"))["room"]
    assert named and (await ada.join(named))["you"]["role"] == "owner"
    assert await ada.request("dismiss", room=room) == {}
    assert (await bob.event("dismissed"))["by"] == ada.name
    assert await bob.refused("join", room=room) == (10010, "no_room")


async def test_seq_never_goes_back(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    last = await ada.say(room, "before")
    await ada.request("dismiss", room=room)
    await bob.event("dismissed")
    await ada.request("create", room=room, name="again")
    answer = await bob.join(room, epoch=last["epoch"], seq=last["seq"])
    assert answer["resumed"] is False and answer["gap"]["seq"] == last["seq"]
    assert answer["epoch"] != last["epoch"] and answer["seq"] > last["seq"]


async def test_update(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    change = {"name": "New", "introduction": "i", "notification": "n", "avatar": "a", "custom": {"one": "1", "two": "2"}}
    assert await ada.request("update", room=room, **change) == {}
    event = await bob.event("profile")
    assert (event["by"]["user"], event["change"]) == (ada.name, change)
    await ada.request("update", room=room, custom={"one": ""})
    assert (await bob.event("profile", lambda event: event["change"] == {"custom": {"one": ""}}))
    assert bob.rooms[room].profile | {"created_s": 0} == (await bob.request("room", room=room))["profile"] | {"created_s": 0}
    assert bob.rooms[room].profile["custom"] == {"two": "2"}


async def test_members(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    await ada.request("mute", room=room, users=[bob.name], seconds=600)
    answer = await bob.request("members", room=room)
    assert answer["next"] == 0
    assert [(m["user"], m["role"]) for m in answer["members"]] == [(bob.name, "member"), (ada.name, "owner")]
    assert answer["members"][0].keys() == {"user", "nick", "avatar", "role", "joined_s", "muted_s"}
    assert 590 <= answer["members"][0]["muted_s"] <= 600


async def test_attributes(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    assert await bob.request("set_attributes", room=room, values={"a": "1", "b": "2"}) == {"version": 1, "values": {"a": "1", "b": "2"}}
    event = await ada.event("attributes")
    assert {key: event[key] for key in ("by", "version", "set", "gone")} == {"by": bob.name, "version": 1, "set": {"a": "1", "b": "2"}, "gone": []}
    assert await ada.refused("set_attributes", room=room, values={"a": "3"}, seen=0) == (10056, "conflict")
    assert (await ada.request("set_attributes", room=room, values={"a": "3"}, seen=1))["values"] == {"a": "3", "b": "2"}
    assert await ada.request("replace_attributes", room=room, values={"c": "4"}) == {"version": 3, "values": {"c": "4"}}
    event = await bob.event("attributes", lambda event: event["version"] == 3)
    assert (event["set"], sorted(event["gone"])) == ({"c": "4"}, ["a", "b"])
    assert await ada.request("delete_attributes", room=room, keys=["c"]) == {"version": 4, "values": {}}
    assert (await ada.request("set_attributes", room=room, values={"x": "y"}))["version"] == 5
    assert await ada.request("delete_attributes", room=room, keys=[], seen=5) == {"version": 6, "values": {}}
    assert await bob.request("attributes", room=room) == {"version": 6, "values": {}}
    await bob.event("attributes", lambda event: event["version"] == 6)
    assert bob.rooms[room].attributes == {"version": 6, "values": {}}


async def test_counters(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    assert await bob.request("set_counters", room=room, values={"x": 1, "y": 2}) == {"values": {"x": 1, "y": 2}}
    assert await ada.request("add_counters", room=room, values={"x": 4}) == {"values": {"x": 5}}
    event = await bob.event("counters", lambda event: event["set"] == {"x": 5})
    assert event["gone"] == []
    assert await bob.request("counters", room=room) == {"version": event["version"], "values": {"x": 5, "y": 2}}
    assert bob.rooms[room].counters == {"version": event["version"], "values": {"x": 5, "y": 2}}


async def test_profiles(house: House) -> None:
    ada, bob = await house.user("ada"), await house.user("bob")
    fields = {
        "gender": "Gender_Type_Female", "birthday": 19900101, "location": "here", "signature": "s", "language": 1, "level": 3, "role": 2,
        "custom.Own": "o",
    }
    assert await ada.request("set_profile", nick="Ada", avatar="a", fields=fields) == {}
    answer = await bob.request("profiles", users=[ada.name, fresh("nobody")])
    assert answer == {"profiles": [{"user": ada.name, "nick": "Ada", "avatar": "a", "fields": fields}]}
    assert await bob.refused("profiles", users=[f"u{n}" for n in range(101)]) == (10004, "bad_request")


async def test_recall_and_delete(house: House) -> None:
    room, [ada, bob, carl] = await house.room("ada", "bob", "carl")
    seqs = [(await bob.say(room, text, client_time=1700000000))["seq"] for text in ("one", "two", "three")]
    theirs = await carl.request("recall", room=room, seqs=[seqs[0]])
    assert theirs["gone"] == [] and (theirs["refused"][0]["seq"], theirs["refused"][0]["code"]) == (seqs[0], 10007)
    mine = await bob.request("recall", room=room, seqs=[seqs[0], 10**6])
    assert mine["gone"] == [seqs[0]] and mine["refused"][0].keys() == {"seq", "code", "cause", "text"}
    event = await carl.event("deleted")
    [gone] = event["messages"]
    assert gone.keys() == {"seq", "number", "random", "client_time"}
    assert (event["by"]["user"], gone["seq"], gone["client_time"], event["reason"]) == (bob.name, seqs[0], 1700000000, "")
    assert (await ada.request("delete", room=room, seqs=[seqs[1]], reason="no"))["gone"] == [seqs[1]]
    assert (await carl.event("deleted", lambda event: event["reason"] == "no"))["by"]["user"] == ada.name
    assert (await ada.request("recall", room=room, seqs=[seqs[2]]))["gone"] == [seqs[2]]


async def test_mute_ban_remove(house: House) -> None:
    room, [ada, bob, admin] = await house.room("ada", "bob", "admin")
    assert await ada.request("admins", room=room, users=[admin.name], admin=True) == {}
    assert await admin.request("mute", room=room, users=[bob.name], seconds=600) == {}
    with pytest.raises(RequestError) as muted:
        await bob.say(room, "x")
    assert (muted.value.code, muted.value.cause) == (10017, "muted") and 0 < (muted.value.retry_after_ms or 0) <= 600_000
    listed = (await admin.request("sanctioned", room=room, kind="mute"))["users"]
    assert listed[0]["user"] == bob.name and 590 <= listed[0]["seconds"] <= 600
    assert await admin.request("mute", room=room, users=[bob.name], seconds=0) == {}
    assert (await bob.say(room, "heard"))["receipt"] == "admitted"
    assert await admin.request("remove", room=room, users=[bob.name]) == {}
    assert (await bob.join(room))["already"] is False
    assert await admin.request("ban", room=room, users=[bob.name], seconds=FOR_EVER) == {}
    assert (await admin.request("sanctioned", room=room, kind="ban"))["users"] == [{"user": bob.name, "seconds": FOR_EVER}]
    assert await admin.request("unban", room=room, users=[bob.name]) == {}
    assert (await bob.join(room))["already"] is False
    assert await ada.request("admins", room=room, users=[admin.name], admin=False) == {}
    assert await admin.refused("tally", room=room) == (10007, "not_moderator")


async def test_rules_and_tally(house: House) -> None:
    room, [ada, bob] = await house.room("ada", "bob")
    change = {"slow_mode_s": 3, "guests": False, "refuse_links": True, "repeat_s": 5, "rate_per_s": 7, "hold_back_s": 0}
    answer = await ada.request("rules", room=room, change=change)
    assert answer["rules"] | change == answer["rules"]
    assert await ada.refused("rules", room=room, change={"dance": 1}) == (10004, "bad_request")
    await ada.request("rules", room=room, change={"slow_mode_s": 0, "rate_per_s": None})
    await bob.say(room, "one")
    await ada.request("mute", room=room, users=[bob.name], seconds=60)
    await bob.refused("send", room=room, random=77, parts=[{"text": "two"}])
    assert await ada.request("tally", room=room) == {"offered": 2, "admitted": 1, "rejected": {"muted": 1}, "dropped": {}, "pending": 0}
