"""Nothing that opens a door stands in the log, whichever door it came to; and what every answer says
to browsers."""

import base64
import contextlib
import json
import socket
import unittest
import urllib.error
import urllib.parse
import urllib.request
import uuid

from samvev_process import Server

CANARY = "kanarifugl"  # in every secret below that is no real token


def item(token):
    return "samvev.bearer." + base64.urlsafe_b64encode(token.encode()).decode().rstrip("=")


class Secrets(unittest.TestCase):
    def upgrade(self, server, headers, frames=()):
        """A raw handshake with these headers and then some text frames; waits for the end."""
        with socket.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1])), 60) as raw:
            lines = {
                "Host": server.url.removeprefix("http://"), "Connection": "Upgrade", "Upgrade": "websocket",
                "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", **headers,
            }
            answer = b""
            raw.sendall(b"GET /ws/v1 HTTP/1.1\r\n" + b"".join(f"{n}: {v}\r\n".encode() for n, v in lines.items()) + b"\r\n")
            with contextlib.suppress(ConnectionResetError, BrokenPipeError):
                answer += raw.recv(65536)
                for payload in (text.encode() for text in frames):
                    short = len(payload) < 126
                    size = bytes([0x80 | len(payload)]) if short else b"\xFE" + len(payload).to_bytes(2, "big")
                    raw.sendall(b"\x81" + size + b"\0\0\0\0" + payload)
                raw.sendall(bytes([0x88, 0x80, 0, 0, 0, 0]))
                while part := raw.recv(65536):
                    answer += part
        return answer.decode("utf-8", "replace")

    def post(self, server, path, body, headers):
        request = urllib.request.Request(server.url + path, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.read().decode()

    def test_the_finest_log_has_none_of_them(self):
        with Server(environment={"SAMVEV__LOG__LEVEL": "trace"}, log=True) as server:
            real = server.token("--staff", str(uuid.uuid4()), "--role", "coordinator")
            fakes = {name: f"{CANARY}-{name}-{uuid.uuid4()}" for name in
                     ("token", "proof", "cookie", "query", "param", "password", "logout", "purpose", "subprotocol", "basic", "body")}
            broken = real[:-8] + "AAAAAAAA"
            answers = [
                self.upgrade(server, {"Authorization": f"Bearer {real}", "Cookie": f"session={fakes['cookie']}"}),
                self.upgrade(server, {"Authorization": f"Bearer {broken}"}),
                self.upgrade(server, {"Authorization": f"Bearer {fakes['token']}"}),
                self.upgrade(server, {"Authorization": f"DPoP {real}", "DPoP": fakes["proof"]}),
                self.upgrade(server, {"Authorization": "Basic " + base64.b64encode(fakes["basic"].encode()).decode()}),
                self.upgrade(server, {"Sec-WebSocket-Protocol": "samvev.v1, " + item(real)}),
                self.upgrade(server, {"Sec-WebSocket-Protocol": "samvev.v1, " + item(fakes["subprotocol"])}),
                self.upgrade(server, {}, [
                    json.dumps({"jsonrpc": "2.0", "id": 1, "method": "session.authenticate",
                                "params": {"token": fakes["param"], "dpop": fakes["proof"]}}),
                    json.dumps({"jsonrpc": "2.0", "id": 2, "method": "rpc.login", "params": [fakes["password"]]}),
                    json.dumps({"jsonrpc": "2.0", "id": 3, "method": "session.authenticate",
                                "params": {"token": real, "purpose": fakes["purpose"]}}),
                    json.dumps({"jsonrpc": "2.0", "id": 4, "method": "case.overview", "params": {"password": fakes["password"]}}),
                    "{ not json " + fakes["body"],
                ]),
                self.post(server, "/rpc/v1", b'{"jsonrpc":"2.0","id":1,"method":"me.waiting"}',
                          {"Content-Type": "application/json", "Authorization": "Bearer " + broken}),
                self.post(server, "/rpc/v1?access_token=" + fakes["query"], fakes["body"].encode(),
                          {"Content-Type": "application/json", "Authorization": "Bearer " + real, "Cookie": fakes["cookie"]}),
                self.post(server, "/logout/v1", urllib.parse.urlencode({"logout_token": fakes["logout"]}).encode(),
                          {"Content-Type": "application/x-www-form-urlencoded"}),
                self.post(server, "/nothing?token=" + fakes["query"], b"", {}),
            ]
            self.assertEqual(server.terminate(), 0)
            log = server.log_text()
            self.assertIn("event=token_refused", log)
            self.assertIn("event=session_opened", log)
            self.assertIn("event=logout_refused", log)
            self.assertNotIn(CANARY, log)
            for secret in (real, broken, real.split(".")[1], real.split(".")[2], item(real), item(fakes["subprotocol"])):
                self.assertNotIn(secret, log)
            # Nor does an answer give a refused credential back.
            for answer in answers:
                for name in ("token", "proof", "cookie", "param", "logout", "subprotocol", "basic"):
                    self.assertNotIn(fakes[name], answer)
                self.assertNotIn(real, answer)


class Headers(unittest.TestCase):
    def test_every_answer_keeps_browsers_from_doing_anything_with_it(self):
        with Server(environment={"SAMVEV__SERVER__PUBLIC_URL": "https://samvev.example"}) as server:
            for path, body in (("/livez", None), ("/readyz?verbose", None), ("/openrpc.json", None), ("/metrics", None),
                               ("/nothing", None), ("/rpc/v1", b"{}"), ("/rpc/v1", None), ("/logout/v1", b""), ("/ws/v1", None)):
                request = urllib.request.Request(server.url + path, body)
                try:
                    with urllib.request.urlopen(request, timeout=60) as answer:
                        headers = answer.headers
                except urllib.error.HTTPError as refused:
                    headers = refused.headers
                with self.subTest(path=path):
                    self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
                    self.assertEqual(headers["Cache-Control"], "no-store")
                    self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
                    self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])
                    self.assertEqual(headers["Referrer-Policy"], "no-referrer")
                    # TLS ends at the proxy that public_url names.
                    self.assertEqual(headers["Strict-Transport-Security"], "max-age=31536000")

    def test_without_tls_nobody_is_told_to_come_over_tls(self):
        with Server() as server, urllib.request.urlopen(server.url + "/livez", timeout=60) as answer:
            self.assertIsNone(answer.headers["Strict-Transport-Security"])


if __name__ == "__main__":
    unittest.main()
