"""RFC 6455 §4: what is refused before the upgrade, and how (api.md §5.2)."""

import socket
import unittest

from harness import KEY, ServerCase, WebSocket, bearer_item, frame, read_response, TEXT


class Handshake(ServerCase):
    def refused(self, status, headers, path="/ws/v1"):
        raw, got, answer_headers, body = self.server.shake_hands(headers, path)
        raw.close()
        return self.assert_problem(status, (got, answer_headers, body))

    def accepted(self, headers):
        raw, status, answer, body = self.server.shake_hands(headers)
        self.assertEqual(status, 101, body)
        web = WebSocket(raw)
        self.assertEqual(web.read_json()["method"], "session.hello")
        return web, answer

    def test_a_good_handshake_is_answered_as_the_rfc_says(self):
        web, headers = self.accepted(self.server.upgrade_headers())
        with web:
            self.assertEqual(headers["sec-websocket-accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
            self.assertNotIn("sec-websocket-protocol", headers)
            self.assertNotIn("sec-websocket-extensions", headers)

    def test_no_upgrade_is_426_with_the_version(self):
        for change in ({"Connection": "keep-alive"}, {"Upgrade": "h2c"}, {"Connection": None}, {"Upgrade": None}):
            headers, _ = self.refused(426, self.server.upgrade_headers(**change))
            self.assertEqual(headers["sec-websocket-version"], "13")
            self.assertEqual(headers["upgrade"], "websocket")

    def test_another_version_is_426(self):
        for version in ("8", "0", "14", "13, 8", None, "", "thirteen"):
            headers, _ = self.refused(426, self.server.upgrade_headers(Sec_WebSocket_Version=version))
            self.assertEqual(headers["sec-websocket-version"], "13")

    def test_tokens_of_connection_and_upgrade_may_be_mixed(self):
        for change in ({"Connection": "keep-alive, Upgrade"}, {"Connection": "UPGRADE"}, {"Upgrade": "WebSocket"}):
            web, _ = self.accepted(self.server.upgrade_headers(**change))
            web.raw.close()

    def test_lines_of_connection_and_upgrade_are_one_list(self):
        # RFC 9110 §5.3; proxies send them so.
        request = self.server.request("GET", "/ws/v1", self.server.upgrade_headers(Connection="keep-alive", Upgrade="h2c"))
        with self.server.connect() as raw:
            raw.sendall(request[:-2] + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
            self.assertEqual(read_response(raw, "GET")[0], 101)
            self.assertEqual(WebSocket(raw).read_json()["method"], "session.hello")

    def test_the_key_is_one_and_16_bytes(self):
        for key in (None, "", "short", KEY[:-2], KEY + "AA==", "dGhlIHNhbXBsZSBub25jZQ=A", "!" * 22 + "=="):
            self.refused(400, self.server.upgrade_headers(Sec_WebSocket_Key=key))
        with self.server.connect() as raw:
            request = self.server.request("GET", "/ws/v1", self.server.upgrade_headers())
            raw.sendall(request[:-2] + f"Sec-WebSocket-Key: {KEY}\r\n\r\n".encode())
            self.assert_problem(400, read_response(raw, "GET"))

    def test_http_1_0_cannot_upgrade(self):
        with self.server.connect() as raw:
            raw.sendall(self.server.request("GET", "/ws/v1", self.server.upgrade_headers()).replace(b"HTTP/1.1", b"HTTP/1.0"))
            self.assert_problem(400, read_response(raw, "GET"))

    def test_a_body_on_the_request_is_400(self):
        with self.server.connect() as raw:
            raw.sendall(self.server.request("GET", "/ws/v1", {**self.server.upgrade_headers(), "Content-Length": "2"}, b"xx"))
            self.assert_problem(400, read_response(raw, "GET"))
        self.refused(400, {**self.server.upgrade_headers(), "Transfer-Encoding": "chunked"})

    def test_a_frame_right_behind_the_request_is_400_and_not_lost_in_silence(self):
        with self.server.connect() as raw:
            early = frame(TEXT, b'{"jsonrpc":"2.0","id":1,"method":"system.ping"}')
            raw.sendall(self.server.request("GET", "/ws/v1", self.server.upgrade_headers()) + early)
            self.assert_problem(400, read_response(raw, "GET"))
            self.assertEqual(raw.recv(1), b"")

    def test_extension_offers_are_declined_whatever_they_are(self):
        for offer in ("permessage-deflate; client_max_window_bits", ";;,,=", "x" * 3000, "permessage-deflate; server_max_window_bits=99"):
            web, headers = self.accepted(self.server.upgrade_headers(Sec_WebSocket_Extensions=offer))
            web.raw.close()
            self.assertNotIn("sec-websocket-extensions", headers)

    def test_the_subprotocol_is_chosen_or_the_handshake_refused(self):
        web, headers = self.accepted(self.server.upgrade_headers(Sec_WebSocket_Protocol="chat, samvev.v1"))
        web.raw.close()
        self.assertEqual(headers["sec-websocket-protocol"], "samvev.v1")
        for offer in ("chat", "samvev.v2", "SAMVEV.V1", "samvev.v1x", bearer_item(self.server.tokens["ada"])):
            self.refused(400, self.server.upgrade_headers(Sec_WebSocket_Protocol=offer))

    def test_the_bearer_item_authenticates_and_is_never_echoed(self):
        offer = "samvev.v1, " + bearer_item(self.server.tokens["ada"])
        raw, status, headers, _ = self.server.shake_hands(self.server.upgrade_headers(Sec_WebSocket_Protocol=offer))
        self.assertEqual(status, 101)
        self.assertEqual(headers["sec-websocket-protocol"], "samvev.v1")
        with WebSocket(raw) as web:
            self.assertTrue(web.read_json()["params"]["authenticated"])
            self.assertTrue(web.result("test.whoami")["actor"].startswith("staff/"))

    def test_bearer_items_in_several_headers_are_one_list(self):
        with self.server.connect() as raw:
            request = self.server.request("GET", "/ws/v1", self.server.upgrade_headers(Sec_WebSocket_Protocol="samvev.v1"))
            raw.sendall(request[:-2] + f"Sec-WebSocket-Protocol: {bearer_item(self.server.tokens['ada'])}\r\n\r\n".encode())
            self.assertEqual(read_response(raw, "GET")[0], 101)
            self.assertTrue(WebSocket(raw).read_json()["params"]["authenticated"])

    def test_bad_tokens_are_401_before_the_upgrade(self):
        for value in ("Bearer x.y.z", "Bearer " + self.server.tokens["expired"], "Basic YTpi"):
            headers, problem = self.refused(401, self.server.upgrade_headers(Authorization=value))
            self.assertTrue(headers["www-authenticate"].startswith("Bearer"))
        for item in ("samvev.bearer.", "samvev.bearer.!!!", bearer_item("x.y.z"), bearer_item("a.b.c") + ", " + bearer_item("a.b.c")):
            self.refused(401, self.server.upgrade_headers(Sec_WebSocket_Protocol="samvev.v1, " + item))

    def test_a_large_token_passes(self):
        # Beast's own accept fails at about 1.5 KiB of header; tokens of 7000 bytes are real.
        headers, _ = self.refused(401, self.server.upgrade_headers(Authorization="Bearer " + "t" * 7000))
        web, _ = self.accepted({**self.server.upgrade_headers(Authorization="Bearer " + self.server.tokens["ada"]), "Cookie": "c" * 9000})
        web.raw.close()

    def test_a_header_over_16_kib_is_431(self):
        self.refused(431, self.server.upgrade_headers(Authorization="Bearer " + "t" * 17000))

    def test_a_token_in_the_query_is_not_looked_at(self):
        raw, status, _, _ = self.server.shake_hands(path="/ws/v1?access_token=" + self.server.tokens["ada"])
        self.assertEqual(status, 101)
        self.assertFalse(WebSocket(raw).read_json()["params"]["authenticated"])
        raw.close()

    def test_the_origin_is_ours_or_absent(self):
        host = self.server.host_header()
        for origin in ("http://" + host, "https://" + host):
            web, _ = self.accepted(self.server.upgrade_headers(Origin=origin))
            web.raw.close()
        for origin in ("null", "http://evil.example", "http://" + host + ".evil.example", "http://evil." + host, "file://", "", "http://127.0.0.1",
                       "http://127.0.0.1:1", "ws://" + host, "http://" + host + "/", "http://user@" + host):
            with self.subTest(origin=origin):
                self.refused(403, self.server.upgrade_headers(Origin=origin))
        _, problem = self.refused(403, self.server.upgrade_headers(Origin="https://evil.example"))
        self.assertIn('"https://evil.example"', problem["detail"])
        self.assertIn(f'"{host}"', problem["detail"])
        web, _ = self.accepted({**self.server.upgrade_headers(Origin="https://samvev.example"), "Host": "samvev.example:443"})
        web.raw.close()

    def test_the_absolute_form_and_a_query_work(self):
        raw, status, _, _ = self.server.shake_hands(path=f"http://{self.server.host_header()}/ws/v1?x=1")
        raw.close()
        self.assertEqual(status, 101)

    def test_a_client_that_resets_in_the_handshake_hurts_nobody(self):
        for cut in (10, 60, 150):
            raw = self.server.connect()
            raw.sendall(self.server.request("GET", "/ws/v1", self.server.upgrade_headers())[:cut])
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            raw.close()
        self.assert_alive()


if __name__ == "__main__":
    unittest.main()
