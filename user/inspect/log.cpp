// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/inspect/kit/machine.hpp>
#include <user/inspect/kit/table.hpp>
#include <user/tools/kit/output.hpp>

namespace {

using namespace inspect;

constexpr kit::Usage usage{.name = "log",
                           .operands = "[--json]",
                           .sentence = "Prints what procmgr's log still has.",
                           .most = 0};

constexpr Column columns[] = {{"", "line"}};

// Calls use(text) for each piece, oldest first.
template <class Use>
void read_log(Use&& use) {
  for (u64 from = 0;;) {
    const auto piece = ask(proto::ReadLog{.from = from});
    if (piece->bytes == 0 || piece->bytes > sizeof piece->text) return;
    use(std::string_view{piece->text, piece->bytes});
    from = piece->from + piece->bytes;
  }
}

void print_lines_as_json() {
  Table table{columns};
  std::size_t length = 0;
  char text[512];
  read_log([&](std::string_view piece) {
    for (const char c : piece) {
      if (c != '\n' && length < sizeof text) text[length++] = c;
      if (c != '\n') continue;
      table.row() << std::string_view{text, length};
      length = 0;
    }
  });
  table.print(true);
}

}  // namespace

int main(int argc, char** argv) {
  if (begin(usage, argc, argv).json)
    print_lines_as_json();
  else
    read_log([](std::string_view piece) { kit::out << piece; });
  return kit::finish();
}
