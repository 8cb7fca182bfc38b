"""`samvev config` and `samvev token`: what they print and what they refuse."""

import base64
import json
import os
import pathlib
import tempfile
import unittest

from samvev_process import SOURCE, samvev

STAFF = "0192f0c1-0000-7000-8000-000000002001"


def claims_of(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


class Config(unittest.TestCase):
    def test_the_shipped_file_is_the_default_and_passes(self):
        shipped = SOURCE / "config" / "samvev.toml"
        self.assertEqual(samvev("config", "default").stdout, shipped.read_text(encoding="utf-8"))
        self.assertEqual(
            samvev("config", "schema").stdout, (SOURCE / "config" / "samvev.schema.json").read_text(encoding="utf-8")
        )
        run = samvev("config", "check", str(shipped))
        self.assertEqual(run.returncode, 0, run.stderr)

    def test_the_effective_settings_say_where_each_value_is_from(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "samvev.toml"
            file.write_text('[log]\nlevel = "warn"\n', encoding="utf-8")
            environment = {**os.environ, "SAMVEV__SERVER__IO_THREADS": "5"}
            text = samvev("config", "check", str(file), env=environment).stdout
            self.assertIn('level = "warn"  # from the file', text)
            self.assertIn("io_threads = 5  # from the environment", text)
            settings = json.loads(samvev("config", "check", str(file), "--json", env=environment).stdout)
            self.assertEqual(settings["server"]["io_threads"], 5)
            self.assertEqual(settings["log"]["level"], "warn")

    def test_a_mistake_is_told_with_file_line_and_suggestion(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "samvev.toml"
            file.write_text('[server]\nlisen = "127.0.0.1:1"\n', encoding="utf-8")
            run = samvev("config", "check", str(file))
            self.assertEqual(run.returncode, 1)
            self.assertIn(f"{file}:2: unknown key 'server.lisen'; did you mean 'listen'?", run.stderr)
            error = json.loads(samvev("config", "check", str(file), "--json").stdout)["error"]
            self.assertEqual(error["code"], "invalid_argument")

    def test_a_missing_file_fails(self):
        run = samvev("config", "check", "/nowhere/samvev.toml")
        self.assertEqual(run.returncode, 1)
        self.assertIn("/nowhere/samvev.toml", run.stderr)


class Token(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(self.folder.cleanup)
        self.data = self.folder.name + "/data"

    def token(self, *arguments):
        return samvev("token", "--data", self.data, "--tenant", "9999", *arguments)

    def test_the_last_line_is_the_token_of_who_was_named(self):
        run = self.token("--staff", STAFF.upper(), "--role", "coordinator", "--role", "participant", "--lifetime", "30m")
        self.assertEqual(run.returncode, 0, run.stderr)
        claims = claims_of(run.stdout.splitlines()[-1])
        self.assertEqual(claims["exp"] - claims["iat"], 1800)
        text = json.dumps(claims)
        self.assertIn(STAFF, text)
        self.assertIn("coordinator", text)
        self.assertIn("9999", text)

    def test_json_has_the_token_and_the_actor(self):
        made = json.loads(self.token("--person", STAFF, "--json").stdout)
        self.assertEqual(made["actor"], f"person/{STAFF}")
        self.assertEqual(made["lifetimeSeconds"], 8 * 3600)
        self.assertEqual(made["token"].count("."), 2)

    def test_a_program_gets_a_token_by_name(self):
        self.assertEqual(json.loads(self.token("--service", "import", "--json").stdout)["actor"], "service/import")

    def test_the_signing_key_is_for_its_owner_alone(self):
        self.assertEqual(self.token("--staff", STAFF).returncode, 0)
        keys = list(pathlib.Path(self.data).glob("*.pem"))
        self.assertEqual(len(keys), 1)
        self.assertEqual(keys[0].stat().st_mode & 0o777, 0o600)

    def test_what_cannot_be_meant_is_refused(self):
        for arguments in (
            ["--staff", "ada"], ["--staff", STAFF, "--unit", "skolen"], ["--staff", STAFF, "--lifetime", "8"],
            ["--staff", STAFF, "--lifetime", "0h"], ["--staff", STAFF, "--lifetime", "1000d"],
        ):
            with self.subTest(arguments=arguments):
                run = self.token(*arguments)
                self.assertEqual(run.returncode, 1)
                self.assertIn(arguments[-1], run.stderr)
                self.assertEqual(run.stdout, "")
        self.assertEqual(samvev("token", "--data", self.data, "--tenant", "0", "--staff", STAFF).returncode, 1)


if __name__ == "__main__":
    unittest.main()
