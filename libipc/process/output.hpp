// SPDX-License-Identifier: MIT
// Text for people, through the standard streams of the bundle.
#pragma once

#include <abi/proto/console.hpp>
#include <base/text.hpp>
#include <libipc/call.hpp>

namespace ipc {

// All of the text, in writes as long as a console takes. Those of others may come between two.
abi::Status write(Cap<Endpoint> console, std::string_view text);

// To the output or the error stream; a process without streams speaks through procmgr's log.
void print(std::string_view text);
void print_error(std::string_view text);

// A line: `print([&](auto& line) { line << "sum " << 42; });`
template <class Fill>
  requires std::invocable<Fill&, base::TextWriter&>
void print(Fill&& fill) {
  base::Text<> line;
  fill(line);
  line << '\n';
  print(line.view());
  if (line.truncated()) print("\n");
}

}  // namespace ipc
