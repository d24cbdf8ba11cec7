# SPDX-License-Identifier: MIT
# Where words are cut, and where they are not.
IFS=:
v=a::b
for w in $v; do echo "<$w>"; done
unset IFS
set -- 'p q' r ''
for w in "$@"; do echo "<$w>"; done
for w in $@; do echo "<$w>"; done
echo $# "$*"
shift
echo "$1" $#
set --
for w in "$@" "${v:-x y}" ${none:-x y}; do echo "<$w>"; done
