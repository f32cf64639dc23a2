/* sqlite_driver.c - how does SQLite behave when several threads use it as its manual allows?
 *
 *   sqlite_driver FILE wal      every thread has a connection of its own to FILE, in WAL mode
 *   sqlite_driver FILE shared   the threads share one connection (SQLITE_OPEN_FULLMUTEX)
 *
 * SQLite's own tests of threads are Tcl extensions and take hours, so this is ours. What it prints
 * depends on no order of the threads.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#define THREADS 4
#define ROUNDS  30
#define ROWS    20 /* of a transaction */

static const char *file;
static sqlite3 *shared; /* NULL: each thread opens its own */

static void check(int status, sqlite3 *db, const char *what) {
    if (status != SQLITE_OK && status != SQLITE_ROW && status != SQLITE_DONE) {
        fprintf(stderr, "%s: %s\n", what, db == NULL ? sqlite3_errstr(status) : sqlite3_errmsg(db));
        exit(1);
    }
}

static void run(sqlite3 *db, const char *sql) {
    check(sqlite3_exec(db, sql, NULL, NULL, NULL), db, sql);
}

static sqlite3 *open_it(void) {
    sqlite3 *db = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;
    check(sqlite3_open_v2(file, &db, flags, NULL), db, "open");
    check(sqlite3_busy_timeout(db, 600000), db, "busy timeout");
    return db;
}

static long long number(sqlite3 *db, const char *sql) {
    sqlite3_stmt *query = NULL;
    check(sqlite3_prepare_v2(db, sql, -1, &query, NULL), db, sql);
    check(sqlite3_step(query), db, sql);
    long long n = sqlite3_column_int64(query, 0);
    check(sqlite3_finalize(query), db, sql);
    return n;
}

static void insert(sqlite3 *db, int thread, int round) {
    sqlite3_stmt *add = NULL;
    check(sqlite3_prepare_v2(db, "INSERT INTO t(thread, n, text) VALUES(?, ?, ?)", -1, &add, NULL),
          db, "prepare");
    for (int i = 0; i < ROWS; i++) {
        char text[64];
        int length = snprintf(text, sizeof text, "row %d of round %d", i, round);
        sqlite3_bind_int(add, 1, thread);
        sqlite3_bind_int(add, 2, round * ROWS + i);
        sqlite3_bind_text(add, 3, text, length, SQLITE_TRANSIENT);
        check(sqlite3_step(add), db, "insert");
        sqlite3_reset(add);
    }
    check(sqlite3_finalize(add), db, "finalize");
}

static void *work(void *argument) {
    int thread = *(int *)argument;
    sqlite3 *db = shared == NULL ? open_it() : shared;
    for (int round = 0; round < ROUNDS; round++) {
        if (shared == NULL) { /* a transaction belongs to its connection, not to a thread */
            run(db, "BEGIN IMMEDIATE");
        }
        insert(db, thread, round);
        if (shared == NULL) {
            run(db, "COMMIT");
        }
        if (number(db, "SELECT count(*) FROM t") < (round + 1) * ROWS) {
            fprintf(stderr, "rows are missing\n");
            exit(1);
        }
    }
    if (shared == NULL) {
        check(sqlite3_close(db), NULL, "close");
    }
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: %s FILE wal|shared\n", argv[0]);
        return 2;
    }
    file = argv[1];
    sqlite3 *db = open_it();
    bool wal = strcmp(argv[2], "wal") == 0;
    run(db, wal ? "PRAGMA journal_mode=WAL" : "PRAGMA journal_mode=MEMORY");
    run(db, "PRAGMA synchronous=OFF");
    run(db, "CREATE TABLE t(thread INTEGER, n INTEGER, text TEXT)");
    run(db, "CREATE INDEX i ON t(n, thread)");
    shared = wal ? NULL : db;
    pthread_t threads[THREADS];
    int names[THREADS];
    for (int i = 0; i < THREADS; i++) {
        names[i] = i;
        if (pthread_create(&threads[i], NULL, work, &names[i]) != 0) {
            return 1;
        }
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    printf("%lld rows, sum %lld\n", number(db, "SELECT count(*) FROM t"),
           number(db, "SELECT sum(n * (thread + 1)) FROM t"));
    check(sqlite3_close(db), NULL, "close");
    return 0;
}
