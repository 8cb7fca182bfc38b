"""RFC 6455 §5 to §7 against the session: what Autobahn's sections 1 to 7 and 9 ask for."""

import contextlib
import json
import socket
import struct
import unittest

from harness import BINARY, CLOSE, PING, PONG, TEXT, TLS_FOLDER, Closed, ServerCase, frame

PING_CALL = '{"jsonrpc":"2.0","id":1,"method":"system.ping"}'
PONG_ANSWER = {"jsonrpc": "2.0", "id": 1, "result": "pong"}


class Frames(ServerCase):
    def ends_with(self, code, *frames):
        """After these frames the server closes with `code`, and hangs up when it is answered."""
        with self.server.open() as web:
            for data in frames:
                web.send(data)
            self.assertEqual(web.read_close(), code)
            web.send(frame(CLOSE, struct.pack(">H", 1000)))
            self.assertTrue(web.at_end())

    # --- messages ---

    def test_a_text_of_every_length_form_is_read(self):
        with self.server.open() as web:
            for size in (0, 1, 60, 124, 125, 126, 127, 65000):
                self.assertEqual(len(web.result("test.echo", {"x": "y" * size})["x"]), size)

    def test_answers_of_every_length_form_are_framed_right(self):
        with self.server.open() as web:
            for size in (40, 80, 90, 91, 92, 65470, 65490, 65500, 65536, 300000):
                self.assertEqual(len(web.result("test.big", {"bytes": size})), size)

    def test_a_binary_message_is_1003(self):
        self.ends_with(1003, frame(BINARY, PING_CALL.encode()))
        self.ends_with(1003, frame(BINARY, b""))

    def test_an_empty_text_is_a_parse_error(self):
        with self.server.open() as web:
            web.send_text("")
            self.assertEqual(web.read_json()["error"]["code"], -32700)

    def test_64_kib_is_read_and_one_byte_more_is_1009(self):
        padding = 65536 - len(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "system.ping", "x": ""}))
        for size, fits in ((padding, True), (padding + 1, False)):
            text = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "system.ping", "x": "y" * size}).encode()
            if fits:
                with self.server.open() as web:
                    web.send_text(text)
                    self.assertEqual(web.read_json(), PONG_ANSWER)
            else:
                self.ends_with(1009, frame(TEXT, text))

    def test_too_much_in_many_fragments_is_1009(self):
        self.ends_with(1009, frame(TEXT, b"x" * 40000, fin=False), frame(0, b"x" * 30000, fin=False))

    # --- fragments ---

    def test_fragments_are_put_together(self):
        data = PING_CALL.encode()
        with self.server.open() as web:
            for i in range(len(data)):
                web.send(frame(TEXT if i == 0 else 0, data[i : i + 1], fin=i == len(data) - 1))
            self.assertEqual(web.read_json(), PONG_ANSWER)

    def test_control_frames_between_fragments_are_answered_at_once(self):
        data = PING_CALL.encode()
        with self.server.open() as web:
            web.send(frame(TEXT, data[:5], fin=False) + frame(PING, b"mid") + frame(0, data[5:9], fin=False))
            self.assertEqual(web.read_frame(), (PONG, b"mid"))
            web.send(frame(PONG, b"unasked") + frame(0, data[9:]))
            self.assertEqual(web.read_json(), PONG_ANSWER)

    def test_a_hundred_thousand_empty_fragments_are_survived(self):
        with self.server.open() as web:
            web.send(frame(TEXT, PING_CALL.encode(), fin=False))
            for _ in range(100):
                web.send(frame(0, b"", fin=False) * 1000)
            web.send(frame(0, b""))
            self.assertEqual(web.read_json(), PONG_ANSWER)

    def test_broken_fragmentation_is_1002(self):
        self.ends_with(1002, frame(0, b"nothing to continue"))
        self.ends_with(1002, frame(TEXT, b"{", fin=False), frame(TEXT, b"}"))
        self.ends_with(1002, frame(TEXT, b"{", fin=False), frame(BINARY, b"}"))

    def test_bytes_may_trickle_in(self):
        with self.server.open() as web:
            for byte in frame(TEXT, PING_CALL.encode()):
                web.send(bytes([byte]))
            self.assertEqual(web.read_json(), PONG_ANSWER)

    def test_many_messages_in_one_segment_are_all_answered_in_order(self):
        with self.server.open() as web:
            web.send(b"".join(frame(TEXT, PING_CALL.replace('"id":1', f'"id":{i}').encode()) for i in range(500)))
            self.assertEqual([web.read_json()["id"] for _ in range(500)], list(range(500)))

    # --- protocol errors ---

    def test_unmasked_frames_are_1002(self):
        self.ends_with(1002, frame(TEXT, PING_CALL.encode(), mask=None))
        self.ends_with(1002, frame(PING, b"", mask=None))

    def test_reserved_bits_are_1002(self):
        for rsv in range(1, 8):
            self.ends_with(1002, frame(TEXT, PING_CALL.encode(), rsv=rsv))
        self.ends_with(1002, frame(PING, b"", rsv=1))

    def test_reserved_opcodes_are_1002(self):
        for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
            self.ends_with(1002, frame(opcode, b"x"))

    def test_long_or_fragmented_control_frames_are_1002(self):
        for opcode in (PING, PONG, CLOSE):
            self.ends_with(1002, frame(opcode, b"x" * 126))
            self.ends_with(1002, frame(opcode, b"", fin=False))

    def test_a_length_that_is_not_the_shortest_is_refused(self):
        head = bytes([0x81, 0x80 | 126]) + struct.pack(">H", 5) + b"\0\0\0\0"
        self.ends_with(1002, head + b"xxxxx")
        head = bytes([0x81, 0x80 | 127]) + struct.pack(">Q", 65535) + b"\0\0\0\0"
        self.ends_with(1002, head + b"x" * 10)

    def test_monstrous_lengths_end_the_connection_at_once(self):
        for length in (2**63 - 1, 2**63, 2**64 - 1, 2**32):
            with self.subTest(length=length), self.server.open() as web:
                before = self.server.resident_bytes()
                web.send(frame(TEXT, b"x" * 100, length=length))
                self.assertIn(web.read_close(), (1002, 1009))
                self.assertLess(self.server.resident_bytes() - before, 16 * 2**20)

    # --- UTF-8 ---

    def test_invalid_utf8_is_1007(self):
        for data in (b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf", b'{"a":"\xe6"}'):
            self.ends_with(1007, frame(TEXT, data))

    def test_a_character_may_be_split_over_fragments(self):
        text = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "test.echo", "params": {"a": "æøå🙂"}}, ensure_ascii=False).encode()
        at = text.index("🙂".encode()) + 2
        with self.server.open() as web:
            web.send(frame(TEXT, text[:at], fin=False) + frame(0, text[at:]))
            self.assertEqual(web.read_json()["result"]["a"], "æøå🙂")

    def test_invalid_utf8_over_fragments_is_1007(self):
        self.ends_with(1007, frame(TEXT, b'"\xc3', fin=False), frame(0, b'x"'))

    # --- ping, pong, close ---

    def test_pings_are_answered_with_their_payload(self):
        with self.server.open() as web:
            for payload in (b"", b"hello", bytes(range(125)), b"\xff" * 125):
                web.send(frame(PING, payload))
                self.assertEqual(web.read_frame(), (PONG, payload))

    def test_a_flood_of_pings_costs_little_memory(self):
        with self.server.open(receive_buffer=4096) as web:
            before = self.server.resident_bytes()
            flood = frame(PING, b"p" * 125) * 1000
            web.raw.settimeout(2)
            with contextlib.suppress(OSError):  # It stops reading, or is cut.
                for _ in range(300):
                    web.send(flood)
            self.assertLess(self.server.resident_bytes() - before, 40 * 2**20)
        with self.server.open() as web:
            web.send(frame(PING, b"p") * 1000)
            codes = []
            while not codes:
                opcode, payload = web.read_frame()
                codes += [struct.unpack(">H", payload[:2])[0]] if opcode == CLOSE else []
            self.assertEqual(codes, [4429])
        self.assert_alive()

    def test_a_close_is_echoed_and_the_connection_ended(self):
        for code in (1000, 1001, 1002, 1003, 1007, 1011, 3000, 3999, 4000, 4999):
            self.ends_with(code, frame(CLOSE, struct.pack(">H", code) + b"bye"))

    def test_a_close_without_a_code_is_answered_without_one(self):
        with self.server.open() as web:
            web.send(frame(CLOSE))
            self.assertIn(web.read_close(), (1005, 1000))
            self.assertTrue(web.at_end())

    def test_wrong_close_frames_are_1002_or_1007(self):
        self.ends_with(1002, frame(CLOSE, b"\x03"))
        for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 2999):
            self.ends_with(1002, frame(CLOSE, struct.pack(">H", code)))
        with self.server.open() as web:
            web.send(frame(CLOSE, struct.pack(">H", 1000) + b"\xff\xfe"))
            self.assertIn(web.read_close(), (1002, 1007))

    def test_what_comes_after_a_close_is_not_read(self):
        with self.server.open() as web:
            before = web.result("test.count")
            web.send(frame(CLOSE, struct.pack(">H", 1000)) + frame(TEXT, b'{"jsonrpc":"2.0","method":"test.count"}'))
            self.assertEqual(web.read_close(), 1000)
            self.assertTrue(web.at_end())
        with self.server.open() as web:
            self.assertEqual(web.result("test.count"), before + 1)

    @unittest.skipIf(TLS_FOLDER, "Python ends TLS without a word there")
    def test_half_a_close_ends_the_session(self):
        with self.server.open() as web:
            web.raw.shutdown(socket.SHUT_WR)
            with self.assertRaises(Closed):
                web.read_message()

    def test_a_reset_in_the_middle_of_answers_hurts_nobody(self):
        for _ in range(20):
            web = self.server.open()
            web.send(b"".join(frame(TEXT, b'{"jsonrpc":"2.0","id":1,"method":"test.big","params":{"bytes":300000}}') for _ in range(5)))
            web.raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            web.raw.close()
        self.assert_alive()

    def test_a_reset_with_calls_in_flight_hurts_nobody(self):
        for _ in range(20):
            web = self.server.open()
            for i in range(10):
                web.send_json({"jsonrpc": "2.0", "id": i, "method": "test.later", "params": {"ms": 5 * i}})
            web.raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            web.raw.close()
        self.assert_alive()


if __name__ == "__main__":
    unittest.main()
