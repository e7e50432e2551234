/* SPDX-License-Identifier: MIT */
#include "lib/iam_files/mistake.h"

#include <regex.h>
#include <string.h>

const char mistake_too_deep[] = "nested more than 100 levels deep";
const char mistake_too_dense[] = "too many values for so few bytes";

/* ---- what people put into such files ------------------------------------- */

enum { NEAR = 3, LINE_MAX_BYTES = 256 };

typedef struct {
    int lines; /* before that of the mistake, in which it may stand; the file's first is one too */
    const char *pattern, *sentence;
} hint;

/* The first one that is found tells. */
static const hint pasted[] = {
    {NEAR, "^(<<<<<<<|\\|\\|\\|\\|\\|\\|\\||>>>>>>>)( |$)|^=======$",
     "a merge left its marks here: choose one side and take the marks away"},
    {NEAR, "\\{\\{|\\{%|<%",
     "this is a template ({{ ... }}), and its values are expected: render it first, as with helm "
     "template CHART | fntoken lint --iam -"},
    {NEAR, "^[[:space:]]*(```|~~~)",
     "this is a code fence of Markdown, and YAML alone is expected: take the lines with ``` away"},
    {NEAR,
     "^[[:space:]]*([[:alnum:]_.-]+@[^#$ ]*(:[^#$]*)?[#$%]|[$%>]|PS [A-Za-z]:[^>]*>) [[:alpha:]./]",
     "this is a shell's prompt with its command, and YAML alone is expected: take the line away"},
    {NEAR, "^[[:space:]]*(sudo )?(kubectl|helm|oc|cat|echo|curl) [^:]|<<-?[\"']?EOF|^EOF$",
     "this is a command for a shell, and YAML alone is expected: take the line away, or run it and "
     "keep what it prints"},
    {0,
     "^(error: |Error: |Error from server|Unable to connect to the server|The connection to the "
     "server|No resources found|You must be logged in)",
     "this is what kubectl says when it finds nothing or fails, and objects are expected: run it "
     "by itself and look at what it says"},
    {0, "^(NAMESPACE +)?NAME( +[A-Z][A-Z -]*)*[[:space:]]*$",
     "this is a table as kubectl prints it for people, and YAML is expected: add -o yaml"},
    {0, "^Name:   +[^ ]",
     "this is what kubectl describe prints, and YAML is expected: use kubectl get ... -o yaml"},
    {0, "^[[:space:]]*<(!DOCTYPE|!--|html|HTML|head|\\?xml)",
     "this is a web page or XML, and YAML or JSON is expected: fetch the file itself, with the "
     "address behind \"Raw\""},
    {NEAR, "^(diff --git |--- [ab]/|\\+\\+\\+ [ab]/|@@ -[0-9])",
     "this is a patch, and the whole file is expected: apply it first"},
    {NEAR,
     "^[[:space:]]*(----+|--|[[:space:]]+---|\342\200\224+|\342\200\223+)[[:space:]]*$|^---[[:"
     "alnum:]"
     "]",
     "this looks like a line between two documents, which is --- at the beginning of a line of its "
     "own, three hyphens and nothing else: write it so"},
    {1, "^[[:space:]]*(//|/\\*)|[[:space:],\\{\\[](//|/\\*)( |$)",
     "a comment begins with # here, not with // or /*: write it so in YAML; JSON has none"},
    {1, "\357\273\277",
     "a byte order mark stands inside the file, where two files were put together: take it away"},
};

static const hint indentation[] = {
    {1, "\302\240|\343\200\200|^[[:space:]]*\342\200\213",
     "the line holds a blank that is none to YAML (a no-break space, as web pages have them): put "
     "ordinary blanks there"},
    {1, "^[[:space:]]*(\342\200[\220-\225]|\342\210\222)[[:space:]]",
     "an item begins with a dash that is no hyphen, as word processors write one: type it anew "
     "(-)"},
    {1, "^ *(- *)?\t",
     "a tab stands at the beginning of the line, where blanks are expected: indent with blanks"},
};

enum {
    PASTED = sizeof pasted / sizeof *pasted,
    INDENTATION = sizeof indentation / sizeof *indentation
};

/* ---- lines --------------------------------------------------------------- */

typedef struct {
    const char *at[NEAR + 2]; /* the first line that says anything, then those before the mistake */
    int number[NEAR + 2];
    int count;
} lines;

static bool is_blank(const char *at, const char *end)
{
    while (at < end && strchr(" \t\r", *at) != NULL && *at != '\0')
        at++;
    return at == end || *at == '#';
}

static const char *end_of(const text *file, const char *at)
{
    const char *end = memchr(at, '\n', (size_t)(file->at + file->len - at));
    return end != NULL ? end : file->at + file->len;
}

static void keep(lines *all, const char *at, int number)
{
    all->at[all->count] = at;
    all->number[all->count++] = number;
}

static lines lines_near(const text *file, int line)
{
    lines near = {0};
    const char *at = file->at, *past = file->at + file->len;
    for (int number = 1; at < past && number <= line; number++) {
        const char *end = end_of(file, at);
        bool first = near.count == 0 && (!is_blank(at, end) || number == line);
        if (first || (near.count > 0 && number >= line - NEAR))
            keep(&near, at, number);
        at = end + 1;
    }
    return near;
}

static bool fits(const text *file, const char *at, const regex_t *rule)
{
    char line[LINE_MAX_BYTES];
    size_t len = (size_t)(end_of(file, at) - at);
    len = len < sizeof line ? len : sizeof line - 1;
    memcpy(line, at, len);
    line[len > 0 && line[len - 1] == '\r' ? len - 1 : len] = '\0';
    return regexec(rule, line, 0, NULL, 0) == 0;
}

/* ---- the search ---------------------------------------------------------- */

/* A line that a hint may look at and that has it, the nearest to the mistake; of what is about the
 * whole file, the first. 0: none. */
static int find(const text *file, const lines *near, int line, const hint *of)
{
    regex_t rule;
    int found = 0;
    if (regcomp(&rule, of->pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return 0;
    for (int n = 0; n < near->count && found == 0; n++) {
        int i = of->lines == 0 ? n : near->count - 1 - n;
        if ((i == 0 || near->number[i] >= line - of->lines) && fits(file, near->at[i], &rule))
            found = near->number[i];
    }
    regfree(&rule);
    return found;
}

static bool look(const text *file, int line, const hint *hints, size_t count, mistake *out)
{
    lines near = lines_near(file, line);
    for (size_t i = 0; i < count; i++) {
        int found = find(file, &near, line, &hints[i]);
        if (found > 0) {
            *out = (mistake){found, hints[i].sentence};
            return true;
        }
    }
    return false;
}

bool mistake_pasted(const text *file, int line, mistake *out)
{
    return look(file, line, pasted, PASTED, out);
}

/* ---- libyaml's words ----------------------------------------------------- */

static const struct {
    const char *said, *sentence;
} in_our_words[] = {
    {"could not find expected ':'", "a colon with a blank behind it is missing here or in the line "
                                    "before; a value that goes on in "
                                    "the next line needs quotes or more blanks"},
    {"mapping values are not allowed in this context",
     "there is a colon too many, or the line is indented too far: a value with a colon and a blank "
     "in it needs quotes"},
    {"did not find expected key",
     "the line does not go on with what is open: it is indented otherwise than its neighbours, or "
     "a quote or bracket before it is closed too early"},
    {"did not find expected '-' indicator",
     "an item with - is expected here, as those before it: indent it as they are"},
    {"block sequence entries are not allowed in this context",
     "an item with - can't stand here: put it into a line of its own below the name"},
    {"did not find expected ',' or ']'",
     "a list that was opened with [ goes on here: a comma or ] is missing before this"},
    {"did not find expected ',' or '}'",
     "what was opened with { goes on here: a comma or } is missing before this"},
    {"found character that cannot start any token",
     "a value begins with a character that means something to YAML (@, `, % or a tab): put the "
     "value into quotes"},
    {"found unexpected end of stream", "a quote is opened here and never closed: close it"},
    {"found unexpected document indicator",
     "a quote is opened here and not closed before ---: close it"},
    {"found unknown escape character",
     "between double quotes a backslash begins an escape, and this is none: use single quotes"},
    {"did not find expected <document start>",
     "something stands behind the end of an object: put --- into a line of its own between two "
     "objects"},
    {"did not find expected alphabetic or numeric character",
     "a value begins with * or &, which YAML takes for an alias or anchor: put the value into "
     "quotes"},
    {"found undefined tag handle",
     "a value begins with !, which YAML takes for a tag: put the value into quotes"},
    {"invalid leading UTF-8 octet", "this is not UTF-8, which is expected: save the file as UTF-8"},
    {"invalid trailing UTF-8 octet",
     "this is not UTF-8, which is expected: save the file as UTF-8"},
    {"incomplete UTF-8 octet sequence",
     "this is not UTF-8, which is expected: save the file as UTF-8"},
    {"control characters are not allowed",
     "this holds a control character, and text is expected: look whether it is the right file"},
    {"found incompatible YAML document", "%YAML names a version that is not read: take it away"},
};

mistake mistake_explained(const text *file, mistake of_parser, bool json)
{
    mistake better = of_parser;
    if (mistake_pasted(file, of_parser.line, &better) ||
        (!json && look(file, of_parser.line, indentation, INDENTATION, &better)))
        return better;
    for (size_t i = 0; i < sizeof in_our_words / sizeof *in_our_words; i++)
        if (strcmp(in_our_words[i].said, of_parser.sentence) == 0)
            better.sentence = in_our_words[i].sentence;
    return better;
}
