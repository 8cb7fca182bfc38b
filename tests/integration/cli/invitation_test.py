"""Who has no eID is let in by a code, on the real server: what the door answers, how often it may be tried, and what
outlives kill -9."""

import asyncio
import json
import pathlib
import unittest
import urllib.error
import urllib.request
import uuid

import websockets

from samvev_process import SOURCE, Server, free_port

ID = "0192f0c1-0000-7000-8000-00000000"
ADA, SCHOOL, LO, CASE = ID + "2001", ID + "1005", ID + "3001", ID + "c001"
DEMO = ["--demo", str(SOURCE / "config/demo")]


class Answer:
    """Status, headers and body of an answer, whatever the status."""

    def __init__(self, response):
        self.status, self.headers = response.status, response.headers
        self.text = response.read().decode()

    def json(self):
        return json.loads(self.text)


class InvitationTest(unittest.TestCase):
    def setUp(self):
        self.server = Server(port=free_port(), arguments=DEMO, log=True).start()
        self.addCleanup(self.server.__exit__)
        self.ada = self.server.token("--staff", ADA, "--unit", SCHOOL, "--role", "coordinator")

    def command(self, method, **params):
        answer = self.server.call(self.ada, method, {"caseId": CASE, "commandId": str(uuid.uuid4()), **params})
        self.assertIn("result", answer, answer)
        return answer["result"]

    def invite(self):
        invitation = str(uuid.uuid4())
        return invitation, self.command("invitation.invite", invitationId=invitation, childId=LO, personId=LO)["code"]

    def ask(self, path, body=None, origin=None, cookie=None, csrf=None, **headers):
        if body is not None:
            headers["Content-Type"] = "application/json"
        for name, value in (("Origin", origin), ("Cookie", cookie), ("Samvev-Csrf", csrf)):
            if value:
                headers[name] = value
        request = urllib.request.Request(
            self.server.url + path, None if body is None else json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return Answer(response)
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused)

    def redeem(self, code, origin=None, **more):
        return self.ask("/login/v1/invitation", {"code": code}, origin=origin or self.server.url, **more)

    def let_in(self, code):
        answer = self.redeem(code)
        self.assertEqual(answer.status, 200, answer.text)
        return answer.headers["Set-Cookie"].split(";")[0], answer.json()

    def overview(self, cookie, csrf):
        return self.ask(
            "/rpc/v1", {"jsonrpc": "2.0", "id": 1, "method": "case.overview", "params": {"caseId": CASE}},
            origin=self.server.url, cookie=cookie, csrf=csrf)

    async def socket(self, cookie, csrf):
        socket = await websockets.connect(
            self.server.url.replace("http", "ws") + "/ws/v1", subprotocols=["samvev.v1", "samvev.csrf." + csrf],
            origin=self.server.url, extra_headers={"Cookie": cookie})
        hello = json.loads(await socket.recv())
        self.assertTrue(hello["params"]["authenticated"])
        return socket

    def test_a_device_is_let_in_for_good(self):
        invitation, code = self.invite()
        cookie, told = self.let_in(code)
        self.assertEqual(told["principal"]["subject"], LO)
        self.assertEqual(told["principal"]["caseId"], CASE)
        self.assertEqual(self.overview(cookie, told["csrf"]).json()["result"]["document"]["personId"], LO)
        self.assertEqual(self.overview(cookie, "other").status, 403)
        self.assertEqual(self.overview(cookie, None).status, 403)

        self.server.kill_9()
        files = [path for path in pathlib.Path(self.server.data).rglob("*") if path.is_file()]
        self.assertTrue(files)
        log = self.server.log_text().encode()
        for secret in (code[5:], code[5:].replace("-", ""), cookie.split("=")[1]):
            self.assertNotIn(secret.encode(), log)
            for path in files:
                self.assertNotIn(secret.encode(), path.read_bytes(), f"{path} has the code or what the device has")
        self.server.start()
        again = self.ask("/login/v1/session", cookie=cookie).json()
        self.assertEqual(again["csrf"], told["csrf"])
        self.assertEqual(self.overview(cookie, told["csrf"]).json()["result"]["document"]["personId"], LO)
        self.assertEqual(self.redeem(code).status, 401, "a code that was used is none after a restart either")

        async def withdraw():
            socket = await self.socket(cookie, told["csrf"])
            self.command("invitation.withdraw", invitationId=invitation)
            await asyncio.wait_for(socket.wait_closed(), 30)
            return socket.close_code

        self.assertEqual(asyncio.run(withdraw()), 4401)
        self.assertEqual(self.ask("/login/v1/session", cookie=cookie).status, 401)
        self.server.kill_9()
        self.server.start()
        self.assertEqual(self.ask("/login/v1/session", cookie=cookie).status, 401)

    def test_whoever_has_the_device_signs_out(self):
        _, code = self.invite()
        cookie, told = self.let_in(code)
        ours = {"origin": self.server.url, "cookie": cookie}
        self.assertEqual(self.ask("/login/v1/logout", {}, **ours).status, 403)
        answer = self.ask("/login/v1/logout", {}, csrf=told["csrf"], **ours)
        self.assertEqual((answer.status, answer.json()), (200, {"location": ""}))
        self.assertIn("Max-Age=0", answer.headers["Set-Cookie"])
        self.server.kill_9()
        self.server.start()
        self.assertEqual(self.ask("/login/v1/session", cookie=cookie).status, 401)

    def test_a_bad_code_answers_alike_and_an_address_has_few(self):
        _, used = self.invite()
        self.let_in(used)
        invitation, withdrawn = self.invite()
        self.command("invitation.withdraw", invitationId=invitation)
        _, good = self.invite()
        wrong = good[:-1] + ("1" if good.endswith("0") else "0")
        refusals = [self.redeem(code) for code in (used, withdrawn, wrong, "9999-0000-0000-0000", "0301-0000-0000-0000", "x")]
        self.assertEqual({answer.status for answer in refusals}, {401})
        bodies = [{**answer.json(), "traceId": None} for answer in refusals]
        self.assertTrue(all(body == bodies[0] for body in bodies), bodies)
        self.assertEqual(bodies[0]["reason"], "code")

        self.assertEqual(self.redeem(good, origin="https://evil.example").status, 403)
        self.assertEqual(self.ask("/login/v1/invitation", {"code": good}).status, 403, "no Origin")
        self.assertEqual(self.ask("/login/v1/invitation").status, 405)
        self.assertEqual(self.ask("/login/v1/invitation", {"kode": good}, origin=self.server.url).status, 400)

        answers = [self.redeem("9999-0000-0000-0000") for _ in range(25)]
        self.assertEqual({answer.status for answer in answers}, {401, 429})
        limited = self.redeem(good)
        self.assertEqual(limited.status, 429, "a right code waits, too")
        self.assertTrue(1 <= int(limited.headers["Retry-After"]) <= 10)
        self.assertEqual(limited.json()["status"], 429)

    def test_an_address_begins_few_logins(self):
        statuses = []
        for _ in range(600):  # More than there may be at once, and more than come back meanwhile.
            answer = self.ask("/login/v1?to=/")
            statuses.append(answer.status)
            if answer.status == 429:
                break
        self.assertEqual(set(statuses), {404, 429}, "no issuer here lets browsers log in")
        self.assertGreaterEqual(statuses.count(404), 200)
        self.assertEqual(answer.headers["Retry-After"], "1")
        self.assertEqual(self.ask("/login/v1/session").status, 401, "who is in already is not counted")


if __name__ == "__main__":
    unittest.main()
