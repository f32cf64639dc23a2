#!/bin/sh
# reach.sh RADDLE_CC GATE DETECTOR SOURCE_DIR: whoever becomes another user, or may not open the findings
# file, is observed all the same, for the gate hands the file over; whoever cannot ask the gate runs as if nothing were
# there, and the run is not clean. So does a process whose run is over. Root and others lose the
# file in different ways: run as both to see both.
raddle_cc=$1 gate=$2 detector=$(realpath "$3") here=$4
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
failed=0
bad() { echo "$*"; cat "$dir/out" "$dir/err"; failed=1; }

cp "$detector" "$dir/detector.so" && chmod 755 "$dir/detector.so" # where nobody may read it as well
RADDLE_DETECTOR=$dir/detector.so
export RADDLE_DETECTOR
"$raddle_cc" -g -O1 -pthread "$here/reach.c" -o "$dir/races" || exit 1
"$raddle_cc" -g -O1 -pthread -DORDERED "$here/reach.c" -o "$dir/ordered" || exit 1

run() { # program argument...
  program=$1
  shift
  "$gate" "$dir/$program" "$@" >"$dir/out" 2>"$dir/err"
  status=$?
}

# The second program takes the place of the first, and its status, or is told of.
ended() { # way wanted-status-of-the-run
  case $1 in
  exec | cleared) [ "$status" = "$2" ] ;;
  *) [ "$status" = "$2" ] && grep -qx 'the second program: 42' "$dir/out" ;;
  esac
}

for way in exec cleared fork vfork posix_spawn system popen; do
  run races asks $way
  if [ "$status" = 77 ]; then
    echo "skipped: the findings file cannot be shut here"
    exit 77
  fi
  ended $way 66 || bad "races asks $way: status $status"
  run ordered asks $way
  case $way in exec | cleared) own=42 ;; *) own=0 ;; esac
  ended $way $own || bad "ordered asks $way: status $status"
  grep -q '^raddle: clean' "$dir/err" || bad "ordered asks $way: is not clean"
done

run races alone exec
if [ "$status" = 77 ]; then
  echo "skipped in part: there are no filters of system calls here"
else
  for way in exec cleared fork vfork posix_spawn system popen; do
    for program in races ordered; do
      run $program alone $way
      ended $way 125 || bad "$program alone $way: status $status"
      grep -qv '^raddle: ' "$dir/err" && bad "$program alone $way: the second program said something"
      tail -1 "$dir/err" | grep -q '^raddle: not checked: programs started that could not be observed.*: 1 (process' "$dir/err" ||
        bad "$program alone $way: does not say why"
    done
  done
fi

# A run that is over: its file is gone, and what it left behind goes on. (signals.c checks that it is observed.)
for program in hooks threads io ipc answers; do
  "$raddle_cc" -O1 -mcx16 -pthread "$here/$program.c" -o "$dir/$program" || exit 1
  (cd "$dir" && LD_PRELOAD="$detector" RADDLE_FINDINGS="$dir/over.findings" "./$program") >"$dir/out" 2>"$dir/err" ||
    bad "$program: failed after its run"
  [ -s "$dir/out" ] || [ -s "$dir/err" ] && bad "$program: said something after its run"
done
# A file that no gate has made is misuse.
LD_PRELOAD=$detector RADDLE_FINDINGS="$dir/mistyped" "$dir/ordered" >"$dir/out" 2>"$dir/err"
status=$?
[ $status = 125 ] && grep -q 'cannot be opened for writing' "$dir/err" || bad "mistyped: status $status"

# Below valgrind, as its own environment tells: somebody else's processor is no place for us.
LD_PRELOAD="/no/such/vgpreload_core-amd64-linux.so:$detector" "$dir/ordered" >"$dir/out" 2>"$dir/err"
status=$?
[ $status = 125 ] && grep -q '^raddle: valgrind watches this process' "$dir/err" || bad "valgrind, no gate: status $status"
LD_PRELOAD="/no/such/vgpreload_core-amd64-linux.so" "$gate" "$dir/ordered" >"$dir/out" 2>"$dir/err"
status=$?
[ $status = 125 ] && grep -q '^raddle: valgrind watches this process' "$dir/err" || bad "valgrind below the gate: status $status"
exit $failed
