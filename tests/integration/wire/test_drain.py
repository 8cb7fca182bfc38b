"""SIGTERM: calls in flight are answered, everybody is told, and nothing hangs (api.md §2.7)."""

import time
import unittest

from harness import Closed, Server, frame, read_response, TEXT


class Drain(unittest.TestCase):
    def server(self, **settings):
        server = Server(**settings)
        self.addCleanup(lambda: server.process.poll() is None and server.process.kill())
        return server

    def test_idle_sessions_are_told_and_closed_with_1001(self):
        server = self.server()
        webs = [server.open() for _ in range(5)] + [server.open(token=None)]
        server.terminate()
        for web in webs:
            notice = web.read_json()
            self.assertEqual(notice["method"], "session.draining")
            self.assertEqual(notice["params"]["reason"], "shutdown")
            self.assertLessEqual(notice["params"]["closeInSeconds"], 1)
            self.assertEqual(web.read_close(), 1001)
            web.raw.close()
        server.finish()

    def test_sessions_part_one_by_one_when_they_said_they_would(self):
        server = self.server(gap=400)
        webs = [server.open() for _ in range(6)]
        server.terminate()
        began = time.monotonic()
        parted = []
        for web in webs:
            within = web.read_json()["params"]["closeInSeconds"]
            parted.append((within, web))
        ends = []
        for within, web in sorted(parted, key=lambda each: each[0]):
            self.assertEqual(web.read_close(), 1001)
            ends.append(time.monotonic() - began)
            web.raw.close()
        server.finish()
        self.assertGreater(ends[-1], 0.5, "all at once")
        self.assertLess(ends[-1], 2 + 5, "later than announced")
        self.assertGreaterEqual(len({within for within, _ in parted}), 2)

    def test_a_client_that_leaves_when_told_is_not_waited_for(self):
        server = self.server(gap=60000)
        webs = [server.open() for _ in range(3)]
        began = time.monotonic()
        server.terminate()
        for web in webs:
            self.assertEqual(web.read_json()["method"], "session.draining")
            web.raw.close()
        server.finish()
        self.assertLess(time.monotonic() - began, 8)

    def test_the_admin_listener_goes_last_and_says_why(self):
        server = self.server(admin=1)
        web = server.open()
        web.send_json({"jsonrpc": "2.0", "id": 1, "method": "test.later", "params": {"ms": 1500}})
        self.assertEqual(server.http("GET", "/readyz", address=server.admin)[0], 200)
        server.wait_for_metric("samvev_rpc_in_flight 1")
        server.terminate()
        self.assertEqual(web.read_json()["method"], "session.draining")
        status, headers, body = server.http("GET", "/readyz", address=server.admin)
        self.assertEqual((status, body), (503, b"not ready: shutting down\n"))
        self.assertIn("retry-after", headers)
        self.assertEqual(server.http("GET", "/livez", address=server.admin)[0], 200)
        self.assertIn(b"samvev_rpc_in_flight 1", server.http("GET", "/metrics", address=server.admin)[2])
        self.assertEqual(web.read_close(), 1001)
        web.raw.close()
        server.finish()

    def test_an_upgrade_that_comes_too_late_is_told_when_to_come_again(self):
        server = self.server(threads=1)
        held = server.open()
        held.send_json({"jsonrpc": "2.0", "id": 1, "method": "test.later", "params": {"ms": 1500}})
        late = server.connect()
        late.sendall(server.request("GET", "/livez"))
        self.assertEqual(read_response(late, "GET")[0], 200)
        request = server.request("GET", "/ws/v1", server.upgrade_headers())
        late.sendall(request[:20])
        held.result("system.ping")  # Over the same thread: so the half request has been seen.
        server.terminate()
        self.assertEqual(held.read_json()["method"], "session.draining")
        late.sendall(request[20:])
        status, headers, _ = read_response(late, "GET")
        self.assertEqual((status, headers["retry-after"]), (503, "5"))
        held.read_close()
        held.raw.close()
        server.finish()

    def test_calls_in_flight_are_answered_and_new_ones_refused(self):
        server = self.server()
        web = server.open()
        web.send_json({"jsonrpc": "2.0", "id": "slow", "method": "test.later", "params": {"ms": 700, "value": "done"}})
        web.result("system.ping")
        server.terminate()
        self.assertEqual(web.read_json()["method"], "session.draining")
        self.assertEqual(web.error("test.echo")["code"], 50301)
        self.assertEqual(web.result("system.ping"), "pong")
        answer = web.read_json()
        self.assertEqual((answer["id"], answer["result"]), ("slow", "done"))
        self.assertEqual(web.read_close(), 1001)
        web.raw.close()
        server.finish()

    def test_a_post_in_flight_is_answered(self):
        server = self.server()
        with server.connect() as raw:
            body = b'{"jsonrpc":"2.0","id":1,"method":"test.later","params":{"ms":500,"value":"done"}}'
            headers = {"Content-Type": "application/json", "Authorization": "Bearer " + server.tokens["ada"]}
            raw.sendall(server.request("POST", "/rpc/v1", headers, body))
            with server.open() as web:
                server.wait_for_metric("samvev_rpc_in_flight 1")
                server.terminate()
                self.assertEqual(web.read_close(), 1001)
            status, answer_headers, answer = read_response(raw, "POST")
            self.assertEqual((status, answer_headers["connection"]), (200, "close"))
            self.assertIn(b'"done"', answer)
        server.finish()

    def test_no_new_connection_is_served(self):
        server = self.server()
        web = server.open()
        web.send_json({"jsonrpc": "2.0", "id": 1, "method": "test.later", "params": {"ms": 800}})
        kept = server.connect()
        kept.sendall(server.request("GET", "/readyz"))
        self.assertEqual(read_response(kept, "GET")[0], 200)
        server.wait_for_metric("samvev_rpc_in_flight 1")
        server.terminate()
        self.assertEqual(web.read_json()["method"], "session.draining")
        self.assertEqual(kept.recv(1), b"", "an idle HTTP connection is closed")
        with self.assertRaises((ConnectionError, Closed)):
            server.open()
        self.assertEqual(web.read_close(), 1001)
        web.raw.close()
        server.finish()

    def test_what_does_not_end_is_cut_at_the_deadline(self):
        server = self.server(drain=700)
        stuck = server.open()
        stuck.send_json({"jsonrpc": "2.0", "id": 1, "method": "test.hold"})
        deaf = server.open(receive_buffer=4096)
        for _ in range(20):
            deaf.send(frame(TEXT, b'{"jsonrpc":"2.0","id":1,"method":"test.big","params":{"bytes":400000}}'))
        half = server.connect()
        half.sendall(b"GET /livez HT")
        stuck.result("system.ping")
        began = time.monotonic()
        server.terminate()
        server.finish()
        self.assertLess(time.monotonic() - began, 25)
        for raw in (stuck.raw, deaf.raw, half):
            raw.close()

    def test_a_silent_peer_of_a_closing_session_does_not_hold_it(self):
        server = self.server(close=500)
        web = server.open()
        server.terminate()
        self.assertEqual(web.read_close(), 1001)  # And never answered.
        server.finish()
        web.raw.close()

    def test_subscribers_are_let_go(self):
        server = self.server()
        with server.open() as writer:
            writer.result("test.append", {"count": 3000, "bytes": 100})
        webs = [server.open() for _ in range(10)]
        for web in webs:
            web.send_json({"jsonrpc": "2.0", "id": 1, "method": "events.subscribe", "params": {"from": "start"}})
        server.terminate()
        for web in webs:
            self.assertEqual(web.read_close(), 1001)
            web.raw.close()
        report = server.finish()
        self.assertEqual((report["brokenPromises"], report["connected"]), (0, 0))


if __name__ == "__main__":
    unittest.main()
