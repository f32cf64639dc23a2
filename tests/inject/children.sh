#!/bin/sh
# The gate sees a race wherever it is: in a process that ends in any way after it, in forked children,
# in children of children that have left the session, in programs started with an environment that
# names no detector, and in what outlives the command. Without the race it says nothing.
raddle_cc=$1 gate=$2 here=$3
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0

"$raddle_cc" -g -O1 -pthread "$here/children.c" -o "$dir/races" || exit 1
"$raddle_cc" -g -O1 -pthread -DORDERED "$here/children.c" -o "$dir/ordered" || exit 1

check() { # wanted-status program argument...
  wanted=$1 program=$2
  shift 2
  "$gate" "$dir/$program" "$@" >"$dir/err" 2>&1
  status=$?
  if [ "$status" -ne "$wanted" ]; then
    echo "$program $*: status $status, not $wanted"
    cat "$dir/err"
    failed=1
  fi
}

both() {
  check 66 races "$@"
  check 0 ordered "$@"
}

for end in return _exit exit_group exec; do
  both race $end
  both fork $end
done
for end in SIGTERM SIGKILL abort; do # their status is the command's own when nothing is found
  check 66 races race $end
  both fork $end
done
for way in posix_spawn posix_spawnp other_preload execve execveat fexecve by_number system popen wordexp; do
  both start $way
done
for program in races ordered; do # what a shell of libc's own does in such an environment is not seen, and told
  check 125 $program start wordexp_cleared
done
for way in double exec; do
  both grandchild $way
done
both vfork
both daemon
both orphan
exit $failed
