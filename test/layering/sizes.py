"""Checks that folders, files and functions stay small enough to be read.

A function's lines are those of its body, braces included. C++ is not parsed: the
sources are laid out by clang-format, strings and comments are taken out, and a
brace outside of any function that follows a parenthesis opens one.
"""

import ast
import re
import sys
from pathlib import Path

import tree

MOST_FILES, MOST_LINES, MOST_LINES_OF_FUNCTION = 30, 450, 80
SOURCES = ("*.cpp", "*.h", "*.c")
LIMITED = (*SOURCES, "*.td", "*.py", "*.mlir", "*.test", "*.cmake", "*.sh", "*CMakeLists.txt", "*.yaml")
EXCEPTIONS = {
    "docs/examples/keyword-firmware/features.h": "recorded features, no code",
}
# A string, a character, a comment; what else holds a brace is code.
NO_CODE = re.compile(r'R"\((.*?)\)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|//[^\n]*|/\*.*?\*/', re.S)
# A number such as 1'000 has quotes that open nothing.
DIGITS = re.compile(r"(?<=[0-9a-fA-F])'(?=[0-9a-fA-F])")
KEEP = ()
SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b[^()=]*$")


def code_of(text):
    """The text without comments, strings and macros, on the same lines."""
    text = DIGITS.sub("", text)
    text = NO_CODE.sub(lambda match: '""' + "\n" * match[0].count("\n"), text)
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda match: "\n" * match[0].count("\n"), text, flags=re.M)


def functions_of_cpp(text):
    """(line, name, lines) of each function that is no lambda."""
    code = code_of(text)
    scopes = 0  # namespaces and classes around
    depth = 0  # braces inside of the outermost that is no scope
    since, line, function = 0, 1, None
    for i, character in enumerate(code):
        if character == "\n":
            line += 1
        elif character == "{":
            head = code[since:i].strip()
            if depth:
                depth += 1
            elif not code[i - 1].isspace():
                depth, function = 1, KEEP  # a member's initial value
            elif SCOPE.search(head.split("}")[-1]):
                scopes += 1
                since = i + 1
            else:
                depth = 1
                function = (line, head) if "(" in head and not head.endswith("=") else None
        elif character == "}":
            if depth:
                depth -= 1
                if not depth and function != KEEP:
                    if function:
                        name = re.search(r"([\w:~]+|operator\W+)\s*\(", function[1])
                        yield function[0], name[1] if name else "lambda", line - function[0] + 1
                    since = i + 1
            elif scopes:
                scopes -= 1
                since = i + 1
        elif character == ";" and not depth:
            since = i + 1


def functions_of_python(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.name, node.end_lineno - node.lineno + 1


def check_functions(paths):
    """Problems, and how many functions there are."""
    problems, count = [], 0
    for path in paths:
        text = Path(path).read_text(encoding="utf-8")
        functions = functions_of_python if path.endswith(".py") else functions_of_cpp
        for line, name, lines in functions(text):
            count += 1
            if lines > MOST_LINES_OF_FUNCTION:
                problems.append(f"{path}:{line}: {name} has {lines} lines, at most {MOST_LINES_OF_FUNCTION}")
    return problems, count


def check_files(paths):
    for path in paths:
        lines = Path(path).read_text(encoding="utf-8").count("\n")
        if lines > MOST_LINES and path not in EXCEPTIONS:
            yield f"{path}: {lines} lines, at most {MOST_LINES}"
        if lines <= MOST_LINES and path in EXCEPTIONS:
            yield f"{path}: an exception that is none any more"


def check_folders(paths):
    folders = {}
    for path in paths:
        folders.setdefault(str(Path(path).parent), []).append(path)
    for folder, files in folders.items():
        if len(files) > MOST_FILES:
            yield f"{folder}: {len(files)} files, at most {MOST_FILES}"


SELF_TEST = r"""
namespace a { // {
template <typename T> struct S : Base<S<T>> {
  int member() const override {
    return f({1, 2}); /* } */
  }
  enum class E { A, B };
  S() : x{1}, y("{") {
  }
};
constexpr int table[] = {1,
  2};
} // namespace a
#define M(x) {
static auto lambda = [](int x) {
  return '{' + 1'000;
};
Value make(OpBuilder &b,
           int x) {
  if (x) {
    auto g = [&] { return R"({)"; };
  }
}
"""


def main():
    found = [(name, lines) for _, name, lines in functions_of_cpp(SELF_TEST)]
    expected = [("member", 3), ("S", 2), ("lambda", 3), ("make", 5)]
    problems = [] if found == expected else [f"functions are not counted right: {found}"]
    functions, count = check_functions(tree.files(*SOURCES, "*.py"))
    problems += functions
    problems += check_files(tree.files(*LIMITED))
    problems += check_folders(tree.files("*"))
    if count < 2000:
        problems.append(f"only {count} functions were found")
    return tree.report(problems, f"{count} functions, files and folders are within their limits")


if __name__ == "__main__":
    sys.exit(main())
