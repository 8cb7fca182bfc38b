"""The master key stays in a PKCS#11 token: SoftHSM stands for the hardware."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
from samvev_process import BINARY, Server, samvev, wait_until  # pylint: disable=wrong-import-position

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "4711"
UNAVAILABLE = 50301


class Token(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="samvev-hsm-")
        self.addCleanup(shutil.rmtree, self.folder)
        tokens = f"{self.folder}/tokens"
        os.mkdir(tokens)
        self.write("softhsm2.conf", f"directories.tokendir = {tokens}\nlog.level = ERROR\n")
        self.environment = {**os.environ, "SOFTHSM2_CONF": f"{self.folder}/softhsm2.conf"}
        self.tool("softhsm2-util", "--init-token", "--free", "--label", "samvev", "--pin", PIN, "--so-pin", "1234")
        self.make_key("master", "01")
        self.pin = self.write("pin", f"{PIN}\n", 0o600)

    def write(self, name, text, mode=0o644):
        file = pathlib.Path(self.folder) / name
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)
        return str(file)

    def tool(self, *words):
        done = subprocess.run(words, env=self.environment, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def make_key(self, label, number):
        self.tool("pkcs11-tool", "--module", MODULE, "--login", "--pin", PIN, "--keygen", "--key-type", "aes:32",
                  "--label", label, "--id", number, "--usage-wrap")

    def uri(self, label="master"):
        return f"pkcs11:token=samvev;object={label}?module-path={MODULE}&pin-source={self.pin}"

    def config(self, *keys):
        return self.write("samvev.toml", '[server]\nlisten = "127.0.0.1:0"\n[data]\n'
                          f'directory = "{self.folder}/data"\n[keys]\n' + "\n".join(keys) + "\n")

    def run_server(self, *keys, until="ready "):
        """Serves until a line says `until`; what stderr said."""
        process = subprocess.Popen(  # pylint: disable=consider-using-with
            [BINARY, "serve", "--dev", "--config", self.config(*keys)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, env=self.environment)
        said = []
        try:
            for line in process.stdout:
                said.append(line)
                if until in line:
                    break
        finally:
            process.terminate()
            said.append(process.stdout.read())
            process.stdout.close()
            process.wait(timeout=60)
        self.assertIn(until, "".join(said))
        return "".join(said)

    def refuses(self, sentence, *keys):
        run = samvev("serve", "--dev", "--config", self.config(*keys), timeout=120, env=self.environment)
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn(sentence, run.stderr)
        self.assertNotIn(PIN, run.stderr)

    def history(self):
        run = samvev("replay", "--config", f"{self.folder}/samvev.toml", "--tenant", "9999", timeout=120,
                     env=self.environment)
        self.assertEqual(run.returncode, 0, run.stderr)
        return [json.loads(line) for line in run.stdout.splitlines()]

    def test_what_it_wraps_it_unwraps_after_a_start(self):
        key = f'master_key_uri = "{self.uri()}"'
        self.run_server(key)
        self.run_server(key)
        wrapped = b"".join(file.read_bytes() for file in pathlib.Path(f"{self.folder}/data").rglob("*")
                           if file.is_file() and "keys" in str(file))
        self.assertGreater(len(wrapped), 100)
        self.assertFalse(pathlib.Path(f"{self.folder}/data/dev-master.key").exists(), "no key beside the token's")
        self.make_key("other", "02")
        self.refuses("is missing", f'master_key_uri = "{self.uri("other")}"')

    def test_it_takes_over_from_a_file_and_gives_back(self):
        file = self.write("master.key", "01" * 32 + "\n", 0o600)
        self.run_server(f'master_key_file = "{file}"')
        self.run_server(f'master_key_uri = "{self.uri()}"', f'previous_master_key_file = "{file}"',
                        until="every key is wrapped by the new master key")
        self.run_server(f'master_key_uri = "{self.uri()}"')
        self.refuses("is missing", f'master_key_file = "{file}"')
        self.run_server(f'master_key_file = "{file}"', f'previous_master_key_uri = "{self.uri()}"',
                        until="every key is wrapped by the new master key")
        self.run_server(f'master_key_file = "{file}"')

    def served(self):
        return Server(data=f"{self.folder}/data", environment=self.environment, log=True,
                      arguments=("--config", self.config(f'master_key_uri = "{self.uri()}"')))

    def open_case(self, server, token, case):
        return server.call(token, "case.open-case", {
            "caseId": case, "commandId": str(uuid.uuid4()), "level": 0, "title": "Sak", "concernUnitId": self.unit})

    def close_case(self, server, token, case):
        return server.call(token, "case.close-case", {"caseId": case, "commandId": str(uuid.uuid4()), "reason": "Ferdig.", "outcome": "not-needed"})

    def read(self, server, token, case):
        """How many events a case has, or the code of the refusal."""
        answer = server.call(token, "stream.read", {"stream": f"case/{case}"})
        return len(answer["result"]["events"]) if "result" in answer else answer["error"]["code"]

    def listed(self, server, token):
        items = server.call(token, "case.my-cases", {"limit": 50})["result"]["items"]
        return {item["document"]["caseId"] for item in items}

    def test_a_token_that_goes_away_is_waited_for_and_nothing_is_lost(self):
        self.unit = str(uuid.uuid4())
        cold, warm, late = (str(uuid.uuid4()) for _ in range(3))
        with self.served() as server:
            token = server.import_token()
            unit = server.call(token, "organisation.register-unit", {
                "unitId": self.unit, "commandId": str(uuid.uuid4()), "name": "Skole", "type": "external", "external": True})
            self.assertIn("result", unit, unit)
            self.assertIn("result", self.open_case(server, token, cold))
            self.assertEqual(server.terminate(), 0)
        with self.served() as server:
            token = server.import_token()
            self.assertIn("result", self.open_case(server, token, warm))
            self.assertEqual(self.read(server, token, warm), 1)
            os.rename(f"{self.folder}/tokens", f"{self.folder}/elsewhere")
            # What needs the token says that it is not there, and not that bytes are damaged: a new stream does, and
            # so does the record of a look that nobody has taken before.
            refused = self.open_case(server, token, late)["error"]
            self.assertEqual(refused["code"], UNAVAILABLE, refused)
            self.assertIn("the master key's token", refused["data"]["detail"])
            self.assertEqual(self.read(server, token, cold), UNAVAILABLE)
            # What does not, goes on.
            self.assertIn("result", self.close_case(server, token, warm))
            self.assertEqual(self.read(server, token, warm), 2)
            os.rename(f"{self.folder}/elsewhere", f"{self.folder}/tokens")
            wait_until(lambda: self.read(server, token, cold) == 1, "the token to be found again")
            self.assertIn("result", self.open_case(server, token, late))
            self.assertIn("result", self.close_case(server, token, cold))
            wait_until(lambda: self.listed(server, token) == {cold, warm, late}, "the views to go on")
            said = server.log_text()
            self.assertNotIn("does not open under master key", said)
            self.assertNotIn(PIN, said)
            self.assertEqual(server.terminate(), 0)
        with self.served() as server:
            token = server.import_token()
            self.assertEqual([self.read(server, token, case) for case in (cold, warm, late)], [2, 2, 1])

    def test_it_says_what_is_wrong(self):
        self.refuses("module-path=FILE", 'master_key_uri = "pkcs11:token=samvev"')
        self.refuses("cannot be loaded", f'master_key_uri = "{self.uri().replace("libsofthsm2", "none")}"')
        self.refuses("is not there", f'master_key_uri = "{self.uri().replace("token=samvev", "token=lost")}"')
        self.refuses("holds no key of that name", f'master_key_uri = "{self.uri("nothing")}"')
        os.chmod(self.pin, 0o644)
        self.refuses("chmod 0600", f'master_key_uri = "{self.uri()}"')
        self.write("pin", "0000\n", 0o600)
        self.refuses("does not take the PIN", f'master_key_uri = "{self.uri()}"')


if __name__ == "__main__":
    unittest.main()
