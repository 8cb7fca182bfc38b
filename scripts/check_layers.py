#!/usr/bin/env python3
"""Holds the layer table and prints each include or link that goes against it, as file:line.

Changing the table is an architecture decision and needs a paragraph in ARCHITECTURE.md.

Usage: check_layers.py [--root DIR] | --self-test
"""

import argparse
import pathlib
import re
import sys
import tempfile
from typing import Iterator, NamedTuple

# base ← {store, access, modules} ← views ← subscriptions ← dispatch ← {wire, timers} ← app
# Siblings in braces never see each other. What a layer may include, besides itself:
BASE = {"base"}
CENTRE = BASE | {"store", "access", "modules"}
VIEWS = CENTRE | {"views"}
SUBSCRIPTIONS = VIEWS | {"subscriptions"}
DISPATCH = SUBSCRIPTIONS | {"dispatch"}
LAYERS: dict[str, set[str]] = {
    "base": set(),
    "store": BASE,
    "access": BASE,
    "modules": BASE,
    "views": CENTRE,
    "subscriptions": VIEWS,
    "dispatch": SUBSCRIPTIONS,
    "wire": DISPATCH,
    "timers": DISPATCH,
    "app": DISPATCH | {"wire", "timers", "client"},
    # server/app/client talks to a server from outside, like anybody: it knows the protocol only.
    "client": BASE,
}
FOLDERS = {"client": "server/app/client"} | {name: f"server/{name}" for name in LAYERS if name != "client"}
# Only these know the SDK's C ABI; JSON as a value (<samvev/json.hpp>) is for everybody above base.
ABI_READERS = {"modules", "app"}

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
STANDARD = re.compile(r"^[a-z_0-9]+$")  # C++ standard headers have no suffix.
C_STANDARD = {f"{name}.h" for name in "assert ctype errno float inttypes limits math setjmp signal stdalign stdarg "
              "stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string time".split()}
SOURCES = {".hpp", ".cpp", ".h", ".c"}


class Violation(NamedTuple):
    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


def sources(root: pathlib.Path, folder: str) -> Iterator[pathlib.Path]:
    top = root / folder
    if top.is_dir():
        yield from sorted(p for p in top.rglob("*") if p.suffix in SOURCES and "node_modules" not in p.parts)


def includes(file: pathlib.Path) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if match := INCLUDE.match(line):
            yield number, match.group(1), match.group(2)


def layer_of_include(path: str) -> str | None:
    """The layer that `#include "path"` reaches into; None when it is none of ours."""
    if path.startswith("app/client/"):
        return "client"
    first = path.split("/", 1)[0]
    return first if "/" in path and (first in LAYERS or first == "core") else None


def check_layer(root: pathlib.Path, layer: str) -> Iterator[Violation]:
    allowed = LAYERS[layer] | {layer}
    for file in sources(root, FOLDERS[layer]):
        name = str(file.relative_to(root))
        if layer == "app" and name.startswith(FOLDERS["client"] + "/"):
            continue
        for number, form, path in includes(file):
            if form == '"':
                target = layer_of_include(path)
                if target is None:
                    yield Violation(name, number, f'"{path}" must be written as "layer/file.hpp"')
                elif target not in allowed:
                    yield Violation(name, number, f"{layer} must not include {target} ({path})")
            elif path.startswith("samvev/"):
                if layer == "base":
                    yield Violation(name, number, f"base must not include the SDK ({path})")
                elif path != "samvev/json.hpp" and layer not in ABI_READERS:
                    yield Violation(name, number, f"{layer} must not know the module ABI ({path})")


def check_modules(root: pathlib.Path, folder: str) -> Iterator[Violation]:
    """Built-in modules and plugins: only <samvev/…>, the standard library and their own files."""
    top = root / folder
    if not top.is_dir():
        return
    for module in sorted(p for p in top.iterdir() if p.is_dir()):
        for file in sources(root, str(module.relative_to(root))):
            name = str(file.relative_to(root))
            for number, form, path in includes(file):
                if form == "<":
                    if not (path.startswith("samvev/") or STANDARD.match(path)):
                        yield Violation(name, number, f"a module must not include <{path}>")
                    continue
                own = path.split("/", 1)[0] == module.name or "/" not in path
                # names.hpp is made from the module's own manifest.
                if not own and not (module / path).exists():
                    yield Violation(name, number, f'module {module.name} must not include "{path}"')


def check_sdk(root: pathlib.Path) -> Iterator[Violation]:
    for file in sources(root, "sdk"):
        name = str(file.relative_to(root))
        public = name.startswith("sdk/include/")
        for number, form, path in includes(file):
            if form == '"' and layer_of_include(path) and not (file.parent / path).exists():
                yield Violation(name, number, f'the SDK must not include "{path}" of the server')
            elif public and form == '"':
                yield Violation(name, number, f'a public header includes <samvev/…>, not "{path}"')
            elif public and file.suffix == ".h" and path not in C_STANDARD and not path.startswith("samvev/"):
                yield Violation(name, number, f"the C header must not include <{path}>")
            elif public and not (path.startswith(("samvev/", "nlohmann/")) or path in C_STANDARD or STANDARD.match(path)):
                yield Violation(name, number, f"a public header must not include <{path}>")


def check_links(root: pathlib.Path) -> Iterator[Violation]:
    """samvev_layer(… DEPENDS …) agrees with the table; modules are linked by app and tests alone."""
    for listfile in sorted((root / "server").rglob("CMakeLists.txt")):
        name = str(listfile.relative_to(root))
        text = listfile.read_text(encoding="utf-8")
        for call in re.finditer(r"samvev_layer\(\s*(\w+)([^)]*)\)", text):
            layer = call.group(1)
            line = text.count("\n", 0, call.start()) + 1
            if layer not in LAYERS:
                yield Violation(name, line, f"layer {layer} is not in the table")
                continue
            if depends := re.search(r"\bDEPENDS\s+((?:[a-z_]+\s*)+)", call.group(2)):
                for target in depends.group(1).split():
                    if target not in LAYERS[layer]:
                        yield Violation(name, line, f"{layer} must not depend on {target}")
        if not name.startswith(("server/core/", "server/app/")):
            for number, content in enumerate(text.splitlines(), start=1):
                if "samvev_core_" in content:
                    yield Violation(name, number, "built-in modules are linked by app alone")


def violations(root: pathlib.Path) -> list[Violation]:
    found: list[Violation] = []
    for layer in LAYERS:
        found += check_layer(root, layer)
    found += check_modules(root, "server/core")
    found += check_modules(root, "plugins")
    found += check_sdk(root)
    found += check_links(root)
    known = {pathlib.Path(folder).parts[1] for folder in FOLDERS.values()} | {"core", "workspace"}
    for folder in sorted(p for p in (root / "server").iterdir() if p.is_dir()):
        if folder.name not in known:
            found.append(Violation(f"server/{folder.name}", 1, "is a folder that the table does not know"))
    return found


# Each seeded file breaks exactly the rule named beside it.
SEEDS = {
    "server/base/clock.cpp": ('#include "store/ids.hpp"', "base must not include store"),
    "server/store/ids.cpp": ('#include "access/actor.hpp"', "store must not include access"),
    "server/views/view.cpp": ('#include "dispatch/dispatcher.hpp"', "views must not include dispatch"),
    "server/wire/session.cpp": ('#include "timers/timer_service.hpp"', "wire must not include timers"),
    "server/dispatch/line.cpp": ('#include "core/case/state.hpp"', "dispatch must not include core"),
    "server/dispatch/abi.cpp": ("#include <samvev/plugin.h>", "must not know the module ABI"),
    "server/base/json.cpp": ("#include <samvev/json.hpp>", "base must not include the SDK"),
    "server/app/client/rpc.cpp": ('#include "wire/server.hpp"', "client must not include wire"),
    "server/store/local.cpp": ('#include "local.hpp"', 'must be written as "layer/file.hpp"'),
    "server/core/case/decide.cpp": ('#include "organisation/state.hpp"', "module case must not include"),
    "server/core/case/json.cpp": ("#include <nlohmann/json.hpp>", "must not include <nlohmann/json.hpp>"),
    "plugins/checkin/decide.cpp": ('#include "store/ids.hpp"', "module checkin must not include"),
    "sdk/include/samvev/more.hpp": ('#include "base/result.hpp"', "the SDK must not include"),
    "sdk/include/samvev/abi.h": ("#include <vector>", "the C header must not include <vector>"),
    "server/store/CMakeLists.txt": ("samvev_layer(store\n    DEPENDS base views)", "store must not depend on views"),
    "server/views/CMakeLists.txt": ("target_link_libraries(x PRIVATE samvev_core_case)", "linked by app alone"),
    "server/misc/junk.cpp": ("int x;", "the table does not know"),
}
CLEAN = {
    "server/store/event.cpp": '#include "store/event.hpp"\n#include "base/result.hpp"\n#include <vector>\n',
    "server/app/main.cpp": '#include "wire/server.hpp"\n#include "app/client/rpc.hpp"\n#include <samvev/plugin.h>\n',
    "server/core/person/state.cpp": '#include "person/state.hpp"\n#include "names.hpp"\n#include <samvev/plugin.hpp>\n',
    "sdk/include/samvev/plugin.h": "#include <stdint.h>\n",
    "server/access/CMakeLists.txt": "samvev_layer(access SOURCES a.cpp DEPENDS base LIBRARIES x::y)\n",
}


def self_test() -> int:
    """Every seeded violation is found, with its line, and nothing is found in clean files."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in CLEAN.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        wrong = [f"clean tree: {violation}" for violation in violations(root)]
        for name, (line, _) in SEEDS.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(f"// First line.\n{line}\n" if name.endswith("pp") else f"{line}\n", encoding="utf-8")
        found = violations(root)
        for name, (_, text) in SEEDS.items():
            hits = [v for v in found if (v.file == name or name.startswith(v.file + "/")) and text in v.text]
            if len(hits) != 1:
                wrong.append(f"{name}: expected one violation with '{text}', found {len(hits)}")
            elif name.endswith("pp") and "table" not in text and hits[0].line != 2:
                wrong.append(f"{name}: expected line 2, got {hits[0].line}")
        if len(found) != len(SEEDS):
            wrong.append(f"expected {len(SEEDS)} violations, found {len(found)}: " + "; ".join(map(str, found)))
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"self-test: {len(SEEDS)} seeded violations, {len(wrong)} problems", file=sys.stderr)
    return 1 if wrong else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    if options.self_test:
        return self_test()
    found = violations(options.root.resolve())
    for violation in found:
        print(violation)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
