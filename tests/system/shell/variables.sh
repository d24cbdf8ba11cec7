# SPDX-License-Identifier: MIT
# Values, and what can be done with them on the way.
x=1
y='two words'
echo $x $y "$y" "${z:-none}" "${x:+set}" "${#y}" "${y%% *}" "${y#* }"
a=1 b=2 printenv a
echo "[$a]"
export c=3
printenv c
unset c
echo "${c-gone}" "${c:=back}" "$c"
