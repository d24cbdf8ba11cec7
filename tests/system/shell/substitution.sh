# SPDX-License-Identifier: MIT
# The output of commands, and arithmetic.
x=$(echo a; echo; echo)
echo "[$x]" $(echo p $(echo q)) $((7 * (2 + 1) % 5))
y=$(false); echo $?
y=$(exit 4) && echo no; echo $?
echo "$(printf 'a\nb')" $(printf 'a\nb')
i=3; echo $((i += 2)) $i $((i > 4 && i < 6)) $((-7 / 2))

cat /nothing 2>/dev/null; s=$?
echo "kept $s"
false
a=1 b=$?
echo "$? $b"
c=$(exit 3)
echo $?
d=$(exit 4) e=$?
echo "$?"
f=x
echo $?
# The old way to write it.
echo `echo a b` "`echo c  d`" [`echo e \`echo f\``]
g='x y'
echo "`echo "$g"`" `echo \$g` "`echo \"$g\"`" `echo '\\'`
echo `echo one
echo two`
