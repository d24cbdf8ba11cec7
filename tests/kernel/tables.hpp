// SPDX-License-Identifier: MIT
// The tests of each file, in the order in which they run: what others stand on comes first.
#pragma once

#include <tests/kernel/kit/test.hpp>

namespace tests {

extern const kit::Table syscall_tests;
extern const kit::Table cspace_tests;
extern const kit::Table cnode_tests;
extern const kit::Table derivation_tests;
extern const kit::Table anchor_tests;
extern const kit::Table untyped_tests;
extern const kit::Table endpoint_tests;
extern const kit::Table reply_tests;
extern const kit::Table transfer_tests;
extern const kit::Table death_tests;
extern const kit::Table notification_tests;
extern const kit::Table timer_tests;
extern const kit::Table interrupt_tests;
extern const kit::Table page_table_tests;
extern const kit::Table frame_tests;
extern const kit::Table protect_tests;
extern const kit::Table vspace_tests;
extern const kit::Table copy_tests;
extern const kit::Table translation_tests;
extern const kit::Table thread_tests;
extern const kit::Table scheduling_tests;
extern const kit::Table floating_point_tests;
extern const kit::Table restart_tests;
extern const kit::Table latency_tests;
extern const kit::Table fault_tests;
extern const kit::Table foreign_tests;
extern const kit::Table upcall_tests;
extern const kit::Table debug_tests;
extern const kit::Table isolation_tests;
extern const kit::Table platform_tests;
extern const kit::Table inspector_tests;
extern const kit::Table records_tests;
extern const kit::Table libipc_tests;
extern const kit::Table hostile_tests;
extern const kit::Table crowd_tests;
extern const kit::Table exhaustion_tests;
extern const kit::Table ipc_buffer_tests;
extern const kit::Table matrix_tests;

}  // namespace tests
