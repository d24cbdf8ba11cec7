// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <user/tools/kit/number.hpp>
#include <user/tools/kit/place.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

constinit bool only_present = false;
constinit std::string_view moment;
constinit std::string_view model;
constexpr kit::Option options[] = {
    {'c', only_present, "makes no new files"},
    {'d', moment, "@SECONDS", "this time, since 1970, instead of now"},
    {'r', model, "FILE", "the time of this file instead of now"}};
constexpr kit::Usage usage{.name = "touch",
                           .operands = "FILE...",
                           .sentence = "Sets the time of files, and makes those that are missing.",
                           .options = options,
                           .least = 1};

// The time that is asked for. Nothing: now, by the clock of the file server.
std::optional<base::u64> wanted_time() {
  if (!model.empty()) {
    const auto attributes = kit::stat({model});
    if (!attributes.ok()) kit::give_up(model, attributes.error());
    return attributes->modified;
  }
  if (moment.empty()) return std::nullopt;
  const auto time = kit::parse_nanoseconds(moment.substr(moment.starts_with('@') ? 1 : 0));
  if (!time) kit::misused(moment, "this is no time; @SECONDS is one");
  return time;
}

kit::Outcome<void> set_time(std::string_view path, std::optional<base::u64> time) {
  return time ? kit::set_time({path}, *time) : kit::set_time_to_now({path});
}

}  // namespace

int main(int argc, char** argv) {
  const auto paths = kit::start(usage, argc, argv);
  const auto time = wanted_time();
  for (const std::string_view path : paths) {
    auto done = set_time(path, time);
    if (!done.ok() && kit::is(done.error(), abi::Error::not_found)) {
      if (only_present) continue;
      // A new file has the time of now.
      done = kit::open({path}, kit::open_flag::write | kit::open_flag::create).error();
      if (done.ok() && time) done = set_time(path, time);
    }
    if (!done.ok()) kit::complain(path, done.error());
  }
  return kit::finish();
}
