/* SPDX-License-Identifier: MIT */
#include "guard.h"

/* A token is verified, in a thread of nginx's pool or in the event loop: what the signature says,
 * why, and who called. */

fnt_report *guard_report_new(void)
{
    fnt_report *report = NULL;
    if (fnt_report_new(&report) == FNT_OK &&
        fnt_report_level(report, FNT_REPORT_DECISION) == FNT_OK)
        return report;
    fnt_report_free(report);
    return NULL;
}

const char *guard_sentence(const fnt_report *report, fnt_status status)
{
    const char *sentence = fnt_report_text(report, 0, FNT_FIELD_SENTENCE, NULL);
    return sentence != NULL ? sentence : fnt_status_sentence(status);
}

void guard_header_of(const guard_ctx *ctx, const char **text, size_t *len)
{
    const ngx_table_elt_t *header = ctx->request->headers_in.authorization;
    *text = header != NULL ? (const char *)header->value.data : NULL;
    *len = header != NULL ? header->value.len : 0;
}

/* A good token that does not cover the function is not given with the decision. It is asked for
 * once: by the thread that verified it, or when a variable needs it, and then out of the cache that
 * the decision came from. */
const fnt_token *guard_caller(guard_ctx *ctx)
{
    const ngx_table_elt_t *header = ctx->request->headers_in.authorization;
    ngx_uint_t denied = ctx->status == FNT_DENIED_PERMISSION || ctx->status == FNT_DENIED_AUDIENCE;
    const char *jws = NULL;
    size_t len = 0;
    if (ctx->token != NULL || ctx->asked_caller || !denied)
        return ctx->token;
    ctx->asked_caller = 1;
    if (header != NULL &&
        fnt_bearer_token((const char *)header->value.data, header->value.len, &jws, &len) == FNT_OK)
        (void)(fnt_verify(ctx->verifier, jws, len, ctx->now, &ctx->token, NULL) == FNT_OK);
    return ctx->token;
}

void guard_verify(guard_ctx *ctx)
{
    const char *header;
    size_t len;
    struct timespec began, ended;
    guard_header_of(ctx, &header, &len);
    (void)clock_gettime(CLOCK_MONOTONIC, &began);
    if (ctx->report == NULL)
        ctx->report = guard_report_new();
    ctx->status = fnt_authorize(ctx->verifier, header, len, (const char *)ctx->resource.data,
                                ctx->resource.len, ctx->now, &ctx->token, ctx->report);
    (void)guard_caller(ctx); /* here, and not in the event loop */
    (void)clock_gettime(CLOCK_MONOTONIC, &ended);
    ctx->nanoseconds = (ended.tv_sec - began.tv_sec) * 1000000000 + (ended.tv_nsec - began.tv_nsec);
}
