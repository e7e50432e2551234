/* SPDX-License-Identifier: MIT */
#ifndef FNT_KEYS_PEM_PEM_H
#define FNT_KEYS_PEM_PEM_H

#include "base/buf.h"

/* One block of a PEM text (RFC 7468), pointing into it. */
typedef struct {
    span label; /* "EC PRIVATE KEY" */
    span block; /* from "-----BEGIN" to the end of the END line's dashes */
    span body;  /* what is between the dashes of both lines */
    /* by its label (ENCRYPTED PRIVATE KEY) or its headers (Proc-Type: 4,ENCRYPTED) */
    bool encrypted;
} pem_block;

/* Finds the next block of *text and moves *text behind it. Text between blocks (openssl's -text,
 * comments) is skipped, and so is "EC PARAMETERS". False: there is none; *fault is NULL or says
 * what is wrong with the rest ("a BEGIN line without its END line"). */
bool pem_next(span *text, pem_block *out, const char **fault);

/* Appends what a block's body says: base64 with line breaks (RFC 7468, 3). FNT_OK,
 * FNT_FAULT_MEMORY; FNT_FAULT_KEY: it is no such text, or empty. */
fnt_status pem_decode(span body, buf *out);

/* Whether text has a BEGIN line. */
bool pem_has_block(span text);

#endif
