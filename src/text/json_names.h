/* SPDX-License-Identifier: MIT */
#ifndef FNT_TEXT_JSON_NAMES_H
#define FNT_TEXT_JSON_NAMES_H

#include "text/json.h"

/* The names of the objects that are open while json_validate reads; of use to it alone. Names are
 * told apart by key (json_key); only names of equal keys are compared. While a text has few names
 * open their keys are looked at one by one, later through a table of chains.
 *
 * Different names hardly ever have one key, nor many of them one chain, but anybody can construct
 * names that have: the key is no secret. So over a whole text no more bytes of names are compared
 * in vain, and no more steps made along chains, than the text has bytes. A text that needs more was
 * made for it, and is refused. */
enum { NAMES_CHAINS = 1024 };
typedef struct json_names {
    const char *start, *end; /* of the text */
    size_t count;
    size_t left;   /* that may still come, in all of the text */
    size_t budget; /* bytes of names and steps that may still be spent in vain */
    bool chained;  /* whether first and next are in use */
    uint16_t first[NAMES_CHAINS], next[JSON_NAMES]; /* 1 + index, the newest first; 0: none */
    uint64_t keys[JSON_NAMES];
    struct {
        uint32_t at; /* in the text, behind the quote */
        uint32_t len : 31;
        uint32_t escaped : 1;
    } open[JSON_NAMES];
} json_names;

typedef enum {
    NAME_NEW,
    NAME_TWICE,
    NAMES_COLLIDE,
    NAMES_FULL,
    NAMES_BEYOND_LIMIT
} json_name_fault;

/* max: how many names the text may have, at any depth. The arrays are left as they are: they have
 * 20 KiB, of which a token uses little. */
void json_names_init(json_names *names, span text, size_t max);

/* Adds a name to the object whose first name has that index. */
json_name_fault json_names_add(json_names *names, size_t first, json_value name);

/* The object whose first name has that index has ended. */
void json_names_unchain(json_names *names, size_t first);
static inline void json_names_close(json_names *names, size_t first)
{
    if (names->chained)
        json_names_unchain(names, first);
    names->count = first;
}

#endif
