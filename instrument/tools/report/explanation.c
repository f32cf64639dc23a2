/* explanation.c - the table of explanations.def. */
#include "instrument/tools/report/explanation.h"

const struct explanation explanations[] = {
#define X(kind, name, what, why, remedy) {kind, name, what, why, remedy},
#include "instrument/tools/report/explanations.def"
#undef X
};
const size_t n_explanations = sizeof explanations / sizeof explanations[0];
