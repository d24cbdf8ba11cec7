// SPDX-License-Identifier: MIT
// procmgr's promises, held against procmgr: a program that runs as the first one, with the account
// at the root. Arguments: a theme, and how much effort (1 or 10). Children are the same program;
// their first argument is a role.
#include <tests/procmgr/kit.hpp>

namespace {

using procmgr_test::Report;
using procmgr_test::u64;

constexpr struct {
  std::string_view name;
  void (*run)(Report& report, u64 effort);
} themes[] = {
    {"ledger", procmgr_test::test_ledger},   {"elf", procmgr_test::test_elf},
    {"start", procmgr_test::test_start},     {"sweep", procmgr_test::test_sweep},
    {"cold", procmgr_test::test_cold},       {"rights", procmgr_test::test_rights},
    {"records", procmgr_test::test_records}, {"jobs", procmgr_test::test_jobs},
    {"attacks", procmgr_test::test_attacks}, {"large", procmgr_test::test_large},
    {"crash", procmgr_test::test_crash},     {"handler", procmgr_test::test_handler},
    {"watch", procmgr_test::test_watch},     {"system", procmgr_test::test_system},
};

}  // namespace

int main(int argc, char** argv, char** environment) {
  if (std::string_view{argv[0]} == "child") return procmgr_test::play(argc, argv, environment);
  const std::string_view wanted = argc > 1 ? argv[1] : "";
  const auto image = ipc::MemoryObject::open_module("bin/init");
  if (!image.ok()) return 2;
  procmgr_test::set_program(*image);
  Report report{wanted};
  for (const auto& theme : themes)
    if (theme.name == wanted) theme.run(report, argc > 2 ? procmgr_test::number(argv[2]) : 1);
  return report.finish();
}
