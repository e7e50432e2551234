/* SPDX-License-Identifier: MIT */
#include "text/json_string.h"

#include "base/utf8.h"
#include "text/json_scan.h"

typedef struct {
    const char *at, *end;
    const char *reason;
    bool escaped;
} string_reader;

static bool wrong(string_reader *v, const char *at, const char *reason)
{
    v->at = at;
    v->reason = reason;
    return false;
}

static bool check_unicode_escape(string_reader *v)
{
    static const char unpaired[] = "half of a surrogate pair stands alone";
    const char *at = v->at;
    int32_t unit = v->end - at < 6 ? -1 : json_hex4(at + 2);
    if (unit < 0)
        return wrong(v, at, "\\u needs four hexadecimal digits");
    if (unit == 0)
        return wrong(v, at, "\\u0000 is not accepted");
    v->at += 6;
    if (unit < 0xd800 || unit > 0xdfff)
        return true;
    int32_t low = v->end - at < 12 || at[6] != '\\' || at[7] != 'u' ? -1 : json_hex4(at + 8);
    if (unit > 0xdbff || low < 0xdc00 || low > 0xdfff)
        return wrong(v, at, unpaired);
    v->at += 6;
    return true;
}

static bool check_escape(string_reader *v)
{
    char kind = v->end - v->at < 2 ? '\0' : v->at[1];
    switch (kind) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        v->at += 2;
        return true;
    case 'u':
        return check_unicode_escape(v);
    default:
        return wrong(v, v->at, "a backslash escapes nothing that JSON knows");
    }
}

static bool check_utf8(string_reader *v)
{
    size_t len = utf8_beyond_ascii((span){v->at, (size_t)(v->end - v->at)});
    if (len == 0)
        return wrong(v, v->at, "a byte is not valid UTF-8");
    v->at += len;
    return true;
}

/* At a byte of a string that is no quote and not plain. */
static bool check_special(string_reader *v)
{
    if (v->at == v->end)
        return wrong(v, v->end, NULL);
    if ((unsigned char)*v->at >= 0x80)
        return check_utf8(v);
    if (*v->at != '\\')
        return wrong(v, v->at, "a control character in a string must be escaped");
    v->escaped = true;
    return check_escape(v);
}

bool json_check_string(const char **at, const char *end, bool *escaped, const char **reason)
{
    string_reader v = {*at, end, NULL, false};
    while (v.at == end || *v.at != '"') {
        if (!check_special(&v)) {
            *at = v.at;
            *reason = v.reason;
            return false;
        }
        if (v.at == end || json_is_plain_byte(*v.at))
            v.at = json_skip_plain(v.at, end);
    }
    *at = v.at + 1;
    *escaped = v.escaped;
    return true;
}
