# SPDX-License-Identifier: MIT
# Files and streams.
d=${TMPDIR:-}/files.$$
mkdir $d
cd $d
echo one >f
echo two >>f
cat <f
ls nothing 2>e
echo $(($? != 0))
{ echo out; echo err >&2; } >both 2>&1
cat both
{ echo out; echo err >&2; } 2>&1 >/dev/null | cat
while read line; do echo "[$line]"; done <f
>empty
wc -c <empty | tr -d ' '
cat <nothing 2>/dev/null || echo missing
echo *
{ { echo three >&3; } 2>&1 | cat >/dev/null; } 3>third; cat third
{ read x <&4; (read y <&4; echo $x $y); } 4<f
cd /
