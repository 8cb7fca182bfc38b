#!/usr/bin/env python3
"""Finds what g++ 12 miscompiles in coroutines (STYLE.md 35): it destroys some temporaries twice when
they share a full expression with co_await, and no warning exists.

Flags, in each statement that contains co_await:
  braces    a braced temporary: f(Options{.a = 1}), f({1, 2})       -> name it first, then std::move
  lambda    a lambda that captures by value: f([copy = x] {...})    -> name it first, then std::move
  macro     co_await inside a macro of ours: SAMVEV_TRY(...)        -> write the if out
and the same temporaries among the arguments of the coroutine that co_spawn starts.

Conservative: braces on a type with constructors are harmless, and flagged all the same. It cannot
see an aggregate made with round brackets, Options(1, 2).

Usage: check_coroutines.py [FOLDER...]   (default: server/wire), or --self-test
"""

import pathlib
import re
import sys

LAMBDA = re.compile(r"\[([^\[\]]*)\]\s*(?:\([^()]*\)\s*)?(?:mutable\s*|noexcept\s*|->\s*[\w:<>]+\s*)*$")
MACRO = re.compile(r"\bSAMVEV_[A-Z_]+\s*\(")


def blank(source):
    """The source with comments, strings and characters blanked out, line breaks kept."""
    pattern = re.compile(
        r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![\w])\'(?:\\.|[^\'\\\n])\'', re.DOTALL
    )

    def keep_lines(match):
        return re.sub(r"[^\n]", " ", match.group(0))

    return pattern.sub(keep_lines, source)


def statement_around(text, at):
    """(start, end) of the statement or condition that holds `at`; blocks of lambdas stay inside."""
    depth = 0
    start = at
    while start > 0:
        char = text[start - 1]
        if char in ")]":
            depth += 1
        elif char in "([":
            depth -= 1
        elif char == "}" and re.match(r"\s*[,).]", text[start:]):
            start = matching_backwards(text, start - 1)  # A temporary or lambda before this one.
            continue
        elif char in ";{}" and depth <= 0:
            # An opening brace inside brackets belongs to the expression: f({co_await x}).
            if char != "{" or not opens_expression(text, start - 1):
                break
        start -= 1
    depth = 0
    end = at
    while end < len(text):
        char = text[end]
        if char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif char == "{" and depth > 0:
            end = matching(text, end)
        elif char == "{" and depth <= 0:
            if re.search(r"[\w>]\s*$", text[start:end]) and not re.search(r"\b(else|do|try)\s*$", text[start:end]):
                end = matching(text, end)  # co_await Type{...}
            else:
                break
        elif char == ";" and depth <= 0:
            break
        end += 1
    return start, end


def opens_expression(text, brace):
    before = text[:brace].rstrip()
    return bool(before) and before[-1] in "(,=<" or bool(re.search(r"\breturn$", before))


def matching(text, brace):
    depth = 0
    for place in range(brace, len(text)):
        if text[place] == "{":
            depth += 1
        elif text[place] == "}":
            depth -= 1
            if depth == 0:
                return place
    return len(text) - 1


def matching_backwards(text, brace):
    depth = 0
    for place in range(brace, -1, -1):
        if text[place] == "}":
            depth += 1
        elif text[place] == "{":
            depth -= 1
            if depth == 0:
                return place
    return 0


def captures_by_value(captures):
    for capture in filter(None, (part.strip() for part in captures.split(","))):
        if capture != "this" and not capture.startswith("&"):
            return True
    return False


def faults_in(expression):
    """(offset, kind) of each fault in one expression."""
    place = 0
    while place < len(expression):
        if expression[place] == "{":
            before = LAMBDA.search(expression[:place])
            if before:
                if captures_by_value(before.group(1)):
                    yield place, "lambda"
                place = matching(expression, place)
            else:
                yield place, "braces"
        place += 1


def coroutine_argument(text, at):
    """The second argument of the co_spawn call whose name starts at `at`: (start, end)."""
    place = text.index("(", at)
    depth, start = 0, None
    while place < len(text):
        char = text[place]
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        if depth == 0 or (depth == 1 and char == ","):
            if start is not None:
                return start, place
            if depth == 0:
                return place, place
            start = place + 1
        place += 1
    return len(text), len(text)


def check(source):
    """(line, kind, text) of every fault in a source text."""
    text = blank(source)
    found = set()

    def report(offset, kind):
        line = text.count("\n", 0, offset) + 1
        found.add((line, kind, source.splitlines()[line - 1].strip()))

    for match in re.finditer(r"\bco_await\b", text):
        start, end = statement_around(text, match.start())
        for offset, kind in faults_in(text[start:end]):
            report(start + offset, kind)
        if MACRO.search(text[start : match.start()]):
            report(match.start(), "macro")
    for match in re.finditer(r"\bco_spawn\s*\(", text):
        start, end = coroutine_argument(text, match.start())
        argument = text[start:end]
        if not argument.lstrip().startswith("["):
            for offset, kind in faults_in(argument):
                report(start + offset, kind)
    return sorted(found)


GOOD = [
    "auto [error, size] = co_await socket.async_read(buffer, as_result);",
    "Options options{.a = 1}; co_await f(std::move(options));",
    "if (x) { co_await f(); }",
    "while (true) { co_await f(); }",
    "for (int i = 0; i < 3; ++i) { const bool done = co_await f(i); if (done) { break; } }",
    "co_await f([this] { go(); });",
    "co_await f([&x] { go(x); });",
    "auto job = [copy = x] { go(copy); }; co_await f(std::move(job));",
    "co_await f(Options(1, 2));",
    "// co_await f(Options{1});\nco_await g();",
    'co_await f("braces {in} text", \'{\');',
    "if (co_await f()) { Options options{1}; }",
    "switch (co_await f()) { case 1: { break; } }",
    "Task<> run() { co_await f(); }\nstruct S { int a{0}; };",
    "co_spawn(executor, run(self), [self](std::exception_ptr e) { self->end(e); });",
    "SAMVEV_CHECK_OK(f()); co_await g();",
    "do { co_await f(); } while (x);",
    "co_return Options{1};",
]
BAD = {
    "co_await f(Options{.a = 1});": "braces",
    "co_await f({1, 2});": "braces",
    "const auto x = co_await f(a, StrongId{s});": "braces",
    "co_await Options{1};": "braces",
    "auto x = g(Options{1}, co_await f());": "braces",
    "if (co_await f(Options{1})) { go(); }": "braces",
    "co_await channel.async_send({}, message, as_result);": "braces",
    "co_await f(\n    a,\n    Options{1}\n);": "braces",
    "co_await f([copy] { go(copy); });": "lambda",
    "co_await f([=] { go(x); });": "lambda",
    "co_await f([this, copy = x](int a) mutable { go(copy, a); });": "lambda",
    "co_spawn(executor, run([copy = x] { go(copy); }), done);": "lambda",
    "co_spawn(executor, run(Options{1}), done);": "braces",
    "SAMVEV_TRY(const auto x, co_await f());": "macro",
    "SAMVEV_ASSERT(co_await f());": "macro",
}


def self_test():
    failures = []
    for source in GOOD:
        wrapped = "Task<> t() {\n" + source + "\n}\n"
        if check(wrapped):
            failures.append(f"flagged although fine: {source}: {check(wrapped)}")
    for source, kind in BAD.items():
        kinds = {found for _, found, _ in check("Task<> t() {\n" + source + "\n}\n")}
        if kinds != {kind}:
            failures.append(f"expected {kind}, got {kinds or 'nothing'}: {source}")
    print("\n".join(failures) or f"self-test: {len(GOOD)} fine and {len(BAD)} faulty statements told apart")
    return 1 if failures else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    root = pathlib.Path(__file__).resolve().parent.parent
    folders = [pathlib.Path(argument) for argument in arguments] or [root / "server" / "wire"]
    files = sorted(path for folder in folders for path in folder.rglob("*.[ch]pp"))
    if not files:
        print("no sources found", file=sys.stderr)
        return 2
    count = 0
    for path in files:
        for line, kind, text in check(path.read_text(encoding="utf-8")):
            print(f"{path}:{line}: {kind}: {text}")
            count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
