# SPDX-License-Identifier: MIT
# Patterns that name files.
d=${TMPDIR:-}/files.$$
mkdir $d
cd $d
mkdir s
echo 1 >a.c
echo 2 >b.c
echo 3 >s/c.c
echo 4 >.hidden
echo *.c */*.c ? 'a'* "*" [!a]*.c no* .h*
x='*.c'
echo $x "$x"
[ -f a.c ] && [ -d s ] && [ ! -e none ] && [ -s a.c ] && echo there
cd s && cd .. && cd - >/dev/null && ls
cd /
