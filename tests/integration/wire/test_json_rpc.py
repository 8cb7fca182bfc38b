"""JSON-RPC 2.0 and the JSON under it: api.md §1.1, "things servers get wrong"."""

import json
import unittest

from harness import ServerCase


class JsonRpc(ServerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.web = cls.server.open()

    @classmethod
    def tearDownClass(cls):
        cls.web.raw.close()
        super().tearDownClass()

    def tearDown(self):
        # Whatever was sent, the connection goes on and nothing is left to read.
        self.assertEqual(self.web.result("system.ping"), "pong")

    def ask(self, text):
        self.web.send_text(text)
        return self.web.read_message()

    def code(self, text, identity=None):
        answer = json.loads(self.ask(text))
        self.assertEqual(answer["jsonrpc"], "2.0")
        self.assertEqual(set(answer), {"jsonrpc", "id", "error"}, text)
        self.assertEqual(answer["id"], identity, text)
        problem = answer["error"]["data"]
        self.assertEqual({"type", "title", "status", "detail", "traceId"} - set(problem), set())
        self.assertEqual(answer["error"]["message"], problem["title"])
        return answer["error"]["code"]

    def silent(self, text):
        """Nothing comes back: the next answer is that of a ping behind it."""
        self.web.send_text(text)
        self.assertEqual(self.ask('{"jsonrpc":"2.0","id":"after","method":"system.ping"}'), '{"jsonrpc":"2.0","id":"after","result":"pong"}')

    # --- JSON ---

    def test_what_is_not_json_is_a_parse_error(self):
        for text in (
            "", " ", "{", "}", "[", "nul", "{'a':1}", '{"a":1,}', "[1,]", '{"a" 1}', "{} {}", "{}{}", '{"a":NaN}', '{"a":Infinity}', '{"a":01}',
            '{"a":1.}', '{"a":.5}', '{"a":+1}', '{"a":1e400}', '{"a":18446744073709551616}', '{"a":"\t"}', '{"a":"\\x"}', '{"a":"\\ud800"}',
            '{"a":"\\udc00\\ud800"}', '{"a":"\\u00"}', "/*c*/{}", "\ufeff{}", '{"a":1}\u0000', '{"a":1}x', '"' + "\\u0041" * 10000, "[" * 30000,
        ):
            with self.subTest(text=text[:40]):
                self.assertIn(self.code(text), (-32700, -32600) if text.startswith("[[") else (-32700,))

    def test_depth_is_bounded(self):
        def nested(depth):
            return '{"jsonrpc":"2.0","id":1,"method":"test.echo","params":' + '{"a":' * (depth - 1) + "1" + "}" * depth
        self.assertIn('"result"', self.ask(nested(64)))
        self.assertEqual(self.code(nested(65)), -32600)
        self.assertEqual(self.code("[" * 10000 + "]" * 10000), -32600)

    def test_duplicate_members_are_refused_wherever_they_are(self):
        for text in (
            '{"jsonrpc":"2.0","id":1,"id":2,"method":"system.ping"}', '{"jsonrpc":"2.0","id":1,"method":"a","method":"system.ping"}',
            '{"jsonrpc":"2.0","id":1,"method":"system.ping","\\u006dethod":"x"}', '{"jsonrpc":"2.0","jsonrpc":"2.0","id":1,"method":"system.ping"}',
        ):
            self.assertEqual(self.code(text), -32600)
        for params in ('{"a":1,"a":1}', '{"a":{"b":[{"c":1,"\\u0063":2}]}}', "{" + ",".join(f'"k{i}":0' for i in range(100)) + ',"k7":1}'):
            self.assertEqual(self.code('{"jsonrpc":"2.0","id":1,"method":"test.echo","params":' + params + "}", 1), -32602)
        self.silent('{"jsonrpc":"2.0","method":"test.echo","params":{"a":1,"a":2}}')

    def test_params_arrive_byte_for_byte(self):
        for params in (
            '{ "n" : -0, "e":1E5,"f":1.0 , "big":9007199254740993, "u":"\\u00e6\\ud83d\\ude42\\/", "nul":"a\\u0000b" }',
            '{"q":"\\"}]{[,","b":"\\\\","d":{"x":[{},[],"]"]}}', '{"a":[1,[2,[3]],{"b":null}],"c":true,"d":false}', "{}", "{ }", '{"":""}',
        ):
            text = '{"jsonrpc":"2.0", "params" : ' + params + ' ,"method":"test.echo","id" : 5}'
            self.assertEqual(self.ask(text), '{"jsonrpc":"2.0","id":5,"result":' + params + "}")

    def test_many_members_and_long_strings_are_read(self):
        many = {f"key{i}": i for i in range(3000)}
        self.assertEqual(self.web.result("test.echo", many), many)
        text = '{"jsonrpc":"2.0","id":1,"method":"test.echo","params":{"a":"' + "\\u0041" * 10000 + '"}}'
        self.assertEqual(json.loads(self.ask(text))["result"]["a"], "A" * 10000)

    # --- the envelope ---

    def test_wrong_envelopes_are_invalid_requests(self):
        for text, identity in (
            ("1", None), ('"a"', None), ("null", None), ("true", None), ("{}", None), ('{"jsonrpc":"2.0"}', None),
            ('{"jsonrpc":2.0,"id":1,"method":"a"}', 1), ('{"jsonrpc":"1.0","id":1,"method":"a"}', 1), ('{"id":1,"method":"a"}', 1),
            ('{"jsonrpc":"2.0 ","id":1,"method":"a"}', 1), ('{"jsonrpc":"2.0","id":1}', 1), ('{"jsonrpc":"2.0","id":1,"method":""}', 1),
            ('{"jsonrpc":"2.0","id":1,"method":1}', 1), ('{"jsonrpc":"2.0","id":1,"method":["a"]}', 1), ('{"jsonrpc":"2.0","id":1,"method":null}', 1),
            ('{"jsonrpc":"2.0","id":1,"method":"system.ping","params":null}', 1), ('{"jsonrpc":"2.0","id":1,"method":"system.ping","params":"x"}', 1),
            ('{"jsonrpc":"2.0","id":1,"method":"system.ping","params":7}', 1), ('{"jsonrpc":"2.0","method":1,"params":"bar"}', None),
            ('{"jsonrpc":"2.0","id":1,"result":"x"}', 1), ('{"JSONRPC":"2.0","ID":1,"METHOD":"system.ping"}', None),
        ):
            with self.subTest(text=text):
                self.assertEqual(self.code(text, identity), -32600)

    def test_ids_are_echoed_byte_for_byte(self):
        for identity in ("0", "-1", "-0", "9223372036854775807", "-9223372036854775808", '""', '"a"', '"\\u0061\\n\\""', '"' + "x" * 128 + '"', '"æ"', '"1"'):
            answer = self.ask('{"jsonrpc":"2.0","id":' + identity + ',"method":"system.ping"}')
            self.assertEqual(answer, '{"jsonrpc":"2.0","id":' + identity + ',"result":"pong"}')

    def test_other_ids_are_invalid_and_answered_with_null(self):
        for identity in ("null", "1.5", "1.0", "1e3", "9223372036854775808", "18446744073709551615", "true", "{}", "[]", "[1]", '"' + "x" * 129 + '"'):
            with self.subTest(identity=identity[:20]):
                self.assertEqual(self.code('{"jsonrpc":"2.0","id":' + identity + ',"method":"net_version"}'), -32600)

    def test_empty_params_have_three_spellings(self):
        for params in ("", ',"params":{}', ',"params":[]', ',"params":[ ]'):
            self.assertEqual(self.ask('{"jsonrpc":"2.0","id":1,"method":"test.echo"' + params + "}"), '{"jsonrpc":"2.0","id":1,"result":{}}')
            self.assertEqual(self.ask('{"jsonrpc":"2.0","id":1,"method":"system.ping"' + params + "}"), '{"jsonrpc":"2.0","id":1,"result":"pong"}')

    def test_params_by_position_are_invalid(self):
        for method in ("test.echo", "system.ping", "session.authenticate", "events.subscribe", "no.such"):
            self.assertEqual(self.code('{"jsonrpc":"2.0","id":1,"method":"' + method + '","params":[1]}', 1), -32602)

    def test_unknown_methods_are_not_found(self):
        for method in ("nope", "rpc.nothing", "$/unknown", "$/cancelRequest", "session.hello", "System.ping", "x" * 5000, "\\u0000", "æ"):
            self.assertEqual(self.code('{"jsonrpc":"2.0","id":1,"method":"' + method + '"}', 1), -32601)

    def test_further_members_of_a_request_are_ignored(self):
        self.assertEqual(self.ask('{"jsonrpc":"2.0","id":1,"method":"system.ping","extra":{"id":9}}'), '{"jsonrpc":"2.0","id":1,"result":"pong"}')

    # --- notifications ---

    def test_notifications_are_never_answered(self):
        for text in (
            '{"jsonrpc":"2.0","method":"test.echo"}', '{"jsonrpc":"2.0","method":"nope"}', '{"jsonrpc":"2.0","method":"test.fail","params":{"code":"internal"}}',
            '{"jsonrpc":"2.0","method":"system.ping"}', '{"jsonrpc":"2.0","method":"$/anything"}', '{"jsonrpc":"2.0","method":"test.echo","params":[1]}',
            '{"jsonrpc":"2.0","method":"events.subscribe","params":{"from":"start"}}', '{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}',
            '{"jsonrpc":"2.0","method":"$/cancelRequest"}', '{"jsonrpc":"2.0","method":"$/cancelRequest","params":[1]}',
            '[{"jsonrpc":"2.0","method":"test.echo"},{"jsonrpc":"2.0","method":"nope"}]',
        ):
            with self.subTest(text=text):
                self.silent(text)

    def test_notifications_are_carried_out(self):
        before = self.web.result("test.count")
        self.silent('{"jsonrpc":"2.0","method":"test.count"}')
        self.assertEqual(self.web.result("test.count"), before + 2)

    # --- batches ---

    def test_the_example_of_the_specification(self):
        answer = json.loads(self.ask(
            '[{"jsonrpc":"2.0","method":"test.echo","params":{"a":1},"id":"1"},{"jsonrpc":"2.0","method":"nope","params":{}},{"foo":"boo"},'
            '{"jsonrpc":"2.0","method":"foo.get","params":{"name":"myself"},"id":"5"},1,{"jsonrpc":"2.0","method":"system.ping","id":"9"}]'
        ))
        self.assertEqual([each["id"] for each in answer], ["1", None, "5", None, "9"])
        self.assertEqual([each.get("error", {}).get("code") for each in answer], [None, -32600, -32601, -32600, None])

    def test_an_empty_batch_is_one_error(self):
        self.assertEqual(self.code("[]"), -32600)
        self.assertEqual(self.code(" [ ] "), -32600)

    def test_a_batch_of_rubbish_is_a_list_of_errors(self):
        self.assertEqual([each["error"]["code"] for each in json.loads(self.ask("[1,2,3]"))], [-32600] * 3)
        self.assertEqual(json.loads(self.ask("[[]]"))[0]["error"]["code"], -32600)

    def test_50_entries_are_taken_and_51_are_not(self):
        def batch(size):
            return json.dumps([{"jsonrpc": "2.0", "id": i, "method": "test.later", "params": {"ms": 1, "value": i}} for i in range(size)])
        self.assertEqual([each["result"] for each in json.loads(self.ask(batch(50)))], list(range(50)))
        self.assertEqual(self.code(batch(51)), -32600)
        # Notifications count as well.
        self.assertEqual(self.code(json.dumps([{"jsonrpc": "2.0", "method": "test.echo"}] * 51)), -32600)

    def test_subscribing_and_closing_are_no_part_of_a_batch(self):
        for method in ("events.subscribe", "session.close"):
            answer = json.loads(self.ask('[{"jsonrpc":"2.0","id":1,"method":"' + method + '","params":{"from":"head"}},{"jsonrpc":"2.0","id":2,"method":"system.ping"}]'))
            self.assertEqual(answer[0]["error"]["code"], -32600)
            self.assertEqual(answer[1]["result"], "pong")

    def test_a_batch_is_answered_once_its_slowest_entry_is(self):
        answer = json.loads(self.ask(json.dumps([
            {"jsonrpc": "2.0", "id": "slow", "method": "test.later", "params": {"ms": 50}},
            {"jsonrpc": "2.0", "id": "quick", "method": "system.ping"},
        ])))
        self.assertEqual([each["id"] for each in answer], ["slow", "quick"])

    def test_a_batch_answers_at_most_512_kib(self):
        text = self.ask(json.dumps([{"jsonrpc": "2.0", "id": i, "method": "test.big", "params": {"bytes": 200000}} for i in range(5)]))
        self.assertLessEqual(len(text), 540 * 1024)
        answer = json.loads(text)
        self.assertEqual([each["id"] for each in answer], list(range(5)))
        self.assertEqual([each.get("error", {}).get("code") for each in answer], [None, None, 41301, 41301, 41301])

    # --- errors ---

    def test_every_error_code_has_its_number_and_status(self):
        for name, code, status in (
            ("invalid_argument", -32602, 400), ("unauthenticated", 40101, 401), ("denied", 40301, 403), ("not_found", 40401, 404),
            ("revision_conflict", 40901, 409), ("idempotency_mismatch", 40902, 409), ("busy", 40903, 409), ("gone", 41001, 410),
            ("too_large", 41301, 413), ("rejected", 42201, 422), ("overloaded", 50304, 503), ("read_only", 50302, 503), ("unavailable", 50301, 503),
            ("unsupported", -32601, 404), ("cancelled", -32800, 499), ("outcome_unknown", 50305, 503), ("corrupt", 50003, 500),
            ("module_fault", 50002, 500), ("internal", 50001, 500), ("claim_taken", 42201, 422), ("duplicate", 40904, 409),
        ):
            error = self.web.error("test.fail", {"code": name, "message": "why so"})
            self.assertEqual((error["code"], error["data"]["status"]), (code, status), name)
            self.assertTrue(error["data"]["type"].startswith("https://"), name)
            self.assertEqual(error["data"]["detail"] == "why so", name != "internal", name)

    def test_reasons_refine_the_code(self):
        for name, reason, code in (
            ("unauthenticated", "expired", 40102), ("unauthenticated", "signature", 40103), ("denied", "purpose", 40302), ("gone", "too_old", 41002),
            ("unavailable", "quarantined", 50303), ("module_fault", "quarantined", 50303), ("overloaded", "rate", 42901), ("rejected", "whatever", 42201),
        ):
            error = self.web.error("test.fail", {"code": name, "data": {"reason": reason}})
            self.assertEqual(error["code"], code)
            self.assertEqual(error["data"]["reason"], reason)

    def test_members_of_an_error_are_told_and_cannot_pose_as_the_problem(self):
        data = {"rejections": [{"code": "coordinator_missing", "field": "/coordinator"}], "expectedRevision": "17", "type": "x", "status": 200, "traceId": "x", "detail": "x"}
        problem = self.web.error("test.fail", {"code": "rejected", "data": data})["data"]
        self.assertEqual(problem["rejections"], data["rejections"])
        self.assertEqual(problem["expectedRevision"], "17")
        self.assertEqual(problem["status"], 422)
        self.assertNotEqual(problem["type"], "x")
        self.assertRegex(problem["traceId"], "^[0-9a-f]{32}$")

    def test_an_internal_error_keeps_its_reason_inside(self):
        error = self.web.error("test.fail", {"code": "internal", "message": "null pointer at secret place"})
        self.assertNotIn("secret", json.dumps(error))


if __name__ == "__main__":
    unittest.main()
