/* SPDX-License-Identifier: MIT */
/* Preloaded: what else may happen on a machine. A resolver does not answer for names that end in
 * ".slow.example". And once a file is closed that SWAP_THIS names, SWAP_FOR takes its name, as
 * whoever may write to its folder could have it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int getaddrinfo(const char *restrict name, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict found)
{
    static const char slow[] = ".slow.example";
    size_t len = name != NULL ? strlen(name) : 0, tail = sizeof slow - 1;
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) = NULL;
    if (len > tail && strcmp(name + len - tail, slow) == 0) {
        (void)sleep(120);
        return EAI_AGAIN;
    }
    void *symbol = dlsym(RTLD_NEXT, "getaddrinfo");
    memcpy(&real, &symbol, sizeof real);
    return real(name, service, hints, found);
}

int close(int descriptor)
{
    const char *this = getenv("SWAP_THIS"), *other = getenv("SWAP_FOR");
    struct stat open, named;
    bool swaps = this != NULL && other != NULL && fstat(descriptor, &open) == 0 &&
                 stat(this, &named) == 0 && open.st_dev == named.st_dev &&
                 open.st_ino == named.st_ino;
    int failed = (int)syscall(SYS_close, descriptor);
    if (swaps)
        (void)rename(other, this);
    return failed;
}
