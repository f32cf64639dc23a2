#!/bin/sh
# engage.sh RADDLE_CC MOCK COMPILER SOURCE_DIR: programs built by COMPILER through raddle-cc run
# dormant without a word; with the mock core preloaded every interposed call and hook shows. (Of functions that only
# read and write memory tests/rows/libc*.c says which bytes, and every.sh that none is forgotten.)
raddle_cc=$1 mock=$(realpath "$2") compiler=$3 here=$4
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
fail=0
export RADDLE_CC="$compiler"
bad() { echo "$compiler: $*"; fail=1; }

# at_least N EVENT… : the log has N lines that match
at_least() {
  n=$1; shift
  have=$(grep -cE "^$* " "$dir/log")
  [ "$have" -ge "$n" ] || bad "$program: $have of $n lines of '$*'"
}

run() {
  said=$(cd "$dir" && "./$program" 2>&1) || bad "$program: dormant run failed"
  [ -z "$said" ] || bad "$program: dormant run said: $said"
  said=$(cd "$dir" && LD_PRELOAD="$mock" "./$program" 9> log 2>&1) || bad "$program: observed run failed ($?)"
  [ -z "$said" ] || bad "$program: observed run said: $said"
  grep -q '^limits 1 0 0' "$dir/log" || bad "$program: $(grep '^limits' "$dir/log")"
}

"$raddle_cc" -O1 -shared -fPIC "$here/library.c" -o "$dir/library.so" || exit 1
for program in hooks threads life signals io files ipc answers calls fortified rest; do
  source=$program options=-O1
  [ $program != fortified ] || source=calls options='-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2'
  # shellcheck disable=SC2086 # a list of words
  "$raddle_cc" $options -mcx16 -Wall -Werror -pthread "$here/$source.c" -o "$dir/$program" || exit 1
  run
  case $program in
  hooks)
    at_least 8 access; at_least 55 atomic_begin; at_least 55 atomic_end; at_least 1 fence
    ;;
  threads)
    at_least 4 task_create; at_least 3 task_begin; at_least 3 task_end; at_least 2 'wait_begin [0-9]+ 19'
    at_least 1 'wait_begin [0-9]+ 17'; at_least 1 'wait_begin [0-9]+ 18'
    at_least 8 object_new; at_least 8 object_destroy
    at_least 12 lock_acquired
    [ "$(grep -c '^lock_acquired' "$dir/log")" = "$(grep -c '^lock_released' "$dir/log")" ] ||
      bad 'threads: locks and unlocks differ'
    # A lock that comes free just before it would be waited for has an end alone.
    awk '/^wait_begin/ { waits[$2] = 1 } /^wait_end/ { delete waits[$2] } END { for (t in waits) exit 1 }' "$dir/log" ||
      bad 'threads: waits do not end'
    ;;
  signals) at_least 300 access ;;
  io) at_least 7 release_merge; at_least 7 acquire; at_least 12 access ;;
  files) at_least 42 release_merge; at_least 37 acquire ;;
  calls | fortified) at_least 800 access; at_least 20 release_merge ;;
  rest) at_least 100 access ;;
  ipc) at_least 14 release_merge; at_least 12 acquire; at_least 6 access ;;
  life)
    at_least 1 fork_child; at_least 1 'module_load 0 1'; at_least 1 module_unload
    at_least 2 call_unwind; at_least 1 'finish 1 0'; at_least 1 'process 1 2'
    at_least 1 'call_unwind 1 6'
    ;;
  esac
done
exit $fail
