"""Unmodified third-party clients that Debian packages."""

import asyncio
import json
import shutil
import subprocess
import unittest

from harness import ServerCase, bearer_item

try:
    import websockets
except ImportError:
    websockets = None
try:
    import websocket
except ImportError:
    websocket = None


class Clients(ServerCase):
    def setUp(self):
        self.url = "ws" + self.server.url.removeprefix("http") + "/ws/v1"

    @unittest.skipUnless(websockets, "python3-websockets is not installed")
    def test_python_websockets(self):
        async def talk():
            token = self.server.tokens["ada"]
            async with websockets.connect(self.url, subprotocols=["samvev.v1", bearer_item(token)]) as web:
                self.assertEqual(web.subprotocol, "samvev.v1")
                self.assertTrue(json.loads(await web.recv())["params"]["authenticated"])
                await web.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "test.big", "params": {"bytes": 500000}}))
                self.assertEqual(len(json.loads(await web.recv())["result"]), 500000)
                await (await web.ping())
                await web.send(json.dumps({"jsonrpc": "2.0", "id": 2, "method": "events.subscribe", "params": {"from": "start"}}))
                self.assertEqual(json.loads(await web.recv())["result"], "s_1")
                self.assertEqual(json.loads(await web.recv())["method"], "events.event")

        asyncio.run(asyncio.wait_for(talk(), 60))

    @unittest.skipUnless(websocket, "python3-websocket is not installed")
    def test_python_websocket_client(self):
        web = websocket.create_connection(
            self.url, subprotocols=["samvev.v1"], header=["Authorization: Bearer " + self.server.tokens["ada"]],
            timeout=60, suppress_origin=True,
        )
        self.assertEqual(json.loads(web.recv())["method"], "session.hello")
        web.send('{"jsonrpc":"2.0","id":"a","method":"test.whoami"}')
        self.assertTrue(json.loads(web.recv())["result"]["actor"].startswith("staff/"))
        web.ping("x")
        web.close()
        # With its own Origin header, which is the server's.
        web = websocket.create_connection(self.url, timeout=60)
        self.assertFalse(json.loads(web.recv())["params"]["authenticated"])
        web.close()

    @unittest.skipUnless(shutil.which("curl"), "curl is not installed")
    def test_curl(self):
        answer = subprocess.run(
            ["curl", "-sS", "-H", "Content-Type: application/json", "-H", "Authorization: Bearer " + self.server.tokens["ada"], "-d",
             '{"jsonrpc":"2.0","id":1,"method":"test.echo","params":{"a":"' + "x" * 3000 + '"}}', self.server.url + "/rpc/v1"],
            capture_output=True, check=True,
        )
        self.assertEqual(len(json.loads(answer.stdout)["result"]["a"]), 3000)


if __name__ == "__main__":
    unittest.main()
