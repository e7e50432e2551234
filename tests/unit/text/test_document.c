/* SPDX-License-Identifier: MIT */
#include "support/test.h"
#include <cjson/cJSON.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/document.h"

static document *parse(const char *text)
{
    document *d = NULL;
    json_fault fault = {0, NULL};
    cr_assert_eq(document_parse(span_of(text), &d, &fault), FNT_OK, "%s: %s at %zu", text,
                 fault.reason, fault.at);
    return d;
}

Test(document, reads_every_kind)
{
    static const struct {
        const char *name;
        json_kind kind;
        const char *text;
    } want[] = {
        {"o", JSON_OBJECT, NULL}, {"a", JSON_ARRAY, NULL},  {"s", JSON_STRING, "x\"\n\xc3\xa4"},
        {"e", JSON_STRING, ""},   {"n", JSON_NUMBER, NULL}, {"t", JSON_TRUE, NULL},
        {"f", JSON_FALSE, NULL},  {"z", JSON_NULL, NULL},
    };
    document *d = parse(" {\"o\":{},\"a\":[],\"s\":\"x\\\"\\n\\u00e4\",\"e\":\"\",\"n\":-1.5e3,"
                        "\"t\":true,\"f\":false,\"z\":null}\n");
    const node *n = node_first(document_root(d));
    cr_expect_eq(node_kind(document_root(d)), JSON_OBJECT);
    cr_expect_null(node_name(document_root(d)).at);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++, n = node_next(n)) {
        cr_expect_eq(node_kind(n), want[i].kind, "%s", want[i].name);
        cr_expect(span_equal(node_name(n), span_of(want[i].name)), "%s", want[i].name);
        cr_expect_eq(node_text(n).at == NULL, want[i].text == NULL, "%s", want[i].name);
        cr_expect(span_equal(node_text(n), span_of(want[i].text)), "%s", want[i].name);
        cr_expect_null(node_first(n), "%s", want[i].name);
        cr_expect_eq(node_member(document_root(d), span_of(want[i].name)), n, "%s", want[i].name);
    }
    cr_expect_null(n);
    document_free(d);
}

Test(document, an_array_or_any_other_value_can_be_the_root)
{
    static const struct {
        const char *text;
        json_kind kind;
    } rows[] = {{"[]", JSON_ARRAY},  {" [1, 2]\n", JSON_ARRAY}, {"\"a\"", JSON_STRING},
                {"-1", JSON_NUMBER}, {"true", JSON_TRUE},       {"false", JSON_FALSE},
                {"null", JSON_NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        document *d = parse(rows[i].text);
        cr_expect_eq(node_kind(document_root(d)), rows[i].kind, "%s", rows[i].text);
        document_free(d);
    }
}

Test(document, items_have_no_names)
{
    document *d = parse("[\"a\",{\"b\":1},[]]");
    const node *first = node_first(document_root(d));
    cr_expect(span_equal(node_text(first), SPAN("a")));
    cr_expect_null(node_name(first).at);
    cr_expect_eq(node_kind(node_next(first)), JSON_OBJECT);
    cr_expect_null(node_next(node_next(node_next(first))));
    cr_expect_null(node_member(document_root(d), SPAN("a")), "an array has no members");
    document_free(d);
}

Test(document, rule_4_names_have_case)
{
    document *d = parse("{\"Kty\":\"no\",\"kty\":\"yes\",\"kt\":\"no\",\"k\\u0069d\":\"escaped\"}");
    cr_expect(span_equal(node_text(node_member(document_root(d), SPAN("kty"))), SPAN("yes")));
    cr_expect(span_equal(node_text(node_member(document_root(d), SPAN("kid"))), SPAN("escaped")));
    cr_expect_null(node_member(document_root(d), SPAN("KTY")));
    document_free(d);
}

Test(document, nothing_has_nothing)
{
    cr_expect_eq(node_kind(NULL), JSON_ABSENT);
    cr_expect_null(node_name(NULL).at);
    cr_expect_null(node_text(NULL).at);
    cr_expect_null(node_member(NULL, SPAN("a")));
    cr_expect_null(node_first(NULL));
    cr_expect_null(node_next(NULL));
    document_free(NULL);
}

/* What cJSON would take by itself. */
static const struct {
    span text;
    size_t at;
    const char *why;
} refused[] = {
    {{"{\"a\":1}x", 8}, 7, "text behind"},
    {{"\xef\xbb\xbf{}", 5}, 0, "a byte order mark"},
    {{"{\"a\":1,\"a\":2}", 13}, 7, "a name twice"},
    {{"[{\"a\":1,\"a\":2}]", 15}, 8, "a name twice, in an array"},
    {{"{\"a\":\"\\u0000b\"}", 15}, 6, "a NUL"},
    {{"{\"a\":\"\xff\"}", 9}, 6, "no UTF-8"},
    {{"{\"a\":\"\n\"}", 9}, 6, "a line break in a string"},
    {{"{\"a\":01}", 8}, 5, "a leading zero"},
    {{"{\"a\":1.}", 8}, 7, "no digit behind the point"},
    {{"{\v}", 3}, 1, "white space of C"},
    {{"", 0}, 0, "nothing"},
};

Test(document, rule_4_cjson_sees_only_what_the_strict_reader_took)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        document *d = (document *)(void *)&d;
        json_fault fault = {99, NULL};
        cr_expect_eq(document_parse(refused[i].text, &d, &fault), FNT_REFUSED_MALFORMED, "%s",
                     refused[i].why);
        cr_expect_null(d);
        cr_expect(fault.at == refused[i].at && fault.reason != NULL, "%s: at %zu", refused[i].why,
                  fault.at);
        cr_expect_eq(document_parse(refused[i].text, &d, NULL), FNT_REFUSED_MALFORMED, "%s",
                     refused[i].why);
    }
}

/* Each number is found where it stands, whatever else looks like one. */
Test(document, rule_34_numbers_are_read_as_written)
{
    static const char *const want[] = {"-1", "2.50", NULL, "1E+2", NULL, "4", NULL, "-0"};
    document *d =
        parse(" {\"1\\\"2\":[ -1,2.50,\"3\\\\\",1E+2 ,true,4,{\"-5\":\"1-2e3\\\"4\"},-0\n]}");
    const node *list = node_first(document_root(d)), *n = node_first(list);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++, n = node_next(n)) {
        span number = node_number(d, n);
        cr_expect(span_equal(number, span_of(want[i])) && (number.at == NULL) == (want[i] == NULL),
                  "%zu", i);
    }
    cr_expect_null(n);
    const node *object =
        node_next(node_next(node_next(node_next(node_next(node_next(node_first(list)))))));
    cr_expect(span_equal(node_text(node_first(object)), SPAN("1-2e3\"4")),
              "digits of strings are left alone");
    cr_expect_null(node_number(d, list).at, "no list");
    cr_expect_null(node_number(d, NULL).at, "nor nothing");
    document_free(d);
    d = parse(" 17 ");
    cr_expect(span_equal(node_number(d, document_root(d)), SPAN("17")), "alone");
    document_free(d);
}

/* cJSON asks the C library for the decimal point; here it is answered what some locales answer, and
 * what none does. */
static char decimal_point[8] = ".";

__attribute__((visibility("default"))) struct lconv *localeconv(void)
{
    static struct lconv conventions;
    conventions.decimal_point = decimal_point;
    return &conventions;
}

/* Left to itself cJSON reads a number with strtod and the locale's decimal point, and an old one no
 * more than 63 characters. */
Test(document, rule_4_numbers_do_not_depend_on_length_or_locale)
{
    static const char *const points[] = {".", ",", "\xd9\xab", ";"};
    static const char number[] =
        "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803";
    char text[sizeof number + 20] = "[";
    strcat(strcat(text, number), ",1e999,-2.5]");
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        strcpy(decimal_point, points[i]);
        document *d = parse(text);
        cr_expect(span_equal(node_number(d, node_first(document_root(d))), span_of(number)), "%s",
                  points[i]);
        cr_expect(
            span_equal(node_number(d, node_next(node_first(document_root(d)))), SPAN("1e999")),
            "%s", points[i]);
        cr_expect(span_equal(node_number(d, node_next(node_next(node_first(document_root(d))))),
                             SPAN("-2.5")),
                  "%s", points[i]);
        document_free(d);
    }
}

Test(document, the_text_need_not_live_on)
{
    char text[] = "{\"a\":[12,\"b\"]}";
    document *d = parse(text);
    memset(text, 'x', sizeof text - 1);
    cr_expect(span_equal(node_number(d, node_first(node_member(document_root(d), SPAN("a")))),
                         SPAN("12")));
    cr_expect(span_equal(node_text(node_next(node_first(node_member(document_root(d), SPAN("a"))))),
                         SPAN("b")));
    document_free(d);
}

Test(document, the_deepest_text_comes_and_goes)
{
    char text[2 * JSON_DEPTH + 1] = "";
    memset(text, '[', JSON_DEPTH);
    memset(text + JSON_DEPTH, ']', JSON_DEPTH);
    document *d = parse(text);
    document_free(d);
}

/* ---- memory -------------------------------------------------------------- */

/* cJSON's own memory, watched: how many blocks live, when the next one is refused, and whether a
 * block still holds the secret when it is given back. */
static const char secret[] = "SECRET";
static size_t living, allowed;
static bool leaked;

typedef union {
    size_t size;
    max_align_t align;
} header;

static void *watched_new(size_t size)
{
    if (allowed == 0)
        return NULL;
    allowed--;
    header *block = malloc(sizeof *block + size);
    cr_assert_not_null(block);
    block->size = size;
    living++;
    return block + 1;
}

static void watched_free(void *at)
{
    if (at == NULL)
        return;
    header *block = (header *)at - 1;
    const char *text = at;
    for (size_t i = 0; i + sizeof secret - 1 <= block->size; i++)
        leaked = leaked || memcmp(text + i, secret, sizeof secret - 1) == 0;
    living--;
    free(block);
}

static const char private_key[] = "{\"kty\":\"EC\",\"d\":\"SECRET\",\"SECRET\":{\"list\":[\"x\","
                                  "\"SECRETSECRET\",[\"SECRET\"]]},\"n\":1}";

static void watch(void)
{
    cJSON_Hooks hooks = {watched_new, watched_free};
    cJSON_InitHooks(&hooks);
    leaked = false;
    living = 0;
    allowed = SIZE_MAX;
}

Test(document, rule_16_what_the_tree_held_is_wiped, .init = watch)
{
    document *d = parse(private_key);
    cr_expect_gt(living, 8, "cJSON's memory is watched");
    document_free(d);
    cr_expect_eq(living, 0);
    cr_expect(!leaked, "a secret was given back");
}

Test(document, rule_44_every_allocation_of_cjson_fails_in_turn, .init = watch)
{
    size_t tries = 0;
    for (fnt_status status = FNT_FAULT_MEMORY; status != FNT_OK; tries++) {
        document *d = (document *)(void *)&d;
        allowed = tries;
        status = document_parse(span_of(private_key), &d, NULL);
        cr_assert(status == FNT_OK || status == FNT_FAULT_MEMORY);
        cr_expect_eq(d == NULL, status != FNT_OK);
        document_free(d);
        cr_assert_eq(living, 0, "after %zu allocations", tries);
        cr_assert_lt(tries, 100);
    }
    cr_expect_gt(tries, 10);
}

/* A tree of such text would take fifty times its memory; a name stands in paths, which are not
 * cut. */
Test(document, rule_45_values_and_names_have_limits)
{
    enum { MANY = 40000 };
    static const struct {
        const char *each;
        fnt_status status;
        size_t at;
        const char *why;
    } rows[] = {
        {"1,", FNT_REFUSED_MALFORMED, 2 * (10000 + 10000) - 2, "two bytes for each value"},
        {"\"aaaaa\",", FNT_OK, 0, "eight bytes"},
        {"[],     ", FNT_REFUSED_MALFORMED, 0, "an array and its comma are two at least"},
        {"\"[,{,[,{,[,{\",", FNT_OK, 0, "what is in a string is no value"},
        {"\"\\\",[{,\",", FNT_OK, 0, "nor behind an escape"},
    };
    char *text = malloc(MANY * 20 + 10);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        document *d = NULL;
        json_fault fault = {0, "nothing"};
        size_t len = (size_t)sprintf(text, "[");
        for (size_t n = 0; n < MANY; n++)
            len += (size_t)sprintf(text + len, "%s", rows[i].each);
        sprintf(text + len, "1]");
        cr_expect_eq(document_parse(span_of(text), &d, &fault), rows[i].status, "%s: %s",
                     rows[i].why, fault.reason);
        if (rows[i].at > 0)
            cr_expect_lt(fault.at > rows[i].at ? fault.at - rows[i].at : rows[i].at - fault.at, 10,
                         "%s: %zu", rows[i].why, fault.at);
        document_free(d);
    }
    for (size_t more = 0; more < 2; more++)
        for (size_t gap = 0; gap < 2; gap++) {
            document *d = NULL;
            json_fault fault = {0, "nothing"};
            size_t len = (size_t)sprintf(text, "{\"a\":\"");
            memset(text + len, 'x', 600); /* a value may be longer */
            len += 600 + (size_t)sprintf(text + len + 600, "\",\"");
            memset(text + len, 'x', DOCUMENT_NAME + more);
            sprintf(text + len + DOCUMENT_NAME + more, "\"%s:1}", gap > 0 ? " \n" : "");
            cr_expect_eq(document_parse(span_of(text), &d, &fault),
                         more > 0 ? FNT_REFUSED_MALFORMED : FNT_OK);
            cr_expect_str_eq(fault.reason,
                             more > 0 ? "a name is longer than 512 bytes" : "nothing");
            document_free(d);
        }
    free(text);
}
