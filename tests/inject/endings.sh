#!/bin/sh
# A process that a signal ends is reported in bare mode too, and dies of that signal all the same; one
# whose time is up says what its tasks wait for; std::thread is made by the
# user's code, also where the linker was started with the program's name; a clean environment hides
# nothing, nor do races that are too many to be written.

# What whoever runs us ignores, as nohup does, the programs below would ignore as well.
if [ -z "${SIGNALS_RESET-}" ]; then
  SIGNALS_RESET=1 exec env --default-signal=HUP,INT,QUIT,ABRT,SEGV,PIPE,ALRM,TERM sh "$0" "$@"
fi

raddle_cc=$1 raddle_cxx=$2 detector=$(realpath "$3") gate=$4 here=$5
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0

check() { # name wanted-status status pattern...
  name=$1 wanted=$2 status=$3
  shift 3
  if [ "$status" -ne "$wanted" ]; then
    echo "$name: status $status, not $wanted"
    failed=1
  fi
  for pattern; do
    if ! grep -q -e "$pattern" "$dir/err"; then
      echo "$name: no line '$pattern' in:"
      cat "$dir/err"
      failed=1
    fi
  done
}

"$raddle_cc" -g -pthread "$here/endings.c" -o "$dir/endings" || exit 1
"$raddle_cxx" -g -O1 -pthread "$here/endings.cc" -o "$dir/endings_cxx" || exit 1

for signo in 1 2 3 6 8 11 13 14 15; do
  LD_PRELOAD=$detector "$dir/endings" $signo 2>"$dir/err"
  check "bare, signal $signo" $((128 + signo)) $? 'data race on `shared`' '^raddle: 1 finding'
done

"$gate" --timeout 1 --checks leak "$dir/endings" 0 2>"$dir/err"
check 'time-out' 124 $? 'Main waits in pthread_join' '#0 main .*endings.c:' \
  'Thread 2 waits in pthread_cond_wait on condition variable `never`' '#0 wait_for_ever ' \
  '^raddle: timeout: .*stands above'

"$raddle_cc" -g -O1 -pthread "$here/held.c" -o "$dir/held" || exit 1
"$gate" --timeout 2 "$dir/held" 2>"$dir/err"
check 'who holds it when time is up' 124 $? 'time is up: 1 of 2 tasks waiting' 'Main is running, at:' \
  'Thread 2 waits in pthread_mutex_lock on mutex `m`, held by main since .*held.c:18' 'holds `m`, taken at:'

# By itself: where the report goes, and suppressions that cannot be read, or only from where the program began.
bare() { # options
  (cd "$dir" && LD_PRELOAD=$detector RADDLE_OPTIONS="exitcode=0:$1" ./endings_cxx) >"$dir/out" 2>"$dir/err"
}
echo 'race:main' >"$dir/rules"
bare "log_path=$dir/log"
check 'log_path: nothing on standard error' 0 $(wc -c <"$dir/err")
cat "$dir"/log.* >"$dir/err"
check 'log_path' 0 0 '^raddle: 1 finding'
bare log_path=stdout && cp "$dir/out" "$dir/err"
check 'log_path=stdout' 0 0 '^raddle: 1 finding'
bare log_path=/no/such/log
check 'log_path that is none' 0 $? 'log_path: /no/such/log.*cannot be written' '^raddle: 1 finding'
bare suppressions=none
check 'suppressions that are not there' 125 $? '^raddle: RADDLE_OPTIONS: suppressions=none: cannot be read'
bare suppressions=endings_cxx
check 'suppressions that are none' 0 $? 'endings_cxx:1: .*; nothing is suppressed' '^raddle: 1 finding'

"$gate" sh -c "env -i $dir/endings_cxx; :" 2>"$dir/err"
check 'an empty environment' 66 $? '^raddle: 1 finding'

"$gate" "$dir/endings_cxx" 2>"$dir/err"
check 'std::thread' 66 $? 'created by main at:' '#[01] main .*endings.cc:8'

"$gate" /lib64/ld-linux-x86-64.so.2 "$dir/endings_cxx" 2>"$dir/err"
check 'loaded by hand' 66 $? 'created by main at:' '#[01] main .*endings.cc:8' '^raddle: 1 finding'
LD_PRELOAD=$detector /lib64/ld-linux-x86-64.so.2 "$dir/endings_cxx" 2>"$dir/err"
check 'loaded by hand, bare' 66 $? '#[01] main .*endings.cc:8' '^raddle: 1 finding'

# More races than are written: how many, and that what is written may be none of theirs.
"$raddle_cc" -g -O1 -pthread "$here/many.c" -o "$dir/many" || exit 1
echo 'data-race:*' >"$dir/rules"
"$gate" -o max_reports=2 "$dir/many" 2>"$dir/err"
check 'more races than are written' 66 $? '^raddle: 2 findings' '^raddle: not checked: .*max_reports=.*: 3 (process'
"$gate" -o max_reports=2 --suppressions="$dir/rules" "$dir/many" 2>"$dir/err"
check 'all that is written is suppressed' 125 $? '^raddle: not checked: .*max_reports=.*: 3 (process'
"$gate" -o max_reports=5 --suppressions="$dir/rules" "$dir/many" 2>"$dir/err"
check 'as many as are written' 0 $? '^raddle: clean'

# A thread that could not be made leaves nothing behind: no task counted, no number left out.
"$raddle_cc" -g -O1 -pthread "$here/refused.c" -o "$dir/refused" || exit 1
"$gate" "$dir/refused" 2>"$dir/err"
check 'a thread refused' 0 $? '^raddle: clean (1 process, 2 tasks)'
"$gate" "$dir/refused" race 2>"$dir/err"
check 'a thread refused, and a race' 66 $? '^Thread 2 .*created by main' '^raddle: 1 finding'

for name in clang++ clang++-14 g++-12; do
  RADDLE_CC=$name RADDLE_CXX='' "$raddle_cxx" --raddle-show -c x.cc >"$dir/err" 2>&1
  check "RADDLE_CC=$name" 0 $? "^$name "
done
for words in -fsanitize=address '-fsanitize=undefined,leak -c' '-fno-sanitize=thread -fsanitize=thread,address'; do
  # shellcheck disable=SC2086 # words
  "$raddle_cc" $words --raddle-show x.c >"$dir/err" 2>&1
  check "$words" 1 $? ': no compiler has it beside the hooks'
done
for words in -fsanitize=undefined '-fsanitize=address -fno-sanitize=thread' '-fsanitize=address -fno-sanitize=all'; do
  # shellcheck disable=SC2086 # words
  "$raddle_cc" $words --raddle-show x.c >"$dir/err" 2>&1
  check "$words" 0 $? '-fsanitize=thread'
done
mkdir "$dir/bin"
printf '#!/bin/sh\n' >"$dir/bin/clang-98"
chmod +x "$dir/bin/clang-98"
for wrapper in "$raddle_cc:clang-98" "$raddle_cxx:clang++-98"; do
  PATH="$dir/bin:$PATH" RADDLE_CC=best RADDLE_CXX='' "${wrapper%:*}" --raddle-show -c x.cc >"$dir/err" 2>&1
  check 'RADDLE_CC=best' 0 $? "^${wrapper#*:} "
done
exit $failed
