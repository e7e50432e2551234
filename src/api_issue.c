/* SPDX-License-Identifier: MIT */
/* The exported functions of the issuing side: IAM rules, the token service, minting. As api.c. */
#include "api.h"

#include "iam/exchange/dry_run.h"
#include "iam/exchange/sts.h"
#include "iam/lint/catalogue.h"
#include "iam/lint/lint.h"
#include "token/mint/mint.h"

/* ---- 7. IAM rules -------------------------------------------------------- */

enum { IAM_SIZE = 16 << 20, IAM_SIZE_MAX = 1 << 30 };

fnt_status fnt_iam_new_in(const char *json, size_t len, const char *namespaces,
                          size_t namespaces_len, int64_t max_bytes, fnt_iam **out,
                          fnt_report *report)
{
    report_start(report);
    report_findings(report);
    if (out == NULL)
        return bad_argument(report);
    *out = NULL;
    if (!is_given(json, len) || !is_text(namespaces, namespaces_len) || max_bytes < 0 ||
        max_bytes > IAM_SIZE_MAX)
        return bad_argument(report);
    char digits[INTEGER_SIZE];
    int64_t most = max_bytes == 0 ? IAM_SIZE : max_bytes;
    if (len > (uint64_t)most)
        return report_finish(report, report_refuse(report, FNT_FAULT_IAM,
                                                   "The text is longer than % bytes; nothing was "
                                                   "loaded",
                                                   SPANS(integer_print(most, digits))));
    span wanted = namespaces_len == 0 ? SPAN("openfaas") : (span){namespaces, namespaces_len};
    return report_finish(report, rules_load((span){json, len}, wanted, out, report));
}

fnt_status fnt_iam_new(const char *json, size_t len, fnt_iam **out, fnt_report *report)
{
    return fnt_iam_new_in(json, len, NULL, 0, 0, out, report);
}

const char *fnt_iam_digest(const fnt_iam *iam, size_t *len)
{
    return give(rules_digest(iam), len);
}

fnt_status fnt_iam_lint(const fnt_iam *iam, fnt_report *report)
{
    report_start(report);
    report_findings(report);
    if (iam == NULL)
        return bad_argument(report);
    return report_finish(report, lint(iam, report));
}

const char *fnt_lint_rule(size_t index, int32_t field, size_t *len)
{
    return give(catalogue_rule(index, field), len);
}

const char *fnt_iam_issuer(const fnt_iam *iam, size_t index, int32_t field, size_t *len)
{
    const issuer *found = iam == NULL ? NULL : rules_issuer_at(iam, index);
    span text = SPAN_NONE;
    if (found != NULL && field == FNT_ISSUER_URL)
        text = found->iss;
    if (found != NULL && field == FNT_ISSUER_INTERNAL)
        text = found->internal;
    if (found != NULL && field == FNT_ISSUER_NAME)
        text = found->name;
    return give(text, len);
}

fnt_status fnt_iam_simulate(const fnt_iam *iam, const char *claims_json, size_t claims_len,
                            const char *resource, size_t resource_len, fnt_report *report)
{
    report_start(report);
    if (iam == NULL || !is_given(claims_json, claims_len) || !is_text(resource, resource_len))
        return bad_argument(report);
    return report_finish(report, dry_run(iam, (span){claims_json, claims_len},
                                         (span){resource, resource_len}, report));
}

void fnt_iam_free(fnt_iam *iam)
{
    rules_unref(iam);
}

/* ---- 8. security token service ------------------------------------------- */

/* OpenFaaS's tokens are ES256, and its verifiers take nothing else. */
static bool signs_function_tokens(const fnt_key *key)
{
    return key_algorithm(key)->bit == FNT_ES256;
}

fnt_status fnt_sts_new(const char *own, size_t own_len, const fnt_key *key, fnt_sts **out)
{
    if (out == NULL)
        return FNT_FAULT_ARGUMENT;
    *out = NULL;
    if (!is_given(own, own_len) || key == NULL)
        return FNT_FAULT_ARGUMENT;
    return signs_function_tokens(key) ? sts_new((span){own, own_len}, key, out) : FNT_FAULT_KEY;
}

fnt_status fnt_sts_set(fnt_sts *sts, int32_t option, int64_t value)
{
    return sts == NULL ? FNT_FAULT_ARGUMENT : sts_set(sts, option, value);
}

fnt_status fnt_sts_set_key(fnt_sts *sts, const fnt_key *key)
{
    if (sts == NULL || key == NULL)
        return FNT_FAULT_ARGUMENT;
    if (!signs_function_tokens(key))
        return FNT_FAULT_KEY;
    sts_set_key(sts, key);
    return FNT_OK;
}

fnt_status fnt_sts_set_iam(fnt_sts *sts, const fnt_iam *iam)
{
    if (sts == NULL || iam == NULL)
        return FNT_FAULT_ARGUMENT;
    sts_set_iam(sts, iam);
    return FNT_OK;
}

fnt_status fnt_sts_set_keyset(fnt_sts *sts, const char *iss, size_t iss_len,
                              const fnt_keyset *keyset)
{
    return sts == NULL || !is_given(iss, iss_len)
               ? FNT_FAULT_ARGUMENT
               : sts_set_keyset(sts, (span){iss, iss_len}, keyset);
}

fnt_status fnt_sts_set_revoked(fnt_sts *sts, const fnt_revoked *revoked)
{
    if (sts == NULL)
        return FNT_FAULT_ARGUMENT;
    sts_set_revoked(sts, revoked);
    return FNT_OK;
}

fnt_status fnt_sts_exchange(fnt_sts *sts, const char *form, size_t form_len, int64_t now,
                            char **body, size_t *body_len, fnt_report *report)
{
    report_start(report);
    if (!clear_text(body, body_len) || sts == NULL || !is_text(form, form_len))
        return bad_argument(report);
    if (!time_is_possible(now))
        return bad_time(now, report);
    return report_finish(report,
                         sts_exchange(sts, (span){form, form_len}, now, body, body_len, report));
}

int64_t fnt_sts_get(const fnt_sts *sts, int32_t option)
{
    return sts == NULL ? -1 : sts_get(sts, option);
}

void fnt_sts_free(fnt_sts *sts)
{
    sts_free(sts);
}

/* ---- 9. making tokens by hand -------------------------------------------- */

fnt_status fnt_mint(const fnt_key *key, const fnt_claims *builder, int64_t now, int64_t ttl,
                    char **out, size_t *out_len, fnt_report *report)
{
    report_start(report);
    if (!clear_text(out, out_len) || key == NULL || builder == NULL)
        return bad_argument(report);
    if (!time_is_possible(now))
        return bad_time(now, report);
    return done(report, mint_built(key, builder, now, ttl, out, out_len, report),
                "The Function Token is signed.");
}

fnt_status fnt_sign(const fnt_key *key, const char *header_json, size_t header_len,
                    const char *claims_json, size_t claims_len, char **out, size_t *out_len,
                    fnt_report *report)
{
    report_start(report);
    if (!clear_text(out, out_len) || key == NULL || !is_text(header_json, header_len) ||
        !is_given(claims_json, claims_len))
        return bad_argument(report);
    span header = {header_json, header_len}, claims = {claims_json, claims_len};
    return done(report, mint_sign(key, header, claims, out, out_len, report),
                "The claims are signed as they are.");
}
