/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "lib/base/fail.h"
#include "lib/base/revoked_file.h"
#include "lib/base/safe.h"
#include "lib/base/times.h"
#include "lib/base/values.h"
#include "lib/tokens/text_rows.h"
#include "revocations.h"

static const char usage[] =
    "Withdraws tokens before their time: adds an entry to a list of revocations (JSON Lines), "
    "which is made where there is\n"
    "none. Services that read the list refuse what it names. Prints what was revoked, and until "
    "when.\n\n"
    "Usage: fntoken revoke --file FILE --jti ID [--issuer URL] (--until T | --for-ever) [--why "
    "TEXT]\n"
    "       fntoken revoke --file FILE --kid ID [--issuer URL] (--until T | --for-ever) [--why "
    "TEXT]\n"
    "       fntoken revoke --file FILE --subject SUB --issuer URL [--before T] (--until T | "
    "--for-ever) [--why TEXT]\n"
    "       fntoken revoke --file FILE --prune\n\n"
    "  --file FILE        the list\n"
    "  --jti ID           one token, by its claim jti\n"
    "  --kid ID           all that a key signed; a key that came without a kid has its RFC 7638 "
    "thumbprint\n"
    "  --subject SUB      all that a user was issued; SUB is the identity provider's, without "
    "\"fed:\"\n"
    "  --issuer URL       with --subject the user's identity provider, as in fed:iss; else only "
    "tokens with this iss\n"
    "  --before T         only what was issued then or earlier: UNIX, or now; at any time when not "
    "given\n"
    "  --until T          the last second in which the entry counts: UNIX, or a DURATION from now. "
    "A token that has\n"
    "                     expired by then needs no entry any more\n"
    "  --for-ever         the entry never lapses\n"
    "  --why TEXT         for the operator; shown in reports alone\n"
    "  --prune            take the lapsed entries out\n"
    "  --now UNIX         seconds since 1970; the clock's when not given\n"
    "  --help             this text\n\n"
    "Examples:\n"
    "  fntoken revoke --file revoked.jsonl --jti 0b7f39c2 --until 12h --why 'leaked in a log'\n"
    "  fntoken revoke --file revoked.jsonl --subject alice --issuer https://idp.example.com "
    "--before now --until 12h\n"
    "  fntoken revoke --file revoked.jsonl --prune\n";

enum { FILE_NAME, JTI, KID, SUBJECT, ISSUER, BEFORE, UNTIL, FOR_EVER, WHY, PRUNE, NOW, COUNT };

/* ---- times --------------------------------------------------------------- */

static bool is_number(const char *value)
{
    return value[strspn(value, "0123456789")] == '\0';
}

static int read_until(const app *run, const option *o, int64_t now, int64_t *out)
{
    const char *value = option_value(&o[UNTIL]);
    int code;
    if (value == NULL)
        return EXIT_YES;
    if (is_number(value))
        code = value_now(run, &o[UNTIL], out);
    else if ((code = value_duration(run, &o[UNTIL], 0, out)) == EXIT_YES)
        *out = *out > INT64_MAX - now ? INT64_MAX : *out + now;
    return code == EXIT_YES && *out <= now ? fail_usage(run,
                                                        "--until %s is over, so the entry would "
                                                        "revoke nothing (digits alone are seconds "
                                                        "since 1970, 90s is a duration)",
                                                        value)
                                           : code;
}

static int read_before(const app *run, const option *o, int64_t now, int64_t *out)
{
    const char *value = option_value(&o[BEFORE]);
    *out = now;
    return value == NULL || strcmp(value, "now") == 0 ? EXIT_YES : value_now(run, &o[BEFORE], out);
}

/* ---- the entry ----------------------------------------------------------- */

typedef struct {
    const char *jti, *kid, *subject, *issuer, *why;
    bool has_before, has_until;
    int64_t before, until;
} entry;

static void put_text(text *line, const char *name, const char *value)
{
    if (value != NULL)
        text_member(line, name, value);
}

static void put_time(text *line, const char *name, bool given, int64_t seconds)
{
    if (given)
        text_print(line, ",\"%s\":%" PRId64, name, seconds);
}

static void write_entry(const entry *e, text *line)
{
    text_put(line, "{");
    put_text(line, "jti", e->jti);
    put_text(line, "kid", e->kid);
    put_text(line, e->subject != NULL ? "fed_iss" : "iss", e->issuer);
    put_text(line, "sub", e->subject);
    put_time(line, "before", e->has_before, e->before);
    put_time(line, "until", e->has_until, e->until);
    put_text(line, "why", e->why);
    text_put(line, "}\n");
}

/* A list of revocations goes to many services, and a token to none of them. */
static int check_no_token(const app *run, const option *o)
{
    for (int i = JTI; i <= SUBJECT; i++) {
        size_t begin, end;
        const char *value = o[i].count > 0 ? option_value(&o[i]) : "";
        if (piece_find_token((piece){value, strlen(value)}, &begin, &end))
            return fail_usage(run,
                              "--%s is a value from a token, and a whole token is given, which was "
                              "not written anywhere: fntoken inspect tells what is in it",
                              o[i].name);
    }
    return EXIT_YES;
}

static int check_usage(const app *run, const option *o)
{
    size_t kinds = o[JTI].count + o[KID].count + o[SUBJECT].count;
    if (kinds != 1)
        return fail_usage(run, "give one of --jti, --kid and --subject");
    if (o[SUBJECT].count > 0 && o[ISSUER].count == 0)
        return fail_usage(run, "--subject needs --issuer, the user's identity provider: another "
                               "provider may have a user of that name");
    if (o[BEFORE].count > 0 && o[SUBJECT].count == 0)
        return fail_usage(run, "--before belongs to --subject");
    if (o[UNTIL].count + o[FOR_EVER].count != 1)
        return fail_usage(run, "give one of --until and --for-ever");
    return check_no_token(run, o);
}

static int read_entry(const app *run, const option *o, int64_t now, entry *out)
{
    *out = (entry){.jti = option_value(&o[JTI]),
                   .kid = option_value(&o[KID]),
                   .subject = option_value(&o[SUBJECT]),
                   .issuer = option_value(&o[ISSUER]),
                   .why = option_value(&o[WHY]),
                   .has_before = o[BEFORE].count > 0,
                   .has_until = o[UNTIL].count > 0};
    int code = read_until(run, o, now, &out->until);
    return code == EXIT_YES ? read_before(run, o, now, &out->before) : code;
}

/* ---- what is printed ----------------------------------------------------- */

static void print_time(int64_t seconds)
{
    text date = TEXT_EMPTY;
    times_utc(&date, seconds);
    printf("%" PRId64, seconds);
    if (date.len > 0)
        printf(" (%s)", date.at);
    text_free(&date);
}

static void print_value(const char *before, const char *value)
{
    if (value == NULL)
        return;
    fputs(before, stdout);
    safe_print(stdout, value, strlen(value));
}

static void print_entry(const entry *e)
{
    fputs("revoked", stdout);
    print_value(" by jti ", e->jti);
    print_value(" by kid ", e->kid);
    print_value(" by subject ", e->subject);
    print_value(" of issuer ", e->issuer);
    if (e->has_before) {
        fputs(", issued until ", stdout);
        print_time(e->before);
    }
    fputs(e->has_until ? ", until " : ", for ever", stdout);
    if (e->has_until)
        print_time(e->until);
    putchar('\n');
}

/* ---- the two uses -------------------------------------------------------- */

static int add(app *run, const option *o, int64_t now)
{
    entry e;
    text line = TEXT_EMPTY;
    int code = check_usage(run, o);
    if (code == EXIT_YES)
        code = read_entry(run, o, now, &e);
    if (code == EXIT_YES) {
        write_entry(&e, &line);
        code = revocations_append(run, option_value(&o[FILE_NAME]), &line);
    }
    if (code == EXIT_YES)
        print_entry(&e);
    text_free(&line);
    return code;
}

static int prune(app *run, const option *o, int64_t now)
{
    size_t kept = 0, pruned = 0;
    for (int i = JTI; i < PRUNE; i++)
        if (o[i].count > 0)
            return fail_usage(run, "--%s has no meaning with --prune", o[i].name);
    int code = revocations_prune(run, option_value(&o[FILE_NAME]), now, &kept, &pruned);
    if (code == EXIT_YES)
        printf("pruned %zu, kept %zu\n", pruned, kept);
    return code;
}

static int revoke(app *run, const option *o, const operands *rest)
{
    int64_t now = 0;
    (void)rest;
    if (strcmp(option_value(&o[FILE_NAME]), "-") == 0)
        return fail_usage(run, "--file is a file: an entry that is only printed revokes nothing");
    int code = value_now(run, &o[NOW], &now);
    if (code != EXIT_YES)
        return code;
    return o[PRUNE].count > 0 ? prune(run, o, now) : add(run, o, now);
}

static const option options[] = {[FILE_NAME] = {.name = "file", .kind = OPT_ONE, .required = true},
                                 [JTI] = {.name = "jti", .kind = OPT_ONE},
                                 [KID] = {.name = "kid", .kind = OPT_ONE},
                                 [SUBJECT] = {.name = "subject", .kind = OPT_ONE},
                                 [ISSUER] = {.name = "issuer", .kind = OPT_ONE},
                                 [BEFORE] = {.name = "before", .kind = OPT_ONE},
                                 [UNTIL] = {.name = "until", .kind = OPT_ONE},
                                 [FOR_EVER] = {.name = "for-ever"},
                                 [WHY] = {.name = "why", .kind = OPT_ONE},
                                 [PRUNE] = {.name = "prune"},
                                 [NOW] = {.name = "now", .kind = OPT_ONE},
                                 [COUNT] = {.name = NULL}};

const command command_revoke = {
    "revoke", "withdraw tokens before their time", usage, options, OPERANDS_NONE, revoke};
