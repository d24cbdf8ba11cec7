// SPDX-License-Identifier: MIT
// Numbers and modes as people like to read them.
#pragma once

#include <abi/proto/files.hpp>
#include <base/text.hpp>

namespace kit {

// "512", "1.5K", "24M": rounded up, in powers of 1024.
void write_human(base::TextWriter& out, base::u64 bytes);

// "drwxr-xr-x"
void write_mode(base::TextWriter& out, abi::files::Kind kind, base::u32 mode);

// "regular file"
std::string_view name_of(abi::files::Kind kind);

}  // namespace kit
