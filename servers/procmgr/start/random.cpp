// SPDX-License-Identifier: MIT
#include <libipc/machine.hpp>
#include <servers/procmgr/start/random.hpp>

namespace procmgr {

namespace {

constinit abi::u64 state = 0;

}  // namespace

// The finaliser of SplitMix64 over a state that the counter goes into.
abi::u64 next_random() {
  state += ipc::machine::counter() + 0x9e37'79b9'7f4a'7c15;
  abi::u64 word = state;
  word = (word ^ word >> 30) * 0xbf58'476d'1ce4'e5b9;
  word = (word ^ word >> 27) * 0x94d0'49bb'1331'11eb;
  return word ^ word >> 31;
}

}  // namespace procmgr
