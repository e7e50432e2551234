/* SPDX-License-Identifier: MIT */
/* What saves a crossing between Go and C: the clock is read here, and the claims of a token come in
 * one call. */
#ifndef FNTOKEN_GO_NATIVE_H
#define FNTOKEN_GO_NATIVE_H

#include <fntoken/fntoken.h>
#include <time.h>

/* No time of a token: now is the clock's. */
#define GO_CLOCK INT64_MIN

static inline int64_t go_now(int64_t now)
{
    return now == GO_CLOCK ? (int64_t)time(NULL) : now;
}

static inline fnt_status go_authorize_cached(fnt_verifier *verifier, const char *header,
                                             size_t header_len, const char *resource,
                                             size_t resource_len, int64_t now, fnt_token **token)
{
    return fnt_authorize_cached(verifier, header, header_len, resource, resource_len, go_now(now),
                                token);
}

enum { GO_TEXTS = 6, GO_TIMES = 3 };

typedef struct {
    const char *at;
    size_t len;
} go_text;

typedef struct {
    go_text text[GO_TEXTS];
    int64_t time[GO_TIMES];
} go_claims;

static inline void go_token_claims(const fnt_token *token, go_claims *out)
{
    static const int32_t texts[GO_TEXTS] = {FNT_CLAIM_ISSUER,     FNT_CLAIM_SUBJECT,
                                            FNT_CLAIM_FED_ISSUER, FNT_CLAIM_ID,
                                            FNT_CLAIM_KEY_ID,     FNT_CLAIM_KIND};
    static const int32_t times[GO_TIMES] = {FNT_CLAIM_EXPIRES, FNT_CLAIM_NOT_BEFORE,
                                            FNT_CLAIM_ISSUED};
    for (int i = 0; i < GO_TEXTS; i++)
        out->text[i].at = fnt_token_text(token, texts[i], 0, &out->text[i].len);
    for (int i = 0; i < GO_TIMES; i++)
        out->time[i] = fnt_token_time(token, times[i], GO_CLOCK);
}

#endif
