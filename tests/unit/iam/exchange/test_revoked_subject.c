/* SPDX-License-Identifier: MIT */
/* Revocations in a token service (rules 27, 36, 56): of subject tokens, and of the gateway's own
 * tokens as subjects. */
#include "support/exchange_help.h"

static void revoke(const world *w, const char *text)
{
    fnt_revoked *list = NULL;
    if (text != NULL)
        MUST(fnt_revoked_parse(FNT_STR(fill(w, text)), &list, NULL));
    MUST(fnt_sts_set_revoked(w->sts, list));
    fnt_revoked_free(list);
}

typedef enum { THEIRS, API, FUNCTION_TOKEN } subject_kind;

static const struct {
    subject_kind kind;
    const char *list;
    bool hit;
    const char *why;
} rows[] = {
    {THEIRS, NULL, false, "no list"},
    {THEIRS, "{'jti':'t1'}", true, "by jti"},
    {THEIRS, "{'jti':'t1','iss':'@iss'}", true, "of this issuer"},
    {THEIRS, "{'jti':'t1','iss':'@gw'}", false, "of the gateway alone"},
    {THEIRS, "{'kid':'k1'}", true, "by key"},
    {THEIRS, "{'kid':'k1','iss':'@oiss'}", false, "the other's key of that kid"},
    {THEIRS, "{'fed_iss':'@iss','sub':'@sub'}", true, "by user"},
    {THEIRS, "{'fed_iss':'@oiss','sub':'@sub'}", false, "the other's user of that name"},
    {THEIRS, "{'fed_iss':'@gw','sub':'@sub'}", false, "the gateway is nobody's provider"},
    {THEIRS, "{'fed_iss':'@iss','sub':'@sub','before':@now}", true, "issued then"},
    {THEIRS, "{'fed_iss':'@iss','sub':'@sub','before':@now-60}", false, "issued later"},
    {THEIRS, "{'fed_iss':'@iss','sub':'@sub','until':@now}", true, "the last second"},
    {THEIRS, "{'fed_iss':'@iss','sub':'@sub','until':@now-60}", false, "lapsed"},
    {API, NULL, false, "no list"},
    {API, "{'jti':'t1'}", true, "by jti"},
    {API, "{'fed_iss':'@iss','sub':'@sub'}", true, "by user"},
    {API, "{'fed_iss':'@oiss','sub':'@sub'}", false, "the other's user of that name"},
    {API, "{'jti':'t1','iss':'@iss'}", false, "of the provider alone"},
    {FUNCTION_TOKEN, "{'jti':'t2'}", false, "another"},
    {FUNCTION_TOKEN, "{'jti':'t1'}", true, "by jti"},
    {FUNCTION_TOKEN, "{'fed_iss':'@iss','sub':'@sub'}", true, "by user"},
};

static outcome ask(const world *w, subject_kind kind)
{
    static const char mine[] = "'jti':'t1','iat':@now";
    const char *token = kind == THEIRS ? my_token(w, mine, NULL)
                        : kind == API  ? api_token(w, mine, NULL)
                                       : function_token(w, mine, NULL);
    return kind == FUNCTION_TOKEN ? exchanged_to(w, token, "audience=dev:env")
                                  : exchanged(w, token);
}

Test(revoked_subject, rules_27_56_subject_tokens)
{
    FOR_BOTH(w, NULL)
    {
        MUST(fnt_sts_set(w.sts, FNT_OPT_NARROWING, 1));
        for (size_t i = 0; i < COUNT(rows); i++) {
            revoke(&w, rows[i].list);
            outcome o = ask(&w, rows[i].kind);
            cr_expect_eq(o.status, rows[i].hit ? FNT_OAUTH_SUBJECT : FNT_OK, "%s: %s", rows[i].why,
                         reported(&o));
            cr_expect_str_eq(precise(&o), rows[i].hit ? "revoked" : "ok", "%s", rows[i].why);
            outcome_free(&o);
        }
    }
}

/* The entry is the operator's. */
Test(revoked_subject, rule_36_the_client_is_not_told_why)
{
    FOR_BOTH(w, NULL)
    {
        revoke(&w, "{'jti':'t1','why':'suspected of fraud'}");
        outcome o = ask(&w, THEIRS);
        cr_expect_str_eq(told(&o), fnt_status_sentence(FNT_REFUSED_REVOKED));
        cr_expect(holds(reported(&o), "its jti") && holds(reported(&o), "line 1") &&
                      holds(reported(&o), "suspected of fraud"),
                  "%s", reported(&o));
        outcome_free(&o);
    }
}

/* A token that is refused for itself is told that: whoever may not come in learns nothing of
 * lists. */
Test(revoked_subject, what_else_is_wrong_comes_first)
{
    FOR_BOTH(w, NULL)
    {
        revoke(&w, "{'fed_iss':'@iss','sub':'@sub'}");
        outcome o = exchanged(&w, my_token(&w, "'exp':@now-60", NULL));
        cr_expect_str_eq(precise(&o), "expired");
        outcome_free(&o);
        o = exchanged(&w, token_by(&w, NOBODY, EC_HEADER, my_claims(NULL, NULL)));
        cr_expect_str_eq(precise(&o), "signature");
        outcome_free(&o);
    }
}

Test(revoked_subject, rule_27_a_key_without_a_kid_in_the_token)
{
    FOR_BOTH(w, NULL)
    {
        const char *token = token_by(&w, MY_EC, "{'alg':'ES256'}", my_claims(NULL, NULL));
        outcome o = exchanged(&w, token);
        cr_expect_eq(o.status, FNT_OK, "%s", reported(&o));
        outcome_free(&o);
        revoke(&w, "{'kid':'k1','iss':'@iss'}");
        o = exchanged(&w, token);
        cr_expect_str_eq(precise(&o), "revoked", "%s", reported(&o));
        outcome_free(&o);
    }
}
