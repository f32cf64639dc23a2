/* context_value.c - contexts that carry a value, or cut the tie to what is above. */
#include "runtime/context.h"
#include "runtime/panic.h"
#include "runtime/text.h"

#define CALLER ((uintptr_t)__builtin_return_address(0))

rdl_ctx *rdl_ctx_with_value(rdl_ctx *parent, const void *key, void *value) {
    uintptr_t pc = CALLER;
    rdl__ctx_check_parent(parent, pc);
    if (key == NULL) {
        rdl__panic_text(TEXT_NIL_KEY, pc);
    }
    struct ctx_value *v = rdl__ctx_new(rdl__task_self(), parent, CTX_VALUE, pc);
    v->key = key;
    v->value = value;
    return &v->ctx;
}

rdl_ctx *rdl_ctx_without_cancel(rdl_ctx *parent) {
    uintptr_t pc = CALLER;
    rdl__ctx_check_parent(parent, pc);
    return rdl__ctx_new(rdl__task_self(), parent, CTX_WITHOUT_CANCEL, pc);
}

/* Nodes never change what they carry, and each keeps its parent: no lock. */
void *rdl_ctx_value(rdl_ctx *ctx, const void *key) {
    rdl__ctx_check(ctx, CALLER);
    for (; ctx != NULL; ctx = ctx->parent) {
        const struct ctx_value *v = (const struct ctx_value *)ctx;
        if (ctx->kind == CTX_VALUE && v->key == key) {
            return v->value;
        }
    }
    return NULL;
}
