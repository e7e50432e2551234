/* SPDX-License-Identifier: MIT */
#include "support/test.h"
#include <stdio.h>
#include <stdlib.h>

#include "base/word.h"
#include "text/base64url.h"
#include "text/document.h"
#include "text/json_index.h"

/* ---- what is taken and what is refused ----------------------------------- */

static const struct {
    span text;
    const char *reason; /* NULL: taken */
    size_t at;
    const char *why;
} texts[] = {
    {{"{}", 2}, NULL, 0, "the least"},
    {{" \t\r\n{ } \t\r\n", 11}, NULL, 0, "white space around and inside"},
    {{"{\"a\":1,\"b\":[true,false,null,\"x\",{}]}", 36}, NULL, 0, "every kind"},
    {{"{\"\":0}", 6}, NULL, 0, "an empty name is a name"},
    {{"{\"a\":\"\x7f\"}", 9}, NULL, 0, "DEL is no control character to RFC 8259"},
    {{"{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0001\\uD83D\\uDE00\"}", 42}, NULL, 0, "every escape"},
    {{"{\"a\":\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"}", 17},
     NULL,
     0,
     "two, three and four bytes"},
    {{"{\"a\":[-0,0.5e-7,1E+10,-1.25,1e999]}", 35},
     NULL,
     0,
     "numbers; whoever needs one looks at its size"},

    {{"", 0}, "it is empty", 0, "nothing"},
    {{NULL, 0}, "it is empty", 0, "absent"},
    {{"  ", 2}, "the text ends too early", 2, "white space alone"},
    {{"[]", 2}, "an object is expected", 0, "an array"},
    {{" \"a\"", 4}, "an object is expected", 1, "a string"},
    {{"\xef\xbb\xbf{}", 5}, "it begins with a byte order mark", 0, "a byte order mark"},
    {{"\xef\xbb{}", 4}, "an object is expected", 0, "half of one"},
    {{"{}x", 3}, "something stands behind the end", 2, "text behind"},
    {{"{}{}", 4}, "something stands behind the end", 2, "two objects"},
    {{"{}\0", 3}, "something stands behind the end", 2, "a NUL behind"},
    {{"{}}", 3}, "something stands behind the end", 2, "a bracket too many"},
    {{"{", 1}, "the text ends too early", 1, "cut off"},
    {{"{\"a", 3}, "the text ends too early", 3, "cut off in a name"},
    {{"{\"a\"", 4}, "the text ends too early", 4, "cut off before the colon"},
    {{"{\"a\":", 5}, "the text ends too early", 5, "cut off before the value"},
    {{"{\"a\":1", 6}, "the text ends too early", 6, "cut off behind a value"},
    {{"{\"a\":1,", 7}, "the text ends too early", 7, "cut off behind a comma"},
    {{"{\"a\":-", 6}, "the text ends too early", 6, "cut off in a number"},
    {{"{\"a\":1e", 7}, "the text ends too early", 7, "cut off in an exponent"},
    {{"{\"a\":[", 6}, "the text ends too early", 6, "cut off in an array"},
    {{"{\"a\" 1}", 7}, "a colon is expected", 5, "no colon"},
    {{"{\"a\":}", 6}, "a value is expected", 5, "no value"},
    {{"{a:1}", 5}, "a name in double quotes is expected", 1, "JavaScript"},
    {{"{'a':1}", 7}, "a name in double quotes is expected", 1, "single quotes"},
    {{"{1:1}", 5}, "a name in double quotes is expected", 1, "a number for a name"},
    {{"{\"a\":1,}", 8}, "a name in double quotes is expected", 7, "a trailing comma"},
    {{"{,}", 3}, "a name in double quotes is expected", 1, "a comma alone"},
    {{"{\"a\":[1,]}", 10}, "a value is expected", 8, "a trailing comma in an array"},
    {{"{\"a\":[,1]}", 10}, "a value is expected", 6, "a comma before"},
    {{"{\"a\":[1 2]}", 11}, "a comma or ] is expected", 8, "no comma"},
    {{"{\"a\":1 \"b\":2}", 13}, "a comma or } is expected", 7, "no comma"},
    {{"{\"a\":[1}", 8}, "a comma or ] is expected", 7, "the wrong bracket"},
    {{"{\"a\":1]", 7}, "a comma or } is expected", 6, "the wrong bracket"},
    {{"{\"a\":1/**/}", 11}, "a comma or } is expected", 6, "a comment"},
    {{"{//\n}", 5}, "a name in double quotes is expected", 1, "a comment"},
    {{"{\"a\":NaN}", 9}, "a value is expected", 5, "NaN"},
    {{"{\"a\":Infinity}", 14}, "a value is expected", 5, "Infinity"},
    {{"{\"a\":-Infinity}", 15}, "a digit is expected", 6, "-Infinity"},
    {{"{\"a\":nul}", 9}, "true, false and null are the only words", 5, "a word cut off"},
    {{"{\"a\":True}", 10}, "a value is expected", 5, "words have case"},
    {{"{\"a\":tRue}", 10}, "true, false and null are the only words", 5, "words have case"},
    {{"{\"a\":falsey}", 12}, "a comma or } is expected", 10, "a word too long"},
    {{"{\"a\":01}", 8}, "a number begins with a zero too many", 5, "a leading zero"},
    {{"{\"a\":-01}", 9}, "a number begins with a zero too many", 6, "a leading zero"},
    {{"{\"a\":+1}", 8}, "a value is expected", 5, "a plus sign"},
    {{"{\"a\":.5}", 8}, "a value is expected", 5, "no digit before the point"},
    {{"{\"a\":1.}", 8},
     "a digit is expected behind the decimal point",
     7,
     "no digit behind the point"},
    {{"{\"a\":1.e1}", 10},
     "a digit is expected behind the decimal point",
     7,
     "no digit behind the point"},
    {{"{\"a\":1,5}", 9}, "a name in double quotes is expected", 7, "the comma of some locales"},
    {{"{\"a\":1e}", 8}, "a digit is expected in the exponent", 7, "no exponent"},
    {{"{\"a\":1e+}", 9}, "a digit is expected in the exponent", 8, "a sign alone"},
    {{"{\"a\":0x1}", 9}, "a comma or } is expected", 6, "hexadecimal"},
    {{"{\"a\":\"\n\"}", 9}, "a control character in a string must be escaped", 6, "a line break"},
    {{"{\"a\":\"\0\"}", 9}, "a control character in a string must be escaped", 6, "a NUL"},
    {{"{\"a\x1f\":1}", 8}, "a control character in a string must be escaped", 3, "in a name"},
    {{"{\"a\":\"\\u0000\"}", 14}, "\\u0000 is not accepted", 6, "C strings end there"},
    {{"{\"\\u0000\":1}", 12}, "\\u0000 is not accepted", 2, "in a name"},
    {{"{\"a\":\"\\u00g0\"}", 14}, "\\u needs four hexadecimal digits", 6, "g"},
    {{"{\"a\":\"\\u00\"}", 12}, "\\u needs four hexadecimal digits", 6, "two digits"},
    {{"{\"a\":\"\\u00", 10}, "\\u needs four hexadecimal digits", 6, "two digits, then the end"},
    {{"{\"a\":\"\\u+123\"}", 14},
     "\\u needs four hexadecimal digits",
     6,
     "a sign, which strtol would take"},
    {{"{\"a\":\"\\x41\"}", 12}, "a backslash escapes nothing that JSON knows", 6, "\\x"},
    {{"{\"a\":\"\\'\"}", 10}, "a backslash escapes nothing that JSON knows", 6, "a single quote"},
    {{"{\"a\":\"\\", 7}, "a backslash escapes nothing that JSON knows", 6, "cut off in an escape"},
    {{"{\"a\":\"\\\0\"}", 10}, "a backslash escapes nothing that JSON knows", 6, "a NUL"},
    {{"{\"a\":\"\\ud800\"}", 14}, "half of a surrogate pair stands alone", 6, "a high one"},
    {{"{\"a\":\"\\uDC00\"}", 14}, "half of a surrogate pair stands alone", 6, "a low one"},
    {{"{\"a\":\"\\udc00\\udc00\"}", 20},
     "half of a surrogate pair stands alone",
     6,
     "two low ones"},
    {{"{\"a\":\"\\ud800\\ud800\"}", 20},
     "half of a surrogate pair stands alone",
     6,
     "two high ones"},
    {{"{\"a\":\"\\ud800\\u0041\"}", 20},
     "half of a surrogate pair stands alone",
     6,
     "a high one and a letter"},
    {{"{\"a\":\"\\ud800\\ue000\"}", 20},
     "half of a surrogate pair stands alone",
     6,
     "just above the low ones"},
    {{"{\"a\":\"\\ud800\\n12345\"}", 21},
     "half of a surrogate pair stands alone",
     6,
     "a high one and another escape"},
    {{"{\"a\":\"\\ud800xu1234\"}", 20},
     "half of a surrogate pair stands alone",
     6,
     "a high one and no backslash"},
    {{"{\"a\":\"\\ud800\\udc0", 17},
     "half of a surrogate pair stands alone",
     6,
     "a high one, then the end"},
    {{"{\"a\":\"\x80\"}", 9}, "a byte is not valid UTF-8", 6, "a continuation alone"},
    {{"{\"a\":\"\xc0\x80\"}", 10}, "a byte is not valid UTF-8", 6, "an overlong NUL"},
    {{"{\"a\":\"\xe0\x80\xaf\"}", 11}, "a byte is not valid UTF-8", 6, "an overlong slash"},
    {{"{\"a\":\"\xed\xa0\x80\"}", 11}, "a byte is not valid UTF-8", 6, "a surrogate"},
    {{"{\"a\":\"\xf4\x90\x80\x80\"}", 12}, "a byte is not valid UTF-8", 6, "above U+10FFFF"},
    {{"{\"a\":\"\xff\"}", 9}, "a byte is not valid UTF-8", 6, "no UTF-8 at all"},
    {{"{\"a\":\"\xe2\x82\"}", 10}, "a byte is not valid UTF-8", 6, "cut off by the quote"},
    {{"{\"a\":\"\xe2\x82", 8}, "a byte is not valid UTF-8", 6, "cut off by the end"},
    {{"{\"12345678\xff\":1}", 14}, "a byte is not valid UTF-8", 10, "behind eight good bytes"},
    {{"{\xa0}", 3}, "a name in double quotes is expected", 1, "no white space to JSON"},
    {{"{\f}", 3}, "a name in double quotes is expected", 1, "no white space to JSON"},

    {{"{\"a\":1,\"a\":2}", 13}, "a name stands twice in one object", 7, "the plain case"},
    {{"{\"a\":1,\"b\":1,\"a\":1}", 19},
     "a name stands twice in one object",
     13,
     "with another between"},
    {{"{\"a\":1,\"\\u0061\":2}", 18},
     "a name stands twice in one object",
     7,
     "names are compared as they read"},
    {{"{\"\\u0061\":1,\"a\":2}", 18},
     "a name stands twice in one object",
     12,
     "and the other way round"},
    {{"{\"\\u0061\":1,\"\\u0061\":2}", 23},
     "a name stands twice in one object",
     12,
     "both escaped"},
    {{"{\"/\":1,\"\\/\":2}", 14},
     "a name stands twice in one object",
     7,
     "an escape that is never needed"},
    {{"{\"\":1,\"\":2}", 11}, "a name stands twice in one object", 6, "empty names"},
    {{"{\"\xc3\xa4\":1,\"\\u00e4\":2}", 19}, "a name stands twice in one object", 8, "not ASCII"},
    {{"{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}", 27},
     "a name stands twice in one object",
     18,
     "a pair of surrogates"},
    {{"{\"permissions\":1,\"p\\u0065rmissions\":2}", 38},
     "a name stands twice in one object",
     17,
     "longer than eight bytes"},
    {{"{\"permissions\":1,\"permissions\":2}", 33},
     "a name stands twice in one object",
     17,
     "longer than eight bytes"},
    {{"{\"x\":{\"a\":1,\"a\":2}}", 19}, "a name stands twice in one object", 12, "further down"},
    {{"{\"x\":[{\"a\":1,\"a\":2}]}", 21}, "a name stands twice in one object", 13, "in an array"},
    {{"{\"a\":{\"b\":1},\"a\":2}", 19},
     "a name stands twice in one object",
     13,
     "around another object"},
    {{"{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":2}]}", 41},
     NULL,
     0,
     "in different objects a name may come again"},
    {{"{\"a\":1,\"A\":2}", 13}, NULL, 0, "names have case"},
    {{"{\"12345678x12345678\":1,\"12345678y12345678\":2}", 45},
     NULL,
     0,
     "the same at both ends is not the same"},
    {{"{\"function.permits\":1,\"Lww2BnE0la0XFy0n\":2}", 43},
     NULL,
     0,
     "names whose keys are equal by chance"},
    {{"{\"a\":1,\"aa\":2,\"\":3,\"\\u0061a\\u0061\":4}", 37},
     NULL,
     0,
     "one the begin of the other"},
};

Test(json, rule_4_takes_objects_strictly)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_value root = {JSON_NULL, SPAN("left over"), true};
        json_fault fault = {0, NULL};
        fnt_status status = json_validate(texts[i].text, &root, &fault);
        fnt_status want = texts[i].reason == NULL ? FNT_OK : FNT_REFUSED_MALFORMED;
        cr_expect_eq(status, want, "\"%s\": %s: %s", texts[i].text.at, texts[i].why, fault.reason);
        cr_expect_eq(json_validate(texts[i].text, &root, NULL), want);
        cr_expect_eq(root.kind, want == FNT_OK ? JSON_OBJECT : JSON_ABSENT, "\"%s\"",
                     texts[i].text.at);
        if (want == FNT_OK || status == FNT_OK)
            continue;
        cr_expect_str_eq(fault.reason, texts[i].reason, "\"%s\": %s: %s", texts[i].text.at,
                         texts[i].why, fault.reason);
        cr_expect_eq(fault.at, texts[i].at, "\"%s\": %s: at %zu", texts[i].text.at, texts[i].why,
                     fault.at);
    }
}

/* The same in memory that ends where the text does, so that the sanitizer sees a step beyond; and
 * cut off at every byte. */
Test(json, rule_45_stays_inside_the_text)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        for (size_t len = 0; len <= texts[i].text.len; len++) {
            char *copy = malloc(len + 1);
            cr_assert_not_null(copy);
            if (len > 0)
                memcpy(copy + 1, texts[i].text.at, len);
            json_value root;
            json_fault fault = {0, NULL};
            fnt_status status = json_validate((span){copy + 1, len}, &root, &fault);
            if (len == texts[i].text.len)
                cr_expect_eq(status, texts[i].reason == NULL ? FNT_OK : FNT_REFUSED_MALFORMED);
            if (status != FNT_OK)
                cr_expect(fault.at <= len && fault.reason != NULL, "\"%s\"", texts[i].text.at);
            free(copy);
        }
    }
}

Test(json, rule_4_any_one_value_where_a_document_is_read)
{
    static const struct {
        const char *text, *raw;
        json_kind kind;
        bool escaped;
    } values[] = {
        {" [1]\n", "[1]", JSON_ARRAY, false},       {"{}", "{}", JSON_OBJECT, false},
        {"\"a\"", "a", JSON_STRING, false},         {"\"\\n\"", "\\n", JSON_STRING, true},
        {" -1.5e3 ", "-1.5e3", JSON_NUMBER, false}, {"true", "true", JSON_TRUE, false},
        {"false", "false", JSON_FALSE, false},      {"null ", "null", JSON_NULL, false},
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        json_value root;
        cr_assert_eq(json_validate_value(span_of(values[i].text), &root, NULL), FNT_OK, "%s",
                     values[i].text);
        cr_expect_eq(root.kind, values[i].kind, "%s", values[i].text);
        cr_expect_eq(root.escaped, values[i].escaped, "%s", values[i].text);
        cr_expect(span_equal(root.raw, span_of(values[i].raw)), "%s", values[i].text);
    }
    json_value root;
    cr_expect_eq(json_validate_value(SPAN("1 2"), &root, NULL), FNT_REFUSED_MALFORMED);
    cr_expect_eq(json_validate_value(SPAN("[1,2"), &root, NULL), FNT_REFUSED_MALFORMED);
    cr_expect_eq(json_validate_value(SPAN("-"), &root, NULL), FNT_REFUSED_MALFORMED);
}

/* ---- limits -------------------------------------------------------------- */

static size_t nest(char *out, size_t depth, const char *open, const char *shut)
{
    size_t len = 0;
    for (size_t i = 0; i < depth; i++)
        for (const char *c = i + 1 < depth ? open : "["; *c != '\0'; c++)
            out[len++] = *c;
    for (size_t i = 0; i < depth; i++)
        out[len++] = i > 0 ? *shut : ']';
    return len;
}

Test(json, rule_4_depth_is_limited)
{
    char text[1000];
    json_value root;
    json_fault fault;
    cr_expect_eq(json_validate_value((span){text, nest(text, JSON_DEPTH, "[", "]")}, &root, NULL),
                 FNT_OK);
    cr_expect_eq(
        json_validate_value((span){text, nest(text, JSON_DEPTH + 1, "[", "]")}, &root, &fault),
        FNT_REFUSED_MALFORMED);
    cr_expect(fault.at == JSON_DEPTH && strcmp(fault.reason, "it is nested too deeply") == 0);
    cr_expect_eq(json_validate((span){text, nest(text, JSON_DEPTH, "{\"a\":", "}")}, &root, NULL),
                 FNT_OK);
    cr_expect_eq(
        json_validate((span){text, nest(text, JSON_DEPTH + 1, "{\"a\":", "}")}, &root, NULL),
        FNT_REFUSED_MALFORMED);
}

/* An object of count names, "0000", "0001", ..., around another text. */
static size_t many_names(char *out, size_t first, size_t count, const char *inside)
{
    size_t len = 0;
    out[len++] = '{';
    for (size_t i = first; i < first + count; i++)
        len += (size_t)sprintf(out + len, "%s\"%04zu\":%s", i == first ? "" : ",", i,
                               i + 1 == first + count ? inside : "0");
    out[len++] = '}';
    out[len] = '\0';
    return len;
}

Test(json, rule_4_open_names_are_limited)
{
    static char text[20 * JSON_NAMES], inside[20 * JSON_NAMES];
    json_value root;
    json_fault fault;
    cr_expect_eq(json_validate((span){text, many_names(text, 0, JSON_NAMES, "0")}, &root, NULL),
                 FNT_OK);
    cr_expect_eq(
        json_validate((span){text, many_names(text, 0, JSON_NAMES + 1, "0")}, &root, &fault),
        FNT_REFUSED_MALFORMED);
    cr_expect_str_eq(fault.reason, "there are too many names");

    many_names(inside, 0, 1000, "0");
    cr_expect_eq(json_validate((span){text, many_names(text, 0, 24, inside)}, &root, NULL), FNT_OK,
                 "both objects are open");
    cr_expect_eq(json_validate((span){text, many_names(text, 0, 25, inside)}, &root, NULL),
                 FNT_REFUSED_MALFORMED);
}

Test(json, rule_4_names_of_a_closed_object_are_forgotten)
{
    static char text[50 * JSON_NAMES], inside[20 * JSON_NAMES];
    json_value root;
    size_t len = many_names(inside, 0, 600, "0");
    int length = snprintf(text, sizeof text, "{\"a\":%s,\"b\":%s,\"0000\":1}", inside, inside);
    cr_assert_gt((size_t)length, 2 * len);
    cr_expect_eq(json_validate(span_of(text), &root, NULL), FNT_OK);
}

Test(json, rule_4_a_name_is_found_among_many)
{
    static char text[20 * JSON_NAMES];
    json_value root;
    for (size_t i = 0; i < 1000; i += 37) {
        size_t len = many_names(text, 0, 1000, "0");
        int more = sprintf(text + len - 1, ",\"%04zu\":1}", i);
        cr_expect_eq(json_validate((span){text, len - 1 + (size_t)more}, &root, NULL),
                     FNT_REFUSED_MALFORMED, "%zu", i);
    }
}

/* ---- names made to collide ------------------------------------------------ */

/* What json_key makes of eight more bytes, and the bytes that make one key of another: anybody can
 * work them out. */
static const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15), inverse = UINT64_C(0xf1de83e19937733d);

static uint64_t fold_eight(uint64_t key, const char *bytes)
{
    return (key ^ word_load(bytes)) * factor ^ key >> 29;
}

static bool is_plain(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] < ' ' || bytes[i] > '~' || bytes[i] == '"' || bytes[i] == '\\')
            return false;
    return true;
}

/* Sixteen bytes that follow on prefix; with collide, all such names have one key. */
static void put_varying(uint64_t prefix, bool collide, char *out)
{
    static uint32_t state = 1;
    do {
        for (size_t i = 0; i < 16; i++) {
            state = state * 1664525 + 1013904223;
            out[i] = (char)(' ' + (state >> 16) % 95);
        }
        if (collide) {
            uint64_t key = fold_eight(prefix, out),
                     last = ((UINT64_C(0x1234567890abcdef) ^ key >> 29) * inverse) ^ key;
            for (size_t i = 0; i < 8; i++)
                out[8 + i] = (char)(last >> 8 * i & 0xff);
        }
    } while (!is_plain(out, 16));
}

/* An object of so many names that begin alike; the first byte of each is an escape if escaped. */
static size_t put_alike(char *out, size_t common, size_t names, bool escaped, bool collide)
{
    char prefix[512];
    uint64_t key = 0;
    size_t len = 0;
    memset(prefix, 'a', sizeof prefix);
    prefix[0] = '/';
    for (size_t i = 0; i < common; i += 8)
        key = fold_eight(key, prefix + i);
    for (size_t i = 0; i < names; i++) {
        char varying[16];
        put_varying(key, collide, varying);
        len += (size_t)sprintf(out + len, "%c\"%s%.*s%.16s\":0", i == 0 ? '{' : ',',
                               escaped ? "\\" : "", (int)common, prefix, varying);
    }
    out[len++] = '}';
    return len;
}

static char alike[2][JSON_NAMES * 540];
static size_t alike_len[2];

static void validate_alike(size_t which)
{
    json_value root;
    (void)json_validate((span){alike[which], alike_len[which]}, &root, NULL);
}

Test(json, rule_42_names_that_collide_cost_what_others_cost)
{
    static const struct {
        size_t common, names;
    } shapes[] = {{0, 1024}, {8, 340}, {8, 1024}, {40, 180}, {320, 1000}, {480, 1010}};
    cr_assert_eq(factor * inverse, 1);
    for (size_t i = 0; i < 2 * sizeof shapes / sizeof *shapes; i++) {
        size_t common = shapes[i / 2].common, names = shapes[i / 2].names;
        bool escaped = i % 2 == 1 && common > 0;
        for (int collide = 0; collide < 2; collide++)
            alike_len[collide] = put_alike(alike[collide], common, names, escaped, collide == 1);
        cr_expect_lt(test_ratio(validate_alike, 0, 1, 40), 3, "%zu and %zu, escaped: %d", common,
                     names, escaped);
    }
}

/* The names are different ones, and a few that collide are read like others. */
Test(json, rule_42_only_a_flood_of_names_that_collide_is_refused)
{
    static char text[JSON_NAMES * 40];
    json_value root;
    json_fault fault;
    cr_expect_eq(json_validate((span){text, put_alike(text, 8, 2, false, true)}, &root, NULL),
                 FNT_OK);
    cr_expect_eq(json_validate((span){text, put_alike(text, 8, 1024, false, false)}, &root, NULL),
                 FNT_OK);
    cr_expect_eq(json_validate((span){text, put_alike(text, 8, 1024, false, true)}, &root, &fault),
                 FNT_REFUSED_MALFORMED);
    cr_expect_str_eq(fault.reason, "too many of its names collide");
}

Test(json, rule_42_names_of_all_depths_are_counted)
{
    static const char text[] = "{\"a\":{\"b\":1},\"c\":[{\"a\":1},{\"a\":2}]}";
    json_value root;
    json_fault fault;
    cr_expect_eq(json_validate_pick(SPAN(text), NULL, NULL, 0, 5, &root, NULL), FNT_OK);
    cr_expect_eq(json_validate_pick(SPAN(text), NULL, NULL, 0, 4, &root, &fault), FNT_REFUSED_SIZE);
    cr_expect_str_eq(fault.reason, "there are too many names");
    cr_expect_eq(fault.at, (size_t)(strrchr(text, 'a') - text) - 1);
    cr_expect_eq(root.kind, JSON_ABSENT);
}

Test(json, rule_4_length_is_limited)
{
    json_value root;
    json_fault fault;
    cr_expect_eq(json_validate((span){"{", (size_t)JSON_SIZE + 1}, &root, &fault),
                 FNT_REFUSED_MALFORMED);
    cr_expect_str_eq(fault.reason, "it is too long");
}

Test(json, an_index_finds_members_and_strings)
{
    static const char text[] = " {\"a\":1,\"\\u0062\":[\"x\",2,\"\\u0079\"],\"c\":{\"a\":\"\"}}";
    json_value root, name, value;
    json_index *index = NULL;
    cr_assert_eq(
        json_validate_index(SPAN(text), NULL, NULL, 0, JSON_NO_LIMITS, &root, &index, NULL),
        FNT_OK);
    cr_expect_eq(json_index_names(index), 4);
    cr_expect_eq(json_index_find(index, SPAN("a")).kind, JSON_NUMBER);
    cr_expect_eq(json_index_find(index, SPAN("c")).kind, JSON_OBJECT);
    cr_expect_eq(json_index_find(index, SPAN("d")).kind, JSON_ABSENT);
    cr_expect(json_index_member(index, 1, &name, &value));
    cr_expect(json_string_equals(name, SPAN("b")));
    cr_expect_not(json_index_member(index, 3, &name, &value));
    json_index *items = json_index_new(json_index_find(index, SPAN("b")));
    cr_expect_eq(json_index_find(items, SPAN("x")).kind, JSON_STRING);
    cr_expect_eq(json_index_find(items, SPAN("y")).kind, JSON_STRING);
    cr_expect_eq(json_index_find(items, SPAN("2")).kind, JSON_ABSENT, "numbers are no strings");
    json_index_free(items);
    json_index_free(index);
}

/* ---- walking ------------------------------------------------------------- */

static json_value checked(const char *text)
{
    json_value root;
    cr_assert_eq(json_validate_value(span_of(text), &root, NULL), FNT_OK, "%s", text);
    return root;
}

Test(json, walks_members_in_their_order)
{
    static const struct {
        const char *name, *raw;
        json_kind kind;
        bool escaped;
    } want[] = {
        {"o", "{\"x\" : [ \"}\" ]}", JSON_OBJECT, false},
        {"a", "[ [ ] , \"]\\\"\", {}]", JSON_ARRAY, false},
        {"s", "a\\\"b", JSON_STRING, true},
        {"e", "", JSON_STRING, false},
        {"n", "-1.5e3", JSON_NUMBER, false},
        {"t", "true", JSON_TRUE, false},
        {"f", "false", JSON_FALSE, false},
        {"z", "null", JSON_NULL, false},
        {"u", "\xc3\xa4 and more than eight", JSON_STRING, false},
    };
    json_value name, value;
    json_iterator walk = json_members(checked(" { \"o\" : {\"x\" : [ \"}\" ]} , \"a\":[ [ ] , "
                                              "\"]\\\"\", {}],\"s\":\"a\\\"b\" ,\"e\":\"\","
                                              "\"n\":-1.5e3,\"t\":true\n,\"f\":false,\"z\":null "
                                              ",\"u\":\"\xc3\xa4 and more than eight\" } "));
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        cr_assert(json_next_member(&walk, &name, &value), "%s", want[i].name);
        cr_expect(json_string_equals(name, span_of(want[i].name)), "%s", want[i].name);
        cr_expect_eq(value.kind, want[i].kind, "%s", want[i].name);
        cr_expect_eq(value.escaped, want[i].escaped, "%s", want[i].name);
        cr_expect(span_equal(value.raw, span_of(want[i].raw)), "%s", want[i].name);
    }
    cr_expect(!json_next_member(&walk, &name, &value));
    cr_expect(name.kind == JSON_ABSENT && value.kind == JSON_ABSENT);
    cr_expect(!json_next_member(&walk, &name, &value), "the end stays the end");
}

Test(json, walks_items_in_their_order)
{
    static const char *const want[] = {"1", "a", "[2,[3]]", "{\"b\":4}", "null"};
    json_value value;
    json_iterator walk = json_items(checked("[1, \"a\",[2,[3]],{\"b\":4} ,null ]"));
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        cr_assert(json_next_item(&walk, &value));
        cr_expect(span_equal(value.raw, span_of(want[i])), "%s", want[i]);
    }
    cr_expect(!json_next_item(&walk, &value));
    cr_expect_eq(value.kind, JSON_ABSENT);
}

Test(json, rule_5_other_kinds_have_nothing_to_walk)
{
    static const char *const others[] = {"[\"a\",1]", "\"{}\"", "1", "null", "{}"};
    json_value name, value, none = {JSON_ABSENT, SPAN_NONE, false};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        json_iterator walk = json_members(checked(others[i]));
        cr_expect(!json_next_member(&walk, &name, &value), "%s", others[i]);
        cr_expect_eq(json_member(checked(others[i]), SPAN("a")).kind, JSON_ABSENT, "%s", others[i]);
    }
    json_iterator walk = json_items(checked("{\"a\":1}"));
    cr_expect(!json_next_item(&walk, &value));
    walk = json_items(none);
    cr_expect(!json_next_item(&walk, &value));
    cr_expect_eq(json_resolve_pointer(none, SPAN("/a")).kind, JSON_ABSENT);
    cr_expect_eq(json_resolve_pointer(none, SPAN("")).kind, JSON_ABSENT);
}

Test(json, rule_4_members_are_found_with_case)
{
    json_value object = checked("{\"Alg\":1,\"alg\":2,\"al\\u0067o\":3,\"x\":{\"deep\":4}}");
    cr_expect(span_equal(json_member(object, SPAN("alg")).raw, SPAN("2")));
    cr_expect(span_equal(json_member(object, SPAN("Alg")).raw, SPAN("1")));
    cr_expect(span_equal(json_member(object, SPAN("algo")).raw, SPAN("3")), "as it reads");
    cr_expect_eq(json_member(object, SPAN("al\\u0067o")).kind, JSON_ABSENT);
    cr_expect_eq(json_member(object, SPAN("ALG")).kind, JSON_ABSENT);
    cr_expect_eq(json_member(object, SPAN("al")).kind, JSON_ABSENT);
    cr_expect_eq(json_member(object, SPAN("deep")).kind, JSON_ABSENT,
                 "not those of an inner object");
}

static const json_name wanted[] = {"a", "iss", "function", "", "none", "gone"};
enum { WANTED = sizeof wanted / sizeof *wanted };

static json_value nothing_but_noise(void)
{
    return (json_value){JSON_TRUE, SPAN("noise"), true};
}

Test(json, rule_4_what_is_picked_while_checking_is_what_a_walk_finds)
{
    static const char *const objects[] = {
        "{}",
        "{\"a\":1}",
        (" { \"function\" : { \"a\" : [ 2 ] , \"iss\" : \"inner\" } , \"\" : \" \\n\" , "
         "\"a\"\n:\n[ "
         "] } "),
        "{\"iss\":\"x\\\"y\",\"functions\":1,\"functio\":2,\"A\":3,\"issue\":4,\"function\":null}",
        "{\"\\u0069ss\":-1.5e3,\"fun\\u0063tion\":true,\"\\u0061\":{}}",
        "{\"a\":\"\\\\\",\"b\":{\"iss\":1},\"iss\":{},\"none\":false}",
        "{\"x\":[{\"a\":1},{\"a\":2}],\"function\":[[[\"]\"]]],\"a\":\"\xc3\xa4\"}",
        "{\"permissions of a longer name\":1,\"a\":{\"a\":{\"a\":0}}}",
    };
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++) {
        json_value root, values[WANTED];
        cr_assert_eq(
            json_validate_pick(span_of(objects[i]), wanted, values, WANTED, SIZE_MAX, &root, NULL),
            FNT_OK, "%s", objects[i]);
        for (size_t k = 0; k < WANTED; k++) {
            json_value found = json_member(root, span_of(wanted[k]));
            cr_expect_eq(values[k].kind, found.kind, "%s of %s", wanted[k], objects[i]);
            cr_expect(span_equal(values[k].raw, found.raw), "%s of %s", wanted[k], objects[i]);
            cr_expect_eq(values[k].raw.at, found.raw.at);
            cr_expect_eq(values[k].escaped, found.escaped, "%s of %s", wanted[k], objects[i]);
        }
    }
}

Test(json, rule_4_nothing_is_picked_from_what_is_refused)
{
    static const char *const refused[] = {"",
                                          "[]",
                                          "{\"a\":1,\"iss\":2,}",
                                          "{\"a\":1,\"a\":2}",
                                          "{\"iss\":\"x\"} {}",
                                          "{\"a\":1",
                                          "\xef\xbb\xbf{\"a\":1}"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        json_value root, values[WANTED];
        for (size_t k = 0; k < WANTED; k++)
            values[k] = nothing_but_noise();
        cr_expect_eq(
            json_validate_pick(span_of(refused[i]), wanted, values, WANTED, SIZE_MAX, &root, NULL),
            FNT_REFUSED_MALFORMED, "%s", refused[i]);
        for (size_t k = 0; k < WANTED; k++)
            cr_expect(values[k].kind == JSON_ABSENT && values[k].raw.at == NULL, "%s of %s",
                      wanted[k], refused[i]);
    }
}

/* RFC 6901, 5 and beyond. */
static const char pointed[] =
    "{\"foo\":[\"bar\",\"baz\"],\"\":0,"
    "\"a/b\":1,\"c%d\":2,\"e^f\":3,\"g|h\":4,\"i\\\\j\":5,\"k\\\"l\":6,\" \":7,"
    "\"m~n\":8,\"~1\":9,\"deep\":{\"list\":[10,[11],{\"x\":12}]},\"0\":13,\"u\\u006ei\":14,"
    "\"twelve\":[0,1,2,3,4,5,6,7,8,9,\"ten\",\"eleven\"]}";

static const struct {
    const char *pointer;
    const char *raw; /* NULL: leads nowhere */
} pointers[] = {
    {"/foo", "[\"bar\",\"baz\"]"},
    {"/foo/0", "bar"},
    {"/foo/1", "baz"},
    {"/", "0"},
    {"/a~1b", "1"},
    {"/c%d", "2"},
    {"/e^f", "3"},
    {"/g|h", "4"},
    {"/i\\j", "5"},
    {"/k\"l", "6"},
    {"/ ", "7"},
    {"/m~0n", "8"},
    {"/~01", "9"},
    {"/deep/list/0", "10"},
    {"/deep/list/1/0", "11"},
    {"/deep/list/2/x", "12"},
    {"/0", "13"},
    {"/uni", "14"},
    {"/twelve/10", "ten"},
    {"/twelve/11", "eleven"},
    {"/twelve/12", NULL},
    {"/foo/2", NULL},
    {"/foo/-", NULL},
    {"/foo/00", NULL},
    {"/foo/01", NULL},
    {"/foo/", NULL},
    {"/foo/+1", NULL},
    {"/foo/1x", NULL},
    {"/foo/ 1", NULL},
    {"/foo/99999999999999999999", NULL},
    {"/foo/4294967296", NULL},
    {"/foo/18446744073709551616", NULL},
    {"xfoo", NULL},
    {"/foo 0", NULL},
    {"/foo/0/bar", NULL},
    {"/nowhere", NULL},
    {"/fo", NULL},
    {"/fooo", NULL},
    {"foo", NULL},
    {"/m~n", NULL},
    {"/m~2n", NULL},
    {"/foo~", NULL},
    {"/~1", NULL},
    {"/foo/0/", NULL},
    {"/Foo", NULL},
    {"//", NULL},
    {"/a/b", NULL},
    {"#/foo", NULL},
};

Test(json, follows_pointers)
{
    json_value root = checked(pointed);
    for (size_t i = 0; i < sizeof pointers / sizeof *pointers; i++) {
        json_value found = json_resolve_pointer(root, span_of(pointers[i].pointer));
        if (pointers[i].raw == NULL)
            cr_expect_eq(found.kind, JSON_ABSENT, "%s", pointers[i].pointer);
        else
            cr_expect(span_equal(found.raw, span_of(pointers[i].raw)), "%s", pointers[i].pointer);
    }
    cr_expect(span_equal(json_resolve_pointer(root, SPAN("")).raw, span_of(pointed)),
              "the empty pointer is the value itself");
}

/* ---- strings ------------------------------------------------------------- */

static const struct {
    const char *text, *reads;
} strings[] = {
    {"\"\"", ""},
    {"\"plain\"", "plain"},
    {"\"\\\"\\\\\\/\"", "\"\\/"},
    {"\"\\b\\f\\n\\r\\t\"", "\b\f\n\r\t"},
    {"\"\\u0001\\u007f\"", "\x01\x7f"},
    {"\"\\u0080\\u07ff\"", "\xc2\x80\xdf\xbf"},
    {"\"\\u0800\\uffff\"", "\xe0\xa0\x80\xef\xbf\xbf"},
    {"\"\\ud7ff\\ue000\"", "\xed\x9f\xbf\xee\x80\x80"},
    {"\"\\ud800\\udc00\"", "\xf0\x90\x80\x80"},
    {"\"\\udbff\\udfff\"", "\xf4\x8f\xbf\xbf"},
    {"\"\\uD83D\\uDe00!\"", "\xf0\x9f\x98\x80!"},
    {"\"a\\u0062c\"", "abc"},
    {"\"\xc3\xa4\\u00e4\"", "\xc3\xa4\xc3\xa4"},
};

Test(json, rule_4_strings_read_as_written)
{
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        char dst[40];
        json_value string = checked(strings[i].text);
        span reads = span_of(strings[i].reads), text = json_unescape(string, dst);
        cr_expect(span_equal(text, reads), "%s", strings[i].text);
        cr_expect_eq(text.at, string.escaped ? dst : string.raw.at, "%s", strings[i].text);
        cr_expect(json_string_equals(string, reads), "%s", strings[i].text);
        cr_expect(!json_string_equals(string, SPAN("something else")), "%s", strings[i].text);
        cr_expect(reads.len == 0 || !json_string_equals(string, (span){reads.at, reads.len - 1}),
                  "%s", strings[i].text);
        for (size_t j = 0; j < sizeof strings / sizeof *strings; j++)
            cr_expect_eq(json_strings_equal(string, checked(strings[j].text)), i == j, "%s %s",
                         strings[i].text, strings[j].text);
    }
    cr_expect(!json_string_equals(checked("\"a\\n\""), SPAN("a\nb")));
    cr_expect(json_strings_equal(checked("\"abc\""), checked("\"a\\u0062c\"")));
    cr_expect(!json_strings_equal(checked("\"abcd\""), checked("\"a\\u0062c\"")));
    cr_expect(!json_strings_equal(checked("\"a\\u0062c\""), checked("\"abcd\"")));
}

Test(json, rule_5_only_strings_read_as_text)
{
    static const char *const others[] = {"1", "true", "false", "null", "[]", "{}"};
    char dst[8];
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        json_value other = checked(others[i]), string = {JSON_STRING, span_of(others[i]), false};
        cr_expect(!json_string_equals(other, span_of(others[i])), "%s", others[i]);
        cr_expect(!json_strings_equal(other, other) && !json_strings_equal(other, string) &&
                      !json_strings_equal(string, other),
                  "%s", others[i]);
        cr_expect_null(json_unescape(other, dst).at, "%s", others[i]);
    }
}

/* ---- numbers ------------------------------------------------------------- */

static const struct {
    const char *number;
    int64_t down, up; /* negative: refused */
    const char *why;
} numbers[] = {
    {"0", 0, 0, "1970"},
    {"1715849221", 1715849221, 1715849221, "the usual"},
    {"1715849221.0", 1715849221, 1715849221, "a fraction of nothing"},
    {"1715849221.999999999999999999999", 1715849221, 1715849222, "a double would round up"},
    {"1715849221.000000000000000000001", 1715849221, 1715849222, "a double would round down"},
    {"1715849221e0", 1715849221, 1715849221, "an exponent of nothing"},
    {"17158492.21e2", 1715849221, 1715849221, "the exponent moves the point to the end"},
    {"17158492.215E+2", 1715849221, 1715849222, "nearly to the end"},
    {"1715849221000e-3", 1715849221, 1715849221, "backwards"},
    {"1715849221001e-3", 1715849221, 1715849222, "backwards, with a rest"},
    {"0.00000000000001715849221e23", 1715849221, 1715849221, "many zeros in front"},
    {"171584922100000000000000000000e-20", 1715849221, 1715849221,
     "beyond int64 without its exponent"},
    {"1.5e1", 15, 15, "a small one"},
    {"1e3", 1000, 1000, "zeros are added"},
    {"1e-400", 0, 1, "next to nothing is not nothing"},
    {"0.1e-99999999999999999999", 0, 1, "an exponent beyond int64"},
    {"0e999999999999", 0, 0, "zero, whatever the exponent"},
    {"0.000e99999999999999999999", 0, 0, "zero, whatever the exponent"},
    {"0e-1", 0, 0, "zero"},
    {"9007199254740991", 9007199254740991, 9007199254740991, "2^53 - 1"},
    {"9007199254740991.5", 9007199254740991, 9007199254740992, "up to 2^53"},
    {"9007199254740992", 9007199254740992, 9007199254740992, "2^53"},
    {"9007199254740992.0", 9007199254740992, 9007199254740992, "2^53"},
    {"9007199254740992.1", -1, -1, "above 2^53"},
    {"9007199254740993", -1, -1, "2^53 + 1, which a double can't tell from 2^53"},
    {"9.007199254740993e15", -1, -1, "2^53 + 1"},
    {"9007199254740992e1", -1, -1, "ten times 2^53"},
    {"1e16", -1, -1, "zeros are added"},
    {"9223372036854775808", -1, -1, "2^63"},
    {"18446744073709551617", -1, -1, "2^64 + 1 must not become 1"},
    {"1e999", -1, -1, "infinity to a double"},
    {"1e9999999999999999999999", -1, -1, "an exponent beyond int64"},
    {"1e18446744073709551616", -1, -1, "2^64 as an exponent must not become 0"},
    {"-1", -1, -1, "negative"},
    {"-0", -1, -1, "a sign is a sign"},
    {"-1e-400", -1, -1, "negative"},
    {"\"1715849221\"", -1, -1, "a string"},
    {"true", -1, -1, "a boolean"},
    {"null", -1, -1, "null"},
    {"[1]", -1, -1, "an array"},
};

Test(json, rule_5_seconds_are_exact)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        int64_t down = -1, up = -1;
        json_value number = checked(numbers[i].number);
        cr_expect_eq(json_seconds(number, false, &down), numbers[i].down >= 0, "%s: %s",
                     numbers[i].number, numbers[i].why);
        cr_expect_eq(json_seconds(number, true, &up), numbers[i].up >= 0, "%s: %s",
                     numbers[i].number, numbers[i].why);
        cr_expect_eq(down, numbers[i].down, "%s: %s: %lld", numbers[i].number, numbers[i].why,
                     (long long)down);
        cr_expect_eq(up, numbers[i].up, "%s: %s: %lld", numbers[i].number, numbers[i].why,
                     (long long)up);
    }
    json_value none = {JSON_ABSENT, SPAN_NONE, false};
    int64_t seconds;
    cr_expect(!json_seconds(none, false, &seconds));
}

Test(json, rule_34_plain_integers)
{
    static const struct {
        const char *number;
        bool plain;
    } rows[] = {
        {"0", true},
        {"1", true},
        {"83", true},
        {"9007199254740991", true},
        {"9007199254740992", false},
        {"9007199254740993", false},
        {"18446744073709551617", false},
        {"-1", false},
        {"-0", false},
        {"1.0", false},
        {"1.10", false},
        {"1e3", false},
        {"1E0", false},
        {"\"1\"", false},
        {"true", false},
        {"[1]", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_expect_eq(json_is_plain_integer(checked(rows[i].number)), rows[i].plain, "%s",
                     rows[i].number);
    cr_expect(!json_is_plain_integer((json_value){JSON_ABSENT, SPAN_NONE, false}));
}

/* ---- JSONTestSuite ------------------------------------------------------- */

/* Cases that the suite wants accepted and we refuse. */
static const char *const stricter[][2] = {
    {"y_object_duplicated_key.json", "a name twice"},
    {"y_object_duplicated_key_and_value.json", "a name twice"},
    {"y_object_escaped_null_in_key.json", "\\u0000"},
    {"y_string_null_escape.json", "\\u0000"},
};

static bool is_stricter(span name)
{
    for (size_t i = 0; i < sizeof stricter / sizeof *stricter; i++)
        if (span_equal(name, span_of(stricter[i][0])))
            return true;
    return false;
}

static span read_suite(void)
{
    char path[1000];
    const char *shared = getenv("FNT_SHARED");
    snprintf(path, sizeof path, "%s/corpora/json-test-suite.json",
             shared == NULL ? "../shared" : shared);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return SPAN_NONE;
    static char text[1 << 20];
    size_t len = fread(text, 1, sizeof text, file);
    fclose(file);
    cr_assert_lt(len, sizeof text);
    return (span){text, len};
}

/* Standard base64 with padding; {"v": before and } behind. */
static span wrapped(span base64, char *dst)
{
    static char text[1 << 20];
    size_t len = 0;
    for (; len < base64.len && base64.at[len] != '='; len++)
        text[len] = base64.at[len] == '+' ? '-' : base64.at[len] == '/' ? '_' : base64.at[len];
    memcpy(dst, "{\"v\":", 5);
    cr_assert(base64url_decode((span){text, len}, (unsigned char *)dst + 5));
    len = base64url_decoded(len);
    dst[5 + len] = '}';
    return (span){dst, len + 6};
}

Test(json, rule_4_json_test_suite)
{
    static char dst[1 << 20];
    span suite = read_suite();
    if (suite.at == NULL)
        cr_skip_test("corpora/json-test-suite.json is not in FNT_SHARED");
    document *d;
    json_fault fault = {0, NULL};
    size_t cases = 0, exceptions = 0;
    cr_assert_eq(document_parse(suite, &d, &fault), FNT_OK, "%s at %zu", fault.reason, fault.at);
    for (const node *n = node_first(document_root(d)); n != NULL; n = node_next(n), cases++) {
        span name = node_text(node_member(n, SPAN("name"))),
             expect = node_text(node_member(n, SPAN("expect")));
        span text = wrapped(node_text(node_member(n, SPAN("base64"))), dst);
        span bare = {text.at + 5, text.len - 6};
        json_value root;
        bool taken = json_validate(text, &root, NULL) == FNT_OK;
        cr_expect_eq(json_validate_value(bare, &root, NULL) == FNT_OK, taken, "%s", name.at);
        exceptions += is_stricter(name) ? 1 : 0;
        if (span_equal(expect, SPAN("accept")))
            cr_expect_eq(taken, !is_stricter(name), "%s is to be accepted", name.at);
        if (span_equal(expect, SPAN("reject")))
            cr_expect(!taken, "%s is to be refused", name.at);
    }
    test_vectors(cases);
    cr_expect_eq(cases, 318);
    cr_expect_eq(exceptions, sizeof stricter / sizeof *stricter, "an exception names no case");
    document_free(d);
}
