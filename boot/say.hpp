// SPDX-License-Identifier: MIT
// The lines of a boot that goes well.
#pragma once

#include <boot/memory/placement.hpp>
#include <boot/stage.hpp>

namespace boot {

void say_what_was_found(const Stage& stage, Range archive);
void say_what_was_loaded(std::string_view name, u64 entry, const Pieces& pieces);
void say_what_is_free(const PagePool& pool);

}  // namespace boot
