// SPDX-License-Identifier: MIT
#include <algorithm>
#include <base/text.hpp>
#include <libipc/process/self.hpp>
#include <libipc/start/main.hpp>
#include <user/tools/kit/number.hpp>
#include <user/tools/kit/source.hpp>

namespace {

using base::u64;

constexpr kit::Usage usage{
    .name = "dd",
    .operands =
        "[if=FILE] [of=FILE] [bs=N] [count=N] [skip=N] [seek=N] [conv=notrunc] [status=none]",
    .sentence =
        "Copies blocks: `count` of `bs` bytes, from block `skip` of the input to block "
        "`seek` of the output.",
    .takes_anything = true};

constexpr u64 largest_block = 8 * base::mib;

struct Plan {
  std::string_view input = "-";
  std::string_view output = "-";
  u64 block = 512;
  u64 count = ~u64{0};
  u64 skip = 0;
  u64 seek = 0;
  bool keeps_length = false;
  bool is_silent = false;
};

u64 number_of(std::string_view text) {
  const auto number = kit::parse_size(text);
  if (!number) kit::misused(text, "this is no number");
  return *number;
}

void take(std::string_view word, Plan& plan) {
  const auto equals = word.find('=');
  if (equals == word.npos) kit::misused(word, "this is not NAME=VALUE");
  const auto name = word.substr(0, equals);
  const auto value = word.substr(equals + 1);
  if (name == "if")
    plan.input = value;
  else if (name == "of")
    plan.output = value;
  else if (name == "bs")
    plan.block = number_of(value);
  else if (name == "count")
    plan.count = number_of(value);
  else if (name == "skip" || name == "iseek")
    plan.skip = number_of(value);
  else if (name == "seek" || name == "oseek")
    plan.seek = number_of(value);
  else if (word == "conv=notrunc")
    plan.keeps_length = true;
  else if (word == "status=none")
    plan.is_silent = true;
  else
    kit::misused(word, "there is no such thing");
}

struct Counts {
  u64 whole = 0;
  u64 partial = 0;
  u64 bytes = 0;
};

// The output as a file with a place to write at, or as a stream.
class Target {
 public:
  explicit Target(const Plan& plan) : plan_(plan) {
    if (plan.output == "-") {
      if (plan.seek != 0) kit::misused("seek", "it needs of=FILE");
      return;
    }
    // What stands in front of `seek` stays.
    auto file = kit::open({plan.output}, kit::open_flag::write | kit::open_flag::create);
    if (!file.ok()) kit::give_up(plan.output, file.error());
    file_ = std::move(*file);
    const u64 start = plan.seek * plan.block;
    if (!plan.keeps_length && file_.kind() == kit::Kind::file) check(file_.resize(start));
    file_.seek(start);
  }

  void write(std::string_view bytes) {
    if (file_)
      check(file_.write(bytes).error());
    else
      check(ipc::output().write(bytes));
  }

 private:
  void check(const kit::Outcome<void>& outcome) {
    if (outcome.ok()) return;
    if (!file_ && kit::is(outcome.error(), abi::Error::gone)) ipc::exit(kit::status_failed);
    kit::give_up(file_ ? plan_.output : "standard output", outcome.error());
  }

  const Plan& plan_;
  ipc::files::File file_;
};

// Blocks that are passed over. A pipe may give a block in pieces; they count together here.
void skip(kit::Source& source, const Plan& plan, std::span<char> room) {
  for (u64 i = 0; i < plan.skip; ++i) {
    const auto count = source.read_full(room);
    if (!count.ok()) kit::give_up(plan.input, count.error());
    if (*count == 0) return;
  }
}

Counts copy(kit::Source& source, Target& target, const Plan& plan, std::span<char> room) {
  Counts counts;
  for (u64 i = 0; i < plan.count; ++i) {
    const auto count = source.read_full(room);
    if (!count.ok()) kit::give_up(plan.input, count.error());
    if (*count == 0) break;
    target.write({room.data(), *count});
    (*count == room.size() ? counts.whole : counts.partial) += 1;
    counts.bytes += *count;
  }
  return counts;
}

void report(const Counts& counts) {
  base::Text<> text;
  text << counts.whole << '+' << counts.partial << " records in\n"
       << counts.whole << '+' << counts.partial << " records out\n"
       << counts.bytes << " bytes copied\n";
  static_cast<void>(ipc::error_output().write(text.view()));
}

}  // namespace

int main(int argc, char** argv) {
  Plan plan;
  for (const std::string_view word : kit::start(usage, argc, argv)) take(word, plan);
  if (plan.block == 0 || plan.block > largest_block) kit::misused("bs", "it is from 1 to 8M");
  u64 place = 0;
  if (__builtin_mul_overflow(plan.seek, plan.block, &place))
    kit::misused("seek", "it is too large");
  ipc::Arena arena;
  const auto room = arena.allocate<char>(plan.block);
  if (room.empty()) kit::give_up("bs", kit::no_memory);
  auto source = kit::Source::open(plan.input);
  if (!source.ok()) kit::give_up(plan.input, source.error());
  Target target{plan};
  skip(*source, plan, room);
  const Counts counts = copy(*source, target, plan, room);
  if (!plan.is_silent) report(counts);
  return kit::finish();
}
