# SPDX-License-Identifier: MIT
# Functions, their parameters and their statuses.
f() {
  echo "$1 of $#"
  [ "$1" -gt 0 ] && f $(($1 - 1))
  return 3
}
f 2 x
echo $?
set -- kept
g() { set -- other; x=$1; }
g
echo $1 $x
h() (x=inner; echo $x)
h
echo $x
