"""The rates of [limits] on the real server: who they hold, and who has a share of another kind."""

import json
import unittest
import urllib.request
import uuid

from samvev_process import Server

UNIT = "0192f0c1-0000-7000-8000-0000000f0001"


class Limits(unittest.TestCase):
    def batch(self, server, token, method, count):
        """The error codes of a batch, 0 for a result."""
        entries = [{"jsonrpc": "2.0", "id": i, "method": method, "params": {
            "unitId": str(uuid.uuid4()), "commandId": str(uuid.uuid4()), "name": "Prøve", "type": "external", "external": True,
        } if method == "organisation.register-unit" else {}} for i in range(count)]
        request = urllib.request.Request(server.url + "/rpc/v1", json.dumps(entries).encode(), {
            "Content-Type": "application/json", "Authorization": "Bearer " + token})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return [each.get("error", {}).get("code", 0) for each in json.load(answer)]

    def test_a_person_is_held_at_the_defaults_and_an_importer_is_not(self):
        with Server() as server:
            person = server.token("--staff", str(uuid.uuid4()), "--role", "administrator")
            codes = self.batch(server, person, "organisation.register-unit", 40)
            self.assertEqual(codes[:20], [0] * 20)
            self.assertIn(42901, codes)
            self.assertEqual(self.batch(server, person, "me.waiting", 50), [0] * 50)
            for arguments in (("--service", "import", "--role", "service:import"),
                              ("--staff", str(uuid.uuid4()), "--role", "administrator", "--role", "service:import")):
                importer = server.token(*arguments)
                for _ in range(10):
                    self.assertNotIn(42901, self.batch(server, importer, "organisation.register-unit", 50))

    def test_the_settings_change_them(self):
        environment = {"SAMVEV__LIMITS__COMMANDS_AT_ONCE": "3", "SAMVEV__LIMITS__COMMANDS_PER_SECOND": "1",
                       "SAMVEV__LIMITS__READS_AT_ONCE": "5", "SAMVEV__LIMITS__SERVICE_CALLS_PER_SECOND": "7"}
        with Server(environment=environment) as server:
            person = server.token("--staff", str(uuid.uuid4()), "--role", "administrator")
            self.assertEqual(self.batch(server, person, "organisation.register-unit", 6), [0, 0, 0, 42901, 42901, 42901])
            self.assertEqual(self.batch(server, person, "me.waiting", 5), [0] * 5)
            importer = server.token("--service", "import", "--role", "service:import")
            codes = self.batch(server, importer, "organisation.register-unit", 40)
            self.assertEqual((codes[:7], codes[-1]), ([0] * 7, 42901))


if __name__ == "__main__":
    unittest.main()
