# SPDX-License-Identifier: MIT
"""What must not compile: a server that forgets a request, a method on the wrong kind of object."""

import commands
from aril.checks import cases, expect
from aril.project import ROOT

NEIGHBOUR = "libipc/receive_slots.cpp"  # whose flags we compile with

HEAD = """
#include <libipc/call.hpp>
#include <libipc/invoke.hpp>
#include <libipc/serve.hpp>
using abi::u64;
struct Open {
  static constexpr abi::u32 op = 1;
  static constexpr std::string_view name = "files.open";
  u64 number;
  struct Reply { u64 handle; };
};
struct Close {
  static constexpr abi::u32 op = 2;
  static constexpr std::string_view name = "files.close";
  u64 handle;
  struct Reply {};
};
using Protocol = abi::RequestList<Open, Close>;
ipc::Cap<ipc::Endpoint> endpoint;
ipc::Cap<ipc::Reply> reply;
ipc::Cap<ipc::Frame> frame;
"""

OPENS = ("abi::Result<Open::Reply> handle(const Open& r, const ipc::Caller&)"
         " { return {{r.number}}; }")
CLOSES = "abi::Result<Close::Reply> handle(const Close&, const ipc::Caller&) { return {{}}; }"


def server(*handlers, protocol="Protocol"):
    return (f"struct Server {{ {' '.join(handlers)} }};\n"
            f"void run(Server& server) {{ ipc::serve<{protocol}>(endpoint, reply, server); }}\n")


def request(fields, number=3):
    return (f"struct Odd {{ static constexpr abi::u32 op = {number};"
            f" static constexpr std::string_view name = \"odd\"; {fields} struct Reply {{}}; }};\n")


ACCEPTED = {
    "a server with all its handlers": server(OPENS, CLOSES),
    "a call": "auto open() { return ipc::call(endpoint, Open{1}); }",
    "a method of the object": "auto info() { return ipc::invoke(frame, abi::frame::Info{}); }",
}

# Name: the program, and what the compiler says of it.
REFUSED = {
    "a forgotten handler": (server(OPENS), ("has no handler", "Close")),
    "no handler at all": (server("int x = 0;"), ("has no handler", "Open")),
    "a handler with another reply": (
        server(OPENS, CLOSES.replace("abi::Result<Close::Reply> ", "abi::Result<Open::Reply> ")),
        ("has no handler", "Close")),
    "two requests with one number": (
        request("u64 x;", number=1) +
        server(OPENS, "abi::Result<Odd::Reply> handle(const Odd&, const ipc::Caller&)"
               " { return {{}}; }", protocol="abi::RequestList<Open, Odd>"),
        ("have the same op",)),
    "a request with padding": (request("abi::u32 x; u64 y;") +
                               "auto odd() { return ipc::call(endpoint, Odd{}); }", ("Wire",)),
    "a request with a pointer to padding": (
        request("char text[3];") + "auto odd() { return ipc::call(endpoint, Odd{}); }", ("Wire",)),
    "a request that is too long": (
        request("u64 x[121];") + "auto odd() { return ipc::call(endpoint, Odd{}); }", ("Wire",)),
    "a method of another kind of object": (
        "auto odd() { return ipc::invoke(frame, abi::cnode::Delete{1}); }", ("MethodOf",)),
    "a message to something that is no endpoint": (
        "auto odd() { return ipc::call(frame, Open{1}); }", ("no matching function",)),
    "an answer that nobody looks at": (
        "void odd() { ipc::call(endpoint, Open{1}); }", ("nodiscard",)),
    "capabilities that are forgotten": (
        request("static constexpr u64 caps = 1; u64 x;") +
        "auto odd() { return ipc::call(endpoint, Odd{}); }", ("Plain",)),
}


def _compile(text):
    rows = commands.compile_commands()
    like = next(row for row in rows if str(row[0]) == NEIGHBOUR)
    return commands.compile_text(HEAD + text, like, without=("-Wglobal-constructors",))


@cases(ACCEPTED)
def test_what_is_right_compiles(text):
    status, output = _compile(text)
    expect(status == 0, output)


@cases(REFUSED)
def test_what_is_wrong_does_not_compile_and_says_why(what):
    text, words = what
    status, output = _compile(text)
    expect(status != 0, "it compiles")
    for word in words:
        expect(word in output, f"the compiler does not say {word!r}:\n{output}")


def test_the_flags_are_those_of_the_build():
    expect((ROOT / NEIGHBOUR).is_file(), f"{NEIGHBOUR} has moved")
