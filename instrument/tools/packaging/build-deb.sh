#!/bin/sh
# Builds raddle_VERSION_ARCHITECTURE.deb and prints its name.
#
# usage: instrument/tools/packaging/build-deb.sh [-n] [-b BUILD_DIR] [OUTPUT_DIR]
#
# -b BUILD_DIR    where it is built: configured with gcc for /usr when there is nothing yet (build-deb)
# -n              package what is built there, as it is
# OUTPUT_DIR      where the package goes (.)
#
# The same sources, compiler and BUILD_DIR give the same bytes. DEBFULLNAME and DEBEMAIL name the maintainer.
set -eu
case "${1-}" in
-h | --help)
    sed -n '2,/^set/{/^#/s/^# \{0,1\}//p;}' "$0"
    exit 0
    ;;
esac
umask 022
export LC_ALL=C.UTF-8

fail() {
    echo "build-deb: $*" >&2
    exit 1
}

here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "$here/../../.." && pwd)
build=$source/build-deb
rebuild=yes
while getopts nb: option; do
    case $option in
        n) rebuild= ;;
        b) build=$OPTARG ;;
        *) fail "wrong option; usage: build-deb.sh [-n] [-b BUILD_DIR] [OUTPUT_DIR]" ;;
    esac
done
shift $((OPTIND - 1))
output=${1:-.}
[ -d "$output" ] || fail "$output: not a directory; make it first"
for tool in dpkg-deb dpkg-shlibdeps meson strip gzip; do
    command -v $tool >/dev/null || fail "$tool: not found; apt-get install dpkg-dev meson binutils gzip"
done

quietly() {
    "$@" >"$work/log" 2>&1 || {
        tail -n 40 "$work/log" >&2
        fail "$1 failed: see above"
    }
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ ! -f "$build/build.ninja" ]; then
    quietly env CC="${CC:-gcc}" meson setup --prefix=/usr -Dtests=false "$build" "$source"
fi
# setting NAME: what the build directory was configured with.
setting() {
    meson introspect --buildoptions "$build" | python3 -c \
        'import json, sys; print(next(o["value"] for o in json.load(sys.stdin) if o["name"] == sys.argv[1]))' "$1"
}
[ "$(setting prefix)" = /usr ] || fail "$build: is configured for $(setting prefix); name another or configure it with --prefix=/usr"
if [ -n "$rebuild" ]; then
    echo "build-deb: building in $build, which takes minutes the first time" >&2
    quietly ninja -C "$build"
fi

root=$work/debian/raddle
quietly meson install -C "$build" --no-rebuild --destdir "$root"
version=$(meson introspect --projectinfo "$build" | sed -n 's/.*"version": "\([^"]*\)".*/\1/p')
architecture=$(dpkg --print-architecture)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$source" log -1 --format=%ct 2>/dev/null || stat -c %Y "$source/meson.build")}
export SOURCE_DATE_EPOCH
maintainer="${DEBFULLNAME:-Raddle} <${DEBEMAIL:-raddle@localhost}>"

# -- files: stripped, but for the notes by which the detector knows its own; man pages compressed --

elf=$(find "$root" -type f \( -perm /111 -o -name '*.so' \) -exec sh -c \
    'for f; do head -c 4 "$f" | grep -q "^.ELF" && echo "$f"; done' sh {} + | sort)
for file in $elf; do
    strip --strip-unneeded --remove-section=.comment "$file"
done
find "$root" -name '*.a' -exec strip --strip-debug --remove-section=.comment --enable-deterministic-archives {} +
find "$root" -type f -name '*.so' -exec chmod 644 {} +
gzip -9n "$root"/usr/share/man/man*/*.[1-8] 2>/dev/null || true # symbolic links are refused, and made anew
find "$root/usr/share/man" -type l | while read -r link; do
    ln -s "$(readlink "$link").gz" "$link.gz"
    rm "$link"
done

doc=$root/usr/share/doc/raddle
mkdir -p "$doc/examples"
cp "$here/gitlab-ci.yml" "$source/samples/bank_racy.c" "$source/samples/bank_fixed.c" "$doc/examples"
chmod 644 "$doc"/examples/*
mkdir -p "$root/usr/share/lintian/overrides"
cp "$here/lintian-overrides" "$root/usr/share/lintian/overrides/raddle"
cat >"$doc/copyright" <<TEXT
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: raddle

Files: *
Copyright: 2026 the authors of Raddle
License: Apache-2.0
 On Debian systems the license is in /usr/share/common-licenses/Apache-2.0.
TEXT
gzip -9n >"$doc/changelog.gz" <<TEXT
raddle ($version) unstable; urgency=medium

  * Built from the sources of that version.

 -- $maintainer  $(date -u -R -d "@$SOURCE_DATE_EPOCH")
TEXT

# -- what dpkg reads --

mkdir "$root/DEBIAN"
printf 'Source: raddle\nMaintainer: %s\n\nPackage: raddle\nArchitecture: any\n' "$maintainer" >"$work/debian/control"
# shellcheck disable=SC2086 # a list of files
depends=$(cd "$work" && dpkg-shlibdeps -O $elf 2>"$work/log" | sed -n 's/^shlibs:Depends=//p') || true
[ -n "$depends" ] || { cat "$work/log" >&2; fail "dpkg-shlibdeps found no dependencies: see above"; }
cat >"$root/DEBIAN/control" <<TEXT
Package: raddle
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -ks --apparent-size "$root/usr" | cut -f 1)
Depends: $depends
Recommends: gcc | clang, libc6-dev, libunwind8
Suggests: cmake, meson, pkg-config
Section: devel
Priority: optional
Description: race, deadlock and leak detector for tests, and Go's concurrency for C
 run-with-detector runs a test and everything it starts, reports data races,
 deadlocks, lock orders that could become one, leaked tasks and misused locks
 with full stacks, and fails the run. raddle-cc builds what it can watch.
 .
 libraddle gives C programs goroutines, channels, select, contexts and timers
 with Go's semantics.
TEXT
echo 'activate-noawait ldconfig' >"$root/DEBIAN/triggers"
(cd "$root" && find usr -type f | sort | xargs -d '\n' md5sum) >"$root/DEBIAN/md5sums"

package=$output/raddle_${version}_$architecture.deb
quietly dpkg-deb --root-owner-group -Zxz --build "$root" "$package"
echo "$package"
