# SPDX-License-Identifier: MIT
# while, until, for; break and continue.
i=0
while [ $i -lt 6 ]; do
  i=$((i+1))
  [ $i = 2 ] && continue
  [ $i = 5 ] && break
  echo $i
done
until false; do break; done
echo $i
for i in 1 2; do
  for j in 1 2 3; do
    [ $j = 2 ] && continue 2
    echo $i$j
  done
done
while true; do while true; do break 2; done; done
echo out
