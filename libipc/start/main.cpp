// SPDX-License-Identifier: MIT
// The start-up calls the longest form of `main`. Where the program did not define it, this one
// stands in, and calls the next shorter: a weak function gives way to the program's own. In
// freestanding C++ these are three functions with names of their own. A program without any gets
// the linker's complaint about the last.
#include <libipc/start/main.hpp>

[[gnu::weak]] int main(int argc, char** argv, char**) { return main(argc, argv); }
[[gnu::weak]] int main(int, char**) { return main(); }
