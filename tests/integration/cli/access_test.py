"""Who is shown what of live events, on the real server and the demonstration's case A."""

import asyncio
import datetime
import json
import unittest
import uuid

import websockets

from samvev_process import SOURCE, Server

ID = "0192f0c1-0000-7000-8000-00000000"
CASE = ID + "c001"
SCHOOL, HEALTH, CHILD_WELFARE, NAV = ID + "1005", ID + "1008", ID + "1009", ID + "1010"
ADA, ODD, BERIT, ROLF, UNNI = ID + "2001", ID + "2002", ID + "2003", ID + "2009", ID + "2013"
MARTE = ID + "3101"
SUBSTITUTE = "no.samvev.organisation.substitute-set.v1"
MEETING, NEED = "no.samvev.coordination.meeting-planned.v1", "no.samvev.case.need-recorded.v1"


class Subscriber:
    """A socket that has seen all there was, and what it is sent afterwards."""

    def __init__(self, server, token, begin="head"):
        self.server, self.token, self.begin, self.events, self.socket = server, token, begin, [], None

    async def __aenter__(self):
        self.socket = await websockets.connect(
            self.server.url.replace("http", "ws") + "/ws/v1", subprotocols=["samvev.v1"],
            extra_headers={"Authorization": "Bearer " + self.token})
        await self.socket.send(json.dumps(
            {"jsonrpc": "2.0", "id": 1, "method": "events.subscribe", "params": {"from": self.begin}}))
        await self.until(lambda message: message.get("params", {}).get("result", {}).get("kind") == "caughtUp")
        if self.begin == "head":
            self.events.clear()
        return self

    async def __aexit__(self, *_):
        await self.socket.close()

    async def until(self, condition):
        while True:
            message = json.loads(await asyncio.wait_for(self.socket.recv(), 60))
            self.events += message.get("params", {}).get("result", {}).get("events", [])
            if condition(message):
                return

    async def until_type(self, kind):
        await self.until(lambda _: any(event["type"] == kind for event in self.events))
        return next(event for event in self.events if event["type"] == kind)


class Access(unittest.TestCase):
    def command(self, server, token, method, params):
        answer = server.call(token, method, {"caseId": CASE, "commandId": str(uuid.uuid4()), **params})
        self.assertIn("result", answer, answer)

    def record_need(self, server, token):
        self.command(server, token, "case.record-need",
                     {"needId": str(uuid.uuid4()), "lifeArea": "education", "description": "Ro til lekser."})

    def plan_meeting(self, server, token):
        self.command(server, token, "coordination.plan-meeting", {
            "meetingId": str(uuid.uuid4()), "kind": "responsibility-group", "title": "Om lekser", "startsAt": "2030-01-10T09:00:00Z",
            "endsAt": "2030-01-10T10:00:00Z"})

    def set_substitute(self, server, token, staff):
        """An event that every member of staff may see."""
        answer = server.call(token, "organisation.set-substitute", {
            "staffId": staff, "commandId": str(uuid.uuid4()), "substituteId": ID + "2010",
            "from": "2030-01-01", "until": "2030-01-31"})
        self.assertIn("result", answer, answer)

    def test_an_emergency_opens_live_events_for_its_hours(self):
        with Server(arguments=("--demo", str(SOURCE / "config" / "demo"))) as server:
            ada = server.token("--staff", ADA, "--unit", SCHOOL, "--role", "coordinator")
            unni = server.token("--staff", UNNI, "--unit", CHILD_WELFARE, "--role", "participant")
            asyncio.run(self.watch_emergency(server, ada, unni))

    async def watch_emergency(self, server, ada, unni):
        async with Subscriber(server, unni) as of_unni:
            self.record_need(server, ada)
            self.set_substitute(server, unni, UNNI)
            await of_unni.until_type(SUBSTITUTE)
            self.assertNotIn(NEED, [event["type"] for event in of_unni.events])
            self.command(server, unni, "break-glass.start", {
                "grantId": str(uuid.uuid4()), "unitId": CHILD_WELFARE, "reasonCode": "child-in-danger", "hours": 1,
                "reason": "Politiet ringte: barnet er funnet alene ute om natten."})
            self.record_need(server, ada)
            await of_unni.until_type(NEED)
            now = datetime.datetime.fromisoformat(server.call(unni, "dev.clock", {})["result"]["now"][:19])
            later = (now + datetime.timedelta(minutes=61)).isoformat() + "Z"
            self.assertIn("result", server.call(unni, "dev.set-clock", {"now": later}))
            of_unni.events.clear()
            self.record_need(server, ada)
            self.set_substitute(server, unni, UNNI)
            await of_unni.until_type(SUBSTITUTE)
            self.assertEqual([event for event in of_unni.events if CASE in event["source"]], [])

    def test_what_is_withheld_is_not_sent_again(self):
        with Server(arguments=("--demo", str(SOURCE / "config" / "demo"))) as server:
            ada = server.token("--staff", ADA, "--unit", SCHOOL, "--role", "coordinator")
            marte = server.token("--person", MARTE, "--role", "guardian")
            asyncio.run(self.watch_withheld(server, ada, marte))

    async def watch_withheld(self, server, ada, marte):
        kept, free = str(uuid.uuid4()), str(uuid.uuid4())
        for need in (kept, free):
            self.command(server, ada, "case.record-need",
                         {"needId": need, "lifeArea": "education", "description": "Ro til lekser."})
        async with Subscriber(server, marte, "start") as before:
            self.assertIn(kept, json.dumps(before.events))
        withholding = str(uuid.uuid4())
        self.command(server, ada, "privacy.withhold-item", {
            "withholdingId": withholding, "itemId": kept, "withheldFrom": ["guardians"]})
        async with Subscriber(server, marte, "start") as after:
            seen = json.dumps(after.events)
            self.assertIn(free, seen)
            self.assertNotIn(kept, seen)
            self.assertNotIn(withholding, seen)
        async with Subscriber(server, ada, "start") as of_ada:
            self.assertIn(kept, json.dumps(of_ada.events))

    def test_live_events_are_for_those_who_may_see_them_at_that_moment(self):
        with Server(arguments=("--demo", str(SOURCE / "config" / "demo"))) as server:
            ada, odd, rolf = (server.token("--staff", staff, "--unit", unit, "--role", "coordinator")
                               for staff, unit in ((ADA, SCHOOL), (ODD, HEALTH), (ROLF, NAV)))
            berit = server.token("--staff", BERIT, "--unit", SCHOOL, "--role", "leader")
            asyncio.run(self.watch(server, ada, odd, rolf, berit))

    async def watch(self, server, ada, odd, rolf, berit):
        async with (Subscriber(server, ada) as of_ada, Subscriber(server, odd) as of_odd,
                    Subscriber(server, rolf) as of_rolf, Subscriber(server, berit) as of_berit):
            self.record_need(server, ada)
            self.plan_meeting(server, ada)
            self.assertEqual((await of_odd.until_type(NEED))["data"]["description"], "Ro til lekser.")
            seen = await of_berit.until_type(MEETING)  # That it happens, and not what about.
            self.assertIn("startsAt", seen["data"])
            self.assertNotIn("title", seen["data"])
            self.assertNotIn(NEED, [event["type"] for event in of_berit.events])
            await of_odd.until_type(MEETING)

            team = server.call(ada, "case.team", {"caseId": CASE})["result"]["document"]["participants"]
            for one in team:
                if one.get("staffId") == ODD and one.get("state") != "ended":
                    self.command(server, ada, "case.end-participation", {
                        "participantId": one["participantId"], "reason": "Ferdig.", "endedOn": "2026-01-01"})
            of_ada.events.clear()
            of_odd.events.clear()
            self.record_need(server, ada)
            await of_ada.until_type(NEED)
            # An event that both may see comes after it: nothing was left behind on the way.
            self.set_substitute(server, rolf, ROLF)
            await of_odd.until_type(SUBSTITUTE)
            await of_rolf.until_type(SUBSTITUTE)
            # He is still asked to take over the case, so he hears that things happen in it.
            self.assertNotIn(NEED, [event["type"] for event in of_odd.events])
            self.assertEqual([event for event in of_rolf.events if CASE in event["source"]], [])


if __name__ == "__main__":
    unittest.main()
