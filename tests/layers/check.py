#!/usr/bin/env python3
"""Holds the house to its arrows. Usage: check.py [ROOT]; exits 1 and names each break.

What is held, with no list of exceptions:
  * a folder of src/ includes (and its CMake target depends on) only the folders ALLOWED gives it;
  * includes of our own headers are written from src/: #include "domain/ids.h";
  * base, domain and ports use the standard library only;
  * domain does no I/O, starts no thread, reads no clock, knows neither JSON nor SQL;
  * an engine's headers appear only in the folder that hides it (ENGINES);
  * every folder of src/ is one of ALLOWED and has a README of 5 to 15 lines;
  * the console imports from web/ and api/ only.
Test sources (*_test.cc and the *_testing.* they share) follow the same arrows; they may also use GoogleTest
and do I/O. Nothing but a test source may include a *_testing.h.
"""

import pathlib
import re
import sys

BELOW_APP = {"base", "domain", "ports"}
ALLOWED = {
    "base": set(),
    "domain": {"base"},
    "ports": {"base", "domain"},
    "app": BELOW_APP,
    "store": BELOW_APP,
    "watch": BELOW_APP,
    "evidence": BELOW_APP,
    "message": BELOW_APP,
    "http": BELOW_APP | {"app"},
    "cli": BELOW_APP | {"app"},
    "server": BELOW_APP | {"app", "store", "watch", "evidence", "message", "http", "cli"},
}

STANDARD_ONLY = {"base", "domain", "ports"}

# C++ and C headers without a path and without a dot, plus the C library's own.
STANDARD_HEADER = re.compile(r"^[a-z_0-9]+$")
C_LIBRARY_HEADER = re.compile(r"^(sys/[a-z]+|unistd|fcntl|errno|time|stdint|stddef|string|signal)\.h$")
TEST_HEADER = re.compile(r"^(gtest|gmock)/")

# Where each engine may show its headers; `server` wires objects and needs none of them.
ENGINES = (
    (re.compile(r"^sqlite3(ext)?\.h$"), {"store"}),
    (re.compile(r"^(postgresql/)?libpq"), {"store"}),
    (re.compile(r"^lib(av|sw)[a-z]*/"), {"watch", "evidence"}),
    (re.compile(r"^opencv2/"), {"watch", "evidence"}),
    (re.compile(r"^curl/"), {"message", "watch"}),
    (re.compile(r"^boost/beast"), {"http"}),
)

# Pure rules must not be able to wait, to look at the world, or to depend on when they run.
IMPURE_HEADERS = {
    "thread", "mutex", "shared_mutex", "condition_variable", "future", "atomic", "semaphore", "latch",
    "barrier", "stop_token", "fstream", "iostream", "filesystem", "cstdio", "ctime", "random", "csignal",
}
IMPURE_CODE = re.compile(
    r"\b(system_clock|steady_clock|high_resolution_clock|utc_clock)\s*::\s*now\b"
    r"|\bstd::time\s*\(|\b(gettimeofday|clock_gettime|getenv|getrandom|fopen|printf|localtime|mktime)\s*\("
)

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")')
DEPENDS = re.compile(r"\bDEPENDS\b([^)]*?)(?=\b(?:NAME|SOURCES|PRIVATE_LIBS|PUBLIC_LIBS|LIBS)\b|\))")
WEB_IMPORT = re.compile(r"""(?:\bfrom\s*|\bimport\s*\(?\s*)["'](\.{1,2}/[^"']+)["']""")


def is_test(path):
    return path.stem.endswith(("_test", "_testing"))


def without_comments(text):
    text = re.sub(r"/\*.*?\*/", lambda match: "\n" * match.group().count("\n"), text, flags=re.S)
    return re.sub(r"//[^\n]*", "", text)


def check_outside_header(folder, path, header):
    """Says what is wrong with <header> in this file, or nothing."""
    if is_test(path) and TEST_HEADER.match(header):
        return None
    for pattern, owners in ENGINES:
        if pattern.match(header) and folder not in owners:
            return f"<{header}> belongs to {' and '.join(sorted(owners))} only"
    if folder in STANDARD_ONLY and not is_test(path):
        if not STANDARD_HEADER.match(header) and not C_LIBRARY_HEADER.match(header):
            return f"<{header}>: {folder} uses the standard library only"
    if folder == "domain" and not is_test(path):
        if header in IMPURE_HEADERS or C_LIBRARY_HEADER.match(header):
            return f"<{header}>: domain does no I/O, threads, randomness or clocks"
    return None


def check_own_header(folder, path, header):
    target = header.split("/")[0]
    if "/" not in header or ".." in header.split("/"):
        return f'"{header}": write includes from src/, as in "{folder}/{pathlib.Path(header).name}"'
    if target not in ALLOWED:
        return f'"{header}": there is no folder src/{target}'
    if target != folder and target not in ALLOWED[folder]:
        return f'"{header}": {folder} may not see {target}'
    if header.endswith("_testing.h") and not is_test(path):
        return f'"{header}" is for tests only'
    return None


def check_source(root, folder, path):
    problems = []
    text = path.read_text(encoding="utf-8")
    code = without_comments(text)
    for number, line in enumerate(code.splitlines(), 1):
        match = INCLUDE.match(line)
        problem = None
        if match and match.group(1):
            problem = check_outside_header(folder, path, match.group(1))
        elif match:
            problem = check_own_header(folder, path, match.group(2))
        elif folder == "domain" and not is_test(path) and IMPURE_CODE.search(line):
            problem = f"domain does no I/O and reads no clock: {line.strip()}"
        if problem:
            problems.append(f"{path.relative_to(root)}:{number}: {problem}")
    return problems


def check_cmake(root, folder, path):
    text = re.sub(r"#[^\n]*", "", path.read_text(encoding="utf-8"))
    named = set(re.findall(r"\bxunjie_([a-z]+)\b", text))
    for block in DEPENDS.findall(text):
        named |= set(block.split())
    wrong = sorted(name for name in named & ALLOWED.keys() - {folder} if name not in ALLOWED[folder])
    return [f"{path.relative_to(root)}: {folder} may not link {name}" for name in wrong]


def check_readme(root, folder_path):
    readme = folder_path / "README.md"
    name = folder_path.relative_to(root)
    if not readme.is_file():
        return [f"{name}: has no README.md"]
    lines = [line for line in readme.read_text(encoding="utf-8").splitlines() if line.strip()]
    if not 5 <= len(lines) <= 15:
        return [f"{name}/README.md: has {len(lines)} lines of text; 5 to 15 are asked"]
    return []


def check_src(root):
    problems = []
    src = root / "src"
    if not src.is_dir():
        return [f"{src}: not found"]
    for entry in sorted(src.iterdir()):
        if not entry.is_dir():
            continue
        folder = entry.name
        if folder not in ALLOWED:
            problems.append(f"src/{folder}: unknown folder; add it to DESIGN and to ALLOWED, or move it")
            continue
        problems += check_readme(root, entry)
        for path in sorted(entry.rglob("*")):
            if path.suffix in {".h", ".cc", ".inc"}:
                problems += check_source(root, folder, path)
            elif path.name == "CMakeLists.txt":
                problems += check_cmake(root, folder, path)
    return problems


def check_web(root):
    problems = []
    web = (root / "web").resolve()
    homes = (web, (root / "api").resolve())
    if not web.is_dir():
        return problems
    for path in sorted(web.rglob("*")):
        inside = path.relative_to(web).parts
        if path.suffix not in {".ts", ".vue", ".js", ".mjs"} or {"node_modules", "dist"} & set(inside):
            continue
        for target in WEB_IMPORT.findall(path.read_text(encoding="utf-8")):
            resolved = (path.parent / target).resolve()
            if not any(resolved.is_relative_to(home) for home in homes):
                problems.append(f"{path.relative_to(root.resolve())}: imports {target}, outside web/ and api/")
    return problems


def check(root):
    return check_src(root) + check_web(root)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    problems = check(root)
    for problem in problems:
        print(problem)
    print(f"layers: {len(problems)} problems" if problems else "layers: every arrow holds")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
