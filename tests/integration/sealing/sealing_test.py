"""What people write is in no file of the real server, before or after it is erased, and erased for good.

A marker is written wherever personal data goes: names, identifiers, titles, texts. Every file below
the data directory (history, write-ahead logs, views, snapshots, reactions, keys, the server's own
log) is searched for it: while the server runs, after kill -9, after an orderly end, in a backup,
after the erasure and after the backup has been brought back.
"""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "cli"))
from samvev_process import BINARY, TENANT, Server, samvev, wait_until  # noqa: E402  pylint: disable=wrong-import-position

MARKER = "Zvorkmerke"
NUMBER = "14831663716"  # Synthetic: its month is above 80.
# Of RFC 7515, appendix A.3: nobody logs in here.
PUBLIC_KEY = {"kty": "EC", "crv": "P-256", "kid": "a", "alg": "ES256", "use": "sig",
              "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
UNIT = str(uuid.uuid4())
STAFF = "0192f0c1-0000-7000-8000-000000002001"


def files_with_marker(folder):
    """The files that hold it, in whatever case or as UTF-16, compressed files aside."""
    needles = [MARKER.encode(), MARKER.lower().encode(), MARKER.encode("utf-16-le"), NUMBER.encode()]
    found = []
    for path in pathlib.Path(folder).rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # Compaction takes files away.
            if path.is_file() and any(needle in path.read_bytes() for needle in needles):
                found.append(str(path.relative_to(folder)))
    return found


class Sealing(unittest.TestCase):
    maxDiff = 2000

    def call(self, server, method, params, token=None):
        return server.call(token or self.token, method, params)

    def command(self, server, method, params, token=None):
        answer = self.call(server, method, {"commandId": str(uuid.uuid4()), **params}, token)
        self.assertIn("result", answer, answer)
        return answer["result"]

    def write(self, server):
        """Two people and a case, with the marker in every text; their ids."""
        self.token = server.token("--staff", STAFF, "--unit", UNIT, "--role", "coordinator")
        registrar = server.token("--service", "import", "--role", "service:import")
        self.command(server, "organisation.register-unit", {
            "unitId": UNIT, "name": "Post", "type": "external", "external": True}, registrar)
        people = [str(uuid.uuid4()), str(uuid.uuid4())]
        for number, person in enumerate(people):
            identifier = {"identifier": {"kind": "fnr", "number": NUMBER}} if number == 0 else {}
            self.command(server, "person.register-person", {
                "personId": person, "givenName": f"{MARKER} {'AB'[number]}", "familyName": f"{MARKER}sen",
                "birthDate": "2016-03-14", **identifier})
            self.command(server, "person.correct-name", {
                "personId": person, "givenName": f"{MARKER} rettet", "familyName": f"{MARKER}sen",
                "reason": f"{MARKER} var feil"})
        case = str(uuid.uuid4())
        self.command(server, "case.open-case", {
            "caseId": case, "level": 0, "title": f"{MARKER} skolestart", "reason": f"{MARKER} og mer",
            "personId": people[0], "concernUnitId": UNIT}, registrar)
        for _ in range(5):
            thread = str(uuid.uuid4())
            self.command(server, "coordination.start-thread", {
                "caseId": case, "threadId": thread, "title": f"Om {MARKER}?",
                "participants": [{"kind": "person", "id": people[1], "role": "guardian"}]})
            self.command(server, "coordination.post-message", {
                "caseId": case, "threadId": thread, "messageId": str(uuid.uuid4()), "text": f"Hei, {MARKER}!"})
        self.command(server, "coordination.create-task", {
            "caseId": case, "taskId": str(uuid.uuid4()), "title": f"Ring {MARKER}", "dueOn": "2032-05-14",
            "responsible": {"kind": "unit", "id": UNIT}})
        wait_until(lambda: self.found(server) == 2, "the search")
        self.assertEqual(self.card(server, people[0])["givenName"], f"{MARKER} rettet")
        return people, case

    def register_again(self, server):
        """Somebody else with the number that was taken."""
        return self.call(server, "person.register-person", {
            "commandId": str(uuid.uuid4()), "personId": str(uuid.uuid4()), "givenName": "Ny", "familyName": "Prøve",
            "birthDate": "2016-03-14", "identifier": {"kind": "fnr", "number": NUMBER}})

    def card(self, server, person):
        """The person's card; empty when there is none."""
        answer = self.call(server, "person.card", {"personId": person})
        if "error" in answer:
            self.assertEqual(answer["error"]["code"], 40401, answer)
            return {}
        return answer["result"].get("document") or {}

    def found(self, server):
        """How many people are found by name."""
        answer = self.call(server, "person.search", {"index": "byToken", "equals": [MARKER.lower()[:5]]})
        self.assertIn("result", answer, answer)
        return len(answer["result"]["items"])

    def test_what_people_write_is_in_no_file_and_erased_for_good(self):
        with Server() as server:
            people, case = self.write(server)
            self.assertEqual(files_with_marker(server.data), [], "while the server runs")
            server.kill_9()
            self.assertEqual(files_with_marker(server.data), [], "after kill -9")
            history = json.dumps(server.history(), ensure_ascii=False)
            self.assertIn(MARKER, history, "replay opens what is sealed")

            server.start()
            self.assertEqual(self.card(server, people[1])["givenName"], f"{MARKER} rettet")
            self.assertIn("person.identifier-taken", json.dumps(self.register_again(server)))
            self.assertEqual(server.terminate(), 0)
            self.assertEqual(files_with_marker(server.data), [], "after an orderly end")
            backup = tempfile.mkdtemp(prefix="samvev-backup-")
            self.addCleanup(shutil.rmtree, backup)
            for part in ("dev-keys", "views"):
                shutil.copytree(f"{server.data}/{part}", f"{backup}/{part}")

            self.erase(server, people[0])
            self.check_erased(server, people, case)
            # The keys and views of before come back; the register does not allow it.
            for part in ("dev-keys", "views"):
                shutil.rmtree(f"{server.data}/{part}")
                shutil.copytree(f"{backup}/{part}", f"{server.data}/{part}")
            self.check_erased(server, people, case)
            server.start()
            self.assertIn("result", self.register_again(server), "nobody holds the number any more")
            server.terminate()

    def erase(self, server, person):
        run = samvev("erase", "--data", server.data, "--tenant", TENANT, "--stream", f"person/{person}",
                     "--basis", "a free text")
        self.assertEqual(run.returncode, 1)
        run = samvev("erase", "--data", server.data, "--tenant", TENANT, "--stream", f"person/{person}",
                     "--basis", "GDPR.17", "--json")
        self.assertEqual(run.returncode, 0, run.stderr)
        report = json.loads(run.stdout)
        register = pathlib.Path(report["register"]).read_text(encoding="utf-8")
        self.assertIn(f" person/{person} GDPR.17 ", register)
        self.assertRegex(report["complete"], r"^20\d\d-\d\d-\d\d$")
        on_record = [event for event in server.history("--log", "system")
                     if event["type"] == "no.samvev.app.erasure-by-operator.v1"]
        self.assertEqual([event["data"]["stream"] for event in on_record], [f"person/{person}"])
        self.assertTrue(on_record[0]["data"]["operator"])

    def check_erased(self, server, people, case):
        server.start()
        try:
            self.assertNotIn(MARKER, json.dumps(self.card(server, people[0])))
            self.assertEqual(self.card(server, people[1])["givenName"], f"{MARKER} rettet")
            overview = self.call(server, "case.overview", {"caseId": case})
            self.assertIn(MARKER, json.dumps(overview), "the case is not the person")
            refused = self.call(server, "person.correct-name", {
                "commandId": str(uuid.uuid4()), "personId": people[0], "givenName": "Ny", "familyName": "Ny",
                "reason": "Feil"})
            self.assertIn("error", refused)
            self.assertEqual(self.found(server), 1)
        finally:
            self.assertEqual(server.terminate(), 0)
        events = server.history("--stream", f"person/{people[0]}")
        self.assertGreaterEqual(len(events), 2, "that it happened stays")
        for event in events:
            self.assertNotIn("data", event)
            self.assertTrue(event["withheld"])
        self.assertIn(MARKER, json.dumps(server.history("--stream", f"person/{people[1]}"), ensure_ascii=False))
        self.assertEqual(files_with_marker(server.data), [])

    def state_of(self, server, erasure):
        answer = self.call(server, "erasure.requests", {"erasureId": erasure}, self.officer)
        self.assertIn("result", answer, answer)
        return answer["result"]["document"]["state"]

    def decide(self, server, kind, target, **more):
        """One asks, another confirms; the id of the request, which is under way."""
        erasure = str(uuid.uuid4())
        self.command(server, "erasure.request", {
            "erasureId": erasure, "kind": kind, "targetId": target, "ground": "GDPR.17.1.d",
            "archive": "recorded-wrongly", **more}, self.officer)
        self.command(server, "erasure.confirm", {"erasureId": erasure, "targetId": target}, self.director)
        return erasure

    def message_of(self, server, case):
        """The event in which somebody wrote to the case, as its coordinator reads it."""
        answer = self.call(server, "stream.read", {"stream": f"case/{case}", "limit": 200})
        self.assertIn("result", answer, answer)
        return [event for event in answer["result"]["events"] if "message-posted" in event["type"]][0]

    def test_two_people_have_it_erased_and_a_fall_in_between_stops_nothing(self):
        with Server() as server:
            people, case = self.write(server)
            self.officer = server.token("--staff", str(uuid.uuid4()), "--unit", UNIT, "--role", "privacy-officer",
                                        "--purpose", "privacy")
            self.director = server.token("--staff", str(uuid.uuid4()), "--unit", UNIT, "--role", "municipal-director")
            message = self.message_of(server, case)
            self.assertIn(MARKER, json.dumps(message))
            requests = [self.decide(server, "case", case, eventId=message["id"])]
            wait_until(lambda: self.state_of(server, requests[0]) == "completed", "the text to be gone")
            after = self.message_of(server, case)
            self.assertEqual(after["id"], message["id"])
            self.assertNotIn("data", after)
            self.assertIn(MARKER, json.dumps(self.call(server, "case.overview", {"caseId": case})), "the rest stays")

            for person in people:  # As soon as it is confirmed the server falls.
                requests.append(self.decide(server, "person", person))
                server.kill_9()
                server.start()
                wait_until(lambda: self.state_of(server, requests[-1]) == "completed", "the person to be gone")
                self.assertNotIn(MARKER, json.dumps(self.card(server, person)))
            self.assertEqual(self.found(server), 0)
            self.assertIn("result", self.register_again(server), "nobody holds the number any more")
            requests.append(self.decide(server, "case", case))
            server.kill_9()
            server.start()
            wait_until(lambda: self.state_of(server, requests[-1]) == "completed", "the case to be gone")
            self.assertEqual(self.call(server, "case.overview", {"caseId": case})["error"]["code"], 40401)
            self.assertEqual(server.terminate(), 0)

            history = server.history()
            self.assertNotIn(MARKER, json.dumps(history, ensure_ascii=False))
            for erasure in requests:
                types = [event["type"] for event in server.history("--stream", f"erasure/{erasure}")]
                self.assertEqual(types, [f"no.samvev.erasure.{what}.v1" for what in ("requested", "confirmed", "completed")])
            register = (pathlib.Path(server.data) / "erasures").read_text(encoding="utf-8")
            for stream in [*(f"person/{person}" for person in people), f"case/{case}"]:
                self.assertIn(f" {stream} GDPR.17.1.d ", register)
            self.assertEqual(files_with_marker(server.data), [])

    def test_without_keys_the_history_can_be_verified_and_not_read(self):
        with Server() as server:
            self.write(server)
            server.terminate()
            os.remove(f"{server.data}/dev-master.key")
            history = server.history()
            self.assertGreater(len(history), 5)
            self.assertNotIn(MARKER, json.dumps(history, ensure_ascii=False))


class Production(unittest.TestCase):
    """Outside --dev nothing is stored without keys in a place of their own."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="samvev-keys-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.data = f"{self.folder}/data"
        jwks = pathlib.Path(self.folder) / "jwks.json"
        jwks.write_text(json.dumps({"keys": [PUBLIC_KEY]}), encoding="utf-8")
        self.issuer = (f'[[issuer]]\nprofile = "rfc9068"\nissuer = "https://issuer.example"\n'
                       f'jwks_file = "{jwks}"\naudience = "fjordvik:samvev"\ntenants = {{"991825827" = 9999}}\n')
        self.key = pathlib.Path(self.folder) / "master.key"
        self.key.write_text("01" * 32 + "\n", encoding="ascii")
        self.key.chmod(0o600)

    def config(self, keys):
        file = pathlib.Path(self.folder) / "samvev.toml"
        file.write_text(f'[server]\nlisten = "127.0.0.1:0"\n[data]\ndirectory = "{self.data}"\n[keys]\n{keys}\n{self.issuer}',
                        encoding="utf-8")
        return str(file)

    def refuses(self, keys, sentence):
        file = self.config(keys)
        check = samvev("config", "check", file)
        self.assertEqual(check.returncode, 0, check.stderr)
        self.assertIn(sentence, check.stderr)
        run = samvev("serve", "--config", file, timeout=120)
        self.assertEqual(run.returncode, 1)
        self.assertIn(sentence, run.stderr)

    def serves(self, file, **options):
        # pylint: disable=consider-using-with
        process = subprocess.Popen([BINARY, "serve", "--config", file], stdout=subprocess.PIPE, text=True, **options)
        self.addCleanup(process.stdout.close)
        line = process.stdout.readline()
        process.terminate()
        process.wait(timeout=60)
        return line.startswith("ready ")

    def test_it_says_what_to_set(self):
        self.refuses("", "openssl rand -hex 32")
        self.refuses(f'master_key_file = "{self.key}"', "keys.directory")
        self.refuses(f'master_key_file = "{self.key}"\ndirectory = "{self.data}/keys"', "outside data.directory")
        self.refuses(f'master_key_file = "{self.data}/master.key"\ndirectory = "{self.folder}/keys"', "every backup")

    def test_it_serves_with_a_master_key_of_a_file_or_of_systemd(self):
        self.assertTrue(self.serves(self.config(f'master_key_file = "{self.key}"\ndirectory = "{self.folder}/keys"')))
        environment = {**os.environ, "CREDENTIALS_DIRECTORY": self.folder}
        self.assertTrue(self.serves(
            self.config(f'master_key_credential = "master.key"\ndirectory = "{self.folder}/keys"'), env=environment))
        self.key.chmod(0o644)
        self.assertFalse(self.serves(self.config(f'master_key_file = "{self.key}"\ndirectory = "{self.folder}/keys"')))

    def test_data_of_another_key_store_does_not_open(self):
        self.assertTrue(self.serves(self.config(f'master_key_file = "{self.key}"\ndirectory = "{self.folder}/keys"')))
        self.key.write_text("02" * 32 + "\n", encoding="ascii")
        run = samvev("serve", "--config",
                     self.config(f'master_key_file = "{self.key}"\ndirectory = "{self.folder}/keys"'), timeout=120)
        self.assertEqual(run.returncode, 1)
        self.assertIn("is missing", run.stderr)


if __name__ == "__main__":
    unittest.main()
