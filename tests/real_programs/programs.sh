# programs.sh - which programs, and how is each built, tested and loaded? Read by run.sh.
#
# Of every program NAME: NAME_package is Debian's source; NAME_build builds it, NAME_test runs its tests and
# prints what may not depend on the order of threads, NAME_cost, if there is one, prints "SECONDS MEGABYTES" of one
# run of the same work. They run in a copy of the source, with $CC, $CXX and $flags, $JOBS, $gate: the words that start what is
# observed, and $shared: where what the variants have in common may be kept.

# -- zstd: a thread pool and a compressor that uses it --

zstd_package=libzstd
zstd_build() {
    make -s -j"$JOBS" -C programs zstd CC="$CC" CFLAGS="$flags" HAVE_ZLIB=0 HAVE_LZMA=0 HAVE_LZ4=0 &&
        make -s -j"$JOBS" -C tests poolTests datagen zstreamtest CC="$CC" CFLAGS="$flags"
}
zstd_corpus() {
    [ -e corpus ] || find lib programs tests -name '*.[ch]' -print0 | LC_ALL=C sort -z |
        xargs -0 cat >corpus
}
zstd_test() {
    zstd_corpus
    $gate tests/poolTests && $gate tests/zstreamtest --mt -s7 -t1 -i20 >/dev/null &&
        $gate programs/zstd -q -f -5 -T4 -B500000 corpus -o corpus.zst &&
        $gate programs/zstd -q -d -f corpus.zst -o corpus.again && cmp corpus corpus.again &&
        cksum <corpus.zst
}
zstd_cost() {
    zstd_corpus
    cost_of $gate programs/zstd -q -f -5 -T2 -B500000 corpus corpus corpus -o corpus.zst
}

# -- SQLite: its own tests of threads are Tcl extensions and take hours, so a driver of ours --

sqlite_package=sqlite3
sqlite_build() {
    [ -e "$shared/sqlite3.c" ] ||
        (mkdir -p "$shared/build" && cd "$shared/build" && "$WORK/source/sqlite3/configure" >/dev/null &&
            make -s sqlite3.c >/dev/null && cp sqlite3.[ch] "$shared") || return
    $CC $flags -DSQLITE_THREADSAFE=1 -DSQLITE_OMIT_LOAD_EXTENSION -pthread -I"$shared" \
        "$here/sqlite_driver.c" "$shared/sqlite3.c" -lm -o driver
}
sqlite_test() {
    for kind in wal shared; do
        rm -f database*
        $gate ./driver database "$kind" || return
    done
}
sqlite_cost() {
    rm -f database*
    cost_of $gate ./driver database wal
}

# -- memcached: worker threads that share connections with a listener --

memcached_package=memcached
memcached_build() {
    ./configure -q --disable-coverage --disable-docs CC="$CC" CFLAGS="$flags" &&
        make -s -j"$JOBS" memcached memcached-debug testapp timedrun
}
# How many checks some of them make depends on time.
memcached_suite="getset cas incrdecr flags stats touch flush-all noreply binary issue_14 issue_22 lru
lru-crawler lru-maintainer slabs_reassign multiversioning watcher maxconns conn-limits evictions"
memcached_test() {
    $gate ./testapp | sed 's/ - .*//'
    $gate prove $(printf 't/%s.t ' $memcached_suite) |
        sed -n 's/ \.\.*//; /^t\//p; s/^\(Files=[0-9]*\),.*/\1/p; /^Result/p'
}
memcached_cost() {
    rm -f server.pid
    $gate ./memcached -u root -l 127.0.0.1 -p 22122 -t 4 -m 64 -P "$PWD/server.pid" >&2 &
    until [ -s server.pid ]; do sleep 0.1; done
    python3 "$here/memcached_load.py" 22122 && server_cost "$(cat server.pid)"
    kill "$(cat server.pid)"
    wait $!
}

# -- redis, with I/O threads --

redis_package=redis
redis_build() {
    make -s -j"$JOBS" -C src redis-server redis-cli redis-benchmark CC="$CC" CFLAGS= OPTIMIZATION="$flags" \
        MALLOC=libc USE_SYSTEMD=no
}
redis_suite="type/string type/list type/hash type/zset multi pubsub expire scan networking querybuf pause tracking lazyfree"
redis_test() {
    $gate ./runtest --clients 2 --config io-threads 4 --config io-threads-do-reads yes --no-latency \
        $(printf -- '--single unit/%s ' $redis_suite) | LC_ALL=C sed -n 's/\x1b\[[0-9;]*m//g
            s/^\[\(ok\|err\|exception\)\]: \(.*\) ([0-9]* ms)$/\1 \2/p; s/^\[\(err\|exception\)\].*/&/p' | LC_ALL=C sort
}
redis_cost() {
    rm -f server.pid
    $gate src/redis-server --port 22123 --io-threads 2 --io-threads-do-reads yes --save '' --dir "$PWD" \
        --pidfile "$PWD/server.pid" >&2 &
    until [ -s server.pid ]; do sleep 0.1; done
    "$WORK/plain/redis/src/redis-benchmark" -p 22123 -q -t set,get,lpush,lrange_100,zadd -n 20000 -c 20 -P 16 >&2 &&
        server_cost "$(cat server.pid)"
    kill "$(cat server.pid)"
    wait $!
}

# -- libuv: its runner starts a process for each test; a line of the result is "ok N - NAME". One test asks
# -- an address outside, and its outcome depends on who answers

libuv_package=libuv1
libuv_build() {
    cmake -S . -B out -DCMAKE_BUILD_TYPE=None -DLIBUV_BUILD_BENCH=OFF -DCMAKE_C_COMPILER="${CC%% *}" \
        -DCMAKE_C_FLAGS="$flags ${CC#"${CC%% *}"}" >/dev/null && make -s -j"$JOBS" -C out uv_run_tests_a
}
libuv_test() {
    (cd out && UV_RUN_AS_ROOT=1 UV_TEST_TIMEOUT_MULTIPLIER=20 $gate ./uv_run_tests_a) |
        sed -n '/tcp_close_while_connecting/d; s/^\(ok\|not ok\) [0-9]* - /\1 /p'
}
libuv_cost() {
    cd out && UV_RUN_AS_ROOT=1 cost_of $gate ./uv_run_tests_a threadpool_multiple_event_loops
}

# -- libthread-pool: std::thread, std::future, exceptions. Its own test computes for a minute and throws
# -- nothing, so a driver of ours

pool_package=libthread-pool
pool_build() {
    $CXX $flags -std=c++14 -pthread -Iinclude "$here/pool_driver.cpp" -o driver
}
pool_test() {
    $gate ./driver
}
pool_cost() {
    cost_of $gate ./driver 200000
}

# -- more: their own tests, without a measured load --

# What `make check` of automake says of each test.
automake_check() {
    $gate make -s check "$@" | sed -n 's/^\(PASS\|FAIL\|SKIP\|ERROR\): /\1 /p' | LC_ALL=C sort
}

lbzip2_package=lbzip2
# Its copy of gnulib looks for names that glibc has no longer.
lbzip2_flags="-D_IO_ftrylockfile -D_IO_ERR_SEEN=0x20"
lbzip2_build() {
    ./configure -q CC="$CC" CFLAGS="$flags $lbzip2_flags" && make -s -j"$JOBS"
}
lbzip2_test() {
    find lib src -name '*.[ch]' -print0 | LC_ALL=C sort -z | xargs -0 cat >corpus
    $gate src/lbzip2 -n4 -k -f -c corpus >corpus.bz2 && $gate src/lbzip2 -n4 -d -c corpus.bz2 | cmp - corpus &&
        automake_check
}

xz_package=xz-utils
xz_build() {
    ./configure -q --disable-nls --disable-doc --disable-shared CC="$CC" CFLAGS="$flags" && make -s -j"$JOBS"
}
xz_test() {
    find src -name '*.[ch]' -print0 | LC_ALL=C sort -z | xargs -0 cat >corpus
    $gate src/xz/xz -T4 --block-size=200000 -3 -c corpus >corpus.xz &&
        $gate src/xz/xz -T4 -d -c corpus.xz | cmp - corpus && automake_check
}

apr_package=apr
apr_build() {
    ./configure -q CC="$CC" CFLAGS="$flags" && make -s -j"$JOBS" && make -s -j"$JOBS" -C test all
}
apr_test() {
    (cd test && $gate ./testall -q)
}

nng_package=nng
nng_build() {
    cmake -S . -B out -DCMAKE_BUILD_TYPE=None -DNNG_TESTS=ON -DNNG_TOOLS=OFF -DCMAKE_C_COMPILER="${CC%% *}" \
        -DCMAKE_CXX_COMPILER="${CXX%% *}" -DCMAKE_C_FLAGS="$flags ${CC#"${CC%% *}"}" \
        -DCMAKE_CXX_FLAGS="$flags ${CXX#"${CXX%% *}"}" >/dev/null && make -s -j"$JOBS" -C out
}
nng_test() {
    (cd out && $gate ctest --timeout 300) | sed -n 's/^ *[0-9]*\/[0-9]* Test *#[0-9]*: \([^ ]*\)[ .*]*\([A-Z][a-z]*\).*/\2 \1/p'
}

libevent_package=libevent
libevent_build() {
    ./configure -q --disable-openssl --disable-samples --disable-shared CC="$CC" CFLAGS="$flags" &&
        make -s -j"$JOBS" ACLOCAL=: AUTOMAKE=: AUTOCONF=: AUTOHEADER=: all test/regress
}
libevent_test() {
    (cd test && $gate ./regress thread/.. main/.. et/.. evtag/.. bufferevent/.. http/.. dns/.. signal/.. rpc/.. listener/..) |
        sed -n 's/^\([a-z]*\/[a-z0-9_]*\): .*\(OK\|DISABLED\|SKIPPED\|FAILED\).*/\2 \1/p'
}
