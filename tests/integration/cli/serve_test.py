"""A server starts, is alone on its data, ends in peace, and its history can be read beside it."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest
import urllib.request
import uuid

from samvev_process import BINARY, SOURCE, TENANT, Server, samvev


UNIT = "0192f0c1-0000-7000-8000-0000000f0001"


def register_unit(server, token):
    params = {"unitId": UNIT, "commandId": UNIT, "name": "Postmottak", "type": "external", "external": True}
    answer = server.call(token, "organisation.register-unit", params)
    assert "result" in answer, answer


def open_case(server, token):
    """A case at level 0 in a unit that is registered with the first one."""
    register_unit(server, token)
    params = {
        "caseId": str(uuid.uuid4()), "commandId": str(uuid.uuid4()), "level": 0, "title": "Prøvesak",
        "concernUnitId": UNIT,
    }
    answer = server.call(token, "case.open-case", params)
    assert "result" in answer, answer
    return params["caseId"]


class Serve(unittest.TestCase):
    def test_it_can_be_stopped_while_it_starts(self):
        with tempfile.TemporaryDirectory() as data:
            command = [BINARY, "serve", "--dev", "--data", data, "--listen", "127.0.0.1:0", "--demo",
                       str(SOURCE / "config" / "demo")]
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
                # It serves, to itself: the demo is played through the doors before it is ready.
                self.assertTrue(any("serving url=" in line for line in iter(process.stderr.readline, "")))
                process.send_signal(signal.SIGTERM)
                out, _ = process.communicate(timeout=60)
                self.assertEqual((process.returncode, out), (128 + signal.SIGTERM, ""))
            with Server(data):  # And nothing is the worse for it.
                pass

    def test_the_development_mode_is_for_loopback_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            run = samvev("serve", "--dev", "--data", folder + "/d", "--listen", "0.0.0.0:0", timeout=60)
            self.assertEqual(run.returncode, 1)
            self.assertIn("--dev is refused on 0.0.0.0:0", run.stderr)
            self.assertEqual(run.stdout, "")
            self.assertFalse(os.path.exists(folder + "/d"))

    def test_without_dev_it_says_what_is_missing(self):
        with tempfile.TemporaryDirectory() as folder:
            run = samvev("serve", "--data", folder + "/d", "--listen", "127.0.0.1:0", timeout=60)
            self.assertEqual(run.returncode, 1)
            self.assertIn("--dev", run.stderr)

    def test_a_broken_settings_file_stops_it_before_anything_is_made(self):
        with tempfile.TemporaryDirectory() as folder:
            file = folder + "/samvev.toml"
            with open(file, "w", encoding="utf-8") as out:
                out.write("[server]\nbogus = 1\n")
            run = samvev("serve", "--dev", "--data", folder + "/d", "--config", file, timeout=60)
            self.assertEqual(run.returncode, 1)
            self.assertIn(f"{file}:2: unknown key 'server.bogus'", run.stderr)
            self.assertFalse(os.path.exists(folder + "/d"))

    def test_a_plugin_directory_that_is_named_must_be_there(self):
        with tempfile.TemporaryDirectory() as folder:
            run = samvev(
                "serve", "--dev", "--data", folder + "/d", "--listen", "127.0.0.1:0", "--plugins", folder + "/none",
                timeout=60,
            )
            self.assertEqual(run.returncode, 1)
            self.assertIn(folder + "/none", run.stderr)

    def test_something_that_is_no_plugin_is_refused_by_name(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(folder + "/broken.so", "w", encoding="utf-8") as out:
                out.write("not an ELF file")
            run = samvev(
                "serve", "--dev", "--data", folder + "/d", "--listen", "127.0.0.1:0", "--plugins", folder, timeout=60
            )
            self.assertEqual(run.returncode, 1)
            self.assertIn("broken.so", run.stderr)

    def test_a_port_in_use_is_told(self):
        with tempfile.TemporaryDirectory() as folder, socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            address = f"127.0.0.1:{other.getsockname()[1]}"
            run = samvev("serve", "--dev", "--data", folder + "/d", "--listen", address, timeout=60)
            self.assertEqual(run.returncode, 1)
            self.assertIn(address, run.stderr)

    def test_a_second_server_on_the_same_data_is_refused_and_the_first_lives_on(self):
        with Server() as first:
            second = samvev("serve", "--dev", "--data", first.data, "--listen", "127.0.0.1:0", timeout=60)
            self.assertEqual(second.returncode, 1)
            self.assertIn(f"in use by another samvev (process {first.process.pid})", second.stderr)
            open_case(first, first.import_token())

    def test_an_empty_text_is_no_default(self):
        with tempfile.TemporaryDirectory() as folder:
            for flag in ("--data", "--config", "--listen", "--plugins", "--demo"):
                with self.subTest(flag=flag):
                    run = subprocess.run(
                        [BINARY, "serve", "--dev", flag, ""], cwd=folder, capture_output=True, text=True, timeout=60, check=False
                    )
                    self.assertEqual((run.returncode, run.stdout), (1, ""))
                    self.assertIn(f"{flag} was given an empty text", run.stderr)
            self.assertEqual(os.listdir(folder), [])

    def test_a_token_of_a_new_key_says_so(self):
        with tempfile.TemporaryDirectory() as folder:
            arguments = ("token", "--data", folder, "--tenant", TENANT, "--service", "import")
            self.assertIn("had no development key", samvev(*arguments).stderr)
            self.assertEqual(samvev(*arguments).stderr, "")

    def test_sigterm_and_sigint_end_it_with_success(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number), Server() as server:
                server.process.send_signal(number)
                self.assertEqual(server.process.wait(timeout=60), 0)
                self.assertEqual(server.process.stdout.read(), "")  # One line, `ready`, and nothing more.

    def test_the_metrics_are_well_formed_and_count_the_events(self):
        with Server() as server:
            open_case(server, server.import_token())
            self.assertEqual(server.events_committed(), 2)
            with urllib.request.urlopen(server.url + "/metrics", timeout=60) as response:
                text = response.read()
            for family in ("samvev_log_writable 1", "samvev_views_paused 0", "samvev_reactions_parked 0"):
                self.assertIn(family, text.decode())
            if shutil.which("promtool") is None:
                self.skipTest("promtool is not installed")
            checked = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, check=False)
            self.assertEqual((checked.returncode, checked.stderr.decode()), (0, ""))

    def test_the_history_is_read_beside_the_running_server(self):
        with Server() as server:
            token = server.import_token()
            cases = [open_case(server, token) for _ in range(3)]
            history = server.history()
            self.assertEqual([event["subject"] for event in history], [UNIT, *cases])
            for number, event in enumerate(history[1:], start=1):
                self.assertEqual(event["specversion"], "1.0")
                self.assertEqual(event["type"], "no.samvev.case.case-opened.v1")
                self.assertEqual(event["source"], f"/t/9999/case/{cases[number - 1]}")
                self.assertEqual(int(event["sequence"]), number)
                self.assertEqual(event["data"]["title"], "Prøvesak")
            self.assertEqual(server.history("--from", "1"), history[1:])
            self.assertEqual(server.history("--stream", f"case/{cases[2]}"), history[3:])
            self.assertEqual(samvev("replay", "--data", server.data, "--tenant", "1234").stdout, "")
            missing = samvev("replay", "--data", server.data, "--tenant", TENANT, "--stream", f"case/{uuid.uuid4()}")
            self.assertEqual(missing.returncode, 1)
            self.assertIn("has no stream", missing.stderr)

    def test_a_directory_without_history_has_nothing_to_replay(self):
        with tempfile.TemporaryDirectory() as folder:
            run = samvev("replay", "--data", folder, "--tenant", TENANT)
            self.assertEqual(run.returncode, 1)
            self.assertIn(folder, run.stderr)

    def test_a_reader_that_goes_away_does_not_hang_the_replay(self):
        with Server() as server:
            token = server.import_token()
            for _ in range(5):
                open_case(server, token)
            with subprocess.Popen(
                [BINARY, "replay", "--data", server.data, "--tenant", TENANT], stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            ) as process:
                process.stdout.close()
                self.assertIn(process.wait(timeout=60), (0, 1))

    def test_views_are_rebuilt_while_the_server_is_stopped_and_only_then(self):
        with Server() as server:
            token = server.import_token()
            case = open_case(server, token)
            busy = samvev("view", "rebuild", "--data", server.data)
            self.assertEqual(busy.returncode, 1)
            self.assertIn("in use by another samvev", busy.stderr)
            self.assertEqual(server.terminate(), 0)
            rebuilt = samvev("view", "rebuild", "--data", server.data, "--view", "case.overview")
            self.assertEqual(rebuilt.returncode, 0, rebuilt.stderr)
            self.assertIn("Rebuilt 1 views", rebuilt.stdout)
            stranger = samvev("view", "rebuild", "--data", server.data, "--tenant", "1234")
            self.assertEqual(stranger.returncode, 1)
            self.assertIn("no history of tenant 1234", stranger.stderr)
            unknown = samvev("view", "rebuild", "--data", server.data, "--view", "case.nothing")
            self.assertEqual(unknown.returncode, 1)
            server.start()
            reader = server.token("--staff", UNIT, "--unit", UNIT, "--role", "coordinator")
            answer = server.call(reader, "case.overview", {"caseId": case})
            self.assertEqual(answer["result"]["document"]["title"], "Prøvesak")

    def test_what_was_acknowledged_survives_kill_9(self):
        with Server() as server:
            token = server.import_token()
            cases = [open_case(server, token) for _ in range(10)]
            server.kill_9()
            self.assertEqual([event["subject"] for event in server.history()], [UNIT, *cases])
            server.start()
            self.assertEqual([event["subject"] for event in server.history()], [UNIT, *cases])


if __name__ == "__main__":
    unittest.main()
