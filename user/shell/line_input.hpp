// SPDX-License-Identifier: MIT
// Lines that somebody types at a terminal: the editor (editor/) with a terminal around it.
#pragma once

#include <user/shell/editor/completion.hpp>
#include <user/shell/editor/editor.hpp>
#include <user/shell/run/shell.hpp>

namespace shell {

class LineInput final : public Catalogue {
 public:
  constexpr LineInput() : editor_(history_) {}

  // From now on at this terminal, for this shell.
  void start(Shell& shell, ipc::Terminal terminal);

  enum class Result : u8 { line, interrupted, end };
  // Edits a line.
  Result read(std::string_view prompt);
  // The terminal is as commands expect it, until the next line is read.
  void release() const;
  // What was typed, until the next line.
  [[nodiscard]] std::string_view text() const { return editor_.text(); }

  [[nodiscard]] const History& history() const { return history_; }
  void remember(std::string_view line) { history_.add(line); }
  void write(std::string_view text) const { static_cast<void>(terminal_.write(text)); }

  // ---- Of Catalogue
  void commands(Growing<std::string_view>& names) override;
  void variables(Growing<std::string_view>& names) override;

 private:
  bool act(Editor::Event event, Result& result);
  void complete(bool lists);
  void list(std::span<const std::string_view> names);
  void show();
  void leave();
  void ask_window();

  Shell* shell_ = nullptr;
  ipc::Terminal terminal_;
  History history_;
  Editor editor_;
  KeyDecoder decoder_;
  u32 columns_ = 80;
};

// That of this process.
LineInput& line_input();

}  // namespace shell
