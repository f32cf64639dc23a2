#!/bin/sh
# What the detector exports and needs: libc is its only dependency, every dynamic symbol is one of
# interpose.def and openmp.def or of the names that runtimes, headers and stubs look up; and the stub archive
# has every hook of hooks.def, hidden.
detector=$1 stubs=$2 root=$3
fail=0

needed=$(readelf -d "$detector" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | tr '\n' ' ')
[ "$needed" = "libc.so.6 " ] || { echo "needs $needed instead of libc.so.6 only"; fail=1; }

nm -D --defined-only "$detector" | awk '{ print $3 }' | sort > exported.$$
{
  cat "$root/instrument/interpose.def" "$root/instrument/openmp.def" | tr '\n' ' ' | grep -oE '(REAL\([^,]*, *\**[A-Za-z_0-9]+|EXTRA\([A-Za-z_0-9]+)' |
    grep -oE '[A-Za-z_0-9]+$'
  printf 'raddle_detector_%s\n' events api module closes
  echo ompt_start_tool
} | grep -v '^name$' | sort > wanted.$$
diff exported.$$ wanted.$$ || { echo "exported (<) and interpose.def (>) differ"; fail=1; }
rm -f exported.$$ wanted.$$

hooks=$(grep -c '^HOOK_' "$root/instrument/hooks.def")
slots=$(nm "$stubs" | grep -cE ' T __tsan_| W (WTF)?Annotate')
[ "$hooks" = "$slots" ] || { echo "hooks.def has $hooks hooks, the archive $slots slots"; fail=1; }
sed -n 's/^HOOK_NAMED(\([A-Za-z]*\).*/\1/p; s/^HOOK_[A-Z]*(\([a-z0-9_]*\).*/__tsan_\1/p' "$root/instrument/hooks.def" > wanted.$$
nm -n "$stubs" | awk '($2 == "T" && $3 ~ /^__tsan_/) || ($2 == "W" && $3 ~ /^(WTF)?Annotate/) { print $3 }' | diff - wanted.$$ ||
  { echo 'the slots do not stand in the order of hooks.def'; fail=1; }
rm -f wanted.$$
visible=$(readelf -sW "$stubs" | awk '/__tsan_|Annotate/ && $6 != "HIDDEN"' | wc -l)
[ "$visible" = 0 ] || { echo "$visible slots are not hidden"; fail=1; }
exit $fail
