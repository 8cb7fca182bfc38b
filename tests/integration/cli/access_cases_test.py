"""Who sees what, asked from outside on the demonstration, with a second municipality beside it. The numbers are those of
the list of cases that access is held to; server/access/README.md says where each of them is."""

import asyncio
import json
import unittest

import websockets

from municipality import (
    ADA, CASE, DENIED, HILDE, ID, LO, MARTE, NAV, NOBODY, NOT_FOUND, PIA, PURPOSE, ROLF, UNNI, WELFARE, Municipality, new_id)


class Tenants(Municipality):
    def setUp(self):
        self.stranger = self.elsewhere("--staff", new_id(), "--unit", new_id(), "--role", "coordinator", "--role",
                                       "administrator", "--role", "leader")

    def test_1_a_case_of_another_municipality_answers_as_one_that_is_not_there(self):
        for view in ("case.overview", "case.team", "individual-plan.plan"):
            self.assertEqual(self.bytes_of_refusal(self.stranger, view, CASE, caseId=CASE),
                             self.bytes_of_refusal(self.stranger, view, NOBODY, caseId=NOBODY))
        self.assertEqual(self.bytes_of_refusal(self.stranger, "stream.read", CASE, stream=f"case/{CASE}"),
                         self.bytes_of_refusal(self.stranger, "stream.read", NOBODY, stream=f"case/{NOBODY}"))

    def test_2_lists_and_searches_have_nothing_of_another_municipality(self):
        program = self.elsewhere("--service", "import", "--role", "service:import")
        unit = new_id()
        self.done(program, "organisation.register-unit", unitId=unit, name="Nabo", type="external", external=True)
        mine = self.done(program, "case.open-case", caseId=new_id(), level=0, title="Vår egen", concernUnitId=unit)
        for token, seen in ((program, [mine["stream"]]), (self.stranger, [])):
            listed = self.call(token, "case.my-cases", limit=200, atLeast=mine["position"])["result"]["items"]
            self.assertEqual([item["key"] for item in listed], seen)
        found = self.call(self.stranger, "person.search", where={"tokens": "testdal"}, purpose="coordination")
        self.assertNotIn(LO, json.dumps(found))
        self.assertNotIn(ID, json.dumps(self.call(self.stranger, "organisation.unit-directory", limit=200)))

    def test_3_a_subscription_shows_no_event_and_no_movement_of_another_municipality(self):
        def asked(case):
            return [{**message, "time": ""} for message in self.replayed(self.stranger, filter={"cases": [case]})]
        before = asked(CASE)
        self.done(self.ada, "case.record-need", caseId=CASE, needId=new_id(), lifeArea="education", description="Ro.")
        self.assertEqual(asked(CASE), before)
        self.assertEqual(asked(NOBODY), before)


class Services(Municipality):
    def test_6_and_7_a_seat_at_the_table_opens_the_case_at_once(self):
        self.sees_nothing(self.rolf)
        for view in ("case.overview", "case.team", "case.plan-board"):
            self.assertEqual(self.bytes_of_refusal(self.rolf, view, CASE, caseId=CASE),
                             self.bytes_of_refusal(self.rolf, view, NOBODY, caseId=NOBODY))
        part = self.take_part(ROLF, self.rolf, NAV)
        self.assertIn("case.need-recorded", self.types(self.rolf))
        self.end_part(part)
        self.sees_nothing(self.rolf)

    def test_8_a_seat_ends_by_itself_on_its_last_day(self):
        until = "2031-03-01"
        self.take_part(UNNI, unni := self.staff(UNNI, WELFARE, "participant"), WELFARE, until=until)
        self.assertIsNotNone(self.events(unni))
        count = len(self.events(self.ada))
        self.call(self.ada, "dev.set-clock", now="2031-03-01T20:00:00Z")
        unni = self.staff(UNNI, WELFARE, "participant")
        self.assertIsNotNone(self.events(unni), "the last day counts")
        self.call(self.ada, "dev.set-clock", now="2031-03-01T23:30:00Z")  # It is the second in Oslo.
        self.assertIsNone(self.events(unni))
        self.assertGreaterEqual(len(self.events(self.ada)), count)

    def test_9_a_leader_sees_that_it_goes_on_and_not_what_was_written(self):
        text = self.every_door(self.berit)
        self.assertIn(CASE, text)
        self.assertNotIn("case.need-recorded", self.types(self.berit))
        for event in self.events(self.ada):
            for secret in (event.get("data", {}).get(name) for name in ("description", "title", "text", "words")):
                if secret and len(secret) > 12:
                    self.assertNotIn(secret, text)

    def test_11_who_lost_the_seat_repeats_an_old_command_in_vain(self):
        part = self.take_part(ROLF, self.rolf, NAV)
        old = {"commandId": new_id(), "caseId": CASE, "activityId": new_id(), "name": "Samtale", "unitId": NAV,
               "staffId": ROLF, "occurredOn": "2026-01-05"}
        self.assertIn("result", self.call(self.rolf, "coordination.record-activity", **old))
        self.end_part(part)
        count = len(self.events(self.ada))
        self.assertEqual(self.code(self.call(self.rolf, "coordination.record-activity", **old)), NOT_FOUND)
        self.assertEqual(len(self.events(self.ada)), count)

    def test_12_a_command_is_before_the_end_of_access_or_refused(self):
        async def race():
            url = self.server.url.replace("http", "ws") + "/ws/v1"
            async def connect(token):
                return await websockets.connect(url, subprotocols=["samvev.v1"],
                                                extra_headers={"Authorization": "Bearer " + token})
            async def answer(socket, method, params):
                await socket.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method,
                                              "params": {"commandId": new_id(), "caseId": CASE, **params}}))
                while True:
                    message = json.loads(await asyncio.wait_for(socket.recv(), 60))
                    if "id" in message:
                        return message
            his, hers = await connect(self.rolf), await connect(self.ada)
            for _ in range(15):
                part = self.take_part(ROLF, self.rolf, NAV)
                ended, *written = await asyncio.gather(
                    answer(hers, "case.end-participation", {"participantId": part, "reason": "Ferdig.", "endedOn": "2026-01-01"}),
                    answer(his, "coordination.record-activity", {
                        "activityId": new_id(), "name": "Kappløp", "unitId": NAV, "staffId": ROLF, "occurredOn": "2026-01-05"}))
                self.assertIn("result", ended)
                for one in written:
                    self.assertIn(self.code(one), (None, NOT_FOUND), one)
            await his.close()
            await hers.close()
        asyncio.run(race())
        inside = False
        for event in self.events(self.ada):
            data = event.get("data", {})
            if event["type"].endswith("invitation-accepted.v1") and data.get("staffId") == ROLF:
                inside = True
            elif event["type"].endswith("participation-ended.v1"):
                inside = False
            elif data.get("name") == "Kappløp":
                self.assertTrue(inside, event)

    def test_33_a_purpose_that_does_not_fit_opens_nothing(self):
        need = {"caseId": CASE, "needId": new_id(), "lifeArea": "education", "description": "Ro."}
        self.assertEqual(self.code(self.command(self.ada, "case.record-need", **need, purpose="research")), PURPOSE)
        self.assertEqual(self.code(self.call(self.ada, "case.overview", caseId=CASE, purpose="research")), PURPOSE)


class Families(Municipality):
    def test_13_and_17_the_child_reads_its_own_case_and_does_not_steer_it(self):
        lo = self.person(LO, "child")
        self.assertEqual(self.call(lo, "case.overview", caseId=CASE)["result"]["document"]["personId"], LO)
        closed = self.command(lo, "case.close-case", caseId=CASE, reason="Jeg vil ikke mer.")
        self.assertIn(self.code(closed), (DENIED, NOT_FOUND))
        self.assertEqual(self.code(closed), DENIED)

    def test_14_and_19_a_family_sees_its_own_case_and_no_other(self):
        self.assertIsNotNone(self.events(self.person(MARTE, "guardian")))
        self.sees_nothing(self.person(HILDE, "guardian"))
        self.sees_nothing(self.person(PIA, "child"))

    def test_22_a_parent_who_must_be_kept_away_sees_nothing(self):
        marte = self.person(MARTE, "guardian")
        self.done(self.ada, "person.restrict-contact", personId=LO, restrictedId=MARTE, reason="Besøksforbud.")
        self.sees_nothing(marte)
        self.assertEqual([event for message in self.replayed(marte) for event in message.get("events", [])
                          if CASE in json.dumps(event) or LO in json.dumps(event)], [])
        self.done(self.ada, "person.lift-contact-restriction", personId=LO, restrictedId=MARTE, reason="Opphevet.")
        self.assertIsNotNone(self.events(marte))

    def test_24_a_proxy_reads_what_it_was_given_for_and_until_it_ends(self):
        helper = self.person(HILDE, "proxy")
        self.sees_nothing(helper)
        self.done(self.ada, "person.give-proxy", personId=LO, proxyId=HILDE, topics=["coordination"])
        self.assertTrue(self.types(helper))
        self.assertNotIn("case.need-recorded", self.types(helper), "plan is another topic")
        self.done(self.ada, "person.end-proxy", personId=LO, proxyId=HILDE)
        self.sees_nothing(helper)


class Protected(Municipality):
    def test_27_and_29_a_protected_person_is_represented_by_nobody_and_found_by_no_stranger(self):
        marte = self.person(MARTE, "guardian")
        self.assertIsNotNone(self.events(marte))
        search = {"where": {"tokens": "lo"}}
        found = json.dumps(self.call(self.rolf, "person.search", **search))
        self.assertIn(LO, found)
        self.done(self.ada, "person.set-address-protection", personId=LO, level="strictly-confidential", reason="Trussel.")
        self.sees_nothing(marte)
        after = self.call(self.rolf, "person.search", **search)
        self.assertNotIn(LO, json.dumps(after))
        nothing = self.call(self.rolf, "person.search", where={"tokens": "findesikke"})
        self.assertEqual([item for item in after["result"]["items"] if item["key"] == f"person/{LO}"],
                         nothing["result"]["items"])


if __name__ == "__main__":
    unittest.main()
