"""What one service tells another: consent, statutory basis, the whole of a topic; and what a family sees at which age. The
numbers are those of the list of cases; server/access/README.md says where each of them is."""

import asyncio
import json
import unittest

from access_test import Subscriber
from municipality import (
    ADA, CASE, DENIED, INGA, INVALID, NOT_FOUND, ODD, PPT, PURPOSE, SCHOOL, UNNI, WELFARE, Family, Municipality, new_id)

EMERGENCY_POSSIBLE = 40303
HEALTH_TEXT, MIND_TEXT, SCHOOL_TEXT, SHARED_TEXT = "Sover-lite-7a", "Urolig-natt-8b", "Trives-inne-9c", "Samles-igjen-1d"


class Sharing(Municipality):
    def family(self, born="2016-02-03"):
        family = Family(self, born)
        family.minutes(health=HEALTH_TEXT, mental_health=MIND_TEXT, education=SCHOOL_TEXT, coordination=SHARED_TEXT)
        return family

    def seen(self, family, token):
        text = family.text_for(token)
        return [one for one in (HEALTH_TEXT, MIND_TEXT, SCHOOL_TEXT, SHARED_TEXT) if one in text]

    def topic(self, token, family, topic, **more):
        return self.call(token, "stream.read", stream=f"case/{family.case}", limit=200, topic=topic, **more)

    def test_10_30_31_and_32_a_topic_of_another_service_is_shown_while_the_consent_lasts(self):
        family = self.family()
        need = family.record_need()
        # 10: the plan of all, and of the others' notes nothing. 30: nor to whoever coordinates.
        self.assertIn(need, family.text_for(self.ada))
        self.assertEqual(self.seen(family, self.ada), [SHARED_TEXT])
        self.assertEqual(self.seen(family, family.odd), [HEALTH_TEXT, MIND_TEXT, SCHOOL_TEXT, SHARED_TEXT], "their own")
        # 31: exactly what it covers, and to nobody else.
        consent = family.share(SCHOOL, topics=["health"])
        self.assertEqual(self.seen(family, self.ada), [HEALTH_TEXT, SHARED_TEXT])
        family.share(WELFARE, topics=["coordination"])
        self.take_part(UNNI, unni := self.staff(UNNI, WELFARE, "participant"), WELFARE, case=family.case)
        self.assertEqual(self.seen(family, unni), [SHARED_TEXT])
        # 32: gone with the answer to the withdrawal, and not sent again to who comes back to where it stood.
        before = self.replayed(self.ada, filter={"cases": [family.case]})
        self.assertIn(HEALTH_TEXT, json.dumps(before))
        self.done(self.ada, "case.withdraw-consent", caseId=family.case, consentId=consent, withdrawnById=family.parent)
        self.assertEqual(self.seen(family, self.ada), [SHARED_TEXT])
        pages = [message for message in before if message.get("events")]
        resumed = asyncio.run(self.subscribed(self.ada, {"from": pages[0]["position"], "filter": {"cases": [family.case]}}))
        self.assertNotIn(HEALTH_TEXT, json.dumps(resumed))

    def test_a_whole_topic_is_shown_or_refused_and_never_in_part(self):
        family = self.family()
        refused = self.topic(self.ada, family, "health")
        self.assertEqual(self.code(refused), EMERGENCY_POSSIBLE, refused)
        # Whether there is anything of it, or ever was, is not told.
        self.assertEqual(self.code(self.topic(self.ada, family, "housing")), EMERGENCY_POSSIBLE)
        family.share(SCHOOL, topics=["health"])
        shown = self.topic(self.ada, family, "health")["result"]["events"]
        self.assertEqual([event["data"]["text"] for event in shown], [HEALTH_TEXT])
        self.assertEqual(self.topic(self.ada, family, "plan")["result"]["events"], [])
        # Nobody is told of an emergency who could not start one, or who may not know of the case.
        family.share(PPT, topics=["coordination"])
        self.take_part(INGA, self.inga, PPT, case=family.case)
        plain = self.staff(INGA, PPT, "coordinating-unit")
        self.assertEqual(self.code(self.topic(self.inga, family, "health")), EMERGENCY_POSSIBLE)
        self.assertEqual(self.code(self.topic(plain, family, "health")), NOT_FOUND)
        self.assertEqual(self.code(self.topic(self.rolf, family, "health")), NOT_FOUND)
        self.assertEqual(self.code(self.topic(family.as_parent, family, "coordination")), None)
        self.assertEqual(self.code(self.topic(self.ada, family, "")), INVALID)

    def test_34_a_statutory_basis_takes_a_role_a_reason_and_is_on_record(self):
        family = self.family()
        basis = {"caseId": family.case, "basisId": new_id(), "paragraph": "barnevernsloven § 13-2", "topics": ["health"],
                 "unitIds": [SCHOOL]}
        self.assertEqual(self.code(self.command(self.ada, "case.record-statutory-basis", **basis)), INVALID)
        basis["reason"] = "Meldeplikt: alvorlig bekymring for barnet."
        self.assertEqual(self.code(self.command(family.odd, "case.record-statutory-basis", **basis)), DENIED)
        self.assertEqual(self.seen(family, self.ada), [SHARED_TEXT])
        self.done(self.ada, "case.record-statutory-basis", **basis)
        self.assertEqual(self.seen(family, self.ada), [HEALTH_TEXT, SHARED_TEXT])
        rows = self.call(self.officer(), "access-log.list", personId=family.child, limit=200)["result"]["items"]
        disclosed = [row for row in rows if row["kind"] == "disclosure"]
        self.assertEqual({(row["actor"], *row["bases"]) for row in disclosed}, {("staff/" + ADA, "barnevernsloven § 13-2")})

    def test_33_a_subscription_for_a_purpose_that_does_not_fit_is_refused_as_a_question_is(self):
        curious = self.staff(ADA, SCHOOL, "coordinator", purpose="research")
        self.assertEqual(self.code(self.call(curious, "case.overview", caseId=CASE)), PURPOSE)
        refused = self.replayed(curious, filter={"cases": [CASE]})
        self.assertEqual(refused["code"], PURPOSE)

    def test_a_stale_revision_tells_what_has_changed_and_that_is_a_read(self):
        family = self.family()
        need = family.record_need()
        stale = self.command(family.odd, "case.close-need", caseId=family.case, needId=need, outcome="met",
                             expectedRevision="0", reason="Det er ro.")
        self.assertEqual(self.code(stale), 40901, stale)
        told = stale["error"]["data"]["changes"]
        self.assertIn("case.need-recorded", [one["type"] for one in told])
        rows = self.call(self.officer(), "access-log.list", personId=family.child, limit=200)["result"]["items"]
        self.assertIn(("staff/" + ODD, "case.close-need"), {(row["actor"], row["method"]) for row in rows})


class Ages(Municipality):
    def test_20_what_is_withheld_from_a_parent_is_on_no_door(self):
        family = Family(self, "2013-06-01")
        family.minutes(health=HEALTH_TEXT, coordination=SHARED_TEXT)
        kept, free = family.record_need(), family.record_need()
        text = family.text_for(family.as_parent)
        for one in (kept, free, HEALTH_TEXT):
            self.assertIn(one, text)
        health = next(event["id"] for event in self.events(family.odd, family.case) if HEALTH_TEXT in json.dumps(event))
        self.done(family.as_child, "privacy.withhold-item", caseId=family.case, withholdingId=new_id(), itemId=kept,
                  withheldFrom=["guardians"])
        self.done(family.odd, "privacy.withhold-item", caseId=family.case, withholdingId=new_id(), itemId=health,
                  withheldFrom=["guardians"])
        text = family.text_for(family.as_parent)
        self.assertIn(free, text)
        for one in (kept, HEALTH_TEXT, "withheld", "withholding"):
            self.assertNotIn(one, text)
        self.assertIn(kept, family.text_for(family.as_child))
        self.assertIn(kept, family.text_for(self.ada))

    def test_23_child_welfare_decides_instead_of_the_parents_when_it_has_the_care(self):
        family = Family(self, "2017-06-01")
        unni = self.staff(UNNI, WELFARE, "participant")

        def consent(token, giver):
            return self.code(self.command(
                token, "case.record-consent", caseId=family.case, consentId=new_id(), topics=["family"], form="signed",
                givenById=giver, capacity="authorised", recipientUnitIds=[SCHOOL], sharingPurpose="Samordne."))
        self.assertIsNone(consent(family.as_parent, family.parent))
        self.assertEqual(consent(unni, family.parent), NOT_FOUND)
        self.done(self.ada, "person.record-care", personId=family.child, unitId=WELFARE, decisionReference="Vedtak 26/1.")
        self.assertEqual(consent(family.as_parent, family.parent), DENIED)
        self.assertIsNone(consent(unni, family.parent))
        self.done(self.ada, "person.end-care", personId=family.child, reason="Tilbakeført.")
        self.assertEqual(consent(unni, family.parent), NOT_FOUND)
        self.assertIsNone(consent(family.as_parent, family.parent))

    def test_21_at_sixteen_a_parent_loses_health_at_midnight_and_nothing_else(self):
        family = Family(self, "2014-05-20")
        family.minutes(health=HEALTH_TEXT, coordination=SHARED_TEXT)
        asyncio.run(self.turn_sixteen(family))

    async def turn_sixteen(self, family):
        def now(time):
            self.assertIn("result", self.call(self.ada, "dev.set-clock", now=time))
            family.as_parent = self.person(family.parent, "guardian")
            family.as_child = self.person(family.child, "child")

        now("2030-05-19T21:59:00Z")  # A minute to midnight in Oslo, in summer.
        self.assertIn(HEALTH_TEXT, self.every_door(family.as_parent, family.case))
        async with (Subscriber(self.server, family.as_parent) as parent,
                    Subscriber(self.server, family.as_child) as child):
            family.minutes(health="Like-innen-midnatt")
            await self.comes("Like-innen-midnatt", parent)
            now("2030-05-19T22:01:00Z")
            self.assertNotIn(HEALTH_TEXT, self.every_door(family.as_parent, family.case))
            self.assertIn(SHARED_TEXT, self.every_door(family.as_parent, family.case))
            self.assertIn(HEALTH_TEXT, self.every_door(family.as_child, family.case))
            family.minutes(health="Etter-midnatt")
            last = family.record_need()
            await self.comes(last, parent)  # The rest stays, on the same socket.
            self.assertNotIn("Etter-midnatt", json.dumps(parent.events))
            await self.comes(last, child)
            self.assertIn("Etter-midnatt", json.dumps(child.events))

    async def comes(self, text, subscriber):
        await subscriber.until(lambda _: text in json.dumps(subscriber.events))


if __name__ == "__main__":
    unittest.main()
