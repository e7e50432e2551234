/* SPDX-License-Identifier: MIT */
#ifndef FNT_IAM_RULES_SUBJECT_CONTEXT_H
#define FNT_IAM_RULES_SUBJECT_CONTEXT_H

#include "text/json_index.h"

/* The claims that rules name most are numbered when a set is loaded, from 1 on; 0 is a claim
 * without a number. */
enum { CLAIM_SLOTS = 63 };

/* The price limit of an exchange. A step is some 40 instructions: a value looked for, a byte of a
 * payload read, two bytes of claims walked. An ordinary exchange takes 2,000, most of them for its
 * token. */
enum { EXCHANGE_STEPS = 15000 };

/* The subject whose claims the conditions look at, and what was found of them so far: a claim with
 * a number is looked up once, however many roles ask for it. It belongs to one evaluation. */
typedef struct {
    size_t steps;   /* that are left */
    bool exhausted; /* more were needed: what was found since counts for nothing */
    struct indexed *indexed;
    const json_index *root;            /* of claims; NULL: they are walked. Somebody else's */
    json_value claims;                 /* a token's claim set, checked by json_validate */
    bool api_token;                    /* one of our own (rule 35) */
    bool report_values;                /* a dry run: the report may hold the values of any claim */
    char *scratch;                     /* claims.raw.len bytes to unescape in */
    uint64_t looked_up;                /* bit n: found[n] is filled */
    json_value found[CLAIM_SLOTS + 1]; /* [0]: the last one without a number */
    /* of each found claim: the bits of its text, or of the texts in its array; all bits of words,
     * and while it was not looked up */
    uint64_t filter[CLAIM_SLOTS + 1];
    const json_index *items[CLAIM_SLOTS + 1]; /* of each that is a long array; else NULL */
} subject_context;

/* One of 64 bits for a text as it reads; equal texts have the same. A claim can equal none of a
 * list of values where their bits have none in common (a Bloom filter of one hash), so most roles
 * are told by one AND that somebody else is meant. */
uint64_t text_bit(json_value string);

/* Claims whose text is a list of words with blanks between them (RFC 6749, 3.3). */
static inline bool claim_is_words(span name)
{
    return span_equal(name, SPAN("scope")) || span_equal(name, SPAN("scp"));
}

/* Without a limit on the steps. False if there is no memory. Needs subject_context_clear if it
 * answers true. */
bool subject_context_init(subject_context *who, json_value claims, bool api_token);
void subject_context_clear(subject_context *who);

/* Takes so many steps. False: there are not so many left; the evaluation ends. */
static inline bool subject_step(subject_context *who, size_t steps)
{
    if (steps > who->steps) {
        who->exhausted = true;
        steps = who->steps;
    }
    who->steps -= steps;
    return !who->exhausted;
}

/* A member of the claims. */
json_value subject_member(subject_context *who, span name);

/* An object or array inside the claims, walked once however often it is asked for. NULL: too many
 * steps, or no memory. */
const json_index *subject_index(subject_context *who, json_value container);

/* The claim that a condition names, or JSON_ABSENT. slot: its number.
 *
 * A claim of the very name wins over a pointer, but never over the issuer and the subject of the
 * token: whoever can set a claim named "/iss" must not become somebody else. Of an API token "iss"
 * reads fed:iss, and "sub" its sub without "fed:"; in an identity provider's token no claim
 * "fed:..." is read, as it is anybody's. */
const json_value *subject_claim_look_up(subject_context *who, span name, size_t slot);

/* Roles by the hundred ask for the same claim, so the usual way is short. */
static inline const json_value *subject_claim(subject_context *who, span name, size_t slot)
{
    return (who->looked_up >> slot & 1) != 0 ? &who->found[slot]
                                             : subject_claim_look_up(who, name, slot);
}

#endif
