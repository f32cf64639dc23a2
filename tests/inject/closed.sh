#!/bin/sh
# Into a statically linked program nothing can be loaded. However an observed program, a shell or a script starts it,
# the run is not checked when it may have run threads, or when nobody was observed; else it is only named.
raddle_cc=$1 gate=$2 cc=$3 here=$4
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0
"$raddle_cc" -g -O1 -pthread "$here/closed.c" -o "$dir/observed" || exit 1
"$raddle_cc" -g -O1 -pthread -DTHREADS "$here/closed.c" -o "$dir/dynamic" || exit 1
"$cc" -static "$here/closed.c" -o "$dir/tiny" &&
  "$cc" -static -pthread -DTHREADS "$here/closed.c" -o "$dir/threads" || exit 1
"$cc" -s -static "$here/closed.c" -o "$dir/stripped" || exit 1
PATH=$dir:$PATH

check() { # wanted-status pattern command...
  wanted=$1 pattern=$2
  shift 2
  "$gate" "$@" >"$dir/err" 2>&1
  status=$?
  if [ "$status" -ne "$wanted" ] || ! grep -q "$pattern" "$dir/err"; then
    echo "$*: status $status, not $wanted, or no '$pattern' in:"
    cat "$dir/err"
    failed=1
  fi
}

named() { echo "^raddle: not checked: $(realpath "$dir/$1"): it is statically linked.*--ignore-process '$1'"; }

for way in vfork fork posix_spawn named exec; do
  check 125 "$(named threads)" "$dir/observed" $way "$dir/threads"
  check 125 "$(named stripped)" "$dir/observed" $way "$dir/stripped"
  for options in --quiet --strict; do
    check 0 '^raddle: clean' $options "$dir/observed" $way "$dir/tiny"
  done
  check 0 '^raddle: not observed: 1 process: tiny' "$dir/observed" $way "$dir/tiny"
  check 0 '^raddle: clean' --ignore-process thr* "$dir/observed" $way "$dir/threads"
  check 66 'data race on `shared`' "$dir/observed" $way "$dir/dynamic"
done
check 0 '^raddle: clean (1 process' "$dir/observed" failing "$dir/threads"

for shell in sh bash; do
  command -v $shell >/dev/null || continue
  check 125 "$(named threads)" $shell -c 'threads; exit 0'
  check 125 "$(named threads)" $shell -c "threads; $dir/observed; exit 0"
  check 125 "$(named tiny)" $shell -c 'tiny; exit 0'
  check 0 '^raddle: clean' $shell -c "tiny; $dir/observed; exit 0"
  check 0 '^raddle: clean' $shell -c 'no-such-program; exit 0'
done
check 125 "$(named threads)" env threads
# The dynamic linker loads no libraries for itself, but for what it runs.
check 66 'data race on `shared`' sh -c "/lib64/ld-linux-x86-64.so.2 $dir/dynamic; exit 0"
exit $failed
