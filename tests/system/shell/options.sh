# SPDX-License-Identifier: MIT
# The words of a script as options.
show() {
  OPTIND=1
  while getopts ab:c o "$@"; do echo "$o [${OPTARG:-none}]"; done
  echo "$? $o $OPTIND"
  shift $((OPTIND - 1))
  echo "left: $*"
}
show
show -a -b x -c y z
show -ab x -cb y -- -a
show -bx -b'' -c
show -a word -b
show - -a
(show -d -a) 2>/dev/null
(show -a -b) 2>/dev/null
quiet() {
  OPTIND=1
  while getopts :ab: o "$@"; do echo "$o [${OPTARG:-none}]"; done
}
quiet -x -a -bq -b
OPTIND=1
set -- -a -b one two
while getopts b:a o; do
  case $o in
    a) echo flag ;;
    b) echo value "$OPTARG" ;;
    *) echo other ;;
  esac
done
shift $((OPTIND - 1)); echo $1
