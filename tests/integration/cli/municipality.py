"""Fjordvik from outside: the demonstration on a real server, with a second municipality beside it, for the cases that access
is held to."""

import asyncio
import json
import unittest
import uuid

import websockets

from samvev_process import SOURCE, Server, samvev

ID = "0192f0c1-0000-7000-8000-00000000"
SCHOOL, PPT, HEALTH, WELFARE, NAV, OFFICE = (ID + unit for unit in ("1005", "1007", "1008", "1009", "1010", "1011"))
ADA, ODD, BERIT, INGA, ROLF, EVA, UNNI, KARI, JON, RUTH = (
    ID + one for one in ("2001", "2002", "2003", "2005", "2009", "2010", "2013", "2014", "2015", "2016"))
LO, PIA, MARTE, HILDE = (ID + one for one in ("3001", "3002", "3101", "3103"))
CASE, CASE_OF_PIA, CASE_OF_MAJA = ID + "c001", ID + "c002", ID + "c011"
NOBODY = ID + "ffff"
NOT_FOUND, DENIED, PURPOSE, REJECTED, INVALID = 40401, 40301, 40302, 42201, -32602


def new_id():
    return str(uuid.uuid4())


class Municipality(unittest.TestCase):
    position = None  # of what was done last

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
        return cls.server.token("--staff", who, *(("--unit", unit) if unit else ()), "--purpose", purpose,
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
        type(self).position = answer["result"]["position"]
        return answer["result"]

    def view(self, token, view, **params):
        """A view's answer when it has folded what was done last."""
        return self.call(token, view, **params, **({"atLeast": self.position} if self.position else {}))

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
            answer = self.view(token, view, caseId=case)
            out.append(json.dumps(answer["result"]["document"]) if "result" in answer else "")
        for view in ("case.timeline", "coordination.tasks", "coordination.meetings", "coordination.threads"):
            answer = self.view(token, view, where={"caseId": case}, limit=100)
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

    def officer(self):
        """The privacy officer at work."""
        return self.staff(RUTH, None, "privacy-officer", purpose="privacy")

    def replayed(self, token, **params):
        return asyncio.run(self.subscribed(token, {"from": "start", **params}))


class Family:
    """A child with a parent and a case of its own: Ada of the school coordinates, Odd of the health station takes part."""

    def __init__(self, town, born):
        self.town = town
        self.child, self.parent, self.case = new_id(), new_id(), new_id()
        for person, birth_date in ((self.child, born), (self.parent, "1985-03-02")):
            town.done(town.ada, "person.register-person", personId=person, givenName="Prøve", familyName="Familie",
                      birthDate=birth_date)
        town.done(town.ada, "person.record-guardian", personId=self.child, guardianId=self.parent)
        self.as_child, self.as_parent = town.person(self.child, "child"), town.person(self.parent, "guardian")
        town.done(town.ada, "case.open-case", caseId=self.case, level=1, personId=self.child, title="Skolehverdagen",
                  reason="Vi trenger hverandre.", coordinatorId=ADA, coordinatorUnitId=SCHOOL)
        self.share(SCHOOL, HEALTH, topics=["coordination"])
        self.odd = town.staff(ODD, HEALTH, "coordinator", "participant")
        town.take_part(ODD, self.odd, HEALTH, case=self.case)

    def share(self, *units, topics, by=None):
        """A consent of the parent, recorded by the coordinator."""
        consent = new_id()
        self.town.done(by or self.town.ada, "case.record-consent", caseId=self.case, consentId=consent, topics=topics,
                       givenById=self.parent, capacity="parental-responsibility", form="signed",
                       recipientUnitIds=list(units), sharingPurpose="Samordne.")
        return consent

    def minutes(self, **sections):
        """Minutes of a meeting, written by Odd: a text by topic."""
        meeting, odd = new_id(), {"kind": "staff", "id": ODD, "unitId": HEALTH}
        told = {"caseId": self.case, "meetingId": meeting}
        self.town.done(self.odd, "coordination.plan-meeting", **told, kind="collaboration", title="Samarbeidsmøte",
                       startsAt="2026-11-02T09:00:00Z", endsAt="2026-11-02T10:00:00Z")
        child = {"kind": "person", "id": self.child, "role": "child"}
        self.town.done(self.odd, "coordination.hold-meeting", **told,
                       attendance=[{"party": one, "present": True} for one in (odd, child)],
                       participation={"code": "1.1", "view": "Jeg vil ha ro.", "weight": "Det ble slik."})
        self.town.done(self.odd, "coordination.share-minutes", **told, minutesId=new_id(), readers=[odd], sections=[
            {"heading": "Avsnitt", "topic": topic.replace("_", "-"), "text": text} for topic, text in sections.items()])

    def record_need(self):
        need = new_id()
        self.town.done(self.town.ada, "case.record-need", caseId=self.case, needId=need, lifeArea="education",
                       description="Ro til lekser.")
        return need

    def text_for(self, token):
        """Every byte of the case that somebody is shown, by questions and by a subscription from the start."""
        return self.town.every_door(token, self.case) + json.dumps(
            [message.get("events", []) for message in self.town.replayed(token, filter={"cases": [self.case]})])
