/* SPDX-License-Identifier: MIT */
#include <dlfcn.h>
#include <string.h>

#include "lib/http/curl.h"

late_functions late;

/* POSIX has dlsym answer with a pointer to an object for functions too (dlsym(3)). */
static bool find(void *library, const char *name, void *function, size_t size)
{
    void *symbol = dlsym(library, name);
    memcpy(function, &symbol, size);
    return symbol != NULL;
}

bool late_find(const char **why)
{
    static bool found;
    if (found)
        return true;
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    found = library != NULL;
#define LATE_FIND(name)                                                                            \
    found = found && find(library, "curl_" #name, (void *)&late.name, sizeof late.name);
    LATE_FUNCTIONS(LATE_FIND)
#undef LATE_FIND
    if (!found)
        *why = dlerror();
    return found;
}
