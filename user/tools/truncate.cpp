// SPDX-License-Identifier: MIT
#include <algorithm>
#include <libipc/start/main.hpp>
#include <user/tools/kit/number.hpp>
#include <user/tools/kit/place.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

using base::u64;

constinit std::string_view size_text;
constinit bool only_present = false;
constexpr kit::Option options[] = {
    {'s', size_text, "SIZE", "as long as this; +SIZE longer, -SIZE shorter by it"},
    {'c', only_present, "makes no new files"}};
constexpr kit::Usage usage{.name = "truncate",
                           .operands = "FILE...",
                           .sentence = "Makes files shorter, or longer with zero bytes.",
                           .options = options,
                           .least = 1};

struct Size {
  char sign = 0;
  u64 bytes = 0;
};

Size read_size() {
  if (size_text.empty()) kit::misused("-s", "a size is needed");
  Size size;
  std::string_view text = size_text;
  if (text.starts_with('+') || text.starts_with('-')) {
    size.sign = text.front();
    text.remove_prefix(1);
  }
  const auto bytes = kit::parse_size(text);
  if (!bytes) kit::misused(size_text, "this is no size");
  size.bytes = *bytes;
  return size;
}

kit::Outcome<void> resize(std::string_view path, Size size) {
  const u64 makes = only_present ? 0 : kit::open_flag::create;
  auto file = kit::open({path}, kit::open_flag::write | makes);
  if (!file.ok()) {
    const bool is_fine = only_present && kit::is(file.error(), abi::Error::not_found);
    return is_fine ? kit::Problem{} : file.error();
  }
  const u64 now = TRY(file->size());
  u64 wanted = size.bytes;
  if (size.sign == '-') wanted = now - std::min(now, size.bytes);
  if (size.sign == '+' && __builtin_add_overflow(now, size.bytes, &wanted))
    return kit::Problem{abi::Error::too_big};
  return file->resize(wanted);
}

}  // namespace

int main(int argc, char** argv) {
  const auto files = kit::start(usage, argc, argv);
  const Size size = read_size();
  for (const std::string_view file : files) {
    const auto done = resize(file, size);
    if (!done.ok()) kit::complain(file, done.error());
  }
  return kit::finish();
}
