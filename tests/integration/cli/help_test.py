"""Every subcommand explains itself, and a mistake on the command line is told."""

import unittest

from samvev_process import samvev

SUBCOMMANDS = [
    ["serve"], ["token"], ["demo"], ["import", "xes"], ["replay"], ["view", "rebuild"],
    ["config", "check"], ["config", "default"], ["config", "schema"],
]


class Help(unittest.TestCase):
    def test_every_subcommand_has_help(self):
        for path in [[], ["import"], ["view"], ["config"], *SUBCOMMANDS]:
            with self.subTest(path=path):
                run = samvev(*path, "--help")
                self.assertEqual(run.returncode, 0, run.stderr)
                self.assertIn("Usage:", run.stdout)
                self.assertEqual(run.stderr, "")

    def test_the_root_lists_all_of_them(self):
        listed = samvev("--help").stdout
        for path in SUBCOMMANDS:
            self.assertIn(path[0], listed)

    def test_the_version_is_told(self):
        run = samvev("--version")
        self.assertEqual(run.returncode, 0)
        self.assertRegex(run.stdout, r"^samvev \d+\.\d+\.\d+\n$")

    def test_mistakes_are_told_on_stderr_with_code_2(self):
        for arguments in (
            [], ["bogus"], ["serve", "--bogus"], ["import"], ["import", "xes"], ["token"],
            ["token", "--data", "d", "--tenant", "9999"],
            ["token", "--data", "d", "--tenant", "9999", "--staff", "a", "--person", "b"],
            ["replay", "--data", "d", "--tenant", "nine"], ["replay", "--data", "d", "--tenant", "9999", "--log", "other"],
            ["serve", "--demo", "config/demo"],
        ):
            with self.subTest(arguments=arguments):
                run = samvev(*arguments)
                self.assertEqual(run.returncode, 2)
                self.assertEqual(run.stdout, "")
                self.assertTrue(run.stderr.startswith("samvev: "), run.stderr)


if __name__ == "__main__":
    unittest.main()
