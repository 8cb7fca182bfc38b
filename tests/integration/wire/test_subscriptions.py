"""events.subscribe over a socket: order, pages, wake-ups, flow (api.md §1.3, §4.2)."""

import threading
import time
import unittest

from harness import ServerCase


class Subscriptions(ServerCase):
    def append(self, count, size=10):
        with self.server.open() as web:
            web.result("test.append", {"count": count, "bytes": size})

    def read_events(self, web, subscription):
        """Reads until caughtUp: ids of all events."""
        seen = []
        while True:
            note = web.read_json()
            self.assertEqual((note["jsonrpc"], note["method"]), ("2.0", "events.event"))
            self.assertNotIn("id", note)
            self.assertEqual(note["params"]["subscription"], subscription)
            result = note["params"]["result"]
            if result["kind"] == "caughtUp":
                return seen
            seen += [int(event["id"]) for event in result["events"]]

    def test_the_answer_comes_before_the_first_page_and_is_a_bare_id(self):
        self.append(250)
        with self.server.open() as web:
            for i in range(1, 20):
                # call() insists that the next message is the answer.
                self.assertEqual(web.result("events.subscribe", {"from": "start"}), f"s_{i}")
                seen = self.read_events(web, f"s_{i}")
                self.assertEqual(seen, list(range(len(seen))))
                self.assertGreaterEqual(len(seen), 250)
                self.assertIs(web.result("events.unsubscribe", {"subscription": f"s_{i}"}), True)

    def test_live_events_arrive_in_order_without_a_gap(self):
        with self.server.open() as web:
            web.result("events.subscribe", {"from": "head"})
            self.assertEqual(self.read_events(web, "s_1"), [])
            writer = threading.Thread(target=lambda: [self.append(3) for _ in range(40)])
            writer.start()
            seen = []
            while len(seen) < 120:
                seen += self.read_events(web, "s_1")
            writer.join()
            self.assertEqual(seen, list(range(seen[0], seen[0] + 120)))

    def test_calls_are_answered_between_pages(self):
        self.append(5000, 400)
        with self.server.open() as web:
            web.result("events.subscribe", {"from": "start"})
            web.send_json({"jsonrpc": "2.0", "id": "ping", "method": "system.ping"})
            pages_before = 0
            while True:
                message = web.read_json()
                if message.get("id") == "ping":
                    break
                pages_before += 1
            self.assertLess(pages_before, 25)
            seen = self.read_events(web, "s_1")
            self.assertGreater(len(seen), 1000)

    def test_several_subscriptions_take_turns(self):
        self.append(2000)
        with self.server.open() as web:
            web.send_json({"jsonrpc": "2.0", "id": 1, "method": "events.subscribe", "params": {"from": "start"}})
            web.send_json({"jsonrpc": "2.0", "id": 2, "method": "events.subscribe", "params": {"from": "start"}})
            order, done = [], set()
            while len(done) < 2:
                message = web.read_json()
                if "id" not in message:
                    order.append(message["params"]["subscription"])
                    if message["params"]["result"]["kind"] == "caughtUp":
                        done.add(order[-1])
            self.assertIn("s_2", order[:6])
            self.assertIn("s_1", order[-6:])

    def test_unsubscribe_takes_an_object_or_a_list_and_tells_whether(self):
        with self.server.open() as web:
            for params in ({"subscription": "s_1"}, ["s_1"]):
                self.assertIs(web.result("events.unsubscribe", params), False)
            self.assertEqual(web.result("events.subscribe", {"from": "head"}), "s_1")
            self.assertEqual(self.read_events(web, "s_1"), [])
            self.assertIs(web.result("events.unsubscribe", ["s_1"]), True)
            self.assertIs(web.result("events.unsubscribe", ["s_1"]), False)
            for params in ({}, [], ["a", "b"], [1], {"subscription": 1}):
                self.assertEqual(web.error("events.unsubscribe", params)["code"], -32602)

    def test_params_are_checked(self):
        case = "018f3a52-7c10-7e21-9b5e-0a6c1d2e3f40"
        with self.server.open() as web:
            for params in (
                None, {}, [], {"from": ""}, {"from": 7}, {"from": None}, {"from": "head", "filter": []}, {"from": "head", "filter": {"cases": "x"}},
                {"from": "head", "filter": {"cases": ["x"]}}, {"from": "head", "filter": {"types": [1]}}, {"from": "head", "filter": {"types": [""]}},
                {"from": "head", "filter": {"persons": [case]}}, {"from": "head", "consumer": "x"}, {"from": "head", "include": "snapshots"},
                {"from": "head", "filter": {"types": ["t"] * 65}}, {"from": "head", "filter": {"cases": [case] * 129}}, {"from": "head", "filter": {"cases": []}}, {"from": "x" * 200},
            ):
                self.assertEqual(web.error("events.subscribe", params)["code"], -32602, params)
            detail = web.error("events.subscribe", {"from": "head", "filter": {"cases": [case, "here"]}})["data"]["detail"]
            self.assertEqual(detail, 'filter.cases[1] is not a UUID: "here"')
            detail = web.error("events.subscribe", {"from": "head", "filter": {"cases": []}})["data"]["detail"]
            self.assertIn("leave cases out to follow all", detail)
            self.assertEqual(web.error("events.subscribe", {"from": "position-of-another-life"})["code"], 41001)
            full = {"from": "head", "include": "events", "meta": {}, "filter": {"cases": [case], "streams": ["case/" + case], "types": ["no.samvev.case.*"]}}
            self.assertEqual(web.result("events.subscribe", full), "s_1")

    def test_the_65th_subscription_is_42903(self):
        with self.server.open() as web:
            for _ in range(64):
                web.send_json({"jsonrpc": "2.0", "id": 1, "method": "events.subscribe", "params": {"from": "head"}})
            web.send_json({"jsonrpc": "2.0", "id": "last", "method": "events.subscribe", "params": {"from": "head"}})
            while True:
                message = web.read_json()
                if message.get("id") == "last":
                    self.assertEqual(message["error"]["code"], 42903)
                    break

    def test_subscribers_that_come_and_go_while_events_arrive_hurt_nobody(self):
        stop = threading.Event()

        def write():
            while not stop.is_set():
                self.append(5)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for i in range(60):
                web = self.server.open()
                web.send_json({"jsonrpc": "2.0", "id": 1, "method": "events.subscribe", "params": {"from": "start" if i % 2 else "head"}})
                if i % 3:
                    web.read_message()
                web.raw.close()
        finally:
            stop.set()
            writer.join()
        self.assert_alive()

    def test_hundreds_of_subscribers_all_get_an_event(self):
        webs = [self.server.open() for _ in range(300)]
        for web in webs:
            web.result("events.subscribe", {"from": "head"})
            self.assertEqual(self.read_events(web, "s_1"), [])
        began = time.monotonic()
        self.append(1)
        for web in webs:
            self.assertEqual(len(self.read_events(web, "s_1")), 1)
        self.assertLess(time.monotonic() - began, 20)
        for web in webs:
            web.raw.close()


if __name__ == "__main__":
    unittest.main()
