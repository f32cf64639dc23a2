/* function_name.c - the readable name of a function, and the part of it that stays. */
#include "instrument/tools/report/function_name.h"

#include <ctype.h>
#include <dlfcn.h>
#include <dwarf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/say.h"

/* -- symbols -- */

/* "_Z…" in readable form where a C++ library is on the machine, else as it is; a new string. That
 * library is not linked: C programs are reported without it. */
static char *symbol_readable(const char *name) {
    static char *(*demangler)(const char *, char *, size_t *, int *);
    static bool looked;
    if (strncmp(name, "_Z", 2) != 0) {
        return str_copy(name);
    }
    if (!looked) {
        looked = true;
        void *library = dlopen("libstdc++.so.6", RTLD_NOW | RTLD_LOCAL);
        void *symbol = library == NULL ? NULL : dlsym(library, "__cxa_demangle");
        memcpy(&demangler, &symbol, sizeof demangler);
    }
    int status = -1;
    char *readable = demangler == NULL ? NULL : demangler(name, NULL, NULL, &status);
    return readable != NULL && status == 0 ? readable : str_copy(name);
}

/* "work.constprop.0" is "work" to whoever wrote it. Before it is made readable: that spells suffixes
 * out as "[clone .constprop.0]". */
char *function_name_of_symbol(const char *symbol) {
    static const char *const suffixes[] = {".constprop.", ".isra.",   ".part.",
                                           ".cold",       ".llvm.",   ".lto_priv.",
                                           ".localalias", ".__uniq.", ".specialized."};
    char *name = str_copy(symbol);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char *found = strstr(name, suffixes[i]);
        if (found != NULL && found != name) {
            *found = '\0';
        }
    }
    char *readable = symbol_readable(name);
    free(name);
    return readable;
}

/* -- DWARF -- */

/* The DIE that stands where the function was declared: the others refer to it [DWARF 5, 3.3.8.2]. */
static void to_declaration(Dwarf_Die *die) {
    static const unsigned references[] = {DW_AT_abstract_origin, DW_AT_specification};
    for (size_t i = 0; i < 2; i++) {
        Dwarf_Attribute attribute;
        Dwarf_Die target;
        if (dwarf_formref_die(dwarf_attr(die, references[i], &attribute), &target) != NULL) {
            *die = target;
        }
    }
}

/* A class without a name, or with gcc's for it: who else has functions. */
static bool is_lambda(Dwarf_Die *die) {
    int tag = dwarf_tag(die);
    const char *name = dwarf_diename(die);
    return (tag == DW_TAG_class_type || tag == DW_TAG_structure_type) &&
           (name == NULL || strncmp(name, "<lambda", strlen("<lambda")) == 0);
}

/* Does it stand before the other in its function's source? clang writes no column, and DIEs in order. */
static bool stands_before(Dwarf_Die *die, Dwarf_Die *other) {
    int line = 0, of_other = 0, column = 0, column_of_other = 0;
    dwarf_decl_line(die, &line);
    dwarf_decl_line(other, &of_other);
    if (line != of_other) {
        return line < of_other;
    }
    dwarf_decl_column(die, &column);
    dwarf_decl_column(other, &column_of_other);
    return column != column_of_other ? column < column_of_other
                                     : dwarf_dieoffset(die) < dwarf_dieoffset(other);
}

/* How many lambdas of a function or block stand before this one. */
static int lambdas_before(Dwarf_Die *scope, Dwarf_Die *lambda, int depth) {
    enum { DEEPEST_BLOCK = 64 };
    Dwarf_Die die;
    int n = 0;
    if (depth > DEEPEST_BLOCK || dwarf_child(scope, &die) != 0) {
        return 0;
    }
    do {
        if (dwarf_tag(&die) == DW_TAG_lexical_block) {
            n += lambdas_before(&die, lambda, depth + 1);
        } else {
            n += is_lambda(&die) && stands_before(&die, lambda);
        }
    } while (dwarf_siblingof(&die, &die) == 0);
    return n;
}

/* "{lambda}", and in functions "{lambda#2}" for the second: gcc, clang and their versions count them each in
 * its own way, by function, by file or by parameters. scopes: of the lambda, itself first. */
static char *lambda_name(Dwarf_Die *scopes, int n) {
    for (int i = 1; i < n; i++) {
        if (dwarf_tag(&scopes[i]) == DW_TAG_subprogram) {
            int before = lambdas_before(&scopes[i], &scopes[0], 0);
            return before == 0 ? str_copy("{lambda}") : str_format("{lambda#%d}", before + 1);
        }
    }
    return str_copy("{lambda}");
}

/* What a scope contributes to the names in it; NULL: nothing. */
static const char *scope_name(Dwarf_Die *scope) {
    const char *name = dwarf_diename(scope);
    switch (dwarf_tag(scope)) {
    case DW_TAG_namespace:
        return name != NULL ? name : "(anonymous namespace)";
    case DW_TAG_class_type:
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
        return name != NULL ? name : "{…}";
    case DW_TAG_subprogram:
        return name;
    default:
        return NULL;
    }
}

static char *with_scopes(Dwarf_Die *die, const char *name, int depth) {
    enum { DEEPEST = 8 }; /* functions of classes within functions; ends loops in damaged DWARF */
    Dwarf_Die *scopes = NULL;
    to_declaration(die);
    int n = dwarf_getscopes_die(die, &scopes);
    char *whole = str_copy(name);
    for (int i = 1; i < n; i++) {
        const char *outer = scope_name(&scopes[i]);
        bool is_function = dwarf_tag(&scopes[i]) == DW_TAG_subprogram;
        if (outer == NULL) {
            continue;
        }
        /* A member function stands outside its class; its own scopes are those of its declaration. */
        char *prefix = is_function && depth < DEEPEST ? with_scopes(&scopes[i], outer, depth + 1)
                       : is_lambda(&scopes[i])        ? lambda_name(&scopes[i], n - i)
                                                      : str_copy(outer);
        char *longer = str_format("%s::%s", prefix, whole);
        free(prefix);
        free(whole);
        whole = longer;
        if (is_function) {
            break;
        }
    }
    free(scopes);
    return whole;
}

char *die_name_in_scopes(Dwarf_Die *die, const char *name) {
    Dwarf_Die copy = *die;
    return with_scopes(&copy, name, 0);
}

bool die_is_cxx(Dwarf_Die *die) {
    Dwarf_Die unit;
    if (dwarf_diecu(die, &unit, NULL, NULL) == NULL) {
        return false;
    }
    switch (dwarf_srclang(&unit)) {
    case DW_LANG_C_plus_plus:
    case DW_LANG_C_plus_plus_03:
    case DW_LANG_C_plus_plus_11:
    case DW_LANG_C_plus_plus_14:
        return true;
    default:
        return false;
    }
}

/* -- the parts of a name -- */

enum { MOST_LAMBDAS = 8 }; /* of one within the other */

static bool starts_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

/* The length of "operator" and its sign at `text`; 0: no operator begins here. */
static size_t operator_length(const char *text, const char *start) {
    static const char *const signs[] = {"()", "<=>", "<<=", ">>=", "->*", "->", "<<",
                                        ">>", "<=",  ">=",  "<",   ">",   "[]", ""};
    size_t length = strlen("operator");
    if (!starts_with(text, "operator") || (text > start && is_word(text[-1])) ||
        is_word(text[length])) {
        return 0;
    }
    for (size_t i = 0;; i++) {
        if (starts_with(text + length, signs[i])) {
            return length + strlen(signs[i]);
        }
    }
}

/* The length of a lambda's name at `text` in any spelling: "{lambda(int)#1}" of gcc's demangler, "$_0"
 * of clang's names. */
static size_t lambda_length(const char *text) {
    if (starts_with(text, "{lambda")) {
        size_t length = strcspn(text, "}");
        return text[length] == '}' ? length + 1 : 0;
    }
    return starts_with(text, "$_") ? 2 + strspn(text + 2, "0123456789") : 0;
}

/* The length of what stands in brackets at `text`, nested ones included. */
static size_t bracket_length(const char *text) {
    char open = text[0], close = open == '(' ? ')' : open == '<' ? '>' : ']';
    int depth = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        bool arrow = close == '>' && i > 0 && text[i - 1] == '-';
        depth += text[i] == open;
        depth -= text[i] == close && !arrow;
        if (depth == 0) {
            return i + 1;
        }
    }
    return strlen(text);
}

/* -- what stays of a name -- */

/* "{lambda}" or, of one that is not its function's first, "{lambda#2}"; clang's numbers are the file's and
 * change with every line above. Returns its length. */
static size_t copy_lambda(const char *text, size_t length, char *out) {
    const char *end = text + length - 1, *number = end; /* "#2}" */
    while (*end == '}' && isdigit((unsigned char)number[-1])) {
        number--;
    }
    bool is_first = number == end || number[-1] != '#' || (end - number == 1 && *number == '1');
    return (size_t)(is_first ? sprintf(out, "{lambda}")
                             : sprintf(out, "{lambda#%.*s}", (int)(end - number), number));
}

/* Where the lambdas stand in a name, outside brackets, the last first. Returns how many. */
static size_t find_lambdas(const char *name, const char **at) {
    size_t found = 0;
    for (const char *in = name; *in != '\0';) {
        size_t skipped = operator_length(in, name), length = lambda_length(in);
        if (length != 0) {
            memmove(at + 1, at, (MOST_LAMBDAS - 1) * sizeof *at);
            at[0] = in;
            found += found < MOST_LAMBDAS;
            skipped = length;
        } else if (skipped == 0) {
            skipped = strchr("(<[", *in) != NULL ? bracket_length(in) : 1;
        }
        in += skipped;
    }
    return found;
}

/* Takes `name`. What stands before the lambdas that both have stays. */
static char *with_lambdas_of(char *name, const char *scoped) {
    const char *of_name[MOST_LAMBDAS] = {NULL}, *of_scoped[MOST_LAMBDAS] = {NULL};
    size_t n = find_lambdas(name, of_name), n_scoped = find_lambdas(scoped, of_scoped);
    for (size_t i = 0; i < n && i < n_scoped; i++) {
        const char *at = of_name[i];
        char *whole =
            str_format("%.*s%.*s%s", (int)(at - name), name, (int)lambda_length(of_scoped[i]),
                       of_scoped[i], at + lambda_length(at));
        for (size_t k = i + 1; k < n; k++) {
            of_name[k] = whole + (of_name[k] - name);
        }
        free(name);
        name = whole;
    }
    return name;
}

/* The scopes are looked through only for this: it takes a walk through the unit. And they lack the name of
 * some functions that clang inlined. */
char *die_count_lambdas(Dwarf_Die *die, char *name) {
    const char *found[MOST_LAMBDAS];
    const char *last = dwarf_diename(die);
    if (last == NULL || find_lambdas(name, found) == 0) {
        return name;
    }
    char *scoped = die_name_in_scopes(die, last);
    name = with_lambdas_of(name, scoped);
    free(scoped);
    return name;
}

char *function_name_of_die(Dwarf_Die *die) {
    Dwarf_Attribute attribute;
    const char *linkage =
        dwarf_formstring(dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute));
    const char *name = dwarf_diename(die);
    if (linkage != NULL) {
        return die_count_lambdas(die, function_name_of_symbol(linkage));
    }
    if (name == NULL) {
        return NULL;
    }
    return die_is_cxx(die) ? die_name_in_scopes(die, name) : function_name_of_symbol(name);
}

/* Without brackets, lambdas as "{lambda}", the innermost with its number: of those around it clang does not
 * always write which they are; what follows parameters ("const") goes with them. */
static void copy_bare(const char *name, char *out) {
    static const char anonymous[] = "(anonymous namespace)";
    const char *in = name, *lambdas[MOST_LAMBDAS] = {NULL};
    find_lambdas(name, lambdas);
    while (*in != '\0') {
        size_t n = operator_length(in, name);
        if (n == 0 && starts_with(in, anonymous)) {
            n = sizeof anonymous - 1;
        }
        if (n != 0) {
            memcpy(out, in, n);
            out += n;
            in += n;
        } else if ((n = lambda_length(in)) != 0) {
            out += in == lambdas[0] ? copy_lambda(in, n, out) : (size_t)sprintf(out, "{lambda}");
            in += n;
        } else if (*in == '(' || *in == '<' || *in == '[') {
            bool parameters = *in == '(';
            in += bracket_length(in);
            in += parameters ? strcspn(in, ":") : 0;
        } else {
            *out++ = *in++;
        }
    }
    *out = '\0';
}

/* Where the name begins after the result that stands before those of templates: after the last space
 * that is not the operator's ("operator bool") or the anonymous namespace's. */
static const char *after_result(const char *bare) {
    const char *start = bare;
    for (const char *at = bare; *at != '\0'; at++) {
        size_t n = operator_length(at, bare);
        if (n != 0) {
            break;
        }
        if (*at == ' ' && !starts_with(at, " namespace)")) {
            start = at + 1;
        }
    }
    return start;
}

char *function_name_key(const char *name) {
    /* A lambda's name may become longer: "$_0". */
    char *bare = mem_new(4 * strlen(name) + 1, 1);
    copy_bare(name, bare);
    char *key = str_copy(after_result(bare));
    free(bare);
    return key;
}
