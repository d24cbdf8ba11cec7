# SPDX-License-Identifier: MIT
# What runs after what.
true && echo 1 || echo 2
false && echo 3 || echo 4
! true; echo $?
(exit 7); echo $?
true &&
  echo 5 ||
  echo 6
{ echo 7; false; } || { echo 8; }
