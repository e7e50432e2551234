/* SPDX-License-Identifier: MIT */
#include "lib/http/request.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* RFC 9110, 5.6.2 */
static bool is_token(const char *text, size_t len)
{
    static const char signs[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (c == '\0' || strchr(signs, c) == NULL))
            return false;
    }
    return len > 0;
}

/* What was cut at a NUL is shorter than it says. */
static bool is_value(const http_field *f)
{
    if (f->value == NULL)
        return f->value_len == 0;
    for (size_t i = 0; i < f->value_len; i++) {
        unsigned char c = (unsigned char)f->value[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

/* Visible ASCII; an empty one, and one with a fragment, are not to be had in RFC 9112, 3.2. */
static bool is_target(const char *target)
{
    for (const char *c = target; *c != '\0'; c++)
        if (*c <= ' ' || *c > '~' || *c == '#')
            return false;
    return *target != '\0';
}

static bool is_digits(const http_field *f)
{
    size_t digits = strspn(f->value, "0123456789");
    return digits == f->value_len && digits > 0 && digits < 19;
}

static bool is_named(const http_field *f, const char *name)
{
    return f->name_len == strlen(name) && strcasecmp(f->name, name) == 0;
}

/* NULL if there is none; *count tells whether there are more. */
static const http_field *find(const http_head *head, const char *name, size_t *count)
{
    const http_field *found = NULL;
    *count = 0;
    for (size_t i = 0; i < head->count; i++)
        if (is_named(&head->fields[i], name) && (*count)++ == 0)
            found = &head->fields[i];
    return found;
}

static bool stand_once(const http_head *head)
{
    static const char *const names[] = {"Host", "Content-Length", "Transfer-Encoding",
                                        "Authorization", "Content-Type"};
    size_t count = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const http_field *f = find(head, names[i], &count);
        if (count > 1 || (f != NULL && f->value == NULL))
            return false;
    }
    return true;
}

/* How long the body is must be said in one way (RFC 9112, 6.3). */
static int length_fault(const http_head *head, bool old)
{
    size_t count = 0;
    const http_field *length = find(head, "Content-Length", &count);
    const http_field *coding = find(head, "Transfer-Encoding", &count);
    if (length != NULL && (coding != NULL || !is_digits(length)))
        return 400;
    if (coding == NULL)
        return 0;
    if (old)
        return 400;
    return strcasecmp(coding->value, "chunked") == 0 ? 0 : 501;
}

static bool fields_are_sound(const http_head *head, size_t *bytes)
{
    for (size_t i = 0; i < head->count; i++) {
        const http_field *f = &head->fields[i];
        if (!is_token(f->name, f->name_len) || !is_value(f))
            return false;
        *bytes += f->name_len + f->value_len + sizeof ": \r\n" - 1;
    }
    return true;
}

int http_head_fault(const http_head *head)
{
    size_t host = 0, bytes = strlen(head->method) + strlen(head->target);
    bool old = strcmp(head->version, "HTTP/1.0") == 0;
    if (!old && strcmp(head->version, "HTTP/1.1") != 0)
        return 400;
    if (!is_token(head->method, strlen(head->method)) || !is_target(head->target))
        return 400;
    if (!fields_are_sound(head, &bytes) || !stand_once(head))
        return 400;
    (void)find(head, "Host", &host);
    if (!old && host == 0)
        return 400;
    if (bytes > HTTP_HEAD_BYTES)
        return 431;
    return length_fault(head, old);
}

const http_refusal *http_refusal_of(int status)
{
    static const http_refusal all[] = {
        {431, "head", "The head of the request is too long.\n"},
        {501, "coding", "The body's coding is not known.\n"},
        {503, "bodies", "Too many long bodies arrive at once.\n"},
        {400, "malformed", "The request is malformed, or can be read in two ways.\n"}};
    const http_refusal *one = all;
    while (one->status != status && one->status != 400)
        one++;
    return one;
}
