/* SPDX-License-Identifier: MIT */
/* Rule 10: which key a token may have been signed with, and why none. */
#include "base/near_miss.h"
#include "base/report.h"
#include "keys/keyset_parts.h"

enum { KIDS_LISTED = 5 };

/* ---- refusals ------------------------------------------------------------ */

/* "A, B, C and 4 more" */
static void list_kids(const fnt_keyset *set, buf *out)
{
    size_t listed = set->count < KIDS_LISTED ? set->count : KIDS_LISTED;
    for (size_t i = 0; i < listed; i++)
        buf_item(out, 0, named_key_id(&set->keys[i]));
    buf_and_more(out, set->count - listed);
}

/* The kid of the set that differs from the token's by what is easily overlooked, and by what. */
static span nearly(const fnt_keyset *set, span kid, buf *by)
{
    for (size_t i = 0; i < set->count; i++)
        if (near_miss(by, named_key_id(&set->keys[i]), kid))
            return named_key_id(&set->keys[i]);
    return SPAN_NONE;
}

static fnt_status refuse_kid(const fnt_keyset *set, span kid, fnt_report *report)
{
    buf kids = BUF_EMPTY, by = BUF_EMPTY;
    span near = nearly(set, kid, &by);
    list_kids(set, &kids);
    report_refuse(report, FNT_REFUSED_KEY_UNKNOWN,
                  near.at != NULL
                      ? "The token's kid is \"%\"; known are $. It differs from \"%\" only by $, "
                        "and must be equal to the byte."
                      : "The token's kid is \"%\"; known are $. If the issuer rotated its keys, "
                        "fetch its JWKS again.",
                  SPANS(kid, buf_span(&kids), near, buf_span(&by)));
    buf_free(&by);
    buf_free(&kids);
    return FNT_REFUSED_KEY_UNKNOWN;
}

static fnt_status refuse_skipped(const skipped_key *k, span kid, const algorithm *alg,
                                 fnt_report *report)
{
    fnt_status status = k->unsupported ? FNT_REFUSED_ALGORITHM : FNT_REFUSED_KEY_UNKNOWN;
    if (k->kid.at != NULL && kid.at != NULL)
        return report_refuse(report, status,
                             "The token's key % is in the set, but was skipped when that was "
                             "loaded: $.",
                             SPANS(kid, k->reason));
    return report_refuse(report, status,
                         "The set has a key for %, but it was skipped when that was loaded: $.",
                         SPANS(span_of(alg->name), k->reason));
}

static fnt_status refuse_count(size_t fitting, const algorithm *alg, fnt_report *report)
{
    char scratch[INTEGER_SIZE];
    return report_refuse(report, FNT_REFUSED_KEY_UNKNOWN,
                         "The token names no key (kid), and % of the known ones may do %; without "
                         "a kid exactly one must.",
                         SPANS(integer_print((int64_t)fitting, scratch), span_of(alg->name)));
}

/* No key is tried. fitting: how many would be, if the token without a kid named one. */
static fnt_status refuse_unknown(const fnt_keyset *set, span kid, const algorithm *alg,
                                 size_t fitting, fnt_report *report)
{
    const skipped_key *k = skipped_find(&set->skipped, kid, alg->bit);
    report_summary_field(report, FNT_FIELD_KEY_ID, kid);
    if (k != NULL)
        return refuse_skipped(k, kid, alg, report);
    if (!report_wanted(report))
        return FNT_REFUSED_KEY_UNKNOWN;
    return kid.at == NULL ? refuse_count(fitting, alg, report) : refuse_kid(set, kid, report);
}

static fnt_status refuse_algorithm(span kid, int32_t allowed, const algorithm *alg,
                                   fnt_report *report)
{
    buf scratch = BUF_EMPTY;
    if (!report_wanted(report))
        return FNT_REFUSED_ALGORITHM;
    algorithm_names(allowed, &scratch);
    report_summary_field(report, FNT_FIELD_KEY_ID, kid);
    report_refuse(report, FNT_REFUSED_ALGORITHM, "The key % is for %; the token says %.",
                  SPANS(kid, buf_span(&scratch), span_of(alg->name)));
    buf_free(&scratch);
    return FNT_REFUSED_ALGORITHM;
}

fnt_status keyset_refuse_guess(const candidates *tried, span kid, const algorithm *alg,
                               fnt_report *report)
{
    char scratch[INTEGER_SIZE];
    span count = integer_print((int64_t)tried->count, scratch);
    if (kid.at == NULL)
        report_append_sentence(report,
                               "The token names no key (kid), and by none of the keys for % that "
                               "came without one (% tried) its signature is right.",
                               SPANS(span_of(alg->name), count));
    else
        report_append_sentence(
            report,
            "The token's kid is \"%\", which no key has, and by none of the keys "
            "for % that came without a kid (% tried) its signature is right.",
            SPANS(kid, span_of(alg->name), count));
    return FNT_REFUSED_KEY_UNKNOWN;
}

/* ---- the choice ---------------------------------------------------------- */

/* Those that came without a kid, or, if none did, the one that fits. *fitting: how many do. */
static bool guess(const fnt_keyset *set, bool any, const algorithm *alg, candidates *out,
                  size_t *fitting)
{
    *fitting = 0;
    for (size_t i = 0; i < set->count; i++) {
        const named_key *k = &set->keys[i];
        if ((k->algorithms & alg->bit) == 0 || k->without_kid == any)
            continue;
        if (*fitting < KEYS_TRIED)
            out->at[*fitting] = k;
        *fitting += 1;
    }
    out->count = *fitting < KEYS_TRIED ? *fitting : KEYS_TRIED;
    out->guessed = !any;
    return any ? *fitting == 1 : *fitting > 0;
}

fnt_status keyset_find(const fnt_keyset *keyset, span kid, const algorithm *alg, candidates *out,
                       fnt_report *report)
{
    int32_t allowed = 0;
    size_t fitting = 0;
    for (size_t i = 0; i < keyset->count && kid.at != NULL; i++) {
        const named_key *k = &keyset->keys[i];
        if (!span_equal(named_key_id(k), kid))
            continue;
        if ((k->algorithms & alg->bit) != 0) { /* the only one: keyset_add refuses another */
            out->at[0] = k;
            out->count = 1;
            out->guessed = false;
            return FNT_OK;
        }
        allowed |= k->algorithms;
    }
    if (allowed != 0)
        return refuse_algorithm(kid, allowed, alg, report);
    if ((kid.at == NULL || keyset->any_without_kid) &&
        guess(keyset, !keyset->any_without_kid, alg, out, &fitting))
        return FNT_OK;
    return refuse_unknown(keyset, kid, alg, fitting, report);
}

/* Of secrets the first counts alone: HMAC pads them with zeros, so that two may verify the same
 * tokens. */
const named_key *keyset_find_again(const fnt_keyset *keyset, span kid, const algorithm *alg,
                                   span key_id)
{
    candidates found;
    if (keyset_find(keyset, kid, alg, &found, NULL) != FNT_OK)
        return NULL;
    size_t count = alg->kind == KEY_SECRET ? 1 : found.count;
    for (size_t i = 0; i < count; i++)
        if (span_equal(named_key_id(found.at[i]), key_id))
            return found.at[i];
    return NULL;
}
