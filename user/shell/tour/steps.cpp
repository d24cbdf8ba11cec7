// SPDX-License-Identifier: MIT
#include <user/shell/tour/step.hpp>

namespace shell::tour {
namespace {

bool has(std::string_view output, std::string_view text) {
  return output.find(text) != output.npos;
}

// The first number in the text; 0: there is none.
u64 first_number(std::string_view text) {
  u64 number = 0;
  const u64 start = text.find_first_of("0123456789");
  for (u64 at = start; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at)
    number = number * 10 + static_cast<u64>(text[at] - '0');
  return number;
}

// Two lines that are the same, and nothing else.
bool is_twice_the_same(std::string_view output) {
  const u64 end = output.find('\n');
  if (end == output.npos || end == 0) return false;
  return output.substr(end + 1) == output.substr(0, end + 1);
}

constexpr Step steps[] = {
    {"A command is a process",
     "What you type names a file in /bin. The shell opens it, asks procmgr, the\n"
     "process server, to make a process of it, and waits. How the process ends is\n"
     "a number: $?.\n",
     "hello 42 >/dev/null; echo \"status $?\"",
     [](std::string_view output) { return has(output, "status 42"); },
     "One message started it, and its answer brought a handle. The kernel knows\n"
     "nothing of files or processes: it passes messages."},
    {"A process can do what it holds capabilities for",
     "A capability is a right that stands in a slot of a process: a file session,\n"
     "a terminal, the right to start others. The shell gives each command its own.\n"
     "'without' leaves some out.\n",
     "ls /bin >/dev/null && echo with files: fine\n"
     "without files ls /bin 2>/dev/null || echo without files: impossible",
     [](std::string_view output) {
       return has(output, "with files: fine") && has(output, "without files: impossible");
     },
     "The second ls was not forbidden anything. It had nobody to ask."},
    {"Starting processes is a right like any other",
     "A program may start others if it holds a spawner. This shell holds one. The\n"
     "one that it starts here does not.\n",
     "without spawner shell -c hello 2>&1; echo \"status $?\"",
     [](std::string_view output) { return has(output, "status 126"); },
     "126 means that the command is there and could not be started. Try 'without spawner shell'."},
    {"Everything is a message",
     "A call sends eight words to a server and brings eight back, in registers.\n"
     "This calls procmgr 10,000 times, and asks each time how much memory is free.\n",
     "tour call", [](std::string_view output) { return first_number(output) == 10'000; },
     "Files, terminals and time are asked for in the same way, each from a server of its own."},
    {"A pipe is memory that two processes share",
     "The parts of a pipeline run at the same time. Bytes go through memory that\n"
     "both ends have mapped, and no server sees them. 'yes' would never end: it\n"
     "ends because nobody reads.\n",
     "yes | head -n 3 | wc -l", [](std::string_view output) { return first_number(output) == 3; },
     "The file server made the pipe, gave both their ends, and stepped aside."},
    {"What crashes, crashes alone",
     "The parentheses make a shell of their own. It reads from address 0, where\n"
     "nothing is. A report of the crash comes too: how it got there, with the\n"
     "names of functions.\n",
     "(tour crash); echo \"status $?\"",
     [](std::string_view output) { return has(output, "status 139"); },
     "Its memory and its capabilities are back already. Servers can crash like\n"
     "that as well, and are started again."},
    {"An account says how much a job may use",
     "Pages, kernel objects and processes are charged to accounts. This job may\n"
     "have 4 processes and wants to have more. A fork bomb would end in the same\n"
     "way.\n",
     "within processes=4 shell -c 'sleep 1& sleep 1& sleep 1& sleep 1& wait' 2>&1",
     [](std::string_view output) { return has(output, "exhausted"); },
     "Ctrl-C does no more than end the account of the job in the foreground, with\n"
     "all that is in it."},
    {"Nothing is left behind",
     "procmgr knows where each page of the machine is. It tells it here before and\n"
     "after ten processes have come and gone.\n",
     "for i in 1 2 3 4 5 6 7 8 9 10; do hello >/dev/null; done\n"
     "tour pages; for i in 1 2 3 4 5 6 7 8 9 10; do hello >/dev/null; done; tour pages",
     is_twice_the_same, "That was the tour. 'help' has the rest, and /bin the programs."},
};

}  // namespace

std::span<const Step> all_steps() { return steps; }

}  // namespace shell::tour
