# SPDX-License-Identifier: MIT
# Here-documents: text of the script is a command's input.
cat <<END
one $((1 + 1)) "three" '$((2))' \$4 \\5 \6
  six
END
name=value
cat <<'END'
$name ${name} $(echo no) \$ \\
END
cat <<END
$name ${none:-default} $(echo "a  b" | tr a-z A-Z)
END
cat <<-END
	stripped
		twice
	END
cat <<A; cat <<B
first
A
second
B
cat <<A <<B
lost
A
kept
B
cat <<END | tr a-z A-Z | cat -
through a pipe
END
while read -r first rest; do
  echo "[$first] [$rest]"
done <<END | sort
b 2
a 1 one
END
number() { wc -l <<END
1
2
3
END
}
echo $(number)
number | tr -d ' '
for i in 1 2; do
  cat <<END
turn $i
END
done
if cat >/dev/null <<END; then echo yes; else echo no; fi
anything
END
echo "[$(cat <<END
inside a substitution
END
)]"
(cat <<END) | tr a-z A-Z
from a subshell
END
{ cat; echo "then more"; } <<END | cat
to a group
END
cat <<'' && echo empty end
up to an empty line

read -r line <<END
only the first
not this
END
echo "$line"
cat 3<<END <&3
by another stream
END
cat <<END &
in the background
END
wait
cat <<END
joined \
line
END
read -r x y <<END
$(echo a b)
END
echo "$y $x"
