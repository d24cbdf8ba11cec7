// SPDX-License-Identifier: MIT
#include <libipc/start/main.hpp>
#include <libipc/time.hpp>
#include <user/tools/kit/calendar.hpp>
#include <user/tools/kit/number.hpp>
#include <user/tools/kit/output.hpp>
#include <user/tools/kit/place.hpp>
#include <user/tools/kit/tool.hpp>

namespace {

constinit bool universal = true;
constinit std::string_view moment;
constinit std::string_view model;
constexpr kit::Option options[] = {{'u', universal, "in UTC, as it always is"},
                                   {'d', moment, "@SECONDS", "this time, since 1970"},
                                   {'r', model, "FILE", "the time of this file"}};
constexpr kit::Usage usage{.name = "date",
                           .operands = "[+FORMAT]",
                           .sentence =
                               "Writes the time; FORMAT is as for strftime(3), "
                               "+%Y-%m-%d for example.",
                           .options = options,
                           .most = 1};

base::u64 wanted_time() {
  if (!moment.empty()) {
    const auto time = moment.starts_with('@') ? kit::parse_nanoseconds(moment.substr(1))
                                              : std::optional<base::u64>{};
    if (!time) kit::misused(moment, "this is no time; @SECONDS is one");
    return *time;
  }
  if (model.empty()) return ipc::wall_clock();
  const auto attributes = kit::stat({model});
  if (!attributes.ok()) kit::give_up(model, attributes.error());
  return attributes->modified;
}

}  // namespace

int main(int argc, char** argv) {
  const auto operands = kit::start(usage, argc, argv);
  std::string_view format = "%a %b %e %H:%M:%S %Z %Y";
  if (!operands.empty()) {
    format = operands.front();
    if (!format.starts_with('+')) kit::misused(format, "a format begins with a +");
    format.remove_prefix(1);
  }
  base::Text<4096> text;
  kit::write_date(text, wanted_time(), format);
  kit::out << text.view() << '\n';
  return kit::finish();
}
