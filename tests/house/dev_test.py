#!/usr/bin/env python3
"""`./dev test` must not call a broken suite green: its counting is tried on planted suites.

A copy of ./dev runs in an empty tree whose cmake, ninja and ctest are small scripts, so nothing is built.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


class DevTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = pathlib.Path(temporary.name)
        shutil.copy(REPOSITORY / "dev", self.root / "dev")
        self.program("deploy/packages.txt", "")
        for tool in ("cmake", "ninja", "ctest"):
            self.program(f"tools/{tool}", "exit 0")

    def program(self, path, body):
        full = self.root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_text(f"#!/bin/sh\n{body}\n" if body else "", encoding="utf-8")
        full.chmod(0o755)

    def run_suites(self, *names):
        environment = dict(os.environ, PATH=f"{self.root}/tools:{os.environ['PATH']}")
        done = subprocess.run(["./dev", "test", *names], cwd=self.root, env=environment, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=60, check=False)
        return done.returncode, (done.stdout.splitlines() or [""])[-1], done.stderr

    def expect(self, code, last_line, *names):
        self.assertEqual(self.run_suites(*names)[:2], (code, last_line))

    def test_sums_over_suites(self):
        self.program("tests/service/run", 'echo "3 passed, 0 failed"')
        self.program("tests/chaos/run", 'echo "4 passed, 0 failed"')
        self.expect(0, "7 passed, 0 failed", "service", "chaos")

    def test_failures_are_counted_and_later_suites_still_run(self):
        self.program("tests/service/run", 'echo "3 passed, 2 failed"; exit 1')
        self.program("tests/chaos/run", 'echo "4 passed, 0 failed"')
        self.expect(1, "7 passed, 2 failed", "service", "chaos")

    def test_bad_exit_with_a_good_verdict_fails(self):
        self.program("tests/service/run", 'echo "3 passed, 0 failed"; exit 9')
        self.expect(1, "3 passed, 1 failed", "service")

    def test_failures_with_a_good_exit_fail(self):
        self.program("tests/service/run", 'echo "3 passed, 1 failed"')
        self.expect(1, "3 passed, 1 failed", "service")

    def test_no_verdict_fails(self):
        self.program("tests/service/run", "echo all is well")
        self.expect(1, "0 passed, 1 failed", "service")

    def test_nothing_passed_fails(self):
        self.program("tests/service/run", 'echo "0 passed, 0 failed"')
        self.expect(1, "0 passed, 1 failed", "service")

    def test_program_gets_the_binary(self):
        self.program("tests/service/run", 'case $XUNJIE_BIN in */build/release/bin/xunjie)'
                     ' echo "1 passed, 0 failed";; esac')
        self.expect(0, "1 passed, 0 failed", "service")

    def test_failed_build_fails_the_suite(self):
        self.program("tests/service/run", 'echo "3 passed, 0 failed"')
        self.program("tools/ninja", "exit 1")
        self.expect(1, "0 passed, 1 failed", "service")

    def test_unit_verdict_is_read_from_ctest(self):
        self.program("tools/ctest", 'echo " 1/5 Test #1: a ...   Passed    0.01 sec"\n'
                     'echo " 2/5 Test #2: b ...***Failed    0.01 sec"\n'
                     'echo " 3/5 Test #3: c ...***Skipped    0.01 sec"\n'
                     'echo "80% tests passed, 1 tests failed out of 5"\nexit 8')
        self.expect(1, "3 passed, 1 failed", "unit")

    def test_ctest_without_a_summary_fails(self):
        self.program("tools/ctest", "exit 8")
        self.expect(1, "0 passed, 1 failed", "unit")

    def test_unknown_suite_is_refused(self):
        code, _, errors = self.run_suites("nonsense")
        self.assertEqual(code, 1)
        self.assertIn("no such suite: 'nonsense'", errors)

    def test_a_suite_that_vanished_is_refused(self):
        code, _, errors = self.run_suites("browser")
        self.assertEqual(code, 1)
        self.assertIn("no such suite: 'browser'", errors)


if __name__ == "__main__":
    unittest.main()
