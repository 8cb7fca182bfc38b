"""Clients that do not read, and a server without files: nobody else notices (api.md §4.2, §5.2)."""

import json
import resource
import ssl
import time
import unittest

from harness import PATIENCE, TEXT, TLS_FOLDER, Closed, Server, ServerCase, frame

# How a connection that was cut looks; behind TLS it ends without a word.
CUT = (Closed, ConnectionError, ssl.SSLEOFError)
BIG_CALL = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "test.big", "params": {"bytes": 400000}}).encode()


class SlowReaders(ServerCase):
    settings = {"write": 800, "document": 400000}

    def fill(self, web, calls):
        """Asks for much and reads nothing; gives up when the server stops reading, too."""
        web.raw.settimeout(1)
        try:
            for _ in range(calls):
                web.send(frame(TEXT, BIG_CALL))
        except (TimeoutError, ConnectionResetError, BrokenPipeError, ssl.SSLEOFError):
            pass

    def test_whoever_does_not_read_is_cut_at_the_write_deadline(self):
        with self.server.open(receive_buffer=4096) as web:
            self.fill(web, 40)
            web.raw.settimeout(PATIENCE)
            with self.assertRaises(CUT) as caught:
                while True:
                    time.sleep(0.2)  # The reset throws away what has arrived; wait for it.
                    web.send(frame(TEXT, BIG_CALL))
            del caught
        text = self.server.http("GET", "/metrics")[2].decode()
        self.assertIn('samvev_ws_closes_total{code="4430",initiator="server"}', text)
        self.assertGreaterEqual(self.cuts(), 1)

    def test_the_log_names_who_was_cut_and_what_it_asked_last(self):
        server = Server(write=500, log=1)
        with server.open(receive_buffer=4096) as web:
            host, port = web.raw.getsockname()
            self.fill(web, 40)
            with self.assertRaises(CUT):
                while True:
                    time.sleep(0.2)
                    web.send(frame(TEXT, BIG_CALL))
        server.stop()
        line = next(line for line in server.log.splitlines() if "event=slow_reader_cut" in line)
        self.assertIn(f"actor=staff/018f3a52-7c10-7e21-9b5e-0a6c1d2e3f40 remote={host}:{port} ", line)
        self.assertIn("last_method=test.big", line)
        self.assertIn("event=session_opened", server.log)
        self.assertIn("event=session_closed", server.log)
        self.assertNotIn(server.tokens["ada"], server.log)

    def test_a_slow_but_steady_reader_gets_everything(self):
        with self.server.open(receive_buffer=16384) as web:
            for _ in range(6):
                web.send(frame(TEXT, BIG_CALL))
            total = 0
            deadline = time.monotonic() + PATIENCE * 3
            while total < 6 * 400000 and time.monotonic() < deadline:
                total += len(web.raw.recv(20000))
                time.sleep(0.01)
            self.assertGreaterEqual(total, 6 * 400000)

    def test_memory_of_a_client_that_asks_and_never_reads_is_bounded(self):
        before = self.server.resident_bytes()
        webs = [self.server.open(receive_buffer=4096) for _ in range(4)]
        for web in webs:
            self.fill(web, 200)
        # 200 x 400 kB asked for; the budget is 4 MiB each and one message over it, doubled while a
        # buffer grows, and what a sanitizer keeps of freed memory.
        self.assertLess(self.server.resident_bytes() - before, 400 * 2**20)
        for web in webs:
            web.raw.close()

    def test_who_shows_no_token_gets_one_answer_at_a_time(self):
        # An anonymous client had the whole outbox budget: twelve copies of rpc.discover each.
        discover = frame(TEXT, b'{"jsonrpc":"2.0","id":1,"method":"rpc.discover"}')
        before = self.messages_sent()
        webs = [self.server.open(token=None, receive_buffer=4096) for _ in range(40)]
        for web in webs:
            web.raw.settimeout(0.2)
            try:
                web.send(discover * 500)
            except (TimeoutError, ConnectionResetError, BrokenPipeError):
                pass
        # The greeting, what the kernel takes at once, and one that waits.
        self.assertLessEqual(self.messages_sent() - before, 40 * 4)
        for web in webs:
            web.raw.close()
        with self.server.open(token=None) as web:
            web.send(discover * 20)
            for _ in range(20):
                self.assertIn("openrpc", web.read_json()["result"])

    def cuts(self):
        text = self.server.http("GET", "/metrics")[2].decode()
        name = "samvev_slow_consumer_disconnects_total "
        return next(int(line.split()[1]) for line in text.splitlines() if line.startswith(name))

    def wait_for_cut(self, before):
        deadline = time.monotonic() + PATIENCE
        while self.cuts() <= before:
            self.assertLess(time.monotonic(), deadline, "nobody was cut")

    def messages_sent(self):
        text = self.server.http("GET", "/metrics")[2].decode()
        return next(int(line.split()[1]) for line in text.splitlines() if line.startswith('samvev_ws_messages_total{direction="out"}'))

    def test_a_subscriber_that_does_not_read_is_cut_and_takes_no_memory(self):
        with self.server.open() as writer:
            with self.server.open(receive_buffer=4096) as web:
                web.result("events.subscribe", {"from": "head"})
                before = self.server.resident_bytes()
                cuts = self.cuts()
                for _ in range(40):
                    writer.result("test.append", {"count": 500, "bytes": 300})
                # The events themselves are kept by the hub of this test; a queue would hold them again.
                events = 40 * 500 * 360
                self.assertLess(self.server.resident_bytes() - before, 3 * events + 32 * 2**20)
                web.raw.settimeout(PATIENCE)
                self.wait_for_cut(cuts)
                with self.assertRaises(CUT):
                    for _ in range(10_000):
                        web.send(frame(TEXT, b'{"jsonrpc":"2.0","id":1,"method":"system.ping"}'))
                        web.read_message()


class ManySlowReaders(ServerCase):
    settings = {"write": 60000}

    def test_five_hundred_clients_that_do_not_read_leave_a_healthy_one_alone(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
        healthy = self.server.open()
        healthy.result("events.subscribe", {"from": "head"})
        healthy.read_message()
        slow = [self.server.open(receive_buffer=2048) for _ in range(500)]
        for web in slow:
            web.send_json({"jsonrpc": "2.0", "id": 1, "method": "events.subscribe", "params": {"from": "start"}})
        with self.server.open() as writer:
            writer.result("test.append", {"count": 4000, "bytes": 1000})
            for web in slow:
                web.send(frame(TEXT, BIG_CALL) * 2)
            delays = []
            seen = 0
            for _ in range(100):
                began = time.monotonic()
                writer.result("test.append", {"count": 1, "bytes": 10})
                self.assertEqual(writer.result("system.ping"), "pong")
                delays.append(time.monotonic() - began)
            while seen < 4100:
                result = healthy.read_json()["params"]["result"]
                seen += len(result.get("events", []))
        delays.sort()
        # 50 ms on a quiet machine in release; generous for sanitizers beside other work.
        self.assertLess(delays[94], 2.0, delays[-10:])
        self.assertEqual(healthy.read_json()["params"]["result"]["kind"], "caughtUp")
        self.assertEqual(healthy.result("system.ping"), "pong")
        for web in slow:
            web.raw.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@unittest.skipIf(TLS_FOLDER, "accepting comes before TLS, whose handshakes would wait here")
class OutOfFiles(unittest.TestCase):
    def test_accept_survives_too_many_open_files(self):
        server = Server()
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (40, 40))
        held = []
        waiting = []
        try:
            for _ in range(60):
                raw = server.connect()  # The kernel accepts; the server cannot take it yet.
                raw.sendall(server.request("GET", "/livez", {"Connection": "close"}))
                raw.settimeout(0.5)
                try:
                    answered = raw.recv(1) != b""
                except (TimeoutError, ConnectionResetError):
                    answered = False
                (held if answered else waiting).append(raw)
                if answered:
                    raw.close()
                    raw = server.connect()
                    held.append(raw)  # Stays open and says nothing.
                if len(waiting) >= 3:
                    break
            self.assertTrue(waiting, "the limit was never reached")
            used = self.cpu_seconds(server)
            time.sleep(1)
            self.assertLess(self.cpu_seconds(server) - used, 0.6, "it spins")
            for raw in held:
                raw.close()
            # With files again, those in the queue are served.
            waiting[0].settimeout(PATIENCE)
            self.assertTrue(waiting[0].recv(12).startswith(b"HTTP/1.1 200"))
        finally:
            for raw in held + waiting:
                raw.close()
            server.stop()

    @staticmethod
    def cpu_seconds(server):
        with open(f"/proc/{server.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100


if __name__ == "__main__":
    unittest.main()
