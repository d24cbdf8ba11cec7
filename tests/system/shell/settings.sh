# SPDX-License-Identifier: MIT
# eval, set, and where -e ends a shell.
eval 'x=5; echo' '$x'
(set -e; false || true; if false; then :; fi; ! true; echo on; false; echo never)
echo $?
(exit 3) || echo $?
echo "$0" | wc -l | tr -d ' '
: ignored; . /dev/null
set -eu
echo "[${none-}] [${none:-x}] $# [$@]"
(echo $none) 2>/dev/null || echo unset
(echo ${#none}) 2>/dev/null || echo unset, too
(false; echo never) || echo tested
set +u
echo "[$none]"
set +e -- a b
echo $# $2
(set -x; x='a  b'; echo $x one >/dev/null; f() { :; }; f "$x") 2>&1
command -v echo
command -v cd
command -v nothing || echo none
f() { echo function; }
echo() { command echo "instead: $@"; }
f; echo x
command -v f
unset -f echo

(set -e; { false; echo on; } || echo no; g() { false; echo on; }; g || echo no; if g; then echo yes; fi
 ! { false; echo on; }; (false; echo on) && echo yes; g; echo never)
echo $?
exit 9
