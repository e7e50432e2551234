/* SPDX-License-Identifier: MIT */
#ifndef FNTOKEN_LIB_HTTP_CURL_H
#define FNTOKEN_LIB_HTTP_CURL_H

/* libcurl's header, for the files of this folder that know it. The gateway is linked to libcurl.
 * The command line (FNT_LATE_CURL) is not: few of its commands call a server, and the system's
 * loader would bind some thirty libraries before any of them begins. It finds libcurl's functions
 * when the first call is made; the code is the same. */
#include <stdbool.h>
#include <stddef.h>

#ifndef FNT_LATE_CURL

#include <curl/curl.h>

static inline bool late_find(const char **why)
{
    *why = NULL;
    return true;
}

#else

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#undef curl_easy_getinfo
#undef curl_easy_setopt

#define LATE_FUNCTIONS(X)                                                                          \
    X(easy_cleanup)                                                                                \
    X(easy_getinfo)                                                                                \
    X(easy_init)                                                                                   \
    X(easy_perform)                                                                                \
    X(easy_setopt)                                                                                 \
    X(easy_strerror)                                                                               \
    X(free)                                                                                        \
    X(global_init)                                                                                 \
    X(slist_append)                                                                                \
    X(slist_free_all)                                                                              \
    X(url)                                                                                         \
    X(url_cleanup)                                                                                 \
    X(url_get)                                                                                     \
    X(url_set)

#define LATE_MEMBER(name) __typeof__(curl_##name) *name;
typedef struct {
    LATE_FUNCTIONS(LATE_MEMBER)
} late_functions;
#undef LATE_MEMBER

extern late_functions late;

/* Loads libcurl, the first time: before any other function of it. False: it is not there, and *why
 * is the loader's sentence. For one thread. */
bool late_find(const char **why);

#define curl_easy_cleanup late.easy_cleanup
#define curl_easy_getinfo late.easy_getinfo
#define curl_easy_init late.easy_init
#define curl_easy_perform late.easy_perform
#define curl_easy_setopt late.easy_setopt
#define curl_easy_strerror late.easy_strerror
#define curl_free late.free
#define curl_global_init late.global_init
#define curl_slist_append late.slist_append
#define curl_slist_free_all late.slist_free_all
#define curl_url late.url
#define curl_url_cleanup late.url_cleanup
#define curl_url_get late.url_get
#define curl_url_set late.url_set

#endif

#endif
