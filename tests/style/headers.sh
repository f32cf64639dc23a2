#!/bin/sh
# Public headers compile alone, without a warning, as C11 and C++17, with gcc and clang.
#
# usage: headers.sh SOURCE_ROOT
set -u
cd "$1" || exit 1
status=0
for header in runtime/include/raddle.h instrument/include/raddle/detector.h; do
    for compiler in gcc clang clang-14 clang-19; do
        command -v $compiler >/dev/null || continue
        for language in 'c -std=c11' 'c++ -std=c++17'; do
            # shellcheck disable=SC2086 # a list of words
            said=$(echo "#include \"$header\"" |
                $compiler -fsyntax-only -Wall -Wextra -Werror -pedantic -I. -x $language - 2>&1) && continue
            echo "$header: $compiler -x $language:"
            echo "$said" | head -n 5
            status=1
        done
    done
done
[ $status = 0 ] && echo "every public header compiles alone"
exit $status
