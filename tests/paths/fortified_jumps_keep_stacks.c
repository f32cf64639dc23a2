/* Rule    paths.fortified-jumps-keep-stacks  [D4]
 * Expect  race x
 * Whole   write_x a
 * Why     With _FORTIFY_SOURCE every longjmp is a __longjmp_chk.
 */
#undef _FORTIFY_SOURCE
#define _FORTIFY_SOURCE 2

#include "jumps_keep_stacks.c"
