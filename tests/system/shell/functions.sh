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
v=outer e=exported
export e
k() { local v=$1 w="a  b" e; local n=$w; echo "[$v] [$w] [$n]"; v=changed; [ "$1" = in ] || k in; echo "$v"; }
k x
echo "$v" ${w-unset} ${n-unset} $e
sh() { local v; v=2; return 4; }
sh; echo $? $v
p="q r"; export z=$p; echo "$z"
for i in 1 2; do m() { local i=9; }; m; echo $i; done
l() { local i; for i in a b; do :; done; }
l; echo $i
