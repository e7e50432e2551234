/* SPDX-License-Identifier: MIT */
#include "iam/exchange/request.h"

#include "base/memory.h"
#include "base/report.h"

static const span token_types[] = {
    {"urn:ietf:params:oauth:token-type:id_token",
     sizeof "urn:ietf:params:oauth:token-type:id_token" - 1},
    {"urn:ietf:params:oauth:token-type:access_token",
     sizeof "urn:ietf:params:oauth:token-type:access_token" - 1},
    {"urn:ietf:params:oauth:token-type:jwt", sizeof "urn:ietf:params:oauth:token-type:jwt" - 1},
};

/* A parameter without a value counts as omitted (RFC 6749, 3.2). */
static span value_of(const request *r, const char *name)
{
    span value = form_value(&r->form, span_of(name), 0);
    return value.len == 0 ? SPAN_NONE : value;
}

static fnt_status missing(const char *name, fnt_report *report)
{
    return report_refuse(report, FNT_OAUTH_REQUEST, "The parameter % is missing.",
                         SPANS(span_of(name)));
}

static fnt_status check_repeated(const request *r, fnt_report *report)
{
    static const char *const single[] = {"grant_type", "subject_token", "subject_token_type",
                                         "scope", "requested_token_type"};
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        if (form_value(&r->form, span_of(single[i]), 1).at != NULL)
            return report_refuse(report, FNT_OAUTH_REQUEST,
                                 "The parameter % stands more than once.",
                                 SPANS(span_of(single[i])));
    return FNT_OK;
}

static fnt_status check_grant_type(const request *r, fnt_report *report)
{
    span value = value_of(r, "grant_type");
    if (value.at == NULL)
        return missing("grant_type", report);
    if (span_equal(value, SPAN("urn:ietf:params:oauth:grant-type:token-exchange")))
        return FNT_OK;
    return report_refuse(report, FNT_OAUTH_GRANT_TYPE,
                         "The grant_type must be urn:ietf:params:oauth:grant-type:token-exchange.",
                         NO_SPANS);
}

/* Asked for, these change what the answer would mean: to pass over them would be a lie. */
static fnt_status check_unsupported(const request *r, fnt_report *report)
{
    static const char *const names[] = {"actor_token", "actor_token_type", "resource"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        /* an empty one hides no other */
        for (size_t n = 0; n < r->form.count; n++)
            if (r->form.fields[n].value.len > 0 &&
                span_equal(r->form.fields[n].name, span_of(names[i])))
                return report_refuse(report, FNT_OAUTH_REQUEST, "The parameter % is not supported.",
                                     SPANS(span_of(names[i])));
    return FNT_OK;
}

static bool is_type(span value, size_t from)
{
    for (size_t i = from; i < sizeof token_types / sizeof *token_types; i++)
        if (span_equal(value, token_types[i]))
            return true;
    return false;
}

static fnt_status check_types(const request *r, fnt_report *report)
{
    span subject = value_of(r, "subject_token_type"),
         requested = value_of(r, "requested_token_type");
    if (subject.at == NULL)
        return missing("subject_token_type", report);
    if (!is_type(subject, 0))
        return report_refuse(report, FNT_OAUTH_REQUEST,
                             "The subject_token_type must be "
                             "urn:ietf:params:oauth:token-type:id_token, :access_token or :jwt.",
                             NO_SPANS);
    if (requested.at != NULL && !is_type(requested, 1))
        return report_refuse(report, FNT_OAUTH_REQUEST,
                             "The requested_token_type must be "
                             "urn:ietf:params:oauth:token-type:access_token or :jwt.",
                             NO_SPANS);
    return FNT_OK;
}

static fnt_status read_scope(request *r, fnt_report *report)
{
    span rest = value_of(r, "scope");
    while (rest.len > 0) {
        span word = {rest.at, span_index(rest, ' ')};
        rest = span_from(rest, word.len < rest.len ? word.len + 1 : word.len);
        if (word.len == 0)
            continue;
        if (!span_equal(word, SPAN("function")))
            return report_refuse(report, FNT_OAUTH_SCOPE,
                                 "The scope must be function, for a Function Token, or be left "
                                 "out, for an API token.",
                                 NO_SPANS);
        r->function = true;
    }
    return FNT_OK;
}

static fnt_status read_audiences(request *r, fnt_report *report)
{
    r->audiences = memory_alloc_array(r->form.count, sizeof *r->audiences);
    if (r->audiences == NULL)
        return FNT_FAULT_MEMORY;
    for (size_t i = 0; i < r->form.count; i++)
        if (r->form.fields[i].value.len > 0 && span_equal(r->form.fields[i].name, SPAN("audience")))
            r->audiences[r->audience_count++] = r->form.fields[i].value;
    if (r->audience_count > 0 && !r->function)
        return report_refuse(
            report, FNT_OAUTH_REQUEST,
            "The parameter audience needs scope=function: only a Function Token can be narrowed.",
            NO_SPANS);
    return FNT_OK;
}

/* Some clients send the file that they keep the token in, with its line break. */
static span without_line_break(span s)
{
    if (s.len > 0 && s.at[s.len - 1] == '\n')
        s.len -= s.len > 1 && s.at[s.len - 2] == '\r' ? 2 : 1;
    return s;
}

static fnt_status read_subject(request *r, fnt_report *report)
{
    r->subject_token = without_line_break(value_of(r, "subject_token"));
    return r->subject_token.len == 0 ? missing("subject_token", report) : FNT_OK;
}

static fnt_status check_shape(span body, fnt_report *report)
{
    if (body.len == 0)
        return report_refuse(report, FNT_OAUTH_REQUEST,
                             "The request has no body: send the parameters in it, not in the query "
                             "string (curl: --data-urlencode).",
                             NO_SPANS);
    if (body.at[0] == '{')
        return report_refuse(report, FNT_OAUTH_REQUEST,
                             "The body is JSON: it must be application/x-www-form-urlencoded.",
                             NO_SPANS);
    if (span_starts(body, SPAN("--")))
        return report_refuse(report, FNT_OAUTH_REQUEST,
                             "The body is multipart/form-data: it must be "
                             "application/x-www-form-urlencoded (curl: --data-urlencode, not -F).",
                             NO_SPANS);
    return FNT_OK;
}

fnt_status request_read(span body, size_t max, request *out, fnt_report *report)
{
    memset(out, 0, sizeof *out);
    fnt_status status = check_shape(body, report);
    if (status == FNT_OK)
        status = form_parse(body, max, &out->form, report);
    if (status == FNT_OK)
        status = check_repeated(out, report);
    if (status == FNT_OK)
        status = check_grant_type(out, report);
    if (status == FNT_OK)
        status = check_unsupported(out, report);
    if (status == FNT_OK)
        status = check_types(out, report);
    if (status == FNT_OK)
        status = read_scope(out, report);
    if (status == FNT_OK)
        status = read_audiences(out, report);
    if (status == FNT_OK)
        status = read_subject(out, report);
    return status;
}

void request_clear(request *r)
{
    memory_free(r->audiences);
    form_free(&r->form);
    r->audiences = NULL;
    r->audience_count = 0;
}
