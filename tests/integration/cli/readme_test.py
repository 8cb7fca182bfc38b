"""What README.md shows is what happens: its request gives its answer, its commands exist."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from samvev_process import BINARY, SOURCE, Server
from xes_log import make_traces, to_xes

README = (SOURCE / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def run_shell(script, server, **replaced):
    """Runs a block of the README against this server and this binary."""
    script = script.replace("build/release/bin/samvev", BINARY).replace("--data data", f"--data {server.data}")
    script = script.replace("http://127.0.0.1:8470", server.url)
    for name, value in replaced.items():
        script = script.replace(name, value)
    return subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, check=False)


class Readme(unittest.TestCase):
    def test_the_two_commands_are_there_and_can_be_run(self):
        named = re.findall(r"^(scripts/\w+)", blocks("sh")[0], re.MULTILINE)
        self.assertEqual(named, ["scripts/run", "scripts/test"])
        for script in named:
            self.assertTrue(os.access(SOURCE / script, os.X_OK), script)
            subprocess.run([SOURCE / script, "--help"], check=True, capture_output=True, cwd="/")

    def test_the_request_gives_the_answer(self):
        with Server(arguments=["--demo", str(SOURCE / "config" / "demo")]) as server:
            run = run_shell(blocks("sh")[1], server)
            self.assertEqual(run.returncode, 0, run.stderr)
            answer = json.loads(run.stdout)
            self.assertTrue(answer["result"].pop("position"))
            self.assertEqual(answer, json.loads(blocks("json")[0]))

    def test_the_import_and_the_replay_work_as_shown(self):
        with tempfile.TemporaryDirectory() as folder, Server() as server:
            file = pathlib.Path(folder) / "log.xes"
            file.write_text(to_xes("README", make_traces(1, 3)), encoding="utf-8")
            run = run_shell(blocks("sh")[2], server, **{"FILE.xes.gz": str(file)})
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertIn("3 cases\n", run.stdout)
            events = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
            self.assertEqual(sum(e["type"] == "no.samvev.case.case-opened.v1" for e in events), 3)

    def test_every_file_it_points_to_is_there(self):
        for target in re.findall(r"\]\(([^)]+)\)", README):
            self.assertTrue((SOURCE / target).exists(), target)


if __name__ == "__main__":
    unittest.main()
