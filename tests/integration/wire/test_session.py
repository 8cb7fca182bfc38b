"""A session's life: hello, authentication, expiry, cancelling, idleness (api.md §1.8, §2)."""

import json
import threading
import time
import unittest

from harness import PING, PONG, Closed, ServerCase, frame


class Session(ServerCase):
    def test_hello_comes_first_and_tells_the_limits(self):
        with self.server.open() as web:
            hello = web.hello["params"]
            self.assertNotIn("id", web.hello)
            self.assertEqual(hello["server"], "samvev/0.0.0-test")
            self.assertEqual(hello["api"], "1")
            self.assertRegex(hello["connection"], "^cx_")
            self.assertTrue(hello["authenticated"])
            self.assertEqual(hello["limits"], {"maxMessageBytes": 65536, "maxBatch": 50, "maxInFlight": 64, "maxSubscriptions": 64})
            self.assertEqual(hello["pingSeconds"], 25)

    def test_before_a_token_only_public_methods_answer(self):
        with self.server.open(token=None) as web:
            self.assertFalse(web.hello["params"]["authenticated"])
            self.assertEqual(web.result("system.ping"), "pong")
            self.assertEqual(web.result("system.health")["status"], "ready")
            self.assertIn("openrpc", web.result("rpc.discover"))
            self.assertIn("test.echo", web.result("__listMethods"))
            for method in ("test.echo", "test.whoami", "no.such", "events.subscribe", "events.unsubscribe"):
                self.assertEqual(web.error(method, {"from": "head"})["code"], 40101, method)
            batch = [{"jsonrpc": "2.0", "id": 1, "method": "test.echo"}, {"jsonrpc": "2.0", "id": 2, "method": "system.ping"}]
            web.send_json(batch)
            self.assertEqual([each.get("error", {}).get("code") for each in web.read_json()], [40101, None])

    def test_a_token_can_be_shown_in_band(self):
        with self.server.open(token=None) as web:
            principal = web.result("session.authenticate", {"token": self.server.tokens["ada"]})
            self.assertEqual(principal["subject"], "018f3a52-7c10-7e21-9b5e-0a6c1d2e3f40")
            self.assertEqual(principal["tenant"], "0301")
            self.assertEqual(principal["kind"], "staff")
            self.assertEqual(principal["roles"], ["coordinator"])
            self.assertEqual(principal["purpose"], "coordination")
            self.assertRegex(principal["expiresAt"], r"^\d{4}-\d\d-\d\dT")
            self.assertTrue(web.result("test.whoami")["actor"].startswith("staff/"))

    def test_a_purpose_can_be_told(self):
        with self.server.open(token=None) as web:
            web.result("session.authenticate", {"token": self.server.tokens["ada"], "purpose": "follow-up"})
            self.assertEqual(web.result("test.whoami")["purpose"], "follow-up")

    def test_authenticate_takes_what_it_understands_only(self):
        token = self.server.tokens["ada"]
        with self.server.open(token=None) as web:
            for params in (None, {}, [], {"token": 7}, {"token": ""}, {"token": token, "representing": 7}, {"token": token, "purpose": 1},
                           {"token": token, "purpose": "p" * 65}):
                self.assertEqual(web.error("session.authenticate", params)["code"], -32602, params)
            self.assertEqual(web.error("test.whoami")["code"], 40101)

    def test_refused_tokens_are_told_apart_and_never_quoted(self):
        for name, code in (("expired", 40102), ("justExpired", 40102)):
            with self.server.open(token=None) as web:
                error = web.error("session.authenticate", {"token": self.server.tokens[name]})
                self.assertEqual(error["code"], code)
                self.assertNotIn(self.server.tokens[name][:20], json.dumps(error))
        with self.server.open(token=None) as web:
            self.assertEqual(web.error("session.authenticate", {"token": "x.y.z"})["code"], 40103)
            self.assertEqual(web.error("session.authenticate", {"token": "x" * 9000})["code"], 40103)

    def test_the_third_refused_token_closes_with_4401(self):
        with self.server.open(token=None) as web:
            for _ in range(3):
                self.assertEqual(web.error("session.authenticate", {"token": "x.y.z"})["code"], 40103)
            self.assertEqual(web.read_close(), 4401)

    def test_without_a_token_messages_over_16_kib_are_too_much(self):
        with self.server.open(token=None) as web:
            web.send_json({"jsonrpc": "2.0", "id": 1, "method": "system.ping", "x": "y" * 17000})
            self.assertEqual(web.read_close(), 1009)
        with self.server.open(token=None) as web:
            web.result("session.authenticate", {"token": self.server.tokens["ada"]})
            self.assertEqual(len(web.result("test.echo", {"x": "y" * 60000})["x"]), 60000)

    def test_the_same_principal_may_come_with_a_new_token(self):
        with self.server.open() as web:
            web.result("events.subscribe", {"from": "head"})
            self.assertEqual(web.read_json()["params"]["result"]["kind"], "caughtUp")
            web.result("session.authenticate", {"token": self.server.tokens["ada"]})
            self.assertEqual(web.result("events.unsubscribe", {"subscription": "s_1"}), True)

    def test_another_principal_is_4403(self):
        with self.server.open() as web:
            self.assertEqual(web.error("session.authenticate", {"token": self.server.tokens["lo"]})["code"], 40301)
            self.assertEqual(web.read_close(), 4403)
        with self.server.open(token="ada") as web:
            # The same person, but for somebody else.
            self.assertEqual(web.error("session.authenticate", {"token": self.server.tokens["adaForLo"]})["code"], 40301)
            self.assertEqual(web.read_close(), 4403)

    def test_a_bad_token_later_leaves_the_first_in_force(self):
        with self.server.open() as web:
            self.assertEqual(web.error("session.authenticate", {"token": "x.y.z"})["code"], 40103)
            self.assertTrue(web.result("test.whoami")["actor"].startswith("staff/"))

    def test_a_session_can_be_closed_by_a_call(self):
        with self.server.open() as web:
            self.assertEqual(web.result("session.close"), True)
            self.assertEqual(web.read_close(), 1000)

    def test_a_call_after_closing_is_told_that_and_not_of_a_shutdown(self):
        with self.server.open() as web:
            web.send_json({"jsonrpc": "2.0", "id": 1, "method": "test.later", "params": {"ms": 500}})
            web.send_json({"jsonrpc": "2.0", "id": 2, "method": "session.close"})
            web.send_json({"jsonrpc": "2.0", "id": 3, "method": "test.echo"})
            refused = next(answer for answer in (web.read_json() for _ in range(3)) if answer["id"] == 3)["error"]
            self.assertEqual((refused["code"], refused["data"]["reason"]), (50301, "closing"))
            self.assertIn("session.close", refused["data"]["detail"])

    def test_closing_waits_for_calls_in_flight(self):
        with self.server.open() as web:
            web.send_json({"jsonrpc": "2.0", "id": "slow", "method": "test.later", "params": {"ms": 150, "value": 1}})
            self.assertEqual(web.result("session.close"), True)
            web.send_json({"jsonrpc": "2.0", "id": "late", "method": "test.echo"})
            self.assertEqual(web.read_json()["error"]["code"], 50301)
            self.assertEqual(web.read_json()["id"], "slow")
            self.assertEqual(web.read_close(), 1000)

    # --- calls in flight ---

    def test_answers_come_as_they_are_ready(self):
        with self.server.open() as web:
            web.send_json({"jsonrpc": "2.0", "id": "slow", "method": "test.later", "params": {"ms": 100}})
            web.send_json({"jsonrpc": "2.0", "id": "quick", "method": "test.echo"})
            self.assertEqual([web.read_json()["id"], web.read_json()["id"]], ["quick", "slow"])

    def test_the_65th_call_in_flight_is_refused(self):
        with self.server.open() as web:
            for i in range(64):
                web.send_json({"jsonrpc": "2.0", "id": i, "method": "test.hold"})
            error = web.error("test.echo")
            self.assertEqual(error["code"], 42902)
            self.assertGreater(error["data"]["retryAfterMs"], 0)
            self.assertEqual(web.result("system.ping"), "pong")  # needs no place
            with self.server.open() as other:
                self.assertEqual(other.result("test.release"), 64)
            self.assertEqual({web.read_json()["id"] for _ in range(64)}, set(range(64)))
            web.result("test.echo")

    def test_entries_of_a_batch_count_one_by_one(self):
        with self.server.open() as web:
            for i in range(40):
                web.send_json({"jsonrpc": "2.0", "id": i, "method": "test.hold"})
            web.send_json([{"jsonrpc": "2.0", "id": 100 + i, "method": "test.hold"} for i in range(50)])
            self.assertEqual(web.result("system.ping"), "pong")  # So the batch has been read.
            with self.server.open() as other:
                self.assertEqual(other.result("test.release"), 64)
            answers = [web.read_json() for _ in range(41)]
            batch = next(each for each in answers if isinstance(each, list))
            self.assertEqual(sum("result" in each for each in batch), 24)
            self.assertEqual(sum(each.get("error", {}).get("code") == 42902 for each in batch), 26)

    def test_a_call_can_be_cancelled(self):
        with self.server.open() as web:
            for identity in (9, "nine"):
                web.send_json({"jsonrpc": "2.0", "id": identity, "method": "test.hold"})
                web.send_json({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": "another"}})
                web.send_json({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": identity}})
                answer = web.read_json()
                self.assertEqual((answer["id"], answer["error"]["code"]), (identity, -32800))
            self.assertEqual(web.result("test.release"), 0)

    def test_calls_of_a_vanished_client_are_cancelled(self):
        with self.server.open() as web:
            for i in range(10):
                web.send_json({"jsonrpc": "2.0", "id": i, "method": "test.hold"})
            web.result("test.echo")
        with self.server.open() as other:
            deadline = time.monotonic() + 30
            while other.result("test.release") and time.monotonic() < deadline:
                pass
            self.assertEqual(other.result("test.release"), 0)

    def test_an_exception_below_is_50001_and_leaves_no_call_behind(self):
        # The call used to stay in the list of its session after it was freed, and was touched there
        # when the session ended.
        web = self.server.open()
        self.assertEqual(web.error("test.throw")["code"], 50001)
        web.send_json([{"jsonrpc": "2.0", "id": i, "method": m} for i, m in ((1, "test.throw"), (2, "system.ping"), (3, "test.throw"))])
        self.assertEqual([answer.get("result", answer.get("error", {}).get("code")) for answer in map(dict, web.read_json())], [50001, "pong", 50001])
        web.send_json({"jsonrpc": "2.0", "method": "test.throw"})
        for _ in range(100):
            web.send_json({"jsonrpc": "2.0", "id": 1, "method": "test.throw"})
            self.assertEqual(web.read_json()["error"]["code"], 50001)
        web.send_json({"jsonrpc": "2.0", "id": 1, "method": "test.hold"})
        web.result("system.ping")
        web.raw.close()
        self.assert_alive()

    def test_many_clients_at_once_each_get_their_own_answers(self):
        failures = []

        def talk(name):
            try:
                with self.server.open() as web:
                    for i in range(50):
                        value = f"{name}-{i}"
                        if i % 5:
                            assert web.result("test.echo", {"v": value})["v"] == value
                        else:
                            assert web.result("test.later", {"ms": 1, "value": value}) == value
            except Exception as error:  # pylint: disable=broad-except
                failures.append(error)

        threads = [threading.Thread(target=talk, args=(name,)) for name in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])

    # --- what rpc-websockets asks for by itself ---

    def test_rpc_login_takes_an_object_or_a_list(self):
        token = self.server.tokens["ada"]
        for params in ({"token": token}, [token], [{"token": token}]):
            with self.server.open(token=None) as web:
                self.assertIs(web.result("rpc.login", params), True)
                self.assertTrue(web.result("test.whoami")["actor"].startswith("staff/"))
        with self.server.open(token=None) as web:
            self.assertEqual(web.error("rpc.login", ["x.y.z"])["code"], 40103)
            self.assertEqual(web.error("rpc.login", [])["code"], -32602)

    def test_rpc_on_and_off_acknowledge_names(self):
        with self.server.open() as web:
            self.assertEqual(web.result("rpc.on", ["events.event"]), {"events.event": "ok"})
            self.assertEqual(web.result("rpc.on", ["nonsense"]), {"nonsense": "provided event invalid"})
            self.assertEqual(web.result("rpc.off", ["events.event"]), {"events.event": "ok"})
            self.assertEqual(web.error("rpc.on", {"a": 1})["code"], -32602)


class Expiry(ServerCase):
    settings = {"expiring": 60000, "token_pause": 0, "token_close": 0}

    def open_briefly(self):
        with self.server.open() as other:
            self.server.tokens["brief"] = other.result("test.token", {"seconds": 4})
        return self.server.open(token="brief")

    def test_an_expiring_token_is_told_and_then_ends_the_session(self):
        with self.open_briefly() as web:
            notice = web.read_json()
            self.assertEqual(notice["method"], "session.expiring")
            self.assertNotIn("id", notice)
            self.assertLessEqual(notice["params"]["inSeconds"], 4)
            self.assertEqual(notice["params"]["what"], "token")
            self.assertEqual(web.read_close(), 4401)

    def test_a_new_token_in_time_keeps_the_session(self):
        with self.open_briefly() as web:
            self.assertEqual(web.read_json()["method"], "session.expiring")
            web.result("session.authenticate", {"token": self.server.tokens["ada"]})
            web.raw.settimeout(6)
            with self.assertRaises(TimeoutError):
                web.read_message()
            web.raw.settimeout(30)
            self.assertEqual(web.result("system.ping"), "pong")


class Grace(ServerCase):
    """Behind its token's end a session rests, and goes on with a new one."""

    settings = {"expiring": 60000, "token_pause": 200, "token_close": 600000}

    def rest(self, web):
        """Until calls are refused, which the token's last second decides."""
        deadline = time.monotonic() + 30
        while (answer := web.call("test.whoami")).get("error", {}).get("code") != 40102:
            self.assertIn("result", answer)
            self.assertLess(time.monotonic(), deadline)

    def open_briefly(self):
        with self.server.open() as other:
            self.server.tokens["brief"] = other.result("test.token", {"seconds": 2})
        web = self.server.open(token="brief")
        self.assertEqual(web.read_json()["method"], "session.expiring")
        return web

    def test_requests_are_refused_and_streams_rest_until_there_is_a_new_token(self):
        with self.open_briefly() as web, self.server.open() as writer:
            web.result("events.subscribe", {"from": "head"})
            self.assertEqual(web.read_json()["params"]["result"]["kind"], "caughtUp")
            self.rest(web)
            for method in ("test.echo", "events.subscribe", "events.unsubscribe"):
                self.assertEqual(web.error(method, {"from": "head"})["code"], 40102, method)
            for _ in range(3):
                writer.result("test.append", {"count": 2})
            # Nothing comes between these answers, although there is something to send.
            for _ in range(20):
                self.assertEqual(web.result("system.ping"), "pong")
            web.send_json({"jsonrpc": "2.0", "id": "renew", "method": "session.authenticate",
                           "params": {"token": self.server.tokens["ada"]}})
            self.assertEqual(web.read_json()["id"], "renew")
            seen = 0
            while seen < 6:
                seen += len(web.read_json()["params"]["result"].get("events", []))
            self.assertEqual(seen, 6)

    def test_another_principal_does_not_wake_it(self):
        with self.open_briefly() as web:
            self.rest(web)
            self.assertEqual(web.error("session.authenticate", {"token": self.server.tokens["lo"]})["code"], 40301)
            self.assertEqual(web.read_close(), 4403)


class GraceEnds(ServerCase):
    settings = {"expiring": 60000, "token_pause": 0, "token_close": 1500}

    def test_after_the_grace_it_is_closed_with_4401(self):
        with self.server.open() as other:
            self.server.tokens["brief"] = other.result("test.token", {"seconds": 2})
        with self.server.open(token="brief") as web:
            self.assertEqual(web.read_json()["method"], "session.expiring")
            deadline = time.monotonic() + 30
            while web.call("test.whoami").get("error", {}).get("code") != 40102:
                self.assertLess(time.monotonic(), deadline)
            self.assertEqual(web.read_close(), 4401)


class Age(ServerCase):
    settings = {"expiring": 700, "age": 1500}

    def test_however_fresh_its_token_a_session_ends_some_day(self):
        with self.server.open() as web:
            notice = web.read_json()
            self.assertEqual(notice["method"], "session.expiring")
            self.assertEqual((notice["params"]["what"], notice["params"]["inSeconds"]), ("session", 1))
            web.result("session.authenticate", {"token": self.server.tokens["ada"]})
            self.assertEqual(web.read_close(), 4401)


class Deadlines(ServerCase):
    settings = {"authenticate": 600, "ping": 300, "idle": 1200, "close": 600}

    def test_no_token_in_time_is_4408(self):
        with self.server.open(token=None) as web:
            self.assertEqual(web.result("system.ping"), "pong")
            self.assertEqual(web.read_close(), 4408)

    def test_the_server_pings_and_a_pong_keeps_the_session(self):
        with self.server.open() as web:
            for _ in range(8):  # Twice the idle deadline.
                opcode, payload = web.read_frame()
                self.assertEqual(opcode, PING)
                web.send(frame(PONG, payload))
            self.assertEqual(web.result("system.ping"), "pong")

    def test_our_own_pings_keep_the_session_as_well(self):
        with self.server.open() as web:
            deadline = time.monotonic() + 2.5
            while time.monotonic() < deadline:
                web.send(frame(PING, b"x"))
                while web.read_frame()[0] != PONG:
                    pass
                time.sleep(0.3)  # More would be a flood.

    def test_silence_is_4431(self):
        with self.server.open() as web:
            code = None
            while code is None:
                opcode, payload = web.read_frame()
                if opcode == 0x8:
                    code = int.from_bytes(payload[:2], "big")
            self.assertEqual(code, 4431)
            # Whoever does not even answer the close is cut.
            self.assertTrue(web.at_end())

    def test_who_is_cut_leaves_nothing_behind_for_who_comes_next(self):
        # TLS said goodbye on a descriptor that was closed already, and by then somebody else's.
        held = [self.server.open() for _ in range(40)]
        for web in held:
            web.result("session.close")
        deadline = time.monotonic() + 2.5  # The cuts fall into this time.
        while time.monotonic() < deadline:
            self.assertEqual(self.server.http("GET", "/livez")[0], 200)
        for web in held:
            web.raw.close()

    def test_a_close_that_is_never_answered_ends_all_the_same(self):
        with self.server.open() as web:
            web.result("session.close")
            self.assertEqual(web.read_close(), 1000)
            began = time.monotonic()
            self.assertTrue(web.at_end())
            self.assertLess(time.monotonic() - began, 20)


if __name__ == "__main__":
    unittest.main()
