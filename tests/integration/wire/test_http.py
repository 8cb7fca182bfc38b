"""The HTTP side of the doors: paths, methods, sizes, tokens, metrics."""

import contextlib
import json
import shutil
import subprocess
import time
import unittest

from harness import Closed, Server, ServerCase, read_response

JSON = {"Content-Type": "application/json"}


class Paths(ServerCase):
    def test_livez_and_readyz_need_no_token(self):
        self.assertEqual(self.server.http("GET", "/livez")[0], 200)
        self.assertEqual(self.server.http("GET", "/readyz")[0], 200)
        status, headers, body = self.server.http("GET", "/readyz?verbose")
        self.assertEqual((status, headers["content-type"]), (200, "application/json"))
        health = json.loads(body)
        self.assertEqual(health["status"], "ready")
        self.assertTrue(all(check["ok"] for check in health["checks"]))

    def test_head_has_the_headers_of_get_without_the_body(self):
        get = self.server.http("GET", "/livez")
        head = self.server.http("HEAD", "/livez")
        self.assertEqual(head[0], 200)
        self.assertEqual(head[1]["content-length"], get[1]["content-length"])
        self.assertEqual(head[2], b"")

    def test_unknown_paths_are_404_with_a_way_on(self):
        for path in ("/", "/ws", "/ws/v1/", "/rpc/v2", "/livez/x", "/../livez", "/%6civez", "*"):
            _, problem = self.assert_problem(404, self.server.http("GET", path))
            self.assertIn("/rpc/v1", problem["detail"])

    def test_wrong_methods_are_405_with_allow(self):
        for method, path, allowed in (
            ("POST", "/livez", "GET, HEAD"), ("DELETE", "/openrpc.json", "GET, HEAD"), ("GET", "/rpc/v1", "POST"),
            ("OPTIONS", "/rpc/v1", "POST"), ("POST", "/ws/v1", "GET"), ("BREW", "/readyz", "GET, HEAD"),
        ):
            with self.subTest(method=method, path=path):
                headers, _ = self.assert_problem(405, self.server.http(method, path))
                self.assertEqual(headers["allow"], allowed)

    def test_the_absolute_form_of_a_target_works(self):
        self.assertEqual(self.server.http("GET", f"http://{self.server.host_header()}/livez")[0], 200)
        self.assert_problem(404, self.server.http("GET", f"http://{self.server.host_header()}"))

    def test_the_openrpc_document_names_the_doors_and_methods(self):
        document = json.loads(self.server.http("GET", "/openrpc.json")[2])
        self.assertEqual(document["openrpc"], "1.3.2")
        self.assertEqual(document["servers"][0]["url"], self.server.url + "/rpc/v1")
        self.assertEqual(document["servers"][1]["url"], "ws" + self.server.url.removeprefix("http") + "/ws/v1")
        methods = {method["name"]: method for method in document["methods"]}
        for name in ("session.authenticate", "system.ping", "rpc.discover", "events.subscribe"):
            self.assertTrue(methods[name]["examples"], name)
            self.assertIn("result", methods[name])
        for name in ("session.hello", "session.expiring", "session.draining", "events.event"):
            self.assertNotIn("result", methods[name])
        self.assertEqual(self.server.rpc({"jsonrpc": "2.0", "id": 1, "method": "rpc.discover"}, None)[1]["result"], document)
        self.assertEqual(document["components"]["errors"]["token-expired"], {"code": 40102, "message": "Token expired"})
        told = [filter["maxItems"] for filter in methods["events.subscribe"]["params"][0]["schema"]["properties"].values()]
        self.assertEqual(told, [128, 128, 64])

    def test_answers_are_neither_cached_nor_sniffed_and_carry_a_date(self):
        _, headers, _ = self.server.http("GET", "/livez")
        self.assertEqual(headers["cache-control"], "no-store")
        self.assertEqual(headers["x-content-type-options"], "nosniff")
        self.assertRegex(headers["date"], r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$")

    def test_a_connection_serves_many_requests_one_after_the_other(self):
        with self.server.connect() as raw:
            for _ in range(3):
                raw.sendall(self.server.request("GET", "/livez"))
                self.assertEqual(read_response(raw, "GET")[0], 200)
            # Two at once, and one that is wrong between good ones.
            raw.sendall(self.server.request("GET", "/livez") + self.server.request("GET", "/nowhere") + self.server.request("GET", "/livez"))
            self.assertEqual([read_response(raw, "GET")[0] for _ in range(3)], [200, 404, 200])
            raw.sendall(self.server.request("GET", "/livez", {"Connection": "close"}))
            _, headers, _ = read_response(raw, "GET")
            self.assertEqual(headers["connection"], "close")
            self.assertEqual(raw.recv(1), b"")

    def test_http_1_0_gets_its_answer_and_the_end(self):
        with self.server.connect() as raw:
            raw.sendall(b"GET /livez HTTP/1.0\r\n\r\n")
            self.assertEqual(read_response(raw, "GET")[0], 200)
            self.assertEqual(raw.recv(1), b"")


class BrokenRequests(ServerCase):
    settings = {"header": 700}

    def answer_to(self, data):
        with self.server.connect() as raw:
            raw.sendall(data)
            answer = read_response(raw, "GET")
            raw.settimeout(30)
            self.assertEqual(raw.recv(1), b"", "the connection ends after a broken request")
            return answer

    def test_what_is_not_http_is_400(self):
        for data in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 40 + b"\r\n\r\n", b"GET /livez\r\n\r\n", b"GET /livez HTTP/3.0\r\n\r\n",
                     b"GET /livez HTTP/1.1\r\nbad header\r\n\r\n", b"GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                     b"GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"):
            with self.subTest(data=data):
                self.assert_problem(400, self.answer_to(data))

    def test_a_body_whose_end_is_uncertain_is_400_and_no_second_request(self):
        # Beast takes a Transfer-Encoding that does not end in chunked for no body: what follows was
        # parsed as the next request (request smuggling behind a proxy that reads it otherwise).
        smuggled = self.server.request("GET", "/livez")
        for version, framing in (
            ("1.1", "Transfer-Encoding: chunked, identity"), ("1.1", "Transfer-Encoding: xchunked"), ("1.1", "Transfer-Encoding: identity"),
            ("1.1", "Transfer-Encoding: identity\r\nContent-Length: 0"), ("1.1", "Transfer-Encoding: gzip, chunked"), ("1.1", "Transfer-Encoding: "),
            ("1.1", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"), ("1.0", "Transfer-Encoding: chunked\r\nConnection: keep-alive"),
            ("1.1", "Transfer-Encoding: chunked\r\nContent-Length: 5"),
        ):
            for line in ("POST /rpc/v1", "GET /livez"):
                with self.subTest(framing=framing, line=line):
                    head = f"{line} HTTP/{version}\r\nHost: x\r\nContent-Type: application/json\r\n{framing}\r\n\r\n"
                    self.assert_problem(400, self.answer_to(head.encode() + smuggled))

    def test_host_is_there_exactly_once(self):
        self.assert_problem(400, self.answer_to(b"GET /livez HTTP/1.1\r\n\r\n"))
        self.assert_problem(400, self.answer_to(b"GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"))

    def test_a_header_over_16_kib_is_431_in_one_piece_or_many(self):
        self.assert_problem(431, self.answer_to(self.server.request("GET", "/livez", {"X-Long": "x" * 17000})))
        many = {f"X-{i}": "y" for i in range(10000)}
        self.assert_problem(431, self.answer_to(self.server.request("GET", "/livez", many)[:60000]))
        self.assert_problem(431, self.answer_to(self.server.request("GET", "/" + "p" * 17000)))

    def test_a_header_just_below_the_limit_is_fine(self):
        self.assertEqual(self.server.http("GET", "/livez", {"X-Long": "x" * 15000})[0], 200)

    def test_a_slow_header_is_cut(self):
        with self.server.connect() as raw:
            with self.assertRaises((Closed, ConnectionResetError, BrokenPipeError)):
                for byte in b"GET /livez HTTP/1.1\r\nHost: " + b"x" * 10000:
                    raw.sendall(bytes([byte]))
                    raw.settimeout(0.05)
                    try:
                        if raw.recv(1) == b"":
                            raise Closed(None)
                    except TimeoutError:
                        pass

    def test_a_connection_that_says_nothing_is_cut(self):
        with self.server.connect() as raw:
            self.assertEqual(raw.recv(1), b"")

    def test_a_body_that_does_not_come_is_cut(self):
        with self.server.connect() as raw:
            raw.sendall(self.server.request("POST", "/rpc/v1", {**JSON, "Content-Length": "100"}) + b"{")
            self.assertEqual(raw.recv(1), b"")


class Vanished(ServerCase):
    def test_a_client_that_hangs_up_withdraws_its_call(self):
        request = self.server.request(
            "POST", "/rpc/v1", {**JSON, "Authorization": "Bearer " + self.server.tokens["ada"]},
            b'{"jsonrpc":"2.0","id":1,"method":"test.hold"}',
        )
        self.server.wait_for_metric("samvev_rpc_in_flight 0")
        with self.server.connect() as raw:
            raw.sendall(request)
            self.server.wait_for_metric("samvev_rpc_in_flight 1")
        self.server.wait_for_metric("samvev_rpc_in_flight 0")
        self.assertIn('method="test.hold",code="-32800"', self.server.http("GET", "/metrics")[2].decode())


class Post(ServerCase):
    settings = {"answer": 1500}

    def test_a_call_is_answered(self):
        self.assertEqual(
            self.server.rpc({"jsonrpc": "2.0", "id": 7, "method": "test.echo", "params": {"a": 1}}),
            (200, {"jsonrpc": "2.0", "id": 7, "result": {"a": 1}}),
        )

    def test_a_late_answer_from_another_thread_arrives(self):
        status, answer = self.server.rpc({"jsonrpc": "2.0", "id": 7, "method": "test.later", "params": {"ms": 60, "value": "x"}})
        self.assertEqual((status, answer["result"]), (200, "x"))

    def test_batches_are_answered_in_order(self):
        batch = [{"jsonrpc": "2.0", "id": i, "method": "test.later", "params": {"ms": 40 - i, "value": i}} for i in range(20)]
        status, answer = self.server.rpc(batch)
        self.assertEqual([each["result"] for each in answer], list(range(20)))

    def test_notifications_get_204_and_no_body(self):
        note = {"jsonrpc": "2.0", "method": "test.echo"}
        self.assertEqual(self.server.rpc(note), (204, None))
        self.assertEqual(self.server.rpc([note, note]), (204, None))

    def test_json_rpc_failures_are_200_with_their_codes(self):
        self.assertEqual(self.server.rpc(b"{")[1]["error"]["code"], -32700)
        self.assertEqual(self.server.rpc([])[1]["error"]["code"], -32600)
        self.assertEqual(self.server.rpc({"jsonrpc": "2.0", "id": 1, "method": "nope"})[1]["error"]["code"], -32601)

    def test_methods_of_a_session_are_told_to_need_a_websocket(self):
        for method in ("session.authenticate", "session.close", "events.subscribe", "events.unsubscribe", "rpc.login", "rpc.on"):
            status, answer = self.server.rpc({"jsonrpc": "2.0", "id": 1, "method": method, "params": {"from": "head"}})
            self.assertEqual(status, 200)
            self.assertEqual(answer["error"]["code"], -32601, method)
            self.assertEqual(answer["error"]["data"]["reason"], "requires_websocket", method)

    def test_without_a_token_only_public_methods_answer(self):
        for method in ("system.ping", "system.health", "rpc.discover", "__listMethods"):
            self.assertIn("result", self.server.rpc({"jsonrpc": "2.0", "id": 1, "method": method}, None)[1], method)
        for method in ("test.echo", "test.whoami", "no.such-method"):
            status, answer = self.server.rpc({"jsonrpc": "2.0", "id": 1, "method": method}, None)
            self.assertEqual((status, answer["error"]["code"]), (200, 40101), method)

    def test_a_bad_token_is_401_before_the_body_is_read(self):
        for value in ("Bearer x", "Bearer " + self.server.tokens["expired"], "Bearer " + self.server.tokens["justExpired"],
                      "Basic YTpi", "Bearer", "bearer  ", "Bearer a b"):
            with self.subTest(value=value[:20]):
                with self.server.connect() as raw:
                    raw.sendall(self.server.request("POST", "/rpc/v1", {**JSON, "Authorization": value, "Content-Length": "9"}))
                    headers, problem = self.assert_problem(401, read_response(raw, "POST"))
                    self.assertTrue(headers["www-authenticate"].startswith("Bearer"))
                    self.assertNotIn("eyJ", json.dumps(problem))

    def test_the_scheme_of_authorization_has_any_case(self):
        body = b'{"jsonrpc":"2.0","id":1,"method":"test.whoami"}'
        status, _, answer = self.server.http("POST", "/rpc/v1", {**JSON, "authorization": "bEaReR " + self.server.tokens["ada"]}, body)
        self.assertEqual(json.loads(answer)["result"]["actor"], "staff/018f3a52-7c10-7e21-9b5e-0a6c1d2e3f40")

    def test_only_json_is_taken(self):
        for value in (None, "text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""):
            self.assert_problem(415, self.server.http("POST", "/rpc/v1", {"Content-Type": value}, b"{}"))
        for value in ("application/json; charset=utf-8", "Application/JSON", "application/json ;x=y"):
            self.assertEqual(self.server.http("POST", "/rpc/v1", {"Content-Type": value}, b"{}")[0], 200)

    def test_a_page_of_another_origin_is_refused(self):
        self.assert_problem(403, self.server.http("POST", "/rpc/v1", {**JSON, "Origin": "https://evil.example"}, b"{}"))

    def test_bodies_over_64_kib_are_413_by_length_and_by_chunks(self):
        big = b'{"jsonrpc":"2.0","id":1,"method":"system.ping","x":"' + b"x" * 70000 + b'"}'
        self.assert_problem(413, self.server.http("POST", "/rpc/v1", JSON, big))
        chunked = b"".join(b"1000\r\n" + b"x" * 4096 + b"\r\n" for _ in range(20)) + b"0\r\n\r\n"
        with self.server.connect() as raw:
            raw.sendall(self.server.request("POST", "/rpc/v1", {**JSON, "Transfer-Encoding": "chunked"}) + chunked)
            self.assert_problem(413, read_response(raw, "POST"))

    def test_a_chunked_body_is_read(self):
        body = b'{"jsonrpc":"2.0","id":1,"method":"system.ping"}'
        chunks = b"".join(b"1\r\n" + bytes([byte]) + b"\r\n" for byte in body) + b"0\r\n\r\n"
        with self.server.connect() as raw:
            raw.sendall(self.server.request("POST", "/rpc/v1", {**JSON, "Transfer-Encoding": "chunked"}) + chunks)
            self.assertEqual(json.loads(read_response(raw, "POST")[2])["result"], "pong")

    def test_expect_continue_is_answered_before_the_body(self):
        body = b'{"jsonrpc":"2.0","id":1,"method":"system.ping"}'
        with self.server.connect() as raw:
            raw.sendall(self.server.request("POST", "/rpc/v1", {**JSON, "Expect": "100-continue", "Content-Length": str(len(body))}))
            self.assertEqual(read_response(raw, "POST")[0], 100)
            raw.sendall(body)
            self.assertEqual(json.loads(read_response(raw, "POST")[2])["result"], "pong")

    def test_an_answer_over_512_kib_is_replaced(self):
        def big(size):
            return self.server.rpc({"jsonrpc": "2.0", "id": 1, "method": "test.big", "params": {"bytes": size}})[1]
        self.assertEqual(len(big(512 * 1024 - 2)["result"]), 512 * 1024 - 2)
        self.assertEqual(big(512 * 1024)["error"]["code"], 41301)

    def test_no_answer_in_time_is_outcome_unknown(self):
        answer = self.server.http(
            "POST", "/rpc/v1", {**JSON, "Authorization": "Bearer " + self.server.tokens["ada"]},
            b'{"jsonrpc":"2.0","id":1,"method":"test.later","params":{"ms":4000}}',
        )
        _, problem = self.assert_problem(503, answer)
        self.assertIn("commandId", problem["detail"])

    def test_an_exception_below_is_50001_and_ends_nothing(self):
        status, answer = self.server.rpc({"jsonrpc": "2.0", "id": 1, "method": "test.throw"})
        self.assertEqual((status, answer["error"]["code"]), (200, 50001))
        self.assertNotIn("promise", json.dumps(answer))
        self.assert_alive()

    def test_a_request_sent_behind_a_waiting_one_is_answered_next(self):
        token = {"Authorization": "Bearer " + self.server.tokens["ada"]}
        with self.server.connect() as raw:
            for _ in range(3):
                raw.sendall(self.server.request("POST", "/rpc/v1", {**JSON, **token}, b'{"jsonrpc":"2.0","id":1,"method":"test.later","params":{"ms":100,"value":"first"}}'))
                time.sleep(0.02)
                raw.sendall(self.server.request("GET", "/livez"))
                self.assertIn(b"first", read_response(raw, "POST")[2])
                self.assertEqual(read_response(raw, "GET")[2], b"alive\n")

    def test_calls_inherit_the_traceparent_of_their_connection(self):
        parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        token = {"Authorization": "Bearer " + self.server.tokens["ada"]}
        body = b'{"jsonrpc":"2.0","id":1,"method":"test.trace"}'
        for sent, passed in ((parent, parent), (parent.upper(), ""), ("x" * 55, ""), (None, "")):
            answer = self.server.http("POST", "/rpc/v1", {**JSON, **token, "traceparent": sent}, body)[2]
            self.assertEqual(json.loads(answer)["result"], passed)
            with self.server.open(traceparent=sent) as web:
                self.assertEqual(web.result("test.trace"), passed)

    def test_the_trace_id_of_the_caller_comes_back(self):
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        parent = f"00-{trace}-00f067aa0ba902b7-01"
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "nope", "params": {}}).encode()
        token = {"Authorization": "Bearer " + self.server.tokens["ada"]}
        _, _, answer = self.server.http("POST", "/rpc/v1", {**JSON, **token, "traceparent": parent}, body)
        self.assertEqual(json.loads(answer)["error"]["data"]["traceId"], trace)
        _, answer = self.server.rpc({"jsonrpc": "2.0", "id": 1, "method": "nope", "params": {"meta": {"traceparent": parent}}})
        self.assertEqual(answer["error"]["data"]["traceId"], trace)
        _, answer = self.server.rpc({"jsonrpc": "2.0", "id": 1, "method": "nope", "params": {"meta": {"traceparent": "00-x"}}})
        self.assertRegex(answer["error"]["data"]["traceId"], "^[0-9a-f]{32}$")


class Metrics(ServerCase):
    settings = {"admin": 1}

    def metrics(self):
        status, headers, body = self.server.http("GET", "/metrics", address=self.server.admin)
        self.assertEqual(status, 200)
        self.assertTrue(headers["content-type"].startswith("text/plain; version=0.0.4"))
        return body.decode()

    def make_traffic(self):
        with self.server.open() as web:
            web.result("test.echo", {})
            web.error("test.fail", {"code": "rejected"})
            web.error("no.such-method", {})
            web.result("events.subscribe", {"from": "head"})
        self.server.rpc({"jsonrpc": "2.0", "id": 1, "method": "system.ping"})

    def test_metrics_are_on_the_admin_listener_only(self):
        self.assert_problem(404, self.server.http("GET", "/metrics"))
        self.assertIn("samvev_build_info", self.metrics())
        self.assert_problem(404, self.server.http("POST", "/rpc/v1", JSON, b"{}", address=self.server.admin))
        self.assertEqual(self.server.http("GET", "/livez", address=self.server.admin)[0], 200)

    def test_calls_are_counted_by_method_and_code(self):
        self.make_traffic()
        text = self.metrics()
        self.assertIn('samvev_rpc_requests_total{method="test.echo",code="0"}', text)
        self.assertIn('samvev_rpc_requests_total{method="test.fail",code="42201"}', text)
        self.assertIn('samvev_rpc_requests_total{method="other",code="-32601"}', text)
        self.assertNotIn("no.such-method", text)
        self.assertIn("samvev_test 1", text)

    @unittest.skipUnless(shutil.which("promtool"), "promtool (Debian package prometheus) is not installed")
    def test_promtool_has_nothing_to_say(self):
        self.make_traffic()
        check = subprocess.run(["promtool", "check", "metrics"], input=self.metrics(), text=True, capture_output=True, check=False)
        self.assertEqual((check.returncode, check.stdout + check.stderr), (0, ""))


class LargeDocument(ServerCase):
    settings = {"document": 800000}

    def test_the_document_may_be_larger_than_other_answers(self):
        # With two or three more modules rpc.discover answered 41301, and nothing made it smaller.
        document = json.loads(self.server.http("GET", "/openrpc.json")[2])
        self.assertEqual(self.server.rpc({"jsonrpc": "2.0", "id": 1, "method": "rpc.discover"}, None)[1]["result"], document)
        with self.server.open() as web:
            self.assertEqual(web.result("rpc.discover"), document)

    def test_a_document_that_clients_do_not_take_is_told_at_the_start(self):
        with self.assertRaisesRegex(RuntimeError, "did not start: 1"):
            Server(document=1_100_000)


class NotReady(ServerCase):
    settings = {"ready": 0}

    def test_readyz_says_why(self):
        status, headers, body = self.server.http("GET", "/readyz")
        self.assertEqual(status, 503)
        self.assertIn(b"read-only", body)
        self.assertIn("retry-after", headers)
        status, _, body = self.server.http("GET", "/readyz?verbose")
        self.assertEqual((status, json.loads(body)["status"]), (503, "not-ready"))
        self.assertEqual(self.server.http("GET", "/livez")[0], 200)

    def test_metrics_are_on_a_loopback_listener_without_admin(self):
        self.assertEqual(self.server.http("GET", "/metrics")[0], 200)


class TooMany(ServerCase):
    settings = {"connections": 3}

    def test_connections_beyond_the_maximum_get_503(self):
        held = [self.server.open() for _ in range(3)]
        if refusal := self.server.refusal():
            headers, _ = self.assert_problem(503, refusal)
            self.assertIn("retry-after", headers)
        self.assertEqual(held[0].result("system.ping"), "pong")
        for web in held:
            web.raw.close()


class AdminKeepsItsSeats(ServerCase):
    settings = {"connections": 2, "admin": 1}

    def test_a_full_main_listener_does_not_silence_the_other(self):
        held = [self.server.connect() for _ in range(2)]
        for raw in held:
            raw.sendall(self.server.request("GET", "/livez"))
            self.assertEqual(read_response(raw, "GET")[0], 200)
        if refusal := self.server.refusal():
            self.assert_problem(503, refusal)
        for path in ("/livez", "/readyz", "/metrics"):
            self.assertEqual(self.server.http("GET", path, address=self.server.admin)[0], 200, path)
        for raw in held:
            raw.close()


class TooManyFromOneAddress(ServerCase):
    settings = {"per_address": 3}

    def test_one_address_has_its_share_and_gets_it_back(self):
        held = [self.server.open() for _ in range(3)]
        if refusal := self.server.refusal():
            _, problem = self.assert_problem(503, refusal)
            self.assertIn("from your address", problem["detail"])
        for web in held:
            web.raw.close()
        for _ in range(200):  # The server notices in its own time.
            with contextlib.suppress(OSError), self.server.connect() as raw:
                raw.sendall(self.server.request("GET", "/livez"))
                if read_response(raw, "GET")[0] == 200:
                    return
        self.fail("no seat was given back")


if __name__ == "__main__":
    unittest.main()
