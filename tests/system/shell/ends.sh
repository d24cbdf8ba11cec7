# SPDX-License-Identifier: MIT
# What is run when a shell ends.
(trap 'echo end $?' EXIT; echo begin; false)
echo $?
(trap 'echo end' EXIT; exit 3; echo never)
echo $?
(trap 'echo end; exit 5' EXIT; exit 3)
echo $?
(trap 'echo one' EXIT; trap 'echo two' 0; trap)
(trap 'echo one' EXIT; trap - EXIT)
t=${TMPDIR:-/tmp}/ends.$$
(trap "echo 'a quote'" EXIT; trap >$t; trap - EXIT; . $t)
rm $t
(set -e; trap 'echo cleaned' EXIT; false; echo never)
trap 'echo last; (echo inner)' EXIT
(echo not this one)
x=$(trap 'echo from inside' EXIT; echo first)
echo "$x"
exit 7
