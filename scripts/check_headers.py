#!/usr/bin/env python3
"""Compiles every header alone: a header that needs another include first fails here.

Usage: check_headers.py [--jobs N] [HEADER ...]     (default: all under server/ and sdk/include/)
"""

import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def compile_alone(header: pathlib.Path) -> str:
    """The compiler's complaint, or an empty string."""
    # An including file, so that `#pragma once` is not in the main file.
    if header.suffix == ".h":
        command = ["gcc", "-std=c11", "-pedantic-errors", "-x", "c"]
    else:
        command = ["g++", "-std=c++20", "-DBOOST_BEAST_USE_STD_STRING_VIEW", "-x", "c++"]
    command += ["-fsyntax-only", "-Wall", "-Wextra", "-Werror"]
    command += ["-I", ROOT / "server", "-I", ROOT / "server" / "core", "-I", ROOT / "sdk" / "include", "-I", ROOT / "plugins", "-"]
    run = subprocess.run(command, input=f'#include "{header}"\n', text=True, capture_output=True, check=False)
    return "" if run.returncode == 0 else run.stderr


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("headers", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    headers = [h.resolve() for h in options.headers]
    if not headers:
        headers = sorted(
            path
            for folder in ("server", "sdk/include")
            for suffix in ("*.hpp", "*.h")
            for path in (ROOT / folder).rglob(suffix)
            if "node_modules" not in path.parts
        )
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        complaints = list(pool.map(compile_alone, headers))
    broken = [(header, text) for header, text in zip(headers, complaints) if text]
    for header, text in broken:
        print(f"{header.relative_to(ROOT)}: does not compile alone\n{text}", file=sys.stderr)
    print(f"headers: {len(headers)} checked, {len(broken)} broken", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
