/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_NGINX_HEAP_H
#define FNTOKEN_NGINX_HEAP_H

/* Whether an allocation fails now: one of the module's, or one of the whole program's. */
__attribute__((visibility("default"))) int heap_is_failing(int of_module);

#endif
