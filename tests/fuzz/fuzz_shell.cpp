// SPDX-License-Identifier: MIT
// Command lines of any kind: the parser and the expander, completion, arithmetic. Input: one byte
// that says how much memory there is, then the line.
#include <cstdlib>
#include <libipc/memory/pages.hpp>
#include <tests/unit/shell/world.hpp>
#include <user/shell/editor/completion.hpp>
#include <user/shell/language/expander.hpp>
#include <user/shell/language/parser.hpp>

namespace {

using namespace shell;

u64 pages_left = 0;

struct Names final : Catalogue {
  void commands(Growing<std::string_view>& names) override { names.push("command"); }
  void variables(Growing<std::string_view>& names) override { names.push("variable"); }
};

shell_test::World make_world() {
  shell_test::World world;
  world.variables = {{"a", "1"}, {"b", "x y * \\"}, {"IFS", " :"}, {"HOME", "/home"}};
  world.arguments = {"one", "two words", "", "*"};
  world.outputs = {{"a", "out put\n\n"}, {" a ", "*"}};
  world.paths = {"file", "folder/", "folder/file", "/folder/", "/folder/x y"};
  return world;
}

void expand_all(Arena& arena, shell_test::World& world, const Sequence& sequence);

void expand_words(Arena& arena, shell_test::World& world, const List<Word>& words) {
  Expander expander{arena, world};
  for (const Word& word : words)
    if (!expander.add(word).ok()) return;
  const auto expanded = expander.words();
  if (!expanded.ok()) return;
  u64 sum = 0;
  for (const std::string_view one : *expanded)
    for (const char c : one) sum += static_cast<u8>(c);
  if (sum == ~u64{0}) std::abort();
}

void expand_command(Arena& arena, shell_test::World& world, const Command& command) {
  expand_words(arena, world, command.words);
  for (const Assignment& one : command.assignments) {
    Expander expander{arena, world};
    static_cast<void>(expander.text(*one.value));
  }
  for (const Redirection& one : command.redirections) {
    Expander expander{arena, world};
    static_cast<void>(expander.text(*one.target));
  }
  for (const Branch& branch : command.branches) {
    expand_words(arena, world, branch.patterns);
    expand_all(arena, world, branch.test);
    expand_all(arena, world, branch.body);
  }
}

void expand_all(Arena& arena, shell_test::World& world, const Sequence& sequence) {
  for (const AndOr& item : sequence)
    for (const Pipeline& pipeline : item.pipelines)
      for (const Command& command : pipeline.commands) expand_command(arena, world, command);
}

}  // namespace

std::span<std::byte> ipc::take_pages(u64 bytes) {
  if (bytes / base::page_size > pages_left) return {};
  pages_left -= bytes / base::page_size;
  return {static_cast<std::byte*>(std::aligned_alloc(base::page_size, bytes)), bytes};
}

void ipc::give_pages(std::span<std::byte> pages) {
  pages_left += pages.size() / base::page_size;
  std::free(pages.data());
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  pages_left = 16 + data[0] * 16ULL;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  shell_test::World world = make_world();
  Arena arena;
  for (u64 at = 0; at < text.size();) {
    const Rewound rewound{arena};
    Parser parser{arena, text, at};
    const auto line = parser.next_line();
    if (!line.ok()) {
      base::Text<512> explanation;
      explain(explanation, line.error(), text);
      break;
    }
    // Each line takes something away, so the text comes to its end.
    if (parser.at() <= at) std::abort();
    at = parser.at();
    expand_all(arena, world, *line);
  }
  Names names;
  static_cast<void>(complete(arena, world, names, text));
  return 0;
}
