// SPDX-License-Identifier: MIT
#include <user/shell/builtins/builtin.hpp>
#include <user/shell/line_input.hpp>

namespace shell {
namespace {

// It lasts as long as the process.
[[clang::no_destroy]] constinit LineInput the_line_input;
constinit char screen_room[Screen::max_output];

constexpr std::string_view clear_screen = "\x1b[H\x1b[2J";
constexpr u64 most_listed = 400;

}  // namespace

LineInput& line_input() { return the_line_input; }

void LineInput::start(Shell& shell, ipc::Terminal terminal) {
  shell_ = &shell;
  terminal_ = terminal;
  static_cast<void>(terminal_.set_mode(ipc::terminal_mode::line_editor));
  ask_window();
}

// What the console knows, or the emulator says; else it stays what it was.
void LineInput::ask_window() {
  auto window = terminal_.window();
  if (window.ok() && window->columns == 0) window = terminal_.ask_window();
  if (window.ok() && window->columns != 0) columns_ = window->columns;
}

LineInput::Result LineInput::read(std::string_view prompt) {
  static_cast<void>(terminal_.set_mode(ipc::terminal_mode::line_editor));
  if (const auto window = terminal_.window(); window.ok() && window->columns != 0)
    columns_ = window->columns;
  editor_.begin(prompt);
  auto result = Result::end;
  for (;;) {
    // One byte at a time: what is typed behind a command's line may be for the command.
    // What is pasted is drawn when it has come.
    char byte = 0;
    auto count = terminal_.try_read({&byte, 1});
    if (count.error() == abi::Error::would_block) {
      show();
      count = terminal_.read({&byte, 1});
    }
    if (!count.ok() || *count == 0) break;
    if (act(editor_.press(decoder_.feed(byte)), result)) break;
  }
  return result;
}

void LineInput::release() const {
  static_cast<void>(terminal_.set_mode(ipc::terminal_mode::cooked));
}

// True: the line is over, with this result.
bool LineInput::act(Editor::Event event, Result& result) {
  switch (event) {
    case Editor::Event::none: break;
    case Editor::Event::beep: write("\a"); break;
    case Editor::Event::line:
    case Editor::Event::interrupt:
    case Editor::Event::too_long:
    case Editor::Event::end_of_input:
      show();
      leave();
      if (event == Editor::Event::too_long)
        shell_->complain("here", "the line is longer than there is room for, and was not run");
      result = event == Editor::Event::line           ? Result::line
               : event == Editor::Event::end_of_input ? Result::end
                                                      : Result::interrupted;
      return true;
    case Editor::Event::complete:
    case Editor::Event::list: complete(event == Editor::Event::list); break;
    case Editor::Event::clear:
      write(clear_screen);
      editor_.show_anew();
      ask_window();
      break;
  }
  return false;
}

void LineInput::complete(bool lists) {
  const Rewound rewound{shell_->arena};
  const auto before = editor_.text().substr(0, editor_.cursor());
  const Completion found = shell::complete(shell_->arena, *shell_, *this, before);
  if (!found.insertion.empty() && editor_.insert(found.insertion)) return;
  if (!lists || found.candidates.empty()) return write("\a");
  show();
  leave();
  list(found.candidates.first(std::min<u64>(found.candidates.size(), most_listed)));
}

void LineInput::list(std::span<const std::string_view> names) {
  TextBuilder text{shell_->arena};
  put_columns(text, names, columns_);
  if (text.ok()) write(text.view());
}

void LineInput::show() {
  base::TextWriter out{screen_room};
  editor_.show(columns_, out);
  if (!out.view().empty()) write(out.view());
}

void LineInput::leave() {
  base::TextWriter out{screen_room};
  editor_.leave(out);
  write(out.view());
}

void LineInput::commands(Growing<std::string_view>& names) {
  for (const Builtin& one : all_builtins()) names.push(one.name);
  for (u64 cursor = 0;;) {
    const auto record = shell_->functions.next(cursor);
    if (record.text.empty()) break;
    names.push(record.name());
  }
  std::string_view path = shell_->variables.find("PATH").value_or("/bin");
  while (!path.empty()) {
    const std::string_view folder = path.substr(0, path.find(':'));
    path.remove_prefix(std::min(folder.size() + 1, path.size()));
    for (const FileName& file : shell_->names_in(folder))
      if (!file.is_directory) names.push(file.name);
  }
}

void LineInput::variables(Growing<std::string_view>& names) {
  for (u64 cursor = 0;;) {
    const auto record = shell_->variables.next(cursor);
    if (record.text.empty()) break;
    names.push(record.name());
  }
}

}  // namespace shell
