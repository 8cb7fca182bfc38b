"""Debian's python3-websockets and python3-websocket, unmodified, against the real server.

Usage: python_clients.py URL TOKEN   (ws://…/ws/v1 and a bearer token)
"""

import asyncio
import json
import sys
import uuid

import websocket
import websockets


def request(number, method, params=None):
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params or {}})


async def with_websockets(url, token):
    async with websockets.connect(url, subprotocols=["samvev.v1"], extra_headers={"Authorization": "Bearer " + token}) as ws:
        assert ws.subprotocol == "samvev.v1"
        hello = json.loads(await ws.recv())
        assert hello["method"] == "session.hello" and hello["params"]["authenticated"] is True, hello
        await ws.send(request(1, "system.ping"))
        assert json.loads(await ws.recv()) == {"jsonrpc": "2.0", "id": 1, "result": "pong"}
        case = str(uuid.uuid4())
        await ws.send(request(2, "events.subscribe", {"filter": {"cases": [case]}, "from": "start"}))
        answer = json.loads(await ws.recv())
        assert isinstance(answer["result"], str), answer
        await ws.send(request(3, "case.open-case", {
            "caseId": case, "commandId": str(uuid.uuid4()), "level": 0, "title": "Prøvesak",
            "concernUnitId": "0192f0c1-0000-7000-8000-0000000f0001"}))
        opened, seen = None, []
        while opened is None or not seen:
            message = json.loads(await ws.recv())
            if message.get("id") == 3:
                opened = message
                assert "error" not in opened, opened
            elif message.get("method") == "events.event" and message["params"]["result"]["kind"] == "events":
                seen += message["params"]["result"]["events"]
        assert seen[0]["type"] == "no.samvev.case.case-opened.v1", seen


def with_websocket_client(url, token):
    ws = websocket.create_connection(url, subprotocols=["samvev.v1"], header=["Authorization: Bearer " + token], timeout=10)
    assert json.loads(ws.recv())["method"] == "session.hello"
    ws.send(json.dumps([{"jsonrpc": "2.0", "id": "a", "method": "system.ping"}, {"jsonrpc": "2.0", "id": "b", "method": "nope"}]))
    answers = json.loads(ws.recv())
    assert answers[0]["result"] == "pong" and answers[1]["error"]["code"] == -32601, answers
    ws.send(request(1, "rpc.discover"))
    assert json.loads(ws.recv())["result"]["openrpc"] == "1.3.2"
    ws.close()


if __name__ == "__main__":
    asyncio.run(with_websockets(sys.argv[1], sys.argv[2]))
    with_websocket_client(sys.argv[1], sys.argv[2])
    print("2 passed, 0 failed")
