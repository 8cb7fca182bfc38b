"""`samvev import xes` against the real server, also when either is killed at a random moment.

SAMVEV_TEST_SEED repeats a run. The real log (1434 cases, 8577 activities) is looked for in
SAMVEV_RECEIPT_LOG, then in ../shared/data beside the checkout.
"""

import collections
import gzip
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import tempfile
import unittest

from samvev_process import BINARY, SOURCE, Server, free_port, samvev, wait_until
from xes_log import make_traces, to_xes

SEED = int(os.environ.get("SAMVEV_TEST_SEED", random.SystemRandom().randrange(2**32)))
REAL_LOG = pathlib.Path(os.environ.get("SAMVEV_RECEIPT_LOG", SOURCE.parent / "shared" / "data" / "receipt.xes.gz"))


def start_import(server, file, token):
    return subprocess.Popen(
        [BINARY, "import", "xes", str(file), "--server", server.url, "--token", token, "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )


def import_whole(server, file, token):
    run = samvev("import", "xes", str(file), "--server", server.url, "--token", token, "--json")
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def activities_by_case(history):
    """case -> its activities in the order of its stream, as (name, unit, staff, time)."""
    cases = {}
    for event in history:
        if event["type"].startswith("no.samvev.case.case-opened."):
            assert event["subject"] not in cases
            cases[event["subject"]] = []
        elif event["type"].startswith("no.samvev.coordination.activity-recorded."):
            data = event["data"]
            time = None if data.get("timeUnknown") else data["occurredOn"]
            cases[event["subject"]].append((data["name"], data["unitId"], data["staffId"], time))
    return cases


def streams(history):
    """stream -> its events without what differs from run to run: ids, times, global order."""
    out = collections.defaultdict(list)
    for event in history:
        out[event["source"]].append((event["revision"], event["type"], event["commandid"], json.dumps(event["data"], sort_keys=True)))
    return dict(out)


def unknown_or(value, ids):
    return "unknown" if value is None else ids[value]


class Import(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.random = random.Random(f"{SEED} {self.id()}")

    def made_up_log(self, count=60):
        traces = make_traces(self.random.randrange(2**32), count)
        file = self.folder / "log.xes.gz"
        file.write_bytes(gzip.compress(to_xes("Prøvelogg", traces).encode()))
        return file, traces

    def check_history(self, history, traces):
        """Every trace is a case with exactly its activities, in order; units and staff stand once."""
        names = collections.defaultdict(dict)
        for event in history:
            for kind in ("unit", "staff"):
                # The stand-in for traces without any group has no reference of its own.
                if event["source"].startswith(f"/t/9999/{kind}/") and "externalReference" in event["data"]:
                    name = event["data"]["externalReference"]
                    self.assertNotIn(name, names[kind])
                    names[kind][name] = event["subject"]
        expected = collections.Counter()
        for trace in traces:
            expected[tuple(
                (
                    event["name"], unknown_or(event["group"], names["unit"]), unknown_or(event["resource"], names["staff"]),
                    event["time"] and event["time"].strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                )
                for event in trace["events"]
            )] += 1
        self.assertEqual(collections.Counter(map(tuple, activities_by_case(history).values())), expected)

    def test_a_log_becomes_cases_activities_units_and_staff_with_exact_counts(self):
        file, traces = self.made_up_log()
        events = [event for trace in traces for event in trace["events"]]
        with Server() as server:
            summary = import_whole(server, file, server.import_token())
            self.assertEqual(summary["log"], "Prøvelogg")
            self.assertEqual(summary["cases"], len(traces))
            self.assertEqual(summary["activities"], len(events))
            self.assertEqual(summary["units"], len({e["group"] for e in events} - {None}))
            self.assertEqual(summary["staff"], len({e["resource"] for e in events} - {None}))
            self.assertEqual(summary["withoutGroup"], sum(e["group"] is None for e in events))
            self.assertEqual(summary["withoutResource"], sum(e["resource"] is None for e in events))
            self.assertEqual(summary["withoutTime"], sum(e["time"] is None for e in events))
            self.check_history(server.history(), traces)

    def test_a_second_import_changes_nothing_whoever_makes_it(self):
        file, _ = self.made_up_log(20)
        with Server() as server:
            first = import_whole(server, file, server.import_token())
            history = server.history()
            self.assertEqual(import_whole(server, file, server.import_token()), first)
            self.assertEqual(server.history(), history)
            other = server.token("--service", "other-import", "--role", "service:import")
            there = import_whole(server, file, other)
            self.assertEqual(there.pop("alreadyThere"), len(history))
            self.assertEqual(there, {key: value for key, value in first.items() if key != "alreadyThere"})
            self.assertEqual(server.history(), history)

    def killed_history(self, file, token_of, kill):
        """Imports with one kill -9 at a random number of events; the history it ends in."""
        with Server(port=free_port()) as server:
            token = token_of(server)
            events_in_all = self.events_in_all
            moment = self.random.randrange(1, events_in_all)
            print(f"seed SAMVEV_TEST_SEED={SEED}: kill -9 of the {kill} at event {moment} of {events_in_all}", flush=True)
            importer = start_import(server, file, token)
            wait_until(
                lambda: server.events_committed() >= moment or importer.poll() is not None, f"event {moment}", 1200
            )
            if kill == "server":
                server.kill_9()
                server.start()
            else:
                importer.send_signal(signal.SIGKILL)
                importer.communicate()
                importer = start_import(server, file, token)
            output, errors = importer.communicate(timeout=1200)
            self.assertEqual(importer.returncode, 0, errors)
            return server.history(), json.loads(output)

    def check_killed(self, file, kill):
        with Server() as server:
            summary = import_whole(server, file, server.import_token())
            undisturbed = server.history()
        self.events_in_all = len(undisturbed)
        history, killed_summary = self.killed_history(file, Server.import_token, kill)
        self.assertEqual(killed_summary, summary)
        self.assertEqual(streams(history), streams(undisturbed))
        self.assertEqual([int(event["sequence"]) for event in history], list(range(len(undisturbed))))

    def test_kill_9_of_the_server_loses_nothing_and_repeats_nothing(self):
        self.check_killed(self.made_up_log()[0], "server")

    def test_kill_9_of_the_importer_loses_nothing_and_repeats_nothing(self):
        self.check_killed(self.made_up_log()[0], "importer")

    def test_a_broken_file_is_told_with_line_and_reason_and_what_was_read_is_whole(self):
        _, traces = self.made_up_log(30)
        whole = to_xes("Prøvelogg", traces)
        lines = whole.splitlines()
        ends = [number for number, line in enumerate(lines) if line == "</trace>"]
        cut = ends[19] + 1
        broken = self.folder / "broken.xes"
        broken.write_text("\n".join(lines[:cut] + ["<trace><event></trace>"] + lines[cut:]), encoding="utf-8")
        with Server() as server:
            token = server.import_token()
            run = samvev("import", "xes", str(broken), "--server", server.url, "--token", token)
            self.assertEqual(run.returncode, 1)
            self.assertIn(f"{broken}:{cut + 1}: found </trace> where </event> is due", run.stderr)
            self.assertIn("20 cases were imported whole, 0 were begun and not finished", run.stderr)
            self.check_history(server.history(), traces[:20])
            mended = self.folder / "mended.xes"
            mended.write_text(whole, encoding="utf-8")
            import_whole(server, mended, token)
            self.check_history(server.history(), traces)

    def test_a_gzip_file_that_is_cut_off_is_told(self):
        file, traces = self.made_up_log(200)
        packed = file.read_bytes()
        file.write_bytes(packed[: len(packed) // 2])
        with Server() as server:
            run = samvev("import", "xes", str(file), "--server", server.url, "--token", server.import_token(), "--json")
            self.assertEqual(run.returncode, 1)
            self.assertRegex(run.stderr, re.escape(str(file)) + r":\d+: the compressed file is cut off")
            error = json.loads(run.stdout)["error"]
            self.check_history(server.history(), traces[: error["data"]["cases"]])

    def test_what_cannot_work_is_told_at_once(self):
        file, _ = self.made_up_log(1)
        for arguments, words in (
            ([str(self.folder / "none.xes"), "--server", "http://127.0.0.1:1", "--token", "t"], "there is no such file"),
            ([str(file), "--server", "127.0.0.1:1", "--token", "t"], "is not a server's address"),
            ([str(file), "--server", "http://127.0.0.1:1", "--token", "t", "--patience", "1"], "has not answered for 1 s"),
        ):
            with self.subTest(words=words):
                run = samvev("import", "xes", *arguments, timeout=60)
                self.assertEqual(run.returncode, 1)
                self.assertIn(words, run.stderr)
        with Server() as server:
            run = samvev("import", "xes", str(file), "--server", server.url, "--token", "a.b.c", timeout=60)
            self.assertEqual(run.returncode, 1)
            self.assertIn("token", run.stderr)
            refused = server.token("--service", "import", "--role", "nobody")
            run = samvev("import", "xes", str(file), "--server", server.url, "--token", refused, timeout=60)
            self.assertEqual(run.returncode, 1)
            self.assertIn("40301", run.stderr)
            self.assertEqual(server.history(), [])

    @unittest.skipUnless(REAL_LOG.exists(), f"skipped: {REAL_LOG} is not there")
    def test_the_real_log_has_exact_counts_and_survives_kill_9_of_the_server(self):
        self.events_in_all = 1434 + 8577 + 10 + 48
        history, summary = self.killed_history(REAL_LOG, Server.import_token, "server")
        self.assertEqual(
            {key: summary[key] for key in ("cases", "activities", "units", "staff", "withoutTime")},
            {"cases": 1434, "activities": 8577, "units": 10, "staff": 48, "withoutTime": 0},
        )
        cases = activities_by_case(history)
        self.assertEqual(len(cases), 1434)
        self.assertEqual(sum(map(len, cases.values())), 8577)
        self.assertEqual(len(history), self.events_in_all)
        for activities in cases.values():
            times = [time for _, _, _, time in activities]
            self.assertEqual(times, sorted(times))


if __name__ == "__main__":
    unittest.main()
