"""Who was shown what, on the real server: on the disk before it is shown, and told to whom it is about."""

import asyncio
import json
import pathlib
import unittest
import uuid

from access_test import ADA, BERIT, CASE, ID, NEED, SCHOOL, Subscriber
from samvev_process import SOURCE, TENANT, Server, samvev, wait_until

LO, MARTE, ANDERS, LIV, RUTH = ID + "3001", ID + "3101", ID + "3102", ID + "2011", ID + "2016"
COORDINATING = ID + "1011"
DEMO = ("--demo", str(SOURCE / "config" / "demo"))


class AccessLog(unittest.TestCase):
    def read(self, server, token, method, params):
        answer = server.call(token, method, params)
        self.assertIn("result", answer, answer)
        return answer["result"]

    def records(self, server):
        """The tenant's access log, opened with the keys, as it lies on the disk."""
        return server.history("--log", "access")

    def of_case(self, records, actor):
        return [record for record in records
                if record["source"].endswith("case/" + CASE) and record["actor"] == "staff/" + actor]

    def record_need(self, server, token):
        return self.read(server, token, "case.record-need", {
            "caseId": CASE, "commandId": str(uuid.uuid4()), "needId": str(uuid.uuid4()), "lifeArea": "education",
            "description": "Ro til lekser."})

    def test_what_was_answered_is_on_record_after_kill_9_and_the_person_sees_it(self):
        with Server(arguments=DEMO) as server:
            ada = server.token("--staff", ADA, "--unit", SCHOOL, "--role", "coordinator")
            wait_until(lambda: "result" in server.call(ada, "case.overview", {"caseId": CASE}), "the demonstration")
            self.read(server, ada, "case.team", {"caseId": CASE})
            server.kill_9()
            records = self.records(server)
            self.assertEqual([record["sequence"] for record in records],
                             [f"{position:020}" for position in range(len(records))])
            # Who reads the disk is on record as well: this very replay.
            self.assertEqual((records[-1]["actor"], records[-1]["data"]["method"]), ("system/replay", "samvev replay"))
            left = self.of_case(records, ADA)
            self.assertEqual([record["data"]["method"] for record in left], ["case.overview", "case.team"])
            self.assertIn(LO, left[0]["data"]["persons"])
            # Sealed on the disk: what the records say is in no file of the log.
            for file in pathlib.Path(server.data, "log").rglob("*"):
                if file.is_file():
                    self.assertNotIn(b'"method"', file.read_bytes(), file)

            server.arguments = ()
            server.start()
            self.check_who_sees_what(server)
            self.assertEqual(server.terminate(), 0)
            run = samvev("erase", "--data", server.data, "--tenant", TENANT, "--stream", "case/" + CASE,
                         "--basis", "GDPR.17")
            self.assertEqual(run.returncode, 0, run.stderr)
            for record in self.of_case(self.records(server), ADA):
                self.assertTrue(record["withheld"])  # That somebody read is left, and not what.
                self.assertNotIn("data", record)

    def check_who_sees_what(self, server):
        child = server.token("--person", LO, "--role", "child")
        rows = self.read(server, child, "me.access-log", {})["items"]
        self.assertEqual({(row["actor"], row["method"]) for row in rows if row["kind"] == "read"},
                         {("staff/" + ADA, "case.overview"), ("staff/" + ADA, "case.team")})
        self.assertEqual(rows[0]["unit"], SCHOOL)
        other = server.call(server.token("--person", ID + "3012"), "me.access-log", {"personId": LO})
        self.assertEqual(other["error"]["code"], 40401)

        liv = server.token("--staff", LIV, "--unit", COORDINATING, "--role", "coordinating-unit", "--role", "coordinator")
        self.read(server, liv, "person.restrict-contact", {
            "personId": LO, "commandId": str(uuid.uuid4()), "restrictedId": ANDERS, "reason": "Forbud."})
        refused = server.call(server.token("--person", ANDERS), "case.overview", {"caseId": CASE})
        self.assertEqual(refused["error"]["code"], 40401)
        # Written behind the answer.
        refusals = wait_until(
            lambda: [row for row in self.read(server, child, "me.access-log", {})["items"] if row["kind"] == "refusal"],
            "the refusal in the log")
        self.assertEqual(refusals[0]["actor"], "person/" + ANDERS)

        officer = server.token("--staff", RUTH, "--role", "privacy-officer", "--purpose", "privacy")
        found = self.read(server, officer, "access-log.list", {"staffId": ADA, "personId": LO, "limit": 1})
        self.assertEqual(found["items"][0]["method"], "case.team")
        self.assertEqual(
            self.read(server, officer, "access-log.list",
                      {"staffId": ADA, "personId": LO, "limit": 1, "cursor": found["nextCursor"]})["items"][0]["method"],
            "case.overview")
        without_unit = server.token("--staff", LIV, "--role", "coordinating-unit")
        self.read(server, without_unit, "person.search", {"index": "byToken", "equals": ["testd"]})
        patterns = self.read(server, officer, "access-log.patterns", {})["patterns"]
        self.assertIn(("search-without-unit", "staff/" + LIV), {(one["pattern"], one["actor"]) for one in patterns})
        berit = server.token("--staff", BERIT, "--unit", SCHOOL, "--role", "leader")
        self.assertEqual(server.call(berit, "access-log.list", {})["error"]["code"], 40301)

    def test_what_a_subscriber_was_sent_is_on_record_after_kill_9(self):
        with Server(arguments=DEMO) as server:
            ada = server.token("--staff", ADA, "--unit", SCHOOL, "--role", "coordinator")
            wait_until(lambda: "result" in server.call(ada, "case.overview", {"caseId": CASE}), "the demonstration")
            asyncio.run(self.receive_one(server, ada))
            server.kill_9()
            sent = [record["data"] for record in self.of_case(self.records(server), ADA)
                    if record["data"]["method"] == "events.subscribe"]
            revisions = [int(event["revision"]) for event in server.history("--stream", "case/" + CASE)
                         if event["type"] == NEED]
            self.assertTrue(any(one["revisions"][0] <= revisions[-1] <= one["revisions"][1] for one in sent), sent)

    async def receive_one(self, server, ada):
        async with Subscriber(server, ada) as subscriber:
            self.record_need(server, ada)
            await subscriber.until_type(NEED)


if __name__ == "__main__":
    unittest.main()
