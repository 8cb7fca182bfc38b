"""A WebSocket and HTTP client that can misbehave: raw sockets, hand-made frames.

Nothing but the standard library, so that what goes over the wire is what the test wrote.
Each test class starts a wire_test_server of its own with the limits it needs. With WIRE_TLS=1 all of
it happens behind TLS.
"""

import base64
import json
import os
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import time
import unittest

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
PATIENCE = 30  # Seconds for what should take milliseconds, on a busy machine.
KEY = "dGhlIHNhbXBsZSBub25jZQ=="


def make_certificate(folder, name="localhost"):
    """certificate.pem and key.pem in the folder, for one day."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
         "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1",
         "-keyout", f"{folder}/key.pem", "-out", f"{folder}/certificate.pem"],
        check=True, capture_output=True,
    )


# One certificate for all servers of a run behind TLS; none in the clear.
TLS_FOLDER = None
if os.environ.get("WIRE_TLS"):
    TLS_FOLDER = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
    make_certificate(TLS_FOLDER.name)
    os.environ["WIRE_TEST_TLS"] = TLS_FOLDER.name


def client_context():
    """Trusts that certificate and nothing else."""
    return ssl.create_default_context(cafile=TLS_FOLDER.name + "/certificate.pem")


class Closed(Exception):
    """The peer closed: code of its close frame, or None for a bare end of the stream."""

    def __init__(self, code, reason=""):
        super().__init__(f"closed {code} {reason}")
        self.code = code
        self.reason = reason


class Server:
    """A running wire_test_server."""

    def __init__(self, **settings):
        command = [os.environ["WIRE_TEST_SERVER"]] + [f"{k}={v}" for k, v in settings.items()]
        log = subprocess.PIPE if "log" in settings else None
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        self.sockets = []
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the server did not start: {self.process.wait()}")
        hello = json.loads(line)
        self.tokens = hello["tokens"]
        self.host, self.port = self._address(hello["url"])
        self.admin = self._address(hello["adminUrl"]) if hello["adminUrl"] else None
        self.url = hello["url"]
        self.report = None

    @staticmethod
    def _address(url):
        host, port = url.split("://")[1].rsplit(":", 1)
        return host, int(port)

    def terminate(self):
        """Asks it to drain, without waiting."""
        self.process.send_signal(signal.SIGTERM)

    def finish(self):
        """Waits for the end of a drain: its report. Fails on a crash or a sanitizer's exit code."""
        if self.report is None:
            for raw in self.sockets:
                raw.close()
            out, self.log = self.process.communicate(timeout=PATIENCE * 2)
            if self.process.returncode != 0:
                raise AssertionError(f"the server ended with {self.process.returncode}")
            self.report = json.loads(out.strip().splitlines()[-1])
        return self.report

    def stop(self):
        if self.process.poll() is None:
            self.terminate()
        return self.finish()

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")

    def connect(self, address=None, receive_buffer=None):
        raw = socket.socket()
        if receive_buffer:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        raw.settimeout(PATIENCE)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        raw.connect(address or (self.host, self.port))
        if TLS_FOLDER and (address is None or address != self.admin):
            raw = client_context().wrap_socket(raw, server_hostname=self.host)
        self.sockets.append(raw)  # Closed when the server ends, if not before.
        return raw

    def refusal(self):
        """What a connection gets that finds no seat: an answer, or nothing at all behind TLS."""
        if not TLS_FOLDER:
            with self.connect() as raw:
                return read_response(raw, "GET")
        try:
            self.connect().close()
        except OSError:
            return None
        raise AssertionError("there was a seat")

    def host_header(self):
        return f"{self.host}:{self.port}"

    def http(self, method, path, headers=None, body=b"", address=None):
        """One request on a connection of its own: (status, headers, body)."""
        with self.connect(address) as raw:
            raw.sendall(self.request(method, path, headers, body))
            return read_response(raw, method)

    def request(self, method, path, headers=None, body=b""):
        lines = {"Host": self.host_header(), **(headers or {})}
        if body and "Content-Length" not in lines and "Transfer-Encoding" not in lines:
            lines["Content-Length"] = str(len(body))
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in lines.items() if value is not None
        )
        return head.encode() + b"\r\n" + body

    def rpc(self, request, token="ada"):
        """POST /rpc/v1 with a JSON body: (status, decoded body or None)."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = "Bearer " + self.tokens[token]
        body = request if isinstance(request, bytes) else json.dumps(request).encode()
        status, _, answer = self.http("POST", "/rpc/v1", headers, body)
        return status, json.loads(answer) if answer else None

    def wait_for_metric(self, line):
        """Until /metrics has this line: what was sent over another connection has arrived."""
        deadline = time.monotonic() + PATIENCE
        while line not in self.http("GET", "/metrics", address=self.admin)[2].decode().splitlines():
            if time.monotonic() > deadline:
                raise AssertionError(f"/metrics never had {line!r}")

    def upgrade_headers(self, **changes):
        headers = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": KEY,
        }
        for name, value in changes.items():
            headers[name.replace("_", "-")] = value
        return headers

    def shake_hands(self, headers=None, path="/ws/v1"):
        """The answer to an upgrade request: (socket, status, headers, body)."""
        raw = self.connect()
        raw.sendall(self.request("GET", path, self.upgrade_headers() if headers is None else headers))
        status, answer_headers, body = read_response(raw, "GET")
        return raw, status, answer_headers, body

    def open(self, token="ada", receive_buffer=None, **headers):
        """An open WebSocket whose hello has been read."""
        if token:
            headers["Authorization"] = "Bearer " + self.tokens[token]
        raw = self.connect(receive_buffer=receive_buffer)
        raw.sendall(self.request("GET", "/ws/v1", self.upgrade_headers(**headers)))
        status, _, body = read_response(raw, "GET")
        if status != 101:
            raise AssertionError(f"no upgrade: {status} {body}")
        web = WebSocket(raw)
        web.hello = web.read_json()
        assert web.hello["method"] == "session.hello", web.hello
        return web


def read_response(raw, method):
    """Reads exactly one response; never a byte of what follows it."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = raw.recv(1)
        if not byte:
            raise Closed(None, head.decode("latin-1"))
        head += byte
    lines = head.decode("latin-1").split("\r\n")
    status = int(lines[0].split(" ")[1])
    headers = {}
    for line in lines[1:]:
        if line:
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
    size = 0 if method == "HEAD" or status in (101, 204, 100) else int(headers["content-length"])
    return status, headers, read_exactly(raw, size)


def read_exactly(raw, size):
    data = b""
    while len(data) < size:
        part = raw.recv(size - len(data))
        if not part:
            raise Closed(None)
        data += part
    return data


def frame(opcode, payload=b"", fin=True, rsv=0, mask=b"\x11\x22\x33\x44", length=None):
    """One frame; `length` lies about the payload, mask=None leaves the mask out."""
    size = len(payload) if length is None else length
    head = bytes([(0x80 if fin else 0) | (rsv << 4) | opcode])
    masked = 0x80 if mask is not None else 0
    if size < 126:
        head += bytes([masked | size])
    elif size <= 0xFFFF:
        head += bytes([masked | 126]) + struct.pack(">H", size)
    else:
        head += bytes([masked | 127]) + struct.pack(">Q", size)
    if mask is None:
        return head + payload
    repeated = (mask * (len(payload) // 4 + 1))[: len(payload)]
    body = (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(len(payload), "big")
    return head + mask + body


class WebSocket:
    """Frames over a socket after the handshake."""

    def __init__(self, raw):
        self.raw = raw
        self.next_id = 0
        self.buffered = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.raw.close()

    def send(self, data):
        self.raw.sendall(data)

    def send_text(self, text):
        self.send(frame(TEXT, text if isinstance(text, bytes) else text.encode()))

    def send_json(self, value):
        self.send_text(json.dumps(value))

    def _read(self, size):
        while len(self.buffered) < size:
            try:
                part = self.raw.recv(max(65536, size - len(self.buffered)))
            except ConnectionResetError:
                part = b""
            if not part:
                raise Closed(None)
            self.buffered += part
        data, self.buffered = self.buffered[:size], self.buffered[size:]
        return data

    def read_frame(self):
        """(opcode, payload) of one frame, checked for what a server must do."""
        first, second = self._read(2)
        assert first & 0x80, "servers do not fragment here"
        assert first & 0x70 == 0, "reserved bits"
        assert second & 0x80 == 0, "server frames are not masked"
        size = second
        if size == 126:
            (size,) = struct.unpack(">H", self._read(2))
            assert size >= 126, "shortest length form"
        elif size == 127:
            (size,) = struct.unpack(">Q", self._read(8))
            assert size > 0xFFFF, "shortest length form"
        return first & 0x0F, self._read(size)

    def read_message(self):
        """The next text; answers pings; raises Closed on a close frame."""
        while True:
            opcode, payload = self.read_frame()
            if opcode == TEXT:
                return payload.decode("utf-8")
            if opcode == PING:
                self.send(frame(PONG, payload))
            elif opcode == CLOSE:
                code = struct.unpack(">H", payload[:2])[0] if payload else 1005
                raise Closed(code, payload[2:].decode("utf-8"))

    def read_json(self):
        return json.loads(self.read_message())

    def call(self, method, params=None, **members):
        """Sends a request and reads the next text, which must be its answer."""
        self.next_id += 1
        request = {"jsonrpc": "2.0", "id": self.next_id, "method": method, **members}
        if params is not None:
            request["params"] = params
        self.send_json(request)
        answer = self.read_json()
        assert answer.get("id") == self.next_id, answer
        assert answer["jsonrpc"] == "2.0" and ("result" in answer) != ("error" in answer), answer
        return answer

    def result(self, method, params=None):
        answer = self.call(method, params)
        assert "result" in answer, answer
        return answer["result"]

    def error(self, method, params=None):
        answer = self.call(method, params)
        assert "error" in answer, answer
        return answer["error"]

    def read_close(self):
        """The code the server closes with; texts before it are skipped."""
        try:
            while True:
                self.read_message()
        except Closed as closed:
            return closed.code

    def at_end(self):
        """Whether the server has ended the TCP connection (waits for it)."""
        try:
            return self.raw.recv(1) == b""
        except ConnectionResetError:
            return True


class ServerCase(unittest.TestCase):
    """Tests that share one server; it must drain cleanly after all of them."""

    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.server = Server(**cls.settings)

    @classmethod
    def tearDownClass(cls):
        report = cls.server.stop()
        assert report["brokenPromises"] == 0, report
        assert report["connected"] == 0, report

    def assert_problem(self, status, answer):
        got, headers, body = answer
        self.assertEqual(got, status, body)
        self.assertEqual(headers["content-type"], "application/problem+json")
        problem = json.loads(body)
        self.assertEqual(problem["status"], status)
        for member in ("type", "title", "detail"):
            self.assertTrue(problem[member])
        return headers, problem

    def assert_alive(self):
        with self.server.open() as web:
            self.assertEqual(web.result("system.ping"), "pong")


def bearer_item(token):
    return "samvev.bearer." + base64.urlsafe_b64encode(token.encode()).decode().rstrip("=")
