#!/usr/bin/env python3
"""Shows that check.py sees what it should: a clean tree passes, each planted break is named."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import check  # noqa: E402

README = "# folder\n\none\n\ntwo\n\nthree\n\nfour\n"


class Tree(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = pathlib.Path(temporary.name).resolve()
        for folder in check.ALLOWED:
            self.write(f"src/{folder}/README.md", README)
        self.write("src/base/time.h", "#include <cstdint>\n#include <sys/random.h>\n")
        self.write("src/domain/loop.cc", '#include "base/time.h"\n#include <chrono>\n// ::now is a word\n')
        self.write("src/domain/loop_test.cc", '#include <gtest/gtest.h>\n#include <fstream>\n')
        self.write("src/app/report.cc", '#include "ports/store.h"\n#include <boost/json.hpp>\n')
        self.write("src/store/sqlite.cc", "#include <sqlite3.h>\n")
        self.write("src/server/main.cc", '#include "store/store.h"\n#include "http/api.h"\n')
        self.write("src/store/CMakeLists.txt", "xunjie_module(NAME store SOURCES a.cc DEPENDS domain ports)\n")
        self.write("web/src/app.ts", 'import a from "./a"\nimport api from "../../api/types"\n')

    def write(self, path, text):
        full = self.root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_text(text, encoding="utf-8")

    def expect(self, *parts):
        problems = check.check(self.root)
        self.assertEqual(len(problems), 1, problems)
        for part in parts:
            self.assertIn(part, problems[0])

    def test_clean_tree_passes(self):
        self.assertEqual(check.check(self.root), [])

    def test_every_forbidden_arrow_is_named(self):
        for folder, allowed in check.ALLOWED.items():
            for target in check.ALLOWED.keys() - allowed - {folder}:
                with self.subTest(folder=folder, target=target):
                    planted = f"src/{folder}/planted.cc"
                    self.write(planted, f'\n#include "{target}/x.h"\n')
                    self.expect(f"{planted}:2", f"{folder} may not see {target}")
                    (self.root / planted).unlink()

    def test_arrow_in_a_test_source(self):
        self.write("src/store/store_test.cc", '#include "app/report.h"\n')
        self.expect("store may not see app")

    def test_arrow_in_cmake(self):
        self.write("src/watch/CMakeLists.txt", "xunjie_module(NAME watch SOURCES a.cc\n  DEPENDS ports store)\n")
        self.expect("watch may not link store")

    def test_arrow_in_cmake_of_tests(self):
        self.write("src/http/CMakeLists.txt", "xunjie_tests(NAME t SOURCES a.cc LIBS xunjie_store)\n")
        self.expect("http may not link store")

    def test_unknown_folder(self):
        self.write("src/utils/strings.h", "")
        self.expect("src/utils", "unknown folder")

    def test_include_not_written_from_src(self):
        self.write("src/domain/a.cc", '#include "loop.h"\n')
        self.expect('"domain/loop.h"')

    def test_include_that_climbs(self):
        self.write("src/domain/a.cc", '#include "../base/time.h"\n')
        self.expect("write includes from src/")

    def test_domain_reads_a_clock(self):
        self.write("src/domain/a.cc", "auto t = std::chrono::system_clock::now();\n")
        self.expect("reads no clock")

    def test_domain_does_io(self):
        self.write("src/domain/a.cc", "#include <fstream>\n")
        self.expect("<fstream>")

    def test_domain_knows_json(self):
        self.write("src/domain/a.h", "#include <boost/json.hpp>\n")
        self.expect("standard library only")

    def test_product_includes_what_is_for_tests(self):
        self.write("src/domain/loop_testing.h", "#include <random>\n")
        self.write("src/domain/loop_test.cc", '#include "domain/loop_testing.h"\n')
        self.assertEqual(check.check(self.root), [])
        self.write("src/domain/loop.cc", '#include "domain/loop_testing.h"\n')
        self.expect("for tests only")

    def test_engine_outside_its_folder(self):
        self.write("src/app/a.cc", "#include <sqlite3.h>\n")
        self.expect("store only")

    def test_base_uses_a_library(self):
        self.write("src/base/a.cc", "#include <fmt/format.h>\n")
        self.expect("base uses the standard library only")

    def test_missing_and_short_readme(self):
        self.write("src/cli/README.md", "# cli\n")
        self.expect("src/cli/README.md", "has 1 lines")
        (self.root / "src/cli/README.md").unlink()
        self.expect("src/cli", "no README.md")

    def test_web_reaches_outside(self):
        self.write("web/src/b.vue", 'import x from "../../src/http/x"\n')
        self.expect("web/src/b.vue", "outside web/ and api/")


if __name__ == "__main__":
    unittest.main()
