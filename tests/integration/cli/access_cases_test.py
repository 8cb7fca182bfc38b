"""Who sees what, asked from outside on the demonstration, with a second municipality beside it. The numbers are those of
the list of cases that access is held to."""

import asyncio
import json
import unittest
import uuid

import websockets

from samvev_process import SOURCE, Server, samvev

ID = "0192f0c1-0000-7000-8000-00000000"
SCHOOL, PPT, HEALTH, WELFARE, NAV, OFFICE = (ID + unit for unit in ("1005", "1007", "1008", "1009", "1010", "1011"))
ADA, ODD, BERIT, INGA, ROLF, EVA, UNNI = (ID + one for one in ("2001", "2002", "2003", "2005", "2009", "2010", "2013"))
LO, PIA, MARTE, HILDE = (ID + one for one in ("3001", "3002", "3101", "3103"))
CASE, CASE_OF_PIA, CASE_OF_MAJA = ID + "c001", ID + "c002", ID + "c011"
NOBODY = ID + "ffff"
NOT_FOUND, DENIED, PURPOSE, REJECTED, INVALID = 40401, 40301, 40302, 42201, -32602


def new_id():
    return str(uuid.uuid4())


class Municipality(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(arguments=("--demo", str(SOURCE / "config" / "demo")), environment={
            f"SAMVEV__LIMITS__{name}": "1000000"
            for name in ("READS_PER_SECOND", "READS_AT_ONCE", "COMMANDS_PER_SECOND", "COMMANDS_AT_ONCE")}).start()
        cls.addClassCleanup(cls.server.__exit__)
        cls.ada = cls.staff(ADA, SCHOOL, "coordinator", "participant")
        cls.rolf = cls.staff(ROLF, NAV, "coordinator", "participant")
        cls.inga = cls.staff(INGA, PPT, "coordinator", "participant")
        cls.berit = cls.staff(BERIT, SCHOOL, "leader", "participant")

    @classmethod
    def staff(cls, who, unit, *roles, purpose="coordination"):
        return cls.server.token("--staff", who, "--unit", unit, "--purpose", purpose,
                                *(word for role in roles for word in ("--role", role)))

    @classmethod
    def person(cls, who, *roles):
        return cls.server.token("--person", who, *(word for role in roles for word in ("--role", role)))

    @classmethod
    def elsewhere(cls, *arguments):
        """A token of another municipality, 9998."""
        run = samvev("token", "--data", cls.server.data, "--tenant", "9998", *arguments)
        return run.stdout.splitlines()[-1]

    def call(self, token, method, **params):
        return self.server.call(token, method, params)

    def command(self, token, method, **params):
        return self.call(token, method, commandId=new_id(), **params)

    def done(self, token, method, **params):
        answer = self.command(token, method, **params)
        self.assertIn("result", answer, answer)
        return answer["result"]

    def code(self, answer):
        return answer.get("error", {}).get("code")

    def bytes_of_refusal(self, token, method, asked, **params):
        """An answer as text, but for what names this one call."""
        answer = self.call(token, method, **params)
        self.assertEqual(self.code(answer), NOT_FOUND, answer)
        del answer["error"]["data"]["traceId"]
        return json.dumps(answer).replace(asked, "ID")

    def events(self, token, case=CASE, after="0"):
        """What stream.read shows, or None when there is nothing to know of."""
        events = []
        while True:
            answer = self.call(token, "stream.read", stream=f"case/{case}", limit=200, **{"from": after})
            if "error" in answer:
                self.assertEqual(self.code(answer), NOT_FOUND)
                return None
            if not answer["result"]["events"]:
                return events
            events += answer["result"]["events"]
            after = answer["result"]["next"]

    def types(self, token, case=CASE):
        return {event["type"].split("samvev.", 1)[1].rsplit(".", 1)[0] for event in self.events(token, case) or []}

    def every_door(self, token, case=CASE):
        """All that the doors for questions show of a case, as one text."""
        out = [json.dumps(self.events(token, case))]
        for view in ("case.overview", "case.team", "case.plan-board", "case.duties", "individual-plan.plan"):
            answer = self.call(token, view, caseId=case)
            out.append(json.dumps(answer["result"]["document"]) if "result" in answer else "")
        for view in ("case.timeline", "coordination.tasks", "coordination.meetings", "coordination.threads"):
            answer = self.call(token, view, where={"caseId": case}, limit=100)
            out.append(json.dumps(answer["result"]["items"]) if "result" in answer else "")
        return "\n".join(out)

    def sees_nothing(self, token, case=CASE):
        text = self.every_door(token, case)
        self.assertEqual([part for part in text.split("\n") if part not in ("null", "", "[]")], [])

    def take_part(self, staff, token, unit, case=CASE, by=None, **more):
        part = new_id()
        self.done(by or self.ada, "case.invite-participant", caseId=case, participantId=part, staffId=staff, unitId=unit,
                  role="participant", topics=["coordination"], **more)
        self.done(token, "case.accept-invitation", caseId=case, participantId=part, staffId=staff, unitId=unit)
        return part

    def end_part(self, part, case=CASE):
        self.done(self.ada, "case.end-participation", caseId=case, participantId=part, reason="Ferdig.",
                  endedOn="2026-01-01")

    async def subscribed(self, token, params, until="caughtUp"):
        """The messages of a new subscription up to the one that says `until`."""
        async with websockets.connect(self.server.url.replace("http", "ws") + "/ws/v1", subprotocols=["samvev.v1"],
                                      extra_headers={"Authorization": "Bearer " + token}) as socket:
            await socket.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "events.subscribe", "params": params}))
            messages = []
            while not messages or messages[-1].get("kind") != until:
                message = json.loads(await asyncio.wait_for(socket.recv(), 60))
                if "error" in message:
                    return message["error"]
                if message.get("method") == "events.event":
                    messages.append(message["params"]["result"])
            return messages

    def replayed(self, token, **params):
        return asyncio.run(self.subscribed(token, {"from": "start", **params}))


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
