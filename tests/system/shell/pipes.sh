# SPDX-License-Identifier: MIT
# Pipelines of programs and of what only the shell can do.
printf 'b\na\nb\n' | sort | uniq | tr a-z A-Z
true | false; echo $?
false | true; echo $?
printf '1 2\n3 4\n' | while read a b; do echo $b $a; done
{ echo x; echo y; } | wc -l | tr -d ' '
for i in 1 2 3; do echo $i; done | sort -r | head -n 1
x=5; echo 6 | read x; echo $x
