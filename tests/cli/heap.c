/* SPDX-License-Identifier: MIT */
/* Memory while IAM objects are read, loaded, linted and found again (rule 45): at most 20 times the
 * text, whatever it is full of, by the library and by the command line, which reads YAML. The heap
 * of the whole process is looked at, so cJSON's and libyaml's are in it. */
#include "support/support.h"

#include <malloc.h>
#include <unistd.h>

#include "lib/iam_files/iam_files.h"

const char program_name[] = "heap";

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define HEAP_IS_TAKEN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define HEAP_IS_TAKEN 1
#endif

/* SMALL: bytes that are there whatever the text, as a report. The texts have nine bytes and more
 * for each value; the shortest that are taken, ten thousand of two bytes, would be some 1.5 MB. */
enum { TIMES = 20, SMALL = 100000 };

/* ---- the heap ------------------------------------------------------------ */

/* volatile: the compiler knows malloc, and would drop what is stored around a call of it */
static volatile size_t live, peak;

#ifndef HEAP_IS_TAKEN
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *at, size_t size);
void __libc_free(void *at);

static void *count(void *at)
{
    live += at == NULL ? 0 : malloc_usable_size(at) + sizeof(size_t);
    peak = live > peak ? live : peak;
    return at;
}

static void uncount(void *at)
{
    live -= at == NULL ? 0 : malloc_usable_size(at) + sizeof(size_t);
}

void *malloc(size_t size)
{
    return count(__libc_malloc(size));
}

void *calloc(size_t number, size_t size)
{
    return count(__libc_calloc(number, size));
}

void *realloc(void *old, size_t size)
{
    uncount(old);
    return count(__libc_realloc(old, size));
}

void free(void *at)
{
    uncount(at);
    __libc_free(at);
}
#endif

/* ---- texts --------------------------------------------------------------- */

typedef struct {
    const char *begin, *each, *end; /* each: %zu is a number, twice at will */
    size_t count;
    const char *why;
} shape;

#define JSON_HEAD(kind, name)                                                                      \
    "{\"apiVersion\":\"iam.openfaas.com/v1\",\"kind\":\"" kind "\",\"metadata\":{\"name\":\"" name \
    "\"},\"spec\":{"
#define YAML_HEAD(kind, name)                                                                      \
    "apiVersion: iam.openfaas.com/v1\nkind: " kind "\nmetadata:\n  name: " name "\nspec:\n"
#define JSON_STATEMENT                                                                             \
    "\"statement\":[{\"sid\":\"s\",\"action\":[\"Function:Invoke\"],\"effect\":\"Allow\","         \
    "\"resource\":["
#define YAML_STATEMENT                                                                             \
    "  statement:\n  - sid: s\n    action: [\"Function:Invoke\"]\n    effect: Allow\n    "         \
    "resource:\n"

static const shape json_shapes[] = {
    {JSON_HEAD("Role", "r") "\"policy\":[\"p\"],\"principal\":{\"jwt:sub\":[\"x\"", ",\"v%zu\"",
     "]}}}", 60000, "short values"},
    {JSON_HEAD("Role", "r") "\"policy\":[\"p\"],\"principal\":{\"jwt:sub\":[\"x\"",
     ",\"some value %zu\"", "]}}}", 60000, "values"},
    {JSON_HEAD("Policy", "p") JSON_STATEMENT "\"a:b\"", ",\"*-%zu\"", "]}]}}", 10000,
     "patterns that begin with a star"},
    {"[" JSON_HEAD("Role", "r") "\"policy\":[\"p\"],\"principal\":{\"jwt:sub\":[\"ada\"]}}}",
     "," JSON_HEAD("Role", "r%zu") "\"policy\":[\"p\"],\"principal\":{\"jwt:sub\":[\"ada\"]}}}",
     "]", 16000, "roles"},
    {"[" JSON_HEAD("Policy", "p") JSON_STATEMENT "\"a:b\"]}]}}",
     "," JSON_HEAD("Policy", "p%zu") JSON_STATEMENT "\"a:b%zu\"]}]}}", "]", 16000, "policies"},
    {"[1", ",1", "]", 2000000, "items that are nothing"},
};

static const shape yaml_shapes[] = {
    {YAML_HEAD("Role", "r") "  policy: [p]\n  principal:\n    jwt:sub:\n", "    - a%zu\n", "",
     60000, "short values"},
    {YAML_HEAD("Policy", "p") YAML_STATEMENT, "    - \"*-%zu\"\n", "", 10000,
     "patterns that begin with a star"},
    {YAML_HEAD("Policy", "p") YAML_STATEMENT "    - a:b\n",
     "---\n" YAML_HEAD("Role", "r%zu") "  policy: [p]\n  principal:\n    jwt:sub: [ada]\n", "",
     16000, "roles"},
    {"[a", ",a", "]\n", 2000000, "items that are nothing"},
};

static size_t write_text(const shape *s, size_t count, char **out)
{
    size_t len = 0;
    char *bytes = malloc(strlen(s->begin) + count * (strlen(s->each) + 16) + strlen(s->end) + 1);
    len += (size_t)sprintf(bytes, "%s", s->begin);
    for (size_t i = 0; i < count; i++)
        len += (size_t)sprintf(bytes + len, s->each, i, i);
    len += (size_t)sprintf(bytes + len, "%s", s->end);
    *out = bytes;
    return len;
}

/* ---- use ----------------------------------------------------------------- */

static void load_and_lint(const char *bytes, size_t len)
{
    fnt_iam *iam = NULL;
    fnt_report *why = NULL;
    MUST(fnt_report_new(&why));
    fnt_status status = fnt_iam_new_in(bytes, len, FNT_STR("*"), 0, &iam, why);
    cr_expect(status == FNT_OK || status == FNT_FAULT_IAM);
    if (status == FNT_OK)
        MUST(fnt_iam_lint(iam, why));
    fnt_iam_free(iam);
    fnt_report_free(why);
}

static void lint_file(const char *path)
{
    app run;
    findings found = {0};
    const char *paths[] = {path};
    option iam[IAM_OPTIONS] = {[IAM_PATHS] = {.name = "iam", .count = 1, .values = paths}};
    cr_assert_eq(app_begin(&run, "lint"), 0);
    cr_expect_eq(iam_lint(&run, iam, &found), 0);
    findings_free(&found);
    app_end(&run);
}

static void expect_small(const shape *s, const char *by, size_t before, size_t len)
{
    size_t most = peak > before ? peak - before : 0;
    if (most == 0)
        cr_skip_test("the heap is a sanitizer's");
    printf("# %s, %s: %zu bytes, %zu.%zu times the text\n", by, s->why, len, most / len,
           most * 10 / len % 10);
    fflush(stdout);
    cr_expect_leq(most, TIMES * len + SMALL, "%s, %s: %zu times %zu bytes", by, s->why, most / len,
                  len);
}

static size_t begin(void)
{
    peak = live;
    return live;
}

Test(heap, rule_45_loading_takes_at_most_20_times_the_text)
{
    for (size_t i = 0; i < COUNT(json_shapes); i++) {
        char *bytes = NULL;
        size_t len = write_text(&json_shapes[i], json_shapes[i].count, &bytes), before = begin();
        load_and_lint(bytes, len);
        expect_small(&json_shapes[i], "library", before, len);
        free(bytes);
    }
}

static const shape *now;

static void lint_text(size_t count)
{
    char path[] = "/tmp/heap.XXXXXX", *bytes = NULL;
    size_t len = write_text(now, count, &bytes);
    int descriptor = mkstemp(path);
    cr_assert_geq(descriptor, 0);
    cr_assert_eq((size_t)write(descriptor, bytes, len), len);
    close(descriptor);
    free(bytes);
    size_t before = begin();
    lint_file(path);
    if (count == now->count)
        expect_small(now, "file", before, len);
    unlink(path);
}

Test(heap, rule_45_files_take_at_most_20_times_their_text)
{
    for (now = json_shapes; now < json_shapes + COUNT(json_shapes); now++)
        lint_text(now->count);
    for (now = yaml_shapes; now < yaml_shapes + COUNT(yaml_shapes); now++)
        lint_text(now->count);
}

Test(heap, rule_45_files_take_linear_time)
{
    for (now = json_shapes; now < json_shapes + COUNT(json_shapes); now++)
        cr_expect_lt(test_growth(lint_text, now->count / 8, 8), 4, "%s", now->why);
    for (now = yaml_shapes; now < yaml_shapes + COUNT(yaml_shapes); now++)
        cr_expect_lt(test_growth(lint_text, now->count / 8, 8), 4, "%s", now->why);
}
