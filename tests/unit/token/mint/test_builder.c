/* SPDX-License-Identifier: MIT */
/* Lists of claims being written, and the permissions compiled from them. */
#include "support/support.h"

static const struct {
    int32_t claim;
    const char *text;
    size_t len;
    fnt_status status;
    const char *why;
} rows[] = {
    {FNT_CLAIM_ISSUER, "x", 1, FNT_OK, "once"},
    {FNT_CLAIM_ISSUER, "y", 1, FNT_FAULT_ARGUMENT, "twice"},
    {FNT_CLAIM_SUBJECT, "x", 1, FNT_OK, "once"},
    {FNT_CLAIM_SUBJECT, "x", 1, FNT_FAULT_ARGUMENT, "twice, even the same"},
    {FNT_CLAIM_FED_ISSUER, "x", 1, FNT_OK, "once"},
    {FNT_CLAIM_FED_ISSUER, "x", 1, FNT_FAULT_ARGUMENT, "twice"},
    {FNT_CLAIM_AUDIENCE, "x", 1, FNT_OK, "any number"},
    {FNT_CLAIM_AUDIENCE, "x", 1, FNT_OK, "any number"},
    {FNT_CLAIM_PERMISSION, "dev:*", 5, FNT_OK, "any number"},
    {FNT_CLAIM_PERMISSION, "dev:*", 5, FNT_OK, "any number"},
    {FNT_CLAIM_FUNCTION_AUDIENCE, "dev:env", 7, FNT_OK, "any number"},
    {FNT_CLAIM_PERMISSION, "\xc3\xa4", 2, FNT_OK, "UTF-8"},
    {FNT_CLAIM_PERMISSION, "a\"],\"b", 6, FNT_OK, "what is JSON's is text here"},

    {FNT_CLAIM_PERMISSION, NULL, 0, FNT_FAULT_ARGUMENT, "absent"},
    {FNT_CLAIM_PERMISSION, NULL, 3, FNT_FAULT_ARGUMENT, "NULL with a length"},
    {FNT_CLAIM_PERMISSION, "", 0, FNT_FAULT_ARGUMENT, "empty"},
    {FNT_CLAIM_PERMISSION, "a\0b", 3, FNT_FAULT_PATTERN, "a NUL: C strings end there"},
    {FNT_CLAIM_PERMISSION, "\0", 1, FNT_FAULT_PATTERN, "a NUL alone"},
    {FNT_CLAIM_PERMISSION, "a\xff", 2, FNT_FAULT_PATTERN, "no UTF-8"},
    {FNT_CLAIM_PERMISSION, "\xc3", 1, FNT_FAULT_PATTERN, "half a character"},
    {FNT_CLAIM_PERMISSION, "\xc0\xaa", 2, FNT_FAULT_PATTERN, "an overlong *"},
    {FNT_CLAIM_PERMISSION, "\xed\xa0\x80", 3, FNT_FAULT_PATTERN, "a surrogate"},
    {FNT_CLAIM_ISSUER, "\xff", 1, FNT_FAULT_PATTERN, "no UTF-8 anywhere"},

    {FNT_CLAIM_ID, "x", 1, FNT_FAULT_UNSUPPORTED, "rule 27: jti is always random"},
    {FNT_CLAIM_KEY_ID, "x", 1, FNT_FAULT_UNSUPPORTED, "kid is the key's"},
    {FNT_CLAIM_JSON, "{}", 2, FNT_FAULT_UNSUPPORTED, "claims never come as JSON"},
    {FNT_CLAIM_KIND, "function", 8, FNT_FAULT_UNSUPPORTED, "it follows from the claims"},
    {FNT_CLAIM_POLICY, "p", 1, FNT_FAULT_UNSUPPORTED, "API tokens come from an exchange"},
    {FNT_CLAIM_EXPIRES, "1", 1, FNT_FAULT_UNSUPPORTED, "times come from now and ttl"},
    {FNT_CLAIM_ISSUED, "1", 1, FNT_FAULT_UNSUPPORTED, "times come from now and ttl"},
    {FNT_FIELD_ISSUER, "x", 1, FNT_FAULT_UNSUPPORTED, "a number of another kind"},
    {0, "x", 1, FNT_FAULT_UNSUPPORTED, "no number"},
};

Test(builder, adding)
{
    fnt_claims *builder = NULL;
    MUST(fnt_claims_new(&builder));
    for (size_t i = 0; i < COUNT(rows); i++) {
        fnt_status got = fnt_claims_add(builder, rows[i].claim, rows[i].text, rows[i].len);
        cr_expect_eq(got, rows[i].status, "row %zu: %s (got %s)", i, rows[i].why,
                     fnt_status_name(got));
    }
    fnt_claims_free(builder);
}

static fnt_patterns *compiled(const char *const *permissions, const char *const *audiences)
{
    fnt_claims *builder = NULL;
    fnt_patterns *made = NULL;
    MUST(fnt_claims_new(&builder));
    for (; *permissions != NULL; permissions++)
        MUST(fnt_claims_add(builder, FNT_CLAIM_PERMISSION, FNT_STR(*permissions)));
    for (; *audiences != NULL; audiences++)
        MUST(fnt_claims_add(builder, FNT_CLAIM_FUNCTION_AUDIENCE, FNT_STR(*audiences)));
    MUST(fnt_claims_add(builder, FNT_CLAIM_SUBJECT, FNT_STR("passed over")));
    MUST(fnt_patterns_new(builder, &made, NULL));
    fnt_claims_free(builder); /* it was copied */
    return made;
}

static const struct {
    const char *permissions[8], *audiences[4], *resource;
    fnt_status status;
    const char *why;
} sets[] = {
    {{"dev:env"}, {NULL}, "dev:env", FNT_OK, "no audience restricts nothing"},
    {{"dev:env"}, {NULL}, "dev:environment", FNT_DENIED_PERMISSION, "anchored"},
    {{NULL}, {NULL}, "dev:env", FNT_DENIED_PERMISSION, "no permission permits nothing"},
    {{NULL}, {"*"}, "dev:env", FNT_DENIED_PERMISSION, "an audience permits nothing"},
    {{"*"}, {"dev:env"}, "dev:env", FNT_OK, "both"},
    {{"*"}, {"dev:env"}, "dev:other", FNT_DENIED_AUDIENCE, "the audience is narrower"},
    {{"dev:env"},
     {"dev:other"},
     "prod:env",
     FNT_DENIED_PERMISSION,
     "when both deny, the permissions speak"},
    {{"a:*", "b:*", "c:*", "d:*", "e:*", "f:*"}, {NULL}, "f:x", FNT_OK, "more than a few"},
    {{"a:*", "b:*", "c:*", "d:*", "e:*", "f:*"},
     {"a:*", "f:x"},
     "f:y",
     FNT_DENIED_AUDIENCE,
     "more than a few"},
    {{"*"}, {NULL}, "dev", FNT_DENIED_RESOURCE, "rule 23"},
    {{"*"}, {NULL}, "dev:*", FNT_DENIED_RESOURCE, "rule 23"},
};

Test(builder, rules_19_21_23_compiled)
{
    for (size_t i = 0; i < COUNT(sets); i++) {
        fnt_patterns *set = compiled(sets[i].permissions, sets[i].audiences);
        fnt_status got = fnt_patterns_permit(set, FNT_STR(sets[i].resource), NULL);
        cr_expect_eq(got, sets[i].status, "%s: %s (got %s)", sets[i].resource, sets[i].why,
                     fnt_status_name(got));
        fnt_patterns_free(set);
    }
}

Test(builder, a_list_may_be_compiled_twice_and_go_on_growing)
{
    fnt_claims *builder = NULL;
    fnt_patterns *one = NULL, *two = NULL;
    MUST(fnt_claims_new(&builder));
    MUST(fnt_claims_add(builder, FNT_CLAIM_PERMISSION, FNT_STR("a:b")));
    MUST(fnt_patterns_new(builder, &one, NULL));
    for (size_t i = 0; i < 100; i++)
        MUST(fnt_claims_add(builder, FNT_CLAIM_PERMISSION, FNT_STR("c:d")));
    MUST(fnt_patterns_new(builder, &two, NULL));
    cr_expect_eq(fnt_patterns_permit(one, FNT_STR("c:d"), NULL), FNT_DENIED_PERMISSION,
                 "the first set never changes");
    cr_expect_eq(fnt_patterns_permit(two, FNT_STR("c:d"), NULL), FNT_OK);
    fnt_patterns_free(one);
    fnt_patterns_free(two);
    fnt_claims_free(builder);
}
