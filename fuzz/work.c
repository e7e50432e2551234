/* SPDX-License-Identifier: MIT */
#include "work.h"

#include <stdio.h>
#include <stdlib.h>

/* once: a call that has next to nothing to read, its report included. a_byte: each byte besides,
 * two to three times the dearest that fuzzing found. A reader that looks at its bytes a few times
 * more stays within; one that looks at the others again for each of them does not, from some
 * hundred bytes on. For patterns a byte is one of the product with the text's length (rule 22). */
static const struct {
    const char *name;
    size_t once, a_byte;
} bounds[WORK_READERS] = {
    [WORK_BEARER] = {"bearer", 100, 10},
    [WORK_JWS] = {"jws", 1000, 50},   /* base64url; the report shows what is wrong */
    [WORK_JSON] = {"json", 1000, 60}, /* a name is hashed and compared with others like it */
    [WORK_DOCUMENT] = {"document", 2000, 80}, /* that, the limits, the numbers, and wiping */
    [WORK_JWK] = {"jwk", 4000, 100},          /* a document, its members found, base64url */
    [WORK_PEM] = {"pem", 300, 40},            /* each line is looked at for an armour */
    [WORK_ASN1] = {"asn1", 1000, 80},         /* base64 and DER of one block */
    [WORK_FORM] = {"form", 1500, 60},
    /* a word that is misspelled is compared with each of the format's own, letter by letter */
    [WORK_IAM] = {"iam", 10000, 400},
    [WORK_LINT] = {"lint", 2000, 400},       /* 19 states a byte of what GitHub's sub may be */
    [WORK_PATH] = {"path", 4000, 400},       /* the report escapes what is refused, byte by byte */
    [WORK_PATTERN] = {"pattern", 100, 20},   /* of the product */
    [WORK_COVERS] = {"covers", 200, 5},      /* of the product */
    [WORK_COMPILE] = {"compile", 2000, 40},  /* hashes of the parts */
    [WORK_PATTERNS] = {"patterns", 300, 10}, /* of the product with all patterns' bytes */
    [WORK_REVOKED] = {"revoked", 8000, 150}, /* JSON for each line, and in order */
    [WORK_DISCOVERY] = {"discovery", 1500, 60},
    [WORK_TOKEN] = {"token", 3000, 200}, /* all up to the claims and their compiled patterns */
};

static size_t blocks;
static size_t calls[WORK_READERS], most[WORK_READERS]; /* percent of what it may */

/* The linker gives the compiler's calls to this one (--wrap): libFuzzer has one of that name, which
 * only says that it is too old. */
void __wrap___sanitizer_cov_trace_pc(void);

void __wrap___sanitizer_cov_trace_pc(void)
{
    blocks++;
}

void work_begin(void)
{
    blocks = 0;
}

void work_end(work_reader r, size_t bytes)
{
    size_t done = blocks, allowed = bounds[r].once + bounds[r].a_byte * bytes;
    calls[r]++;
    most[r] = done * 100 / allowed > most[r] ? done * 100 / allowed : most[r];
    if (done <= allowed)
        return;
    fprintf(stderr, "%s: %zu blocks for %zu bytes, more than %zu and %zu a byte\n", bounds[r].name,
            done, bytes, bounds[r].once, bounds[r].a_byte);
    abort();
}

bool work_was_counted(void)
{
    bool counted = false;
    for (size_t r = 0; r < WORK_READERS; r++) {
        if (calls[r] == 0)
            continue;
        printf("%s: %zu calls took at most %zu%% of %zu blocks and %zu a byte\n", bounds[r].name,
               calls[r], most[r], bounds[r].once, bounds[r].a_byte);
        counted = most[r] > 0;
    }
    return counted;
}
