/* value.c - see value.h. Findings are of x86-64: the first byte is the lowest. */
#include "instrument/tools/report/value.h"

#include <dwarf.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/dwarf_type.h"
#include "instrument/tools/report/say.h"

static bool is_size_of_number(size_t n) {
    return n == 1 || n == 2 || n == 4 || n == 8;
}

static uint64_t number_of(const uint8_t *bytes, size_t n) {
    uint64_t number = 0;
    for (size_t i = n; i-- > 0;) {
        number = number << 8 | bytes[i];
    }
    return number;
}

static uint64_t low_bytes(uint64_t number, size_t n) {
    return n == 8 ? number : number & (((uint64_t)1 << 8 * n) - 1);
}

static char *say_unsigned(uint64_t number) {
    return str_format("%llu", (unsigned long long)number);
}

static char *say_signed(uint64_t number, size_t n) {
    uint64_t sign = (uint64_t)1 << (8 * n - 1);
    return str_format("%lld", (long long)((number ^ sign) - sign));
}

/* Of the types of one byte only char is for characters: the others are small numbers, mostly. */
static char *say_char(Dwarf_Die *type, uint64_t number, bool is_signed, size_t n) {
    const char *name = dwarf_diename(type);
    if (n == 1 && name != NULL && strcmp(name, "char") == 0 && number >= ' ' && number <= '~') {
        const char *escape = number == '\'' || number == '\\' ? "\\" : "";
        return str_format("'%s%c'", escape, (char)number);
    }
    return is_signed ? say_signed(number, n) : say_unsigned(number);
}

/* With as few digits as tell it from all others. Not of 16 bytes: long double and _Float128 are alike in DWARF. */
static char *say_float(const uint8_t *bytes, size_t n) {
    double value = 0;
    float narrow;
    if (n == sizeof narrow) {
        memcpy(&narrow, bytes, n);
        value = (double)narrow;
    } else if (n == sizeof value) {
        memcpy(&value, bytes, n);
    } else {
        return NULL;
    }
    if (isnan(value)) {
        return str_copy("NaN");
    }
    for (int digits = 1;; digits++) {
        char *text = str_format("%.*g", digits, value);
        double read = strtod(text, NULL);
        bool is_it =
            n == sizeof value ? memcmp(&read, &value, n) == 0 : (float)read == (float)value;
        if (is_it || digits == 17) {
            return text;
        }
        free(text);
    }
}

static char *say_base(Dwarf_Die *type, const uint8_t *bytes, size_t n) {
    uint64_t number = number_of(bytes, n);
    Dwarf_Attribute attribute;
    Dwarf_Word encoding;
    if (dwarf_formudata(dwarf_attr(type, DW_AT_encoding, &attribute), &encoding) != 0) {
        return NULL;
    }
    switch (encoding) {
    case DW_ATE_boolean:
        return number <= 1 ? str_copy(number == 1 ? "true" : "false") : say_unsigned(number);
    case DW_ATE_signed_char:
    case DW_ATE_unsigned_char:
        return say_char(type, number, encoding == DW_ATE_signed_char, n);
    case DW_ATE_signed:
        return say_signed(number, n);
    case DW_ATE_unsigned:
    case DW_ATE_UTF:
        return say_unsigned(number);
    case DW_ATE_float:
        return say_float(bytes, n);
    default:
        return NULL;
    }
}

/* Has the enumerator that value? Negative ones are told with their sign, others may lack the room for one. */
static bool is_enumerator(Dwarf_Die *die, uint64_t number, size_t n) {
    Dwarf_Attribute attribute;
    Dwarf_Sword with_sign;
    Dwarf_Word without;
    if (dwarf_tag(die) != DW_TAG_enumerator ||
        dwarf_attr(die, DW_AT_const_value, &attribute) == NULL) {
        return false;
    }
    unsigned form = dwarf_whatform(&attribute);
    if (form == DW_FORM_sdata || form == DW_FORM_implicit_const) {
        return dwarf_formsdata(&attribute, &with_sign) == 0 &&
               low_bytes((uint64_t)with_sign, n) == number;
    }
    return dwarf_formudata(&attribute, &without) == 0 && low_bytes(without, n) == number;
}

/* The first enumerator of that value; else the number, as the type has it that is below. */
static char *say_enum(Dwarf_Die *type, const uint8_t *bytes, size_t n) {
    uint64_t number = number_of(bytes, n);
    Dwarf_Die die, below;
    bool more = dwarf_child(type, &die) == 0;
    while (more) {
        const char *name = dwarf_diename(&die);
        if (name != NULL && is_enumerator(&die, number, n)) {
            return str_copy(name);
        }
        more = dwarf_siblingof(&die, &die) == 0;
    }
    bool has_below =
        type_of(type, &below) != NULL && type_peel(&below) && dwarf_tag(&below) == DW_TAG_base_type;
    return has_below ? say_base(&below, bytes, n) : say_unsigned(number);
}

char *value_of_type(const Dwarf_Die *type, const uint8_t *bytes, size_t n) {
    Dwarf_Die peeled = *type;
    if (!is_size_of_number(n) || !type_peel(&peeled) || type_bytes(&peeled) != n) {
        return NULL;
    }
    switch (dwarf_tag(&peeled)) {
    case DW_TAG_base_type:
        return say_base(&peeled, bytes, n);
    case DW_TAG_enumeration_type:
        return say_enum(&peeled, bytes, n);
    case DW_TAG_pointer_type:
    case DW_TAG_reference_type:
    case DW_TAG_rvalue_reference_type:
        return str_format("0x%llx", (unsigned long long)number_of(bytes, n));
    default:
        return NULL;
    }
}

char *value_unknown(const uint8_t *bytes, size_t n) {
    return is_size_of_number(n)
               ? str_format("0x%0*llx", (int)(2 * n), (unsigned long long)number_of(bytes, n))
               : NULL;
}
