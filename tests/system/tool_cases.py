# SPDX-License-Identifier: MIT
"""What the small tools are asked for in test_tools.py, in this order, in a folder with these
files."""

import random
import re

from aril.project import ROOT

# Every tool, as the build names them, and those to which no word is a wrong option.
TOOLS = [name for name in re.findall(r"'(\w+)'", re.search(
    r"^tools = \[(.*?)\]", (ROOT / "user" / "tools" / "meson.build").read_text(),
    re.DOTALL | re.MULTILINE).group(1)) if name not in ("true", "false")]
TAKES_ANYTHING = ("dd", "echo", "find", "printf")

LINES = b"".join(b"line %d of many\n" % i for i in range(1, 301))
BYTES = random.Random(1).randbytes(70_000)

FILES = {
    "empty": b"",
    "lines": LINES,
    "no-newline": b"one\ntwo\nthree",
    "binary": BYTES,
    "zero": b"a\0b\n\0\0c\n" + bytes(100),
    "long-line": b"x" * 200_000 + b"\nshort\n",
    "with blank": b"in a name with a blank\n",
    "-dash": b"dash\n",
    "umlaut-\u00e4": "\u00e4\u4e16\n".encode(),
    "words": b"the quick  brown\tfox\n\n jumps over\nThe lazy dog\n",
    "numbers": b"10\n9\n-3\n2.5\n2.50\n\nabc\n007\n1e3\n100\n-0\n",
    "table": b"name:age:city\nzoe:31:ulm\nadam:7:bonn\neve:31:aachen\nnone\n",
    "many": b"".join(b"%d\n" % (i * 7919 % 5003) for i in range(5000)),
    "same": b"a\na\nb\nA\na\n\n\nc",
    "blanks": b"  indented\n\ttab\n   \nend \n",
    "tree/a.txt": b"alpha\n",
    "tree/b.cpp": b"int main() {}\n",
    "tree/.hidden": b"hidden alpha\n",
    "tree/deep/er/c.txt": b"gamma alpha\n",
    "tree/deep/empty": b"",
    "tree/deep/large": bytes(3000),
}
LINKS = {"link": "lines", "tree/link": "deep/er", "dangling": "nowhere"}

# Lines of a shell that mean the same to GNU's tools on the host and to ours in the guest.
TEXT = """
cat lines
cat empty no-newline - < words
cat -- -dash 'with blank' umlaut-ä
cat binary
cat nothing lines
cat tree
cat link
echo
echo -n
echo -n a 'b  c'
echo a -n '\\n' --help
echo --
printf 'a\\tb\\n\\101\\x42\\\\\\n'
printf '%s-%s\\n' a b c
printf '%5s|%-5s|%.2s|%05d|%+d|% d\\n' ab cd efg 42 7 8
printf '%x %X %#x %o %#o %u\\n' 255 255 255 8 8 9
printf '%d %d %d %i\\n' 0x1f 010 "'A" -5
printf '%c%c\\n' abc ''
printf '%b|%s\\n' 'x\\ny\\0101' 'x\\ny'
printf '%b' 'stop\\cnot this'
printf '100%%\\n'
printf '%*d|%-*s|\\n' 6 42 5 x
printf '%s\\n'
printf '%d\\n' x
printf '%d\\n' 12x
printf 'no newline'
printf '%.3d %8.3d|\\n' 5 -7
printf '%d %x\\n' -1 -1
wc lines
wc -l lines words
wc -c binary
wc -w words
wc empty no-newline zero
wc -lw < words
wc nothing lines
wc < lines
wc -cl lines words empty
head lines
head -n 3 lines words
head -3 lines
head -c 7 lines
head -n 0 lines
head -n 5 no-newline
head -q -n 1 lines words
head -n 1 nothing lines
head -c 100k long-line
head -n 1 long-line
tail lines
tail -n 3 lines words
tail -3 lines
tail -c 7 lines
tail -n +298 lines
tail -c +1500 lines
tail -n 2 no-newline
tail -n 0 lines
tail -n 1000 lines
tail -n 4 < lines
cat lines | tail -n 4
cat long-line no-newline | tail -n 2
tail -n 1 long-line
cat binary | tail -c 1000
tail -n +0 words
tail -c 0 words
cat empty | tail
sha256sum lines binary empty
sha256sum < binary
cat binary | sha256sum -
sha256sum lines words > sums; sha256sum -c sums
printf '%064d  lines\\n' 0 > wrong; sha256sum -c wrong
sha256sum nothing
base64 binary
base64 -w 0 lines
base64 empty
base64 lines | base64 -d
printf 'QUJ\\nD\\n' | base64 -d
printf 'Q' | base64 -d
hexdump -C words
hexdump -C zero
hexdump -C -n 40 binary
hexdump -C -s 16 -n 20 binary
hexdump -C empty
hexdump -v -C zero
cut -c 1-3,5 lines
cut -b 2- words
cut -d : -f 2 table
cut -d : -f 1,3 -s table
cut -d : -f 2- table
cut -f 1 words
cut -d : -f -2 no-newline
cut -c 0 lines
tr a-z A-Z < words
tr -d aeiou < words
tr -s ' ' < words
tr -s a-z < lines
tr -cd '[:alpha:]\\n' < words
tr abc x < lines
tr '\\n' ' ' < lines
tr -ds a-m n-z < words
tr -c a-z '-' < words
tr '\\000' . < zero
tr '[:lower:]' '[:upper:]' < words
sort words
sort -r lines
sort -n numbers
sort -rn numbers
sort -u same
sort many
sort -n many
sort -nu many
sort -t : -k 2 table
sort -t : -k 2,2n table
sort -t : -k 3 table
sort -t : -k 2n -r table
sort -f same
sort -k 2 words
sort -b blanks
sort no-newline empty words
sort -s -k 1,1 words
sort -o sorted lines; cat sorted
sort nothing
uniq same
uniq -c same
uniq -d same
uniq -u same
sort same | uniq -c
uniq empty
seq 5
seq 3 6
seq 10 -3 1
seq 1 2 10
seq 5 1
seq -w 8 11
seq -w -2 10
seq -s , 3
rev words
rev no-newline
nl words
nl -b a words
strings binary
strings -n 6 binary
strings zero
basename /usr/lib/
basename a.txt .txt
basename .txt .txt
basename /
dirname /usr/lib a /a a/b// ''
grep 5 lines
grep -n '^line 2' lines
grep -c many lines
grep -v line lines
grep -v 1 lines
grep -i THE words
grep -E '(quick|lazy) +' words
grep 'o\\{1,\\}g*' words
grep -E 'o{2}|x$' words
grep -l alpha tree/a.txt tree/b.cpp
grep -q alpha tree/a.txt
grep -q nothing tree/a.txt
grep -r alpha tree | sort
grep -rl alpha tree | sort
grep -rc alpha tree | sort
grep -rh alpha tree | sort
grep one no-newline
grep three no-newline
grep -F 'a.b' words
grep -F . words
grep -e -dash -e lazy words
grep '\\<the\\>' words
grep '^$' words
grep '' empty
grep -c '' words
grep x nothing
grep '[' lines
grep -E '(a' lines
grep -H alpha tree/a.txt
grep alpha < tree/a.txt
grep -n x long-line
grep -E '^(.*)*y' long-line
grep -i '[[:upper:]]he' words
grep -E 'l?i+n*e [0-9]{3}' lines
ls tree
ls -a tree
ls -d tree
ls -1 tree lines
ls -R tree
ls nothing
ls tree/deep tree
ls -a tree/deep/er
find tree | sort
find tree -name '*.txt' | sort
find tree -type d | sort
find tree -type l
find tree -type f -size +2 | sort
find tree -type f -empty
find tree ! -name '*.txt' -type f | sort
find tree -maxdepth 1 | sort
find tree -mindepth 2 -type f | sort
find nothing
find tree -name a.txt -print0
find tree -size -1k -type f | sort
find -name a.txt
readlink link dangling
readlink -n link
readlink -f tree/link/../x > /dev/null
stat -c '%n %s %F' lines tree/a.txt empty
stat -c '%a %A %h' lines
stat -c %F tree link
stat -c '%s%%' nothing
cmp lines lines
cmp lines words
cmp lines empty
cmp -s lines words
cmp -n 2 lines no-newline
printf a > x1; printf ab > x2; cmp x1 x2
cmp lines nothing
dd if=lines bs=10 count=3 2> /dev/null
dd if=lines bs=7 skip=2 count=2 status=none
printf 0123456789 > dd1; printf abc | dd of=dd1 bs=1 seek=4 conv=notrunc status=none; cat dd1
printf abc | dd of=dd1 bs=1 seek=2 status=none; cat dd1
cp lines copy; cmp lines copy
cp -r tree tree2; find tree2 | sort; cat tree2/deep/er/c.txt; readlink tree2/link
cp lines words tree2; ls tree2
cp -r tree tree2; ls tree2
cp tree x
cp nothing x
cp lines nowhere/x
cp -r tree tree/deep; ls tree/deep
rm -r tree/deep/tree; ls tree/deep
cp lines lines
cp binary copy; cmp binary copy
chmod 640 copy; stat -c %a copy
chmod 0755 copy; cp copy copy2; stat -c %a copy2
chmod 999 copy
chmod 600 nothing
mv copy copy3; ls copy copy3
mv copy2 copy3 tree2; ls tree2
mv nothing x
mv tree2 tree3; ls tree3/deep
mkdir m; mkdir m
mkdir -p m/n/o m; ls -R m
mkdir nowhere/x
mkdir -p lines/x
mkdir -m 700 private; stat -c %a private
rmdir m
rmdir m/n/o m/n m; ls m
rm -r tree3; ls tree3
rm m
mkdir m; rm m
rm nothing
rm -f nothing
rm -rf nothing m; ls m
touch new; wc new; touch -c newer; ls newer
touch -d @1000000000 new; stat -c %Y new
touch -r new other; stat -c %Y other
cp -p new kept; stat -c %Y kept
ln lines hard; stat -c %h lines; rm hard
ln -s lines soft; readlink soft; cat soft | wc -l
ln -s lines soft
ln -sf words soft; readlink soft
ln nothing hard
truncate -s 5 other; wc -c other; hexdump -C other
truncate -s +3 other; truncate -s -1 other; wc -c other
truncate -s 10 fresh; wc -c fresh; truncate -c -s 1 absent; ls absent
mktemp -u mt.XXXX | wc -c
tee t1 t2 < words; cmp words t1; cmp words t2
echo more | tee -a t1 > /dev/null; tail -n 1 t1
echo x | tee nowhere/x
printf 'a b\\nc "d e"\\n' | xargs
printf 'a b c' | xargs -n 2 echo
printf 'a b c' | xargs -n 1 echo x
printf 'a\\0b c\\0' | xargs -0 -n 1 echo
printf '' | xargs echo none
printf '' | xargs -r echo none
printf 'one\\ntwo words\\n' | xargs -I {} echo '<{}>'
printf 'x' | xargs false
printf 'x' | xargs nocommand
seq 3000 | xargs | wc
find tree -name 'c.*' -print0 | xargs -0 cat
env -i A=1 B='x y' env
env -i A=1 printenv A
env -i PATH="$PATH" A=1 printenv A B
env -i A=1 B=2 env -u A env
env nocommand
true
false
yes | head -n 3
yes a b | head -c 11
cat lines | head -n 1
date -u -d @1000000000
date -u -d @86399 '+%Y-%m-%d %H:%M:%S %a %b %e %j %%'
date -u -d @1234567890.25 '+%s %N %F %T'
sleep 0.01
sleep x
du nothing
realpath nothing/x
grep -e fox -e lazy words
grep -n -e 'line 7 ' -e '^line 25[0-3]' -e many$ lines
printf 'one\\ntwo\\nthree\\n' | grep -e "$(printf 'one\\nthree')"
grep -F -e a.b -e . words
grep -c -e a -e b -e c table
grep -e fox -e '[' words
grep -v -e o -e '^$' words
grep -x one no-newline
grep -x on no-newline
grep -x -E 'one|thr|two' no-newline
grep -x -e 'on' -e 'tw.' no-newline
grep -cx '' words
grep -xF three no-newline
grep -w 31 table
grep -w li lines
grep -w -e qui -e lazy words
grep -wi the words
grep -w '[a-z]*' words
grep -wF . words
grep -wE 'qui|quick|bro' words
grep -o o words
grep -on '[a-z]*' words
grep -o 'l[a-z]*' words
grep -oE 'o|ow|own|brown' words
grep -oE 'quick  brown|ick' words
grep -oE 'the quick x|quick' words
grep -ob x nothing
grep -o '^a' same
grep -o 'x*' words
grep -ow 't[a-z]*' words
grep -oi 'the' words
grep -oh alpha tree/a.txt tree/b.cpp
grep -or alpha tree | sort
grep -oc o words
grep -ov o words
grep -o -F -e l -e la -e laz words
grep -o x long-line | wc
grep -oE 'x+y|xs' long-line
sort -t : -k 2,2n -k 1,1 table
sort -t : -k 3,3r -k 2n table
sort -t : -k 3,3 -k 1,1r table
sort -t : -k 2,2 -k 3 -u table
sort -k 2,2 -k 1,1 words
sort -s -t : -k 2,2n table
sort -r -t : -k 2,2n -k 3,3 table
sort -t '' table
sort -t : -k 1,2,3 table
sort -k 1 -k x table
sort -o a -o b table
cut -f 1 -f 2 table
cut -c 1 -c 2 lines
cut -c 1 -f 2 lines
seq 10000 | xargs echo | tr ' ' '\\n' | sha256sum
seq 10000 | xargs printf '%s\\n' | sort -n | tail -n 1
seq 10000 | xargs -n 5000 echo | wc -w
seq 5000 | env -i PATH="$PATH" A=1 B=2 C=3 xargs echo | wc -w
seq 100000 | xargs echo a b c | tr ' ' '\\n' | grep -vc '[abc]'
tr a-g '1[x*]2' < words
tr abc '[x*2]y' < same
tr abc '[x*02]y' < same
tr a-z '[A*]' < words
tr a-z '[A*10][B*]' < words
tr -c a-z '[-*]' < words
tr '[a*]' x < words
tr ab '[x*][y*]' < words
tr -d '[a*]' < words
tr -s a-z '[x*]' < words
tr '[a*3]b' 123x < same
tr 'a[b*' xyzw < same
tr '[x*2' abcd < words
printf '%d\\n' 9223372036854775807 -9223372036854775808
printf '%d\\n' 9223372036854775808
printf '%d\\n' -9223372036854775809
printf '%d\\n' 99999999999999999999999
printf '%u %x\\n' 18446744073709551615 18446744073709551616
printf '%u\\n' -18446744073709551616
printf '%d\\n' 0xffffffffffffffff
printf '\\e[0m'
printf '%b' '\\e[0m'
seq 9223372036854775806 9223372036854775807
seq 9223372036854775800 3 9223372036854775807
seq 3 -9223372036854775807 -9223372036854775807
mv lines lines
mkdir same-dir; mv same-dir .; ls -d same-dir
mv same-dir same-dir
mv lines ./tree/../lines; wc -l lines
cp lines ./lines; wc -l lines
ln -s lines to-lines; cp to-lines lines; cp lines to-lines; wc -l lines
ln lines lines2; mv lines lines2; rm lines2; wc -l lines
echo a > mv1; echo b > mv2; mv -n mv1 mv2; cat mv1 mv2; mv -n mv1 mv3; cat mv3
printf x > 'back\\slash'; sha256sum back*
printf y > "$(printf 'new\\nline')"; sha256sum new?line
sha256sum back* new?line > sums2; sha256sum -c sums2; sha256sum -c < sums2
printf 'QQ==QUI=QUJD' | base64 -d
printf 'QQ==Q' | base64 -d
printf 'QQ=Q' | base64 -d
printf 'QQ==\\nQQ==\\n' | base64 -d
ls ''
cat ''
wc ''
date -u -d @0 '+%-d %-m %-H|%_d|%_m|%0e|%^a %^B|%-j|%_H|%k'
date -u -d @1234567890 '+%Q %-Q %P %q %D %-I'
date -u -d @5 '+%'
cat -n words no-newline empty same
cat -n < lines
printf abc | cat -n
head -n -1 words
head -n -298 lines no-newline
head -n -1 no-newline
head -n -5 no-newline
head -n -0 no-newline
head -c -5 words
head -c -1 binary | sha256sum
head -n -200 lines | wc
head -n -1000 many | tail -n 1
cat many | head -n -10 | wc
head -c -1000000 binary
head -n -1 long-line | wc
head -n x lines
ls -A tree
ls -A tree/deep/er
ls -A -1 tree
chmod 644 mv2; chmod u+x mv2; stat -c %a mv2
chmod go-r mv2; stat -c %a mv2
chmod a=r mv2; stat -c %a mv2
chmod u=rwx,go=rx mv2; stat -c %a mv2
chmod u=rw,go= mv2; stat -c %a mv2
chmod +x mv2; stat -c %a mv2
chmod -x mv2; stat -c %a mv2
chmod g=u,o+g mv2; stat -c %a mv2
chmod u+r-w+x mv2; stat -c %a mv2
chmod a+X mv2 same-dir; stat -c %a mv2 same-dir
chmod u+y mv2
chmod u mv2
chmod u+x, mv2
chmod x+u mv2
chmod -R o-rx tree/deep; stat -c %a tree/deep tree/deep/er
chmod -R o+rX tree/deep; stat -c %a tree/deep tree/deep/er/c.txt
mkdir gone; rm -d gone; ls gone
mkdir -p full/x; rm -d full; ls full
echo x > full/f; rm -d full/f full/x full; ls full
basename -a /usr/lib a/b.c c
basename -s .c a/b.c d.c .c
basename a b c
env -i A=1 B=2 C=3 env -u A -u C
grep -rho 'al*' tree | sort
grep -o -x three no-newline
grep -wo -e on -e one no-newline words
grep -oE '\\<t|e\\>' words
grep -c -w -v the words
grep -o '' words
grep -no 'o$' lines
grep -F -x -e one -e 'two' no-newline
grep -iwo 'THE' words
grep -e '' words
grep -F -e '' -e x words
sort -k 2n -k 1 table
sort -n -k 2 -t : -k 1r table
sort -fu same
sort -ru same
sort -k2,2 -u words
head -n -0 words
head -n -1 -q words lines | tail -n 3
head -n -1 words no-newline
head -c -0 words
cat words | head -c -3
cat -n -- -dash nothing words
tr -s '[x*]' a < words
tr -cs '[:alpha:]' '[\\n*]' < words
tr '[:digit:]' '[#*]' < lines | head -n 2
printf '%i|%o|%X\\n' 9223372036854775808 18446744073709551616 -18446744073709551616
printf '%d\\n' 018446744073709551616777777777
seq -w 9223372036854775806 9223372036854775807
seq 9223372036854775807 -1 9223372036854775806
xargs -n 3 < words
seq 9000 | xargs -n 4096 echo | wc -w
head -c 300000 many | tr -d '\\n' | head -c 500 | xargs echo
seq 3 | xargs -I % echo a%b %
date -u -d @0 +%-e%_d%-I%l%-l
date -u -d @0 '+%^p %^h %_H:%-M'
basename -a
basename ''
ls -A nothing ''
rm -d nothing
rm -df nothing
base64 -d < words
printf 'QQ' | base64 -d
printf 'QQ==QQ=' | base64 -d
"""

CASES = TEXT.strip().split("\n")

LONG = "n" * 200

# What has no counterpart on the host, or no name there that is the same: what it writes.
OWN = {
    # Deeper than any path can say.
    f"mkdir top; cd top; for i in 1 2 3 4 5 6 7 8 9 10; do mkdir {LONG}; cd {LONG}; done; "
    "echo text > bottom; cd /files; find top | wc -l": "12\n",
    "cp -r top copied; find copied -name bottom | wc -c": "2024\n",
    "grep -rl text top | wc -l": "1\n",
    "ln -s nowhere top/link; archive create top > top.cpio; archive list < top.cpio | wc -l":
        "13\n",
    "mkdir deep.x; cd deep.x; archive extract < ../top.cpio; cd ..; find deep.x | wc -l; "
    "grep -rh text deep.x; archive create deep.x/top | cmp - top.cpio 2>&1 | wc -l; "
    "(cd deep.x; archive create top) | cmp - top.cpio; rm -r deep.x; rm top/link":
        "14\ntext\n1\n",
    "chmod -R 700 copied; rm -r top copied; ls top copied 2> /dev/null || echo gone": "gone\n",
    # Archives.
    "archive create tree lines > a.cpio; mkdir x; cd x; archive extract < ../a.cpio; "
    "cd ..; find x | sort | head -n 4; cmp lines x/lines; readlink x/tree/link":
        "x\nx/lines\nx/tree\nx/tree/.hidden\ndeep/er\n",
    "touch -d @1234567890 x/lines; archive create x/lines | (cd /; archive extract); "
    "stat -c '%Y %a' /x/lines": "1234567890 644\n",
    "printf 07070100 | archive list": None,
    "archive list < lines": None,
    "archive create nothing > /dev/null": None,
    "head -c 1000 a.cpio | (cd x; archive extract)": None,
    "archive undo": None,
    # Where writing fails.
    "cat lines > /dev/full": None,
    "ls > /dev/full": None,
    "yes > /dev/full": None,
    "echo x | tee /dev/full": None,
    "cp lines /dev/full": None,
    "dd if=lines of=/dev/full status=none": None,
    # What each tool says of itself, and of options that it does not have.
    f"for t in {' '.join(TOOLS)}; do /bin/$t --help > h || echo $t; head -n 1 h | "
    "grep -q \"^usage: $t\" || echo no usage of $t; "
    "test $(wc -l < h) -gt 1 || echo no sentence about $t; done":
        "",
    "for t in " + " ".join(t for t in TOOLS if t not in TAKES_ANYTHING) +
    "; do /bin/$t -% a 2> e; test $? = 2 || echo $t has no status of 2; grep -q \"^$t: -%: \" e || "
    "echo $t says nothing; done": "",
    # The rest.
    "tree nothing": None,
    "tree nothing 2> /dev/null | wc -c": "0\n",
    "tree -d nothing tree/deep/er 2> /dev/null": "tree/deep/er\n\n1 directory\n",
    "ls '' 2>&1 | grep -c \"''\"": "1\n",
    "mv lines lines 2>&1": "mv: lines: these are the same file\n",
    "cp lines lines 2>&1": "cp: lines: these are the same file\n",
    "tree tree/deep": "tree/deep\n\u251c\u2500\u2500 empty\n\u251c\u2500\u2500 er\n"
                      "\u2502   \u2514\u2500\u2500 c.txt\n\u2514\u2500\u2500 large\n\n"
                      "2 directories, 3 files\n",
    "touch -d @1000000000 words; ls -l words link":
        "lrwxrwxrwx 1  5 TODAY link -> lines\n-rw-r--r-- 1 47 2001-09-09 01:46 words\n",
    "mkdir human; truncate -s 1500 human/a; truncate -s 3M human/b; ls -lh human | cut -c 12-17":
        "1 1.5K\n1 3.0M\n",
    "du -b human": "3147228\thuman\n",
    "realpath . link tree/../nowhere /bin/..": "/files\n/files/lines\n/files/nowhere\n/\n",
    "readlink -f tree/link dangling": "/files/tree/deep/er\n/files/nowhere\n",
    "pwd; cd tree/link; pwd | tail -c 3; cd /files": "/files\ner\n",
    "which ls nothing || echo none": "/bin/ls\nnone\n",
    "which cat": "/bin/cat\n",
    "uname; uname -m": "Aril\naarch64\n",
    "uptime | cut -c 1-3; df | wc -l": "up \n7\n",
    "date -r words +%F": "2001-09-09\n",
    "test $(date +%s) -gt 1700000000 && echo now": "now\n",
    "mktemp -d mt.XXXXXX | wc -c; ls -d mt.* | wc -l": "10\n1\n",
    "mktemp nowhere/XXXX": None,
    "rm -r .; rm -rf /; rm ..": None,
    "cp -r /dev devices": None,
    "ln -s loop loop; cat loop": None,
    "printf 'a\\n' > 'two\nlines'; ls two*; rm two*": "two\nlines\n",
    "env PATH=/nowhere ls": None,
    "seq 20000 | sort -r | sort -n | tail -n 1": "20000\n",
    "head -c 3000000 /dev/zero | wc -c": "3000000\n",
    "head -c 20000000 /dev/zero > big; tail -c 5 big | wc -c; sort big > /dev/null": None,
    "printf 'x' | xargs /nowhere/x": None,
    "for i in 1 2 3; do sleep 0.01; done; echo slept": "slept\n",
}
