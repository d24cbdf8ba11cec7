// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <libipc/text/name_pattern.hpp>
#include <user/tools/kit/number.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/tool.hpp>
#include <user/tools/kit/walk.hpp>

namespace {

using base::u64;

constexpr kit::Usage usage{
    .name = "find",
    .operands = "[PATH...] [TEST...] [-print | -print0]",
    .sentence =
        "Writes the paths of all files below that pass the tests: -name GLOB, -path GLOB, "
        "-type f|d|l, -size [+-]N[ckMG], -empty, -maxdepth N, -mindepth N; ! in front of "
        "one turns it round.",
    .takes_anything = true};

struct Test {
  enum class Kind { name, path, type, size, empty };
  Kind kind = Kind::name;
  bool is_inverted = false;
  std::string_view text;  // a pattern
  kit::Kind type = kit::Kind::none;
  char order = '=';  // of sizes: '+' more, '-' less
  u64 size = 0;
  u64 unit = 512;
};

struct Tests {
  static constexpr u64 most = 64;
  Test list[most];
  u64 count = 0;
  u64 shallowest = 0;
  u64 deepest = ~u64{0};
  char end = '\n';
};

// ---- Reading the tests -------------------------------------------------------------------------

class Reader {
 public:
  explicit Reader(kit::Words words) : words_(words) {}

  Tests run() {
    while (!words_.empty()) take();
    if (is_inverted_) kit::misused("!", "there is no test behind it");
    return tests_;
  }

 private:
  std::string_view next() {
    const std::string_view word = words_.front();
    words_ = words_.subspan(1);
    return word;
  }
  std::string_view value_of(std::string_view test) {
    if (words_.empty()) kit::misused(test, "this test needs a value");
    return next();
  }
  u64 number_of(std::string_view test) {
    const std::string_view text = value_of(test);
    const auto number = kit::parse_number(text);
    if (!number) kit::misused(text, "this is no number");
    return *number;
  }

  void take() {
    const std::string_view word = next();
    if (word == "!" || word == "-not")
      is_inverted_ = !is_inverted_;
    else if (word == "-name")
      add({.kind = Test::Kind::name, .text = value_of(word)});
    else if (word == "-path")
      add({.kind = Test::Kind::path, .text = value_of(word)});
    else if (word == "-type")
      add_type(value_of(word));
    else if (word == "-size")
      add_size(value_of(word));
    else if (word == "-empty")
      add({.kind = Test::Kind::empty});
    else if (word == "-maxdepth")
      tests_.deepest = number_of(word);
    else if (word == "-mindepth")
      tests_.shallowest = number_of(word);
    else if (word == "-print0")
      tests_.end = '\0';
    else if (word != "-print" && word != "-a" && word != "-and")
      kit::misused(word, "there is no such test");
  }

  void add(Test test) {
    if (tests_.count == Tests::most) kit::misused("", "these are too many tests");
    test.is_inverted = std::exchange(is_inverted_, false);
    tests_.list[tests_.count++] = test;
  }

  void add_type(std::string_view letter) {
    Test test{.kind = Test::Kind::type};
    if (letter == "f") test.type = kit::Kind::file;
    if (letter == "d") test.type = kit::Kind::directory;
    if (letter == "l") test.type = kit::Kind::symbolic_link;
    if (letter == "c") test.type = kit::Kind::device;
    if (letter == "p") test.type = kit::Kind::pipe;
    if (test.type == kit::Kind::none) kit::misused(letter, "there is no such kind of file");
    add(test);
  }

  // "+10k": more than ten units of 1024 bytes, of which one that has begun counts.
  void add_size(std::string_view text) {
    Test test{.kind = Test::Kind::size};
    std::string_view rest = text;
    if (rest.starts_with('+') || rest.starts_with('-')) {
      test.order = rest.front();
      rest.remove_prefix(1);
    }
    const auto number = kit::take_number(rest);
    constexpr std::string_view units = "cwbkMG";
    constexpr u64 sizes[] = {1, 2, 512, base::kib, base::mib, base::gib};
    const auto unit = rest.size() == 1 ? units.find(rest.front()) : units.npos;
    if (!number || (!rest.empty() && unit == units.npos)) kit::misused(text, "this is no size");
    test.size = *number;
    if (!rest.empty()) test.unit = sizes[unit];
    add(test);
  }

  kit::Words words_;
  Tests tests_;
  bool is_inverted_ = false;
};

// ---- Making them -------------------------------------------------------------------------------

bool has_size(const Test& test, const kit::Attributes& attributes) {
  const u64 units = attributes.size / test.unit + (attributes.size % test.unit != 0 ? 1 : 0);
  if (test.order == '+') return units > test.size;
  return test.order == '-' ? units < test.size : units == test.size;
}

// A directory's size is how many names it has, which is no size in bytes.
kit::Attributes attributes_of(const kit::Step& step) {
  auto attributes = kit::stat(step.place, kit::Links::kept);
  if (attributes.ok()) return *attributes;
  kit::complain(step.path, attributes.error());
  return {};
}

bool passes(const Test& test, const kit::Step& step) {
  switch (test.kind) {
    case Test::Kind::name: return ipc::matches_name(test.text, step.name);
    case Test::Kind::path: return ipc::matches_name(test.text, step.path);
    case Test::Kind::type: return step.kind == test.type;
    case Test::Kind::size: return has_size(test, attributes_of(step));
    case Test::Kind::empty:
      return (step.kind == kit::Kind::file || step.kind == kit::Kind::directory) &&
             attributes_of(step).size == 0;
  }
  return false;
}

bool passes_all(const Tests& tests, const kit::Step& step) {
  for (u64 i = 0; i < tests.count; ++i)
    if (passes(tests.list[i], step) == tests.list[i].is_inverted) return false;
  return true;
}

void search(std::string_view root, const Tests& tests) {
  kit::Walk walk{root};
  for (kit::Step step; walk.next(step);) {
    if (step.event == kit::Event::failed) kit::complain(step.path, step.problem);
    if (step.event == kit::Event::failed || step.event == kit::Event::leave) continue;
    if (step.depth >= tests.deepest) walk.skip();
    if (step.depth >= tests.shallowest && passes_all(tests, step))
      kit::out << step.path << tests.end;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto words = kit::start(usage, argc, argv);
  u64 paths = 0;
  while (paths < words.size() && *words[paths] != '-' && *words[paths] != '!') ++paths;
  const Tests tests = Reader{words.subspan(paths)}.run();
  if (paths == 0) search(".", tests);
  for (const std::string_view root : words.first(paths)) search(root, tests);
  return kit::finish();
}
