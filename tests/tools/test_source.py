# SPDX-License-Identifier: MIT
"""The counters that look at C++ text."""

import source
from aril.checks import cases, expect_equal

TEXT = '''\
// A comment { with a brace
#define TWICE(x) ((x) + (x))

namespace base {

class Thing {
 public:
  Thing(int a, int b) : a_(a), b_{b} {}
  int sum() const { return a_ + b_; }

 private:
  int a_;
  int b_;
};

/* more
   comment */
template <typename T, typename U>
[[nodiscard]] auto pick(std::pair<T, U> p, int (*f)(int, int), char c = ',') -> T {
  if (c == '{') {
    for (auto x : {1, 2}) f(x, x);
  }
  auto text = "} // no comment";
  auto lambda = [&](int y) { return y; };
  return p.first;
}

constexpr int table[] = {1, 2, 3};
enum class Kind { one, two };

}  // namespace base
'''


def test_functions_are_found_with_length_and_parameters():
    found = [(f.name, f.line, f.length, f.parameters) for f in source.functions(TEXT)]
    expect_equal(found, [("Thing", 8, 1, 2), ("sum", 9, 1, 0), ("pick", 18, 9, 3)], "functions")


def test_lines_of_comments_and_blanks_do_not_count():
    expect_equal(source.code_lines("a\n\n// b\n  /* c\nd */\ne /* f */\n/* g */ h\n"), 3, "lines")


@cases({
    "slashes in text": ('"//" a', '"//" a'), "quote in text": (r'"\"//" a // b', r'"\"//" a  '),
    "raw text": ('R"(// " )" a', 'R"(// " )" a'), "digits": ("1'000'000 // a", "1'000'000  "),
    "character": ("'\"' // a", "'\"'  "), "lines stay": ("a/*\n\n*/b", "a\n\nb"),
})
def test_comments_are_taken_out_and_nothing_else(texts):
    before, after = texts
    expect_equal(source.without_comments(before), after, "the text")
