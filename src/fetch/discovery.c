/* SPDX-License-Identifier: MIT */
#include "fetch/discovery.h"

#include "base/memory.h"
#include "fetch/url.h"
#include "text/json.h"

enum { DOCUMENT_SIZE = 1 << 20, ISSUER_SIZE = 2048 };

/* ---- the two members ----------------------------------------------------- */

static fnt_status read_string(json_value value, const char *name, char **out, size_t *len,
                              fnt_report *report)
{
    if (value.kind != JSON_STRING)
        return report_refuse(report, FNT_FAULT_KEY,
                             value.kind == JSON_ABSENT
                                 ? "The discovery document has no %"
                                 : "The discovery document's % is not a string",
                             SPANS(span_of(name)));
    *out = memory_alloc(value.raw.len + 1);
    if (*out == NULL)
        return FNT_FAULT_MEMORY;
    span text = json_unescape(value, *out);
    memmove(*out, text.at, text.len);
    (*out)[text.len] = '\0';
    *len = text.len;
    return FNT_OK;
}

static fnt_status read_members(span json, discovery *out, fnt_report *report)
{
    static const span names[] = {{"issuer", 6}, {"jwks_uri", 8}};
    json_value root, values[2];
    json_fault fault;
    char digits[INTEGER_SIZE];
    if (json.len > DOCUMENT_SIZE)
        return report_refuse(report, FNT_FAULT_KEY, "The discovery document is longer than 1 MiB",
                             NO_SPANS);
    if (json_validate(json, &root, &fault) != FNT_OK)
        return report_refuse(
            report, FNT_FAULT_KEY,
            "The discovery document is no JSON object that is accepted: at byte %: %",
            SPANS(integer_print((int64_t)fault.at, digits), span_of(fault.reason)));
    json_pick(root, names, values, 2);
    fnt_status status = read_string(values[0], "issuer", &out->issuer, &out->issuer_len, report);
    return status != FNT_OK
               ? status
               : read_string(values[1], "jwks_uri", &out->jwks_uri, &out->jwks_uri_len, report);
}

/* ---- whose it is --------------------------------------------------------- */

static bool is_issuer(span text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.at[i] <= ' ' || text.at[i] == 0x7f)
            return false;
    return text.len > 0 && text.len <= ISSUER_SIZE;
}

/* Byte for byte (OpenID Connect Discovery 1.0, 4.3; RFC 8414, 3.3): with another spelling taken,
 * one issuer's document could stand in for another's. */
static fnt_status check_issuer(span found, span expected, fnt_report *report)
{
    if (!is_issuer(found))
        return report_refuse(report, FNT_FAULT_KEY,
                             "The discovery document's issuer is empty, longer than 2048 bytes, or "
                             "holds white space or a control character",
                             NO_SPANS);
    report_summary_field(report, FNT_FIELD_ISSUER, found);
    if (expected.at == NULL || span_equal(found, expected))
        return FNT_OK;
    report_summary_field(report, FNT_FIELD_EXPECTED, expected);
    report_summary_field(report, FNT_FIELD_ACTUAL, found);
    return report_refuse(report, FNT_FAULT_KEY,
                         "The discovery document's issuer is %; % is expected, byte for byte",
                         SPANS(found, expected));
}

/* ---- where its keys are -------------------------------------------------- */

/* Plain http is read and changed by anybody on the way. It is taken only where the document came
 * over it too, and no further than that way went. */
static const char *check_http(const url *jwks, const url *from, bool http)
{
    if (from->https)
        return "is http, and the document came over https";
    if (url_is_loopback(from) && url_is_loopback(jwks))
        return NULL;
    if (!http)
        return "is http, which is not allowed here";
    return url_same_origin(from, jwks) ? NULL : "is http at another host or port than the document";
}

static fnt_status check_jwks_uri(span text, const url *from, bool http, fnt_report *report)
{
    url jwks;
    const char *wrong = url_parse(text, &jwks);
    if (wrong == NULL && !jwks.https && from != NULL)
        wrong = check_http(&jwks, from, http);
    if (wrong == NULL)
        return FNT_OK;
    if (text.len > URL_SIZE)
        text = SPAN("not shown");
    report_summary_field(report, FNT_FIELD_ACTUAL, text);
    return report_refuse(report, FNT_FAULT_KEY, "The discovery document's jwks_uri (%) %",
                         SPANS(text, span_of(wrong)));
}

/* ---- all of it ----------------------------------------------------------- */

static fnt_status read_and_check(span json, const discovery_request *request, discovery *out,
                                 fnt_report *report)
{
    url from = {0};
    bool anywhere = request->address.at == NULL;
    const char *wrong = anywhere ? NULL : url_parse(request->address, &from);
    if (wrong != NULL)
        return report_refuse(report, FNT_FAULT_ARGUMENT, "The address of the discovery document %",
                             SPANS(span_of(wrong)));
    fnt_status status = read_members(json, out, report);
    if (status != FNT_OK)
        return status;
    span issuer = {out->issuer, out->issuer_len}, jwks = {out->jwks_uri, out->jwks_uri_len};
    status = check_issuer(issuer, request->issuer, report);
    if (status == FNT_OK)
        status = check_jwks_uri(jwks, anywhere ? NULL : &from, request->http, report);
    return status != FNT_OK
               ? status
               : report_refuse(report, FNT_OK, "The keys of % are at %", SPANS(issuer, jwks));
}

fnt_status discovery_read(span json, const discovery_request *request, discovery *out,
                          fnt_report *report)
{
    *out = (discovery){NULL, NULL, 0, 0};
    fnt_status status = read_and_check(json, request, out, report);
    if (status != FNT_OK) {
        memory_free(out->jwks_uri);
        memory_free(out->issuer);
        *out = (discovery){NULL, NULL, 0, 0};
    }
    return status;
}
