# packages.sh - installs what is missing, and nothing else; sourced by run.sh and quickstart.sh.
#
# install_missing PACKAGE…: the Debian packages that are not there yet, with apt-get, through sudo
# when we are not root. A package `a|b` is there when any of its alternatives is.

is_installed() {
    dpkg-query -W -f '${Status}\n' "$1" 2>/dev/null | grep -q ' installed$'
}

install_missing() {
    missing=
    for wanted; do
        for alternative in $(printf '%s' "$wanted" | tr '|' ' '); do
            is_installed "$alternative" && continue 2
        done
        missing="$missing ${wanted%%|*}"
    done
    if [ -z "$missing" ]; then
        return 0
    fi
    if ! command -v apt-get >/dev/null; then
        echo "packages: missing:$missing: there is no apt-get here; install them by hand" >&2
        return 1
    fi
    as_root=
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "packages: missing:$missing: neither root nor sudo; install them as root" >&2
            return 1
        fi
        as_root=sudo
    fi
    echo "== installing$missing"
    # shellcheck disable=SC2086 # one word per package is what is meant
    { $as_root apt-get update -q && $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends $missing; } >"${TMPDIR:-/tmp}/raddle-apt.$$" 2>&1 || {
        tail -n 20 "${TMPDIR:-/tmp}/raddle-apt.$$" >&2
        rm -f "${TMPDIR:-/tmp}/raddle-apt.$$"
        echo "packages: apt-get could not install$missing; see the lines above" >&2
        return 1
    }
    rm -f "${TMPDIR:-/tmp}/raddle-apt.$$"
}

# What building Raddle needs.
BUILD_PACKAGES='gcc libc6-dev binutils meson ninja-build pkg-config|pkgconf python3|python3-minimal libdw-dev libjansson-dev libunwind-dev uthash-dev'
