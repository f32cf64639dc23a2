/* function_names.c - what stays of a function's name, however it is spelt: one row each. */
#include "instrument/tools/report/function_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
    const char *name, *key;
} keys[] = {
    {"work", "work"},
    {"", ""},
    {"Store::buy()", "Store::buy"},
    {"Store::count() const", "Store::count"},
    {"(anonymous namespace)::Table<long>::put(long)", "(anonymous namespace)::Table::put"},
    {"(anonymous namespace)::Table<long int>::put", "(anonymous namespace)::Table::put"},
    {"void (anonymous namespace)::Table<int>::put<char>(int) const",
     "(anonymous namespace)::Table::put"},
    {"std::vector<int, std::allocator<int> >::operator[](unsigned long)",
     "std::vector::operator[]"},
    {"main::$_0::operator()(int) const", "main::{lambda}::operator()"},
    {"main::{lambda(int)#1}::operator()(int) const", "main::{lambda}::operator()"},
    {"main::{lambda(int)#2}::operator()(int) const", "main::{lambda#2}::operator()"},
    {"main::{lambda#2}::operator()::{lambda#3}::operator()",
     "main::{lambda}::operator()::{lambda#3}::operator()"},
    {"main::$_2::operator()() const::{lambda(int)#1}::operator()(int) const",
     "main::{lambda}::operator()::{lambda}::operator()"},
    {"main::{lambda#12}::operator()", "main::{lambda#12}::operator()"},
    {"main::{lambda#1}::operator()", "main::{lambda}::operator()"},
    {"main::{lambda}::operator()", "main::{lambda}::operator()"},
    {"Job::run(int)::{lambda(std::vector<int>)#1}::operator()(std::vector<int>) const",
     "Job::run::{lambda}::operator()"},
    {"auto compare<3>(decltype(f()))::{lambda()#1}::operator()() const",
     "compare::{lambda}::operator()"},
    {"operator<<(std::ostream&, Thing const&)", "operator<<"},
    {"Thing::operator->() const", "Thing::operator->"},
    {"bool Thing::operator< <int>(int) const", "Thing::operator< "},
    {"Thing::operator<=>(Thing const&) const", "Thing::operator<=>"},
    {"Thing::operator bool() const", "Thing::operator bool"},
    {"operator new(unsigned long)", "operator new"},
    {"my_operator(int)", "my_operator"},
    {"operators::add(int)", "operators::add"},
    {"name[abi:cxx11]()", "name"},
    {"damaged<((", "damaged"},
};

static const struct {
    const char *symbol, *name;
} symbols[] = {
    {"work", "work"},
    {"work.constprop.0", "work"},
    {"work.isra.0.cold", "work"},
    {"work.lto_priv.3", "work"},
    {"_ZL4workv.part.0", "work()"},
    {"_ZN5Store3buyEv", "Store::buy()"},
    {"_Znot_a_name", "_Znot_a_name"},
    {".cold", ".cold"},
};

static int check(const char *of, const char *is, const char *wanted) {
    if (strcmp(is, wanted) == 0) {
        return 0;
    }
    printf("FAILED: %s is \"%s\", not \"%s\"\n", of, is, wanted);
    return 1;
}

int main(void) {
    int failed = 0;
    for (size_t i = 0; i < LENGTH(keys); i++) {
        char *key = function_name_key(keys[i].name), *again = function_name_key(key);
        failed += check(keys[i].name, key, keys[i].key);
        failed += check("the key of a key", again, key);
        free(again);
        free(key);
    }
    for (size_t i = 0; i < LENGTH(symbols); i++) {
        char *name = function_name_of_symbol(symbols[i].symbol);
        failed += check(symbols[i].symbol, name, symbols[i].name);
        free(name);
    }
    return failed != 0;
}
