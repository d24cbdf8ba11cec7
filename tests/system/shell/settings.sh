# SPDX-License-Identifier: MIT
# eval, set, and where -e ends a shell.
eval 'x=5; echo' '$x'
(set -e; false || true; if false; then :; fi; ! true; echo on; false; echo never)
echo $?
(exit 3) || echo $?
echo "$0" | wc -l | tr -d ' '
: ignored; . /dev/null
exit 9
