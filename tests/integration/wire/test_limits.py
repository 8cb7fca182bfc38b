"""What one user may ask for, over all connections (api.md §2.7)."""

import json
import time
import unittest

from harness import TEXT, ServerCase, frame


class Rates(ServerCase):
    settings = {"reads": 5, "reads_at_once": 10, "commands": 1, "commands_at_once": 3}

    def batch(self, web, method, count):
        """The error codes of a batch, 0 for a result: at one moment, so that nothing comes in between."""
        web.send_json([{"jsonrpc": "2.0", "id": i, "method": method} for i in range(count)])
        return [each.get("error", {}).get("code", 0) for each in web.read_json()]

    def post(self, method, count, token):
        status, headers, body = self.server.http(
            "POST", "/rpc/v1", {"Content-Type": "application/json", "Authorization": "Bearer " + self.server.tokens[token]},
            json.dumps([{"jsonrpc": "2.0", "id": i, "method": method} for i in range(count)]).encode())
        self.assertEqual(status, 200)
        return headers, [each.get("error", {}).get("code", 0) for each in json.loads(body)]

    def until_refused(self, web, method):
        """The first error of calls as fast as they are answered."""
        while "error" not in (answer := web.call(method)):
            pass
        return answer["error"]

    def wait_for_rest(self):
        """Until the buckets of both users are full again."""
        time.sleep(3.2)

    def setUp(self):
        self.wait_for_rest()

    def test_more_than_there_was_room_for_is_refused_with_when_to_come_again(self):
        with self.server.open() as web:
            self.assertEqual(self.batch(web, "test.echo", 12), [0] * 10 + [42901] * 2)
            error = self.until_refused(web, "test.echo")
            self.assertEqual(error["code"], 42901)
            self.assertEqual((error["data"]["status"], error["data"]["reason"]), (429, "rate"))
            self.assertGreaterEqual(error["data"]["retryAfterMs"], 1000)
            # A read more does not take from commands, and the other way round.
            self.assertEqual(self.batch(web, "test.command", 4), [0, 0, 0, 42901])

    def test_all_connections_and_doors_of_a_user_share_and_others_do_not_notice(self):
        with self.server.open() as first, self.server.open() as second:
            self.assertEqual(self.batch(first, "test.command", 3), [0, 0, 0])
            self.assertIn(42901, self.batch(second, "test.command", 5))
            self.assertIn(42901, self.post("test.command", 5, "ada")[1])
            self.assertEqual(self.post("test.command", 3, "lo")[1], [0, 0, 0])

    def test_cancels_count_as_well(self):
        with self.server.open() as web:
            cancel = b'{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}'
            web.send(frame(TEXT, cancel) * 10 + frame(TEXT, b'{"jsonrpc":"2.0","id":1,"method":"test.echo"}'))
            self.assertEqual(web.read_json()["error"]["code"], 42901)

    def test_who_waits_as_told_is_served_and_never_cut(self):
        with self.server.open() as web:
            for _ in range(7):
                error = self.until_refused(web, "test.command")
                time.sleep(error["data"]["retryAfterMs"] / 1000)
                self.assertIs(web.result("test.command"), True)

    def test_who_goes_on_for_five_seconds_is_cut_with_4429(self):
        began = time.monotonic()
        with self.server.open() as web:
            code = None
            try:
                while True:
                    web.call("test.command")
                    time.sleep(0.02)
            except AssertionError:
                raise
            except Exception as closed:  # pylint: disable=broad-except
                code = getattr(closed, "code", None)
            self.assertEqual(code, 4429)
            self.assertGreater(time.monotonic() - began, 4.5)
        # The same over POST ends the connection.
        headers, codes = self.post("test.command", 5, "ada")
        self.assertIn(42901, codes)
        self.assertEqual(headers["connection"], "close")


class Shares(ServerCase):
    settings = {"sessions": 3, "subscriptions": 4}

    def test_a_user_has_so_many_sessions_and_gets_one_back(self):
        held = [self.server.open() for _ in range(3)]
        with self.server.open(token="lo") as other:
            self.assertEqual(other.result("system.ping"), "pong")
        raw, status, _, body = self.server.shake_hands(
            self.server.upgrade_headers(Authorization="Bearer " + self.server.tokens["ada"]))
        raw.close()
        self.assertEqual((status, json.loads(body)["reason"]), (429, "connections"))
        with self.server.open(token=None) as late:
            self.assertEqual(late.error("session.authenticate", {"token": self.server.tokens["ada"]})["code"], 42904)
            self.assertEqual(late.error("test.whoami")["code"], 40101)
            held.pop().raw.close()
            deadline = time.monotonic() + 30
            while "error" in late.call("session.authenticate", {"token": self.server.tokens["ada"]}):
                self.assertLess(time.monotonic(), deadline)
            self.assertIn("result", late.call("test.whoami"))
        for web in held:
            web.raw.close()

    def test_a_users_subscriptions_count_over_all_sessions(self):
        with self.server.open(token="lo") as first, self.server.open(token="lo") as second:
            ids = []
            for web in (first, first, second, second):
                web.send_json({"jsonrpc": "2.0", "id": "s", "method": "events.subscribe", "params": {"from": "head"}})
                while (message := web.read_json()).get("id") != "s":
                    pass
                ids.append(message["result"])

            def answer(web, method, params):
                web.send_json({"jsonrpc": "2.0", "id": method, "method": method, "params": params})
                while (message := web.read_json()).get("id") != method:
                    pass
                return message

            self.assertEqual(answer(first, "events.subscribe", {"from": "head"})["error"]["code"], 42903)
            self.assertIs(answer(second, "events.unsubscribe", {"subscription": ids[2]})["result"], True)
            self.assertIn("result", answer(first, "events.subscribe", {"from": "head"}))
            self.assertEqual(answer(first, "events.subscribe", {"from": "nonsense"})["error"]["code"], 42903)


if __name__ == "__main__":
    unittest.main()
