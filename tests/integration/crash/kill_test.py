"""kill -9 of the real server under load from real sockets, several times over one data directory.

Afterwards: every acknowledged command is in the history, exactly once and where the answer said;
a retry of an unanswered one is carried out at most once; a subscriber that resumes has seen every
event of its case in order, and none twice. SAMVEV_TEST_SEED repeats the moments of the kills.
"""

import asyncio
import json
import os
import pathlib
import random
import sys
import unittest
import uuid

import websockets

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "cli"))
from samvev_process import Server, free_port  # noqa: E402  pylint: disable=wrong-import-position

SEED = int(os.environ.get("SAMVEV_TEST_SEED", random.SystemRandom().randrange(2**32)))
ROUNDS = 4
WRITERS = 6
COMMANDS_PER_ROUND = 150
ANSWER_LIMIT_SECONDS = 60


class Connection:
    """One WebSocket; answers by id, pages of subscriptions to `on_page`."""

    def __init__(self, url, token, on_page=None):
        self.url = url.replace("http", "ws") + "/ws/v1"
        self.token = token
        self.on_page = on_page
        self.waiting = {}
        self.next_id = 0

    async def __aenter__(self):
        self.socket = await websockets.connect(
            self.url, subprotocols=["samvev.v1"], extra_headers={"Authorization": f"Bearer {self.token}"})
        self.reader = asyncio.create_task(self.read())
        return self

    async def __aexit__(self, *_):
        self.reader.cancel()
        await self.socket.close()

    async def read(self):
        try:
            async for text in self.socket:
                message = json.loads(text)
                if "id" in message:
                    self.waiting.pop(message["id"]).set_result(message)
                elif message["method"] == "events.event" and self.on_page:
                    self.on_page(message["params"]["result"])
        except websockets.ConnectionClosed:
            pass
        for waiting in self.waiting.values():
            waiting.set_exception(ConnectionError("the server is gone"))

    async def call(self, method, params):
        self.next_id += 1
        number = self.next_id
        answer = asyncio.get_running_loop().create_future()
        self.waiting[number] = answer
        await self.socket.send(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}))
        return await asyncio.wait_for(answer, ANSWER_LIMIT_SECONDS)


class Load:
    """Writers on two shared cases, and what was answered."""

    def __init__(self, server, token, moments):
        self.server = server
        self.token = token
        self.moments = moments
        self.unit = str(uuid.UUID(int=moments.getrandbits(128), version=4))
        self.cases = [str(uuid.UUID(int=moments.getrandbits(128), version=4)) for _ in range(2)]
        self.acknowledged = {}   # commandId -> result
        self.unanswered = []     # params that were sent and not answered
        self.seen = []           # event ids of the first case, as delivered
        self.position = "start"

    def on_page(self, page):
        for event in page.get("events", []):
            self.seen.append(event["id"])
        if "position" in page and page["position"]:
            self.position = page["position"]

    async def set_up(self):
        async with Connection(self.server.url, self.token) as connection:
            for method, params in [
                ("organisation.register-unit", {"unitId": self.unit, "name": "Post", "type": "external", "external": True}),
                *(("case.open-case", {"caseId": case, "level": 0, "title": "Prøve", "concernUnitId": self.unit})
                  for case in self.cases),
            ]:
                answer = await connection.call(method, {"commandId": str(uuid.uuid4()), **params})
                assert "result" in answer, answer

    async def write(self, connection, count):
        """Sends `count` commands, earlier unanswered ones first."""
        for _ in range(count):
            again = self.unanswered.pop() if self.unanswered else None
            params = again or {
                "caseId": self.moments.choice(self.cases), "commandId": str(uuid.uuid4()), "activityId": str(uuid.uuid4()),
                "name": "Samtale", "unitId": self.unit, "staffId": "unknown"}
            try:
                answer = await connection.call("coordination.record-activity", params)
            except (ConnectionError, websockets.ConnectionClosed):
                self.unanswered.append(params)
                return
            assert "result" in answer, answer
            self.acknowledged[params["commandId"]] = answer["result"]

    async def round(self, kill):
        async with Connection(self.server.url, self.token, self.on_page) as subscriber:
            subscription = await subscriber.call(
                "events.subscribe", {"filter": {"cases": [self.cases[0]]}, "from": self.position})
            assert isinstance(subscription.get("result"), str), subscription
            done = len(self.acknowledged)
            killed_at = done + self.moments.randrange(1, COMMANDS_PER_ROUND)
            connections = [Connection(self.server.url, self.token) for _ in range(WRITERS)]
            for connection in connections:
                await connection.__aenter__()
            writers = [asyncio.create_task(self.write(c, COMMANDS_PER_ROUND // WRITERS)) for c in connections]
            while kill and len(self.acknowledged) < killed_at and not all(w.done() for w in writers):
                await asyncio.sleep(0)
            if kill:
                print(f"kill -9 after {len(self.acknowledged)} answers", flush=True)
                self.server.kill_9()
            await asyncio.gather(*writers)
            if not kill:
                await self.catch_up(subscriber)
            for connection in connections:
                await connection.__aexit__()

    async def catch_up(self, subscriber):
        """Until the subscriber has the last event of its case."""
        case = f"case/{self.cases[0]}"
        read = await subscriber.call("stream.read", {"stream": case, "from": "0", "limit": 1})
        assert "result" in read, read
        last = max(int(r["revision"]) for r in self.acknowledged.values() if r["stream"] == case)
        end = asyncio.get_running_loop().time() + ANSWER_LIMIT_SECONDS
        while len(self.seen) < last + 1:
            assert asyncio.get_running_loop().time() < end, f"{len(self.seen)} of {last + 1} events delivered"
            await asyncio.sleep(0)


class Kill(unittest.TestCase):
    maxDiff = 2000

    def test_every_acknowledged_command_survives_and_is_there_once(self):
        print(f"SAMVEV_TEST_SEED={SEED}", flush=True)
        moments = random.Random(SEED)
        with Server(port=free_port()) as server:
            token = server.import_token()
            load = Load(server, token, moments)
            asyncio.run(load.set_up())
            for _ in range(ROUNDS):
                asyncio.run(load.round(kill=True))
                server.start()
            asyncio.run(load.round(kill=False))
            history = [e for e in server.history() if ".activity-recorded." in e["type"]]
            by_command = {}
            for event in history:
                self.assertNotIn(event["commandid"], by_command, "carried out twice")
                by_command[event["commandid"]] = event
            for command, result in load.acknowledged.items():
                self.assertIn(command, by_command, "acknowledged and lost")
                self.assertEqual(by_command[command]["revision"], result["revision"])
            sequence = [int(e["sequence"]) for e in server.history()]
            self.assertEqual(sequence, list(range(len(sequence))), "positions without gaps")
            stream = [e["id"] for e in server.history("--stream", f"case/{load.cases[0]}")]
            self.assertEqual(load.seen, stream, "delivered in order, none left out, none twice")
            self.assertGreater(len(load.acknowledged), ROUNDS)


if __name__ == "__main__":
    unittest.main()
