/* raddle/detector.h - talking to the detector from any C or C++ program.
 *
 * Header-only: there is nothing to link. The first call looks the detector up in the process; when
 * it is not loaded every call is a no-op. For programs on the Raddle runtime raddle.h declares
 * rdl_task_name, rdl_task_daemon and rdl_object_name as well; both headers may be included, in any
 * order, and mean the same.
 */
#ifndef RADDLE_DETECTOR_H
#define RADDLE_DETECTOR_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RDL__DETECTOR_API_VERSION 1u

/* What the detector exports for this header, as raddle_detector_api. New members go to the end. */
struct rdl__detector_api {
    uint32_t version, bytes;
    uint64_t (*findings_count)(void);
    void (*task_name)(const char *name);
    void (*task_daemon)(void);
    void (*object_name)(const void *object, const char *name);
    void (*happens_before)(const void *sync);
    void (*happens_after)(const void *sync);
    void (*benign)(const void *start, size_t bytes);
    void (*ignore_begin)(void);
    void (*ignore_end)(void);
    void (*test_begin)(const char *name);
    void (*test_end)(void);
};

extern void *dlsym(void *, const char *) __attribute__((weak));

/* The detector's functions, or NULL. Looked up once per translation unit. Relaxed: what is found does
 * not change any more, and an edge between all callers would hide the races of the program. */
static inline const struct rdl__detector_api *rdl__detector(void) {
    static const struct rdl__detector_api nobody = {0,    0,    NULL, NULL, NULL, NULL, NULL,
                                                    NULL, NULL, NULL, NULL, NULL, NULL};
    static const struct rdl__detector_api *found; /* NULL: not looked up */
    const struct rdl__detector_api *api = __atomic_load_n(&found, __ATOMIC_RELAXED);
    if (!api) {
        if (dlsym) {
            api = (const struct rdl__detector_api *)dlsym(NULL, "raddle_detector_api");
        }
        if (!api || api->version != RDL__DETECTOR_API_VERSION || api->bytes < sizeof *api) {
            api = &nobody;
        }
        __atomic_store_n(&found, api, __ATOMIC_RELAXED);
    }
    return api == &nobody ? NULL : api;
}

/* Whether the detector is loaded: 1 or 0. */
static inline int rdl_detector_active(void) {
    return rdl__detector() ? 1 : 0;
}

/* Findings of this process so far; 0 without the detector. */
static inline uint64_t rdl_findings_count(void) {
    const struct rdl__detector_api *api = rdl__detector();
    return api ? api->findings_count() : 0;
}

/* For synchronisation of your own that the detector cannot see: everything before
 * rdl_happens_before(x) happens before everything after a later rdl_happens_after(x). */
static inline void rdl_happens_before(const void *sync) {
    const struct rdl__detector_api *api = rdl__detector();
    if (api) {
        api->happens_before(sync);
    }
}

static inline void rdl_happens_after(const void *sync) {
    const struct rdl__detector_api *api = rdl__detector();
    if (api) {
        api->happens_after(sync);
    }
}

/* Races on these bytes are not told, until their memory is given out anew; how many accesses were left
 * out is shown at the end. For a variable of a function that lasts longer than the call: do not. */
static inline void rdl_benign(const void *start, size_t bytes) {
    const struct rdl__detector_api *api = rdl__detector();
    if (api) {
        api->benign(start, bytes);
    }
}

/* Reads and writes of the calling task between the two are not judged. Nests; counted likewise. */
static inline void rdl_ignore_begin(void) {
    const struct rdl__detector_api *api = rdl__detector();
    if (api) {
        api->ignore_begin();
    }
}

static inline void rdl_ignore_end(void) {
    const struct rdl__detector_api *api = rdl__detector();
    if (api) {
        api->ignore_end();
    }
}

/* A test, from here to rdl_test_end in the same task: what is found in the task, and in all that it makes meanwhile
 * and that those make, carries its name, whatever other tests run at the time. Tests nest. At most 255 bytes; copied.
 * For test frameworks that the detector does not know by itself. */
static inline void rdl_test_begin(const char *name) {
    const struct rdl__detector_api *api = rdl__detector();
    if (api) {
        api->test_begin(name);
    }
}

/* Ends the innermost test that this task has begun, else the one that it was made in, else, of a task that belongs
 * to none, the innermost that is under way. Goroutines and threads that were made in it and are still alive are its
 * leaks, told here: those that are blocked for good fail the run; those that run, sleep, or wait for a time or for
 * input are listed. Daemons (rdl_task_daemon) are left out, and so is what ends within a second: that is waited for,
 * and whoever is left is not told again. A thread that has ended must be joined by the end of the process only. */
static inline void rdl_test_end(void) {
    const struct rdl__detector_api *api = rdl__detector();
    if (api) {
        api->test_end();
    }
}

#ifndef RADDLE_H /* which has the next three as functions of the runtime */

/* The calling thread's name in reports. Copied. */
static inline void rdl_task_name(const char *name) {
    const struct rdl__detector_api *api = rdl__detector();
    if (api) {
        api->task_name(name);
    }
}

/* The calling thread may be blocked at exit: that is no leak. */
static inline void rdl_task_daemon(void) {
    const struct rdl__detector_api *api = rdl__detector();
    if (api) {
        api->task_daemon();
    }
}

/* What reports call the object at this address, for instance "cache.mu". Copied. */
static inline void rdl_object_name(const void *object, const char *name) {
    const struct rdl__detector_api *api = rdl__detector();
    if (api) {
        api->object_name(object, name);
    }
}

#endif

#ifdef __cplusplus
}
#endif

#endif
