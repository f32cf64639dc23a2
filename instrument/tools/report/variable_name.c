/* variable_name.c - the name of a variable with its scopes; see variable_name.h. */
#include "instrument/tools/report/variable_name.h"

#include <dwarf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/function_name.h"
#include "instrument/tools/report/say.h"

static bool starts_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

char *variable_name_of_symbol(const char *symbol) {
    static const char guard[] = "guard variable for ";
    if (!starts_with(symbol, "_Z")) {
        return str_copy(symbol);
    }
    char *whole = function_name_of_symbol(symbol);
    const char *name = starts_with(whole, guard) ? whole + sizeof guard - 1 : whole;
    bool in_function = starts_with(symbol, "_ZZ") || starts_with(symbol, "_ZGVZ");
    char *readable = in_function && name[0] != '_' ? function_name_key(name) : str_copy(name);
    free(whole);
    return readable;
}

/* Is it the name of a variable that is called `last` in its scope? Other symbols may stand at its place. */
static bool ends_with_name(const char *name, const char *last) {
    size_t length = strlen(name), of_last = strlen(last);
    const char *at = name + (length < of_last ? 0 : length - of_last);
    return strcmp(at, last) == 0 && (at == name || (at - name > 2 && at[-1] == ':'));
}

static char *name_by_symbol(const char *symbol, const char *last) {
    char *name = symbol == NULL ? NULL : variable_name_of_symbol(symbol);
    if (name != NULL && !ends_with_name(name, last)) {
        free(name);
        name = NULL;
    }
    return name;
}

/* The symbol before the scopes: gcc and clang spell template arguments differently in DWARF only. */
char *variable_name_of_die(Dwarf_Die *die, const char *symbol) {
    Dwarf_Attribute attribute;
    const char *last = dwarf_diename(die);
    const char *linkage =
        dwarf_formstring(dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute));
    if (last == NULL || !die_is_cxx(die)) {
        return last == NULL ? NULL : str_copy(last);
    }
    if (linkage != NULL) {
        return die_count_lambdas(die, variable_name_of_symbol(linkage));
    }
    char *name = name_by_symbol(symbol, last);
    return name != NULL ? die_count_lambdas(die, name) : die_name_in_scopes(die, last);
}
