/* SPDX-License-Identifier: MIT */
#include "lib/tokens/token_hint.h"

#include "lib/tokens/around_hint.h"
#include "lib/tokens/json_hint.h"
#include "lib/tokens/text_rows.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

#define UNSET(word)                                                                                \
    "This is " word ", as a variable without a value is printed, and not a token: the program "    \
    "before has got none. Look what the token endpoint answered."
#define PLACEHOLDER                                                                                \
    "This is a placeholder, and not a token: the variable or template was not filled in. In a "    \
    "shell, write it in double quotation marks; in a template, look for its value."
#define MASKED                                                                                     \
    "This is what a log shows in place of a secret, and not a token: take the token from where "   \
    "it comes from, not from a log."
#define A_FILE                                                                                     \
    "This is the name of a file, and not a token: pass the text that it holds, by --token FILE "   \
    "or on standard input."
#define A_URL "This is a URL, and not a token: fetch the token from it first, and pass that alone."
#define OPAQUE(what, instead) "This is an opaque token, not a JWT, as " what " is: " instead "."
#define ANY_JWT "ask the identity provider for a JWT access token, or send the id_token"

const char token_hint_file[] = A_FILE;

/* ---- in place of a token ------------------------------------------------- */

static const text_row instead[] = {
    {ROW_BEGINS, false, "\xef\xbb\xbf",
     "A byte order mark stands before the token, which editors "
     "don't show: save the file as UTF-8 without one."},
    {ROW_BEGINS, false, "\x1f\x8b", "This is compressed (gzip), and not a token: unpack it first."},

    {ROW_IS, true, "null", UNSET("the word null")},
    {ROW_IS, true, "undefined", UNSET("the word undefined")},
    {ROW_IS, true, "none", UNSET("the word None")},
    {ROW_IS, true, "nil", UNSET("the word nil")},
    {ROW_IS, true, "<nil>", UNSET("the word <nil>")},
    {ROW_IS, true, "(null)", UNSET("the word (null)")},
    {ROW_IS, true, "nan", UNSET("the word NaN")},
    {ROW_IS, true, "true", UNSET("the word true")},
    {ROW_IS, true, "false", UNSET("the word false")},
    {ROW_BEGINS, true, "%!", UNSET("a value that Go could not print")},
    {ROW_BEGINS, true, "[object ", UNSET("an object of JavaScript")},
    {ROW_BEGINS, true, "Promise {", UNSET("a Promise of JavaScript")},
    {ROW_BEGINS, true, "<bound method", UNSET("a method of Python")},
    {ROW_BEGINS, true, "<function", UNSET("a function of Python")},
    {ROW_BEGINS, true, "function(", UNSET("a function of JavaScript")},

    {ROW_BEGINS, true, "<!doctype",
     "This is an HTML page, a login or an error, and not a token: "
     "look at the address that it was fetched from."},
    {ROW_BEGINS, true, "<html",
     "This is an HTML page, a login or an error, and not a token: look "
     "at the address that it was fetched from."},
    {ROW_BEGINS, true, "<?xml",
     "This is XML, and not a token: a SAML assertion can't be exchanged "
     "here, only a JWT."},
    {ROW_BEGINS, true, "<saml",
     "This is XML, and not a token: a SAML assertion can't be exchanged "
     "here, only a JWT."},
    {ROW_BEGINS, false, "PHNhbWw",
     "This is a SAML assertion in base64, and not a token: only a "
     "JWT can be exchanged here."},
    {ROW_BEGINS, false, "PD94bWw", "This is XML in base64, and not a token: only a JWT is one."},
    {ROW_BEGINS, true, "HTTP/",
     "This is a whole HTTP answer, with its headers, and not a token: "
     "leave them out (curl without -i), and pass the access_token."},
    {ROW_BEGINS, true, "curl ",
     "This is a command, and not a token: run it, and pass what it "
     "prints."},
    {ROW_BEGINS, true, "fntoken",
     "This is a command or a message of fntoken, and not a token: "
     "look at what it says."},
    {ROW_BEGINS, true, "error",
     "This is a message about an error, and not a token: look at what "
     "it says."},

    {ROW_BEGINS, false, "$(",
     "This is a command that the shell did not run, and not a token: "
     "write it in double quotation marks instead of single ones."},
    {ROW_BEGINS, false, "`",
     "This is a command that the shell did not run, and not a token: "
     "write it in double quotation marks instead of single ones."},
    {ROW_BEGINS, false, "$", PLACEHOLDER},
    {ROW_BEGINS, false, "#{", PLACEHOLDER},
    {ROW_BEGINS, false, "%{", PLACEHOLDER},
    {ROW_BEGINS, false, "{{", PLACEHOLDER},
    {ROW_BEGINS, false, "{%", PLACEHOLDER},
    {ROW_BEGINS, false, "((", PLACEHOLDER},
    {ROW_BEGINS, false, "__", PLACEHOLDER},
    {ROW_BEGINS, false, "!reference", PLACEHOLDER},
    {ROW_BEGINS, true, "your", PLACEHOLDER},
    {ROW_BEGINS, true, "my-token", PLACEHOLDER},
    {ROW_BEGINS, true, "my_token", PLACEHOLDER},
    {ROW_BEGINS, true, "insert", PLACEHOLDER},
    {ROW_BEGINS, true, "paste", PLACEHOLDER},
    {ROW_BEGINS, true, "replace", PLACEHOLDER},
    {ROW_BEGINS, true, "changeme", PLACEHOLDER},
    {ROW_BEGINS, true, "xxx", PLACEHOLDER},
    {ROW_BEGINS, true, "secrets.", PLACEHOLDER},
    {ROW_BEGINS, true, "op://", PLACEHOLDER},
    {ROW_BEGINS, true, "vault:", PLACEHOLDER},
    {ROW_BEGINS, true, "secretKeyRef", PLACEHOLDER},
    {ROW_IS, true, "token", PLACEHOLDER},
    {ROW_IS, true, "access_token", PLACEHOLDER},
    {ROW_IS, true, "id_token", PLACEHOLDER},
    {ROW_IS, true, "jwt", PLACEHOLDER},
    {ROW_BEGINS, false, "**", MASKED},
    {ROW_BEGINS, true, "[redacted", MASKED},
    {ROW_BEGINS, true, "<redacted", MASKED},
    {ROW_IS, true, "redacted", MASKED},
    {ROW_BEGINS, true, "[masked", MASKED},
    {ROW_BEGINS, true, "[filtered", MASKED},

    {ROW_BEGINS, true, "https://", A_URL},
    {ROW_BEGINS, true, "http://", A_URL},
    {ROW_BEGINS, true, "file:", A_FILE},
    {ROW_BEGINS, false, "@", A_FILE},
    {ROW_BEGINS, false, "./", A_FILE},
    {ROW_BEGINS, false, "../", A_FILE},
    {ROW_BEGINS, false, "~/", A_FILE},
    {ROW_BEGINS, false, "/tmp/", A_FILE},
    {ROW_BEGINS, false, "/var/", A_FILE},
    {ROW_BEGINS, false, "/run/", A_FILE},
    {ROW_BEGINS, false, "/etc/", A_FILE},
    {ROW_BEGINS, false, "/home/", A_FILE},
    {ROW_BEGINS, false, "/root/", A_FILE},
    {ROW_BEGINS, false, "/secrets/", A_FILE},
    {ROW_BEGINS, false, "/mnt/", A_FILE},
    {ROW_BEGINS, false, "/Users/", A_FILE},
    {ROW_BEGINS, true, "c:\\", A_FILE},
    {ROW_ENDS, true, ".txt", A_FILE},
    {ROW_ENDS, true, ".json", A_FILE},
    {ROW_ENDS, true, ".jwt", A_FILE},
    {ROW_ENDS, true, ".jws", A_FILE},
    {ROW_ENDS, true, ".token", A_FILE},
    {ROW_ENDS, true, ".tok", A_FILE},
    {ROW_ENDS, true, ".pem", A_FILE},
    {ROW_ENDS, true, ".key", A_FILE},
    {ROW_ENDS, true, ".env", A_FILE},

    {ROW_BEGINS, false, "ya29.",
     OPAQUE("Google's access token", "send the ID token (gcloud auth "
                                     "print-identity-token)")},
    {ROW_BEGINS, false, "1//",
     OPAQUE("Google's refresh token", "get an ID token with it, and send "
                                      "that")},
    {ROW_BEGINS, false, "ory_at_",
     OPAQUE("an access token of Ory's", "set its strategy to jwt, or "
                                        "send the id_token")},
    {ROW_BEGINS, false, "ory_", OPAQUE("a token or code of Ory's", ANY_JWT)},
    {ROW_BEGINS, false, "ghp_",
     OPAQUE("a token for GitHub's API", "in a workflow, ask for the "
                                        "OIDC token of the job")},
    {ROW_BEGINS, false, "gho_",
     OPAQUE("a token for GitHub's API", "in a workflow, ask for the "
                                        "OIDC token of the job")},
    {ROW_BEGINS, false, "ghs_",
     OPAQUE("GITHUB_TOKEN, for GitHub's API", "ask for the OIDC token "
                                              "of the job")},
    {ROW_BEGINS, false, "github_pat_",
     OPAQUE("a token for GitHub's API", "in a workflow, ask for "
                                        "the OIDC token of the "
                                        "job")},
    {ROW_BEGINS, false, "glpat-", OPAQUE("a token for GitLab's API", "in a job, use id_tokens")},
    {ROW_BEGINS, false, "glcbt-", OPAQUE("CI_JOB_TOKEN of GitLab", "in a job, use id_tokens")},
    {ROW_BEGINS, false, "hvs.", OPAQUE("a token of Vault's", ANY_JWT)},
    {ROW_BEGINS, false, "xox", OPAQUE("a token of Slack's", ANY_JWT)},
    {ROW_BEGINS, false, "Atza|", OPAQUE("a token of Amazon's", ANY_JWT)},
    {ROW_BEGINS, false, "EwB", OPAQUE("a token of a personal Microsoft account", ANY_JWT)},
    {ROW_BEGINS, false, "v1.local.", OPAQUE("a PASETO", ANY_JWT)},
    {ROW_BEGINS, false, "v2.local.", OPAQUE("a PASETO", ANY_JWT)},
    {ROW_BEGINS, false, "v3.local.", OPAQUE("a PASETO", ANY_JWT)},
    {ROW_BEGINS, false, "v4.local.", OPAQUE("a PASETO", ANY_JWT)},
    {ROW_BEGINS, false, "v2.public.", OPAQUE("a PASETO", ANY_JWT)},
    {ROW_BEGINS, false, "v4.public.", OPAQUE("a PASETO", ANY_JWT)},

    {ROW_BEGINS, false, "ZXlK",
     "This is a token that was encoded in base64 once more, as a Secret "
     "of Kubernetes has it: decode it first (base64 -d)."},
    {ROW_BEGINS, false, "QmVhcmVy",
     "This is a header's value that was encoded in base64: decode "
     "it first (base64 -d), and pass the token alone."},
    {ROW_BEGINS, false, "LS0tLS1",
     "This is a PEM file in base64, a key or a certificate, and not "
     "a token."},
    {ROW_BEGINS, false, "ssh-", "This is a key of OpenSSH's, and not a token."},
    {ROW_BEGINS, false, "ecdsa-sha2-", "This is a key of OpenSSH's, and not a token."},
};

static bool is_doubled(piece text)
{
    size_t half = text.len / 2;
    piece second = piece_from(text, half);
    for (size_t i = 0; i < half; i++)
        if (text.at[i] != second.at[i])
            return false;
    return half > 0 && text.len % 2 == 0;
}

const char *token_hint(const char *text, size_t len)
{
    size_t begin = 0, end = 0, white = 0;
    piece all = {text, len};
    if (len == 0)
        return NULL;
    while (white < len && piece_is_white(text[white]))
        white++;
    piece said = piece_from(all, white);
    if (said.len > 0 && (said.at[0] == '{' || said.at[0] == '[') && piece_holds(said, "\"", false))
        return json_hint_token(said);
    if (piece_find_token(all, &begin, &end))
        return is_doubled(all) ? "The token stands there twice: pass it once."
                               : around_hint(all, begin, end);
    const char *known = rows_find(instead, COUNT(instead), said);
    if (known != NULL)
        return known;
    if (said.len > 1 && ((said.at[0] == '<' && said.at[said.len - 1] == '>') ||
                         (said.at[0] == '{' && said.at[said.len - 1] == '}') ||
                         (said.at[0] == '[' && said.at[said.len - 1] == ']') ||
                         (said.at[0] == '%' && said.at[said.len - 1] == '%')))
        return PLACEHOLDER;
    if (piece_begins(said, "eyJ", false) && piece_holds(said, "%2E", true))
        return "The token is percent-encoded, its dots too: decode it first.";
    if (piece_begins(said, "eyJ", false) &&
        (piece_holds(said, "...", false) || piece_holds(said, "\xe2\x80\xa6", false)))
        return "The token was cut off by a program that shows dots in place of the rest: take it "
               "from where it comes from.";
    return NULL;
}
