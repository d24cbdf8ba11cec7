# SPDX-License-Identifier: MIT
# Quotes and backslashes.
x=value
echo 'a  b' "c  $x'd'" e\ f "\$x\\" '' "" 'it'\''s'
echo "two
lines" one\
word
