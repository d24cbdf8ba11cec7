// SPDX-License-Identifier: MIT
// The first process that tests the kernel from inside. Arguments select tests by the start of their
// names; none: all.
#include <tests/kernel/kit/runner.hpp>
#include <tests/kernel/tables.hpp>

int main(int argc, char** argv) {
  using namespace tests;
  const kit::Table tables[] = {
      syscall_tests,        cspace_tests,     cnode_tests,      derivation_tests,
      anchor_tests,         untyped_tests,    endpoint_tests,   reply_tests,
      transfer_tests,       ipc_buffer_tests, death_tests,      notification_tests,
      timer_tests,          interrupt_tests,  latency_tests,    page_table_tests,
      frame_tests,          protect_tests,    vspace_tests,     copy_tests,
      translation_tests,    thread_tests,     scheduling_tests, restart_tests,
      floating_point_tests, fault_tests,      debug_tests,      foreign_tests,
      upcall_tests,         inspector_tests,  records_tests,    isolation_tests,
      platform_tests,       libipc_tests,     matrix_tests,     exhaustion_tests,
      hostile_tests,        crowd_tests,
  };
  return kit::run(tables, argc, argv);
}
