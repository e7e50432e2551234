/* SPDX-License-Identifier: MIT */
/* A file of IAM objects as the command line reads it, down to the rules. The first byte says what
 * the rest is:
 *
 *     p   scalars without quotes, one a line: what is a number to strtod, as Kubernetes' reader
 *         cleans it, must not pass for a string
 *     f   a file, YAML or JSON
 *
 * What is made of a file is JSON that the library accepts as such, every finding has a line that is
 * there, and what loads means the same as by three other ways: the file's own text, where it is
 * JSON; what libyaml's own tree says, where it is YAML; and what was made of it, read once more
 * (rule 34).
 */
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "fntoken/fntoken.h"
#include "lib/base/fail.h"
#include "lib/iam_files/objects.h"
#include "lib/iam_files/plain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

const char program_name[] = "fuzz_files";

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* ---- scalars ------------------------------------------------------------- */

/* Go's numbers that strtod would not read the same are left out: words, and hexadecimal ones. */
static bool is_number(const char *plain)
{
    char digits[256];
    size_t len = 0;
    char *end = NULL;
    if (*plain == '\0' || strchr("+-.0123456789", *plain) == NULL || strlen(plain) >= sizeof digits)
        return false;
    for (const char *c = plain; *c != '\0'; c++)
        if (*c != '_' || *plain == '.')
            digits[len++] = *c;
    digits[len] = '\0';
    if (strspn(digits, "+-.0123456789eE") != len)
        return false;
    (void)strtod(digits, &end);
    return end != digits && *end == '\0';
}

static void try_plain(const plain_rules *rules, const char *plain)
{
    plain_kind meaning = plain_meaning(rules, plain);
    must(!is_number(plain) || meaning == PLAIN_INTEGER || meaning == PLAIN_AMBIGUOUS);
    must(meaning != PLAIN_INTEGER || is_number(plain));
}

static void try_scalars(text *lines)
{
    plain_rules rules;
    must(plain_begin(&rules));
    for (char *line = lines->at, *end; line != NULL; line = end) {
        end = strchr(line, '\n');
        if (end != NULL)
            *end++ = '\0';
        try_plain(&rules, line);
    }
    plain_end(&rules);
}

/* ---- what is told -------------------------------------------------------- */

static int count_lines(const text *file)
{
    int lines = 1;
    for (size_t i = 0; i < file->len; i++) /* what YAML 1.1 takes for a line break, and more */
        lines += strchr("\n\r\x85\xa8\xa9", file->at[i]) != NULL;
    return lines;
}

static void check_findings(const findings *found, int lines)
{
    size_t errors = 0;
    for (size_t i = 0; i < found->count; i++) {
        must(found->at[i].line >= 1 && found->at[i].line <= lines + 1);
        must(strcmp(found->at[i].file, "f") == 0 && *found->at[i].sentence != '\0');
        must(*found->at[i].rule != '\0');
        errors += strcmp(found->at[i].kind, "error") == 0;
    }
    must(errors == found->errors);
}

static void check_report(const objects *all, const fnt_report *why, int lines)
{
    for (size_t i = 1; fnt_report_text(why, i, FNT_FIELD_SENTENCE, NULL) != NULL; i++) {
        const char *file = NULL, *rule = fnt_report_text(why, i, FNT_FIELD_RULE, NULL);
        int line = 0;
        (void)objects_locate(all, fnt_report_text(why, i, FNT_FIELD_PATH, NULL), &file, &line);
        must(all->source_count == 0 || strcmp(file, "f") == 0);
        must(line >= 1 && line <= lines + 1);
        must(rule == NULL || strcmp(rule, "malformed") != 0);
    }
}

/* ---- the other ways ------------------------------------------------------ */

static fnt_iam *load(const text *json, fnt_report *why)
{
    fnt_iam *iam = NULL;
    fnt_status status = fnt_iam_new_in(json->at, json->len, FNT_STR("*"), 0, &iam, why);
    must(status == FNT_OK || status == FNT_FAULT_IAM);
    must((iam != NULL) == (status == FNT_OK));
    return iam;
}

static void means_the_same(const fnt_iam *iam, const text *json)
{
    fnt_iam *other = load(json, NULL);
    must(other != NULL);
    must(strcmp(fnt_iam_digest(iam, NULL), fnt_iam_digest(other, NULL)) == 0);
    fnt_iam_free(other);
}

static void write_plain(text *json, const char *value, size_t len)
{
    char *end = NULL;
    bool digits = len > 0 && len < 17 && strspn(value, "-0123456789") == len;
    long long number = digits ? strtoll(value, &end, 10) : 0;
    text back = TEXT_EMPTY;
    text_print(&back, "%lld", number);
    bool same = digits && strcmp(back.at, value) == 0;
    text_free(&back);
    if (same || strcmp(value, "true") == 0 || strcmp(value, "false") == 0 ||
        strcmp(value, "null") == 0)
        text_add(json, value, len);
    else if (len == 0)
        text_put(json, "null");
    else
        text_json(json, value, len);
}

static void write_node(text *json, yaml_document_t *document, int index, bool key)
{
    const yaml_node_t *n = yaml_document_get_node(document, index);
    if (n->type == YAML_SCALAR_NODE) {
        const char *value = (const char *)n->data.scalar.value;
        if (n->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && !key)
            write_plain(json, value, n->data.scalar.length);
        else
            text_json(json, value, n->data.scalar.length);
    } else if (n->type == YAML_SEQUENCE_NODE) {
        text_byte(json, '[');
        for (yaml_node_item_t *i = n->data.sequence.items.start; i < n->data.sequence.items.top;
             i++) {
            text_put(json, i > n->data.sequence.items.start ? "," : "");
            write_node(json, document, *i, false);
        }
        text_byte(json, ']');
    } else {
        text_byte(json, '{');
        for (yaml_node_pair_t *i = n->data.mapping.pairs.start; i < n->data.mapping.pairs.top;
             i++) {
            text_put(json, i > n->data.mapping.pairs.start ? "," : "");
            write_node(json, document, i->key, true);
            text_byte(json, ':');
            write_node(json, document, i->value, false);
        }
        text_byte(json, '}');
    }
}

/* All documents as one array. False where one is no map: what that is, the tool decides. */
static bool write_documents(text *json, const text *file)
{
    yaml_parser_t parser;
    yaml_document_t document;
    bool good = true, more = true;
    must(yaml_parser_initialize(&parser) == 1);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)file->at, file->len);
    text_byte(json, '[');
    while (good && more) {
        if (yaml_parser_load(&parser, &document) == 0) {
            good = false;
            break;
        }
        const yaml_node_t *root = yaml_document_get_root_node(&document);
        more = root != NULL;
        good = !more || root->type == YAML_MAPPING_NODE;
        if (good && more) {
            text_put(json, json->len > 1 ? "," : "");
            write_node(json, &document, 1, false);
        }
        yaml_document_delete(&document);
    }
    text_byte(json, ']');
    yaml_parser_delete(&parser);
    return good;
}

static void read_again(const fnt_iam *iam, const text *json)
{
    objects all = {0};
    findings found = {0};
    text again = TEXT_EMPTY;
    objects_add(&all, "f", json, &found);
    must(found.errors == 0);
    objects_json(&all, &again);
    must(again.len == json->len && memcmp(again.at, json->at, json->len) == 0);
    means_the_same(iam, &again);
    text_free(&again);
    findings_free(&found);
    objects_free(&all);
}

static bool mentions(const findings *found, const char *rule)
{
    for (size_t i = 0; i < found->count; i++)
        if (strcmp(found->at[i].rule, rule) == 0)
            return true;
    return false;
}

static bool begins_as_json(const text *file)
{
    size_t blanks = strspn(file->at, " \t\r\n");
    return file->at[blanks] == '{' || file->at[blanks] == '[';
}

/* Of other programs' objects the names alone go on: what is there twice, say, is not looked at. */
static bool all_are_ours(const objects *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (!all->at[i].ours)
            return false;
    return true;
}

/* What loads without a finding that something was left out. */
static void compare(const fnt_iam *iam, const text *file, const text *json, const objects *all,
                    const findings *found)
{
    text other = TEXT_EMPTY;
    read_again(iam, json);
    /* with JSON libyaml does not always agree: U+2028 in a string */
    if (!mentions(found, "skipped-kind") && all_are_ours(all) && !begins_as_json(file) &&
        write_documents(&other, file))
        means_the_same(iam, &other);
    text_free(&other);
}

static void try_file(const text *file)
{
    objects all = {0};
    findings found = {0};
    text json = TEXT_EMPTY;
    fnt_report *why = NULL;
    int lines = count_lines(file);
    must(fnt_report_new(&why) == FNT_OK);
    objects_add(&all, "f", file, &found);
    check_findings(&found, lines);
    objects_json(&all, &json);
    fnt_iam *iam = load(&json, why);
    fnt_iam *raw = file->len > 0 ? load(file, NULL) : NULL; /* no text is no JSON to ask about */
    check_report(&all, why, lines);
    if (found.errors == 0 && raw != NULL) {
        must(iam != NULL);
        means_the_same(raw, &json);
    }
    if (iam != NULL && found.errors == 0)
        compare(iam, file, &json, &all, &found);
    if (iam != NULL && fnt_iam_lint(iam, why) == FNT_OK)
        check_report(&all, why, lines);
    fnt_iam_free(raw);
    fnt_iam_free(iam);
    fnt_report_free(why);
    text_free(&json);
    findings_free(&found);
    objects_free(&all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    text file = TEXT_EMPTY;
    if (size == 0)
        return 0;
    text_add(&file, (const char *)data + 1, size - 1);
    if (data[0] == 'p')
        try_scalars(&file);
    else if (data[0] == 'f')
        try_file(&file);
    text_free(&file);
    return 0;
}
