# SPDX-License-Identifier: MIT
# What scripts rely on without saying so.
s=$IFS; IFS=:; x=a:b; set -- $x; IFS=$s; y="a b c"; set -- $y; echo $#
join() { local IFS=,; echo "$*"; }
join 1 2 3; y="a b"; set -- $y; echo $#
c() { echo $#; }
e=
c "${u:-}"; c "${u-}"; c "${u+set}"; c "${u:+x}"; c "${1:-}"; c "${e:-}"; c "${e+}"
c "${u:-}${u:-}"; c ${u:-}; c ""${u:-}; c "${u:-a b}"; c ${u:-a b}
test "${u+set}" = set || echo unset
[ -n "${u:-}" ] && echo bad

echo l1 | while read a; do cat <<F; done
inner $a
F
echo l2 | { cat; cat <<F; }
group
F
cat <<E | { cat; cat <<F; }
one
E
two
F
echo "$(if cat <<F; then echo yes; fi
within
F
)"
(cat <<F; echo more)
subshell
F
f() { cat; } <<E
a function's own
E
f; f
g() { echo out; echo err >&2; } 2>/dev/null
g
eval "cat <<E
from eval
E"

if false; then :; else echo $?; fi
if (exit 3); then :; elif (exit 4); then :; else echo $?; fi
false; for i in 1; do echo $?; done
for i in; do :; done; echo $?
if false; then :; fi; echo $?

x=1 y=$x; echo "[$y]"
a=3 a=$a$a; echo $a
i=1; i=$((i+1)) j=$((i+1)); echo $i $j
IFS=,; set -- 1 2 3; x=$*; echo "$x"; case $* in 1,2,3) echo joined ;; esac
IFS=; x=$*; echo "$x"; IFS=$s
f() { (return 3); echo $?; x=$(return 5); echo $?; echo l | while read x; do return 8; done; echo $?; }
f
(set -e; false; echo on) || echo caught
if (set -e; false; echo on); then echo yes; fi
f() ( set -e; false; echo x ); f && echo ok
for i in 1 2; do while break 2; do :; done; echo no; done; echo $i
for i in 1 2; do until continue 2; do :; done; echo no; done; echo $i
t=${TMPDIR:-/tmp}/details.$$
echo 'break; echo x' >$t; for i in 1 2; do . $t; echo no; done; echo $i; rm $t
FOO=c command printenv FOO
p() { printenv FOO; }
FOO=d p; echo ${FOO-unset}
set -f; echo *; set +f
return 4
echo never
