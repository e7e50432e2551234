/* SPDX-License-Identifier: MIT */
#ifndef FNT_KEYS_KEYSET_PARTS_H
#define FNT_KEYS_KEYSET_PARTS_H

#include "base/refcount.h"
#include "keys/keyset.h"

/* What a set is, for keyset.c, which makes it, and keyset_find.c, which looks keys up. */
struct fnt_keyset {
    refcount refcount;
    named_key *keys;
    size_t count;
    bool any_without_kid;
    skipped_keys skipped;
};

#endif
