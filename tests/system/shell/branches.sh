# SPDX-License-Identifier: MIT
# if and case.
for x in abc b 7 ''; do
  case $x in
    a*) echo A ;;
    b|c) echo B ;;
    [0-9]) echo D ;;
    *) echo E
  esac
  if [ -z "$x" ]; then echo empty
  elif [ "$x" = b ]; then echo b
  else echo other; fi
done
case 'a*' in a\*) echo star;; esac
if false; then echo no; fi
echo $?
