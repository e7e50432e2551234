/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/tokens/text_rows.h"
#include "lib/tokens/token_hint.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

#define WANTED "expected is \"Bearer\", a space and the token."
#define SCHEME(name, why) "The header's scheme is " name why "; " WANTED
#define MISSPELT "The header's scheme is misspelt; " WANTED

/* ---- another scheme ------------------------------------------------------ */

static const text_row schemes[] = {
    {ROW_BEGINS, true, "basic",
     SCHEME("Basic", ", a user's name and password, which the gateway's "
                     "own API takes and no function does")},
    {ROW_BEGINS, true, "digest ", SCHEME("Digest", "")},
    {ROW_BEGINS, true, "negotiate", SCHEME("Negotiate", ", which is Kerberos'")},
    {ROW_BEGINS, true, "ntlm", SCHEME("NTLM", "")},
    {ROW_BEGINS, true, "dpop",
     SCHEME("DPoP", ", of tokens that are bound to a key: ask for an "
                    "unbound one")},
    {ROW_BEGINS, true, "jwt ", SCHEME("JWT", "")},
    {ROW_BEGINS, true, "jwt:", SCHEME("JWT", " with a colon")},
    {ROW_BEGINS, true, "token ", SCHEME("Token", "")},
    {ROW_BEGINS, true, "token:", SCHEME("Token", " with a colon")},
    {ROW_BEGINS, true, "private-token", SCHEME("Private-Token", ", which is GitLab's own")},
    {ROW_BEGINS, true, "oauth", SCHEME("OAuth", "")},
    {ROW_BEGINS, true, "access ", SCHEME("Access", "")},
    {ROW_BEGINS, true, "apikey", SCHEME("ApiKey", "")},
    {ROW_BEGINS, true, "api-key", SCHEME("Api-Key", "")},
    {ROW_BEGINS, true, "x-api-key", SCHEME("X-Api-Key", "")},
    {ROW_BEGINS, true, "key ", SCHEME("Key", "")},
    {ROW_BEGINS, true, "mac ", SCHEME("MAC", "")},
    {ROW_BEGINS, true, "hawk ", SCHEME("Hawk", "")},
    {ROW_BEGINS, true, "ssws ", SCHEME("SSWS", ", which is Okta's own")},
    {ROW_BEGINS, true, "gnap ", SCHEME("GNAP", "")},
    {ROW_BEGINS, true, "bot ", SCHEME("Bot", "")},
    {ROW_BEGINS, true, "googlelogin", SCHEME("GoogleLogin", "")},
    {ROW_BEGINS, true, "sharedkey", SCHEME("SharedKey", "")},
    {ROW_BEGINS, true, "sharedaccesssignature", SCHEME("SharedAccessSignature", "")},
    {ROW_BEGINS, false, "AWS4-", SCHEME("AWS4-HMAC", ", which signs requests to Amazon")},
    {ROW_BEGINS, false, "AWS ", SCHEME("AWS", ", which signs requests to Amazon")},
    {ROW_BEGINS, true, "proxy-authorization",
     "The name of another header stands in the value "
     "(\"Proxy-Authorization\"); " WANTED},
    {ROW_BEGINS, true, "authorization",
     "The name of the header stands in its value "
     "(\"Authorization:\"); " WANTED},
    {ROW_BEGINS, true, "-h ", "An option of curl stands in the value (-H); " WANTED},
    {ROW_BEGINS, true, "set-cookie", "A cookie stands in the value; " WANTED},
    {ROW_BEGINS, true, "cookie", "A cookie stands in the value; " WANTED},
    {ROW_BEGINS, true, "b'",
     "The value stands in b'...', Python's form of bytes: call .decode() on "
     "them; " WANTED},
    {ROW_BEGINS, true, "b\"",
     "The value stands in b\"...\", Python's form of bytes: call .decode() "
     "on them; " WANTED},
    {ROW_BEGINS, false, "\"", "The whole value stands in quotation marks; " WANTED},
    {ROW_BEGINS, false, "'", "The whole value stands in quotation marks; " WANTED},
    {ROW_BEGINS, false, "\xe2\x80\x9c", "The whole value stands in quotation marks; " WANTED},
    {ROW_BEGINS, false, "{\"", "The value is JSON; " WANTED},
    {ROW_BEGINS, false, "[\"", "The value is JSON; " WANTED},
    {ROW_BEGINS, true, "[bearer",
     "The whole value stands in brackets, as a list is printed; " WANTED},
    {ROW_BEGINS, true, "['bearer",
     "The whole value stands in brackets, as a list is printed; " WANTED},
    {ROW_BEGINS, true, "<bearer", "The whole value stands in brackets; " WANTED},
    {ROW_BEGINS, true, "{bearer", "The whole value stands in braces; " WANTED},
    {ROW_BEGINS, true, "{'", "The value is a dictionary of Python; " WANTED},
    {ROW_BEGINS, false, " ", "White space stands before the scheme; " WANTED},
    {ROW_BEGINS, false, "\t", "White space stands before the scheme; " WANTED},
    {ROW_BEGINS, false, "\n", "A line break stands before the scheme; " WANTED},
    {ROW_BEGINS, false, "\r", "A line break stands before the scheme; " WANTED},
    {ROW_BEGINS, false, ",",
     "A comma stands before the scheme, as of an empty header that was "
     "joined with another; " WANTED},
    {ROW_BEGINS, false, ":", "A colon stands before the scheme; " WANTED},
    {ROW_BEGINS, true, "baerer", MISSPELT},
    {ROW_BEGINS, true, "barer", MISSPELT},
    {ROW_BEGINS, true, "beare ", MISSPELT},
    {ROW_BEGINS, true, "bea rer", MISSPELT},
    {ROW_BEGINS, true, "bearrer", MISSPELT},
    {ROW_BEGINS, true, "beearer", MISSPELT},
    {ROW_BEGINS, true, "beaerer", MISSPELT},
    {ROW_BEGINS, true, "bear ", MISSPELT},
    {ROW_BEGINS, true, "bearar", MISSPELT},
    {ROW_BEGINS, true, "bearear", MISSPELT},
    {ROW_BEGINS, true, "berear", MISSPELT},
    {ROW_BEGINS, true, "berer", MISSPELT},
    {ROW_BEGINS, true, "beaere", MISSPELT},
    {ROW_BEGINS, true, "beaer", MISSPELT},
    {ROW_BEGINS, true, "baerar", MISSPELT},
    {ROW_BEGINS, true, "breare", MISSPELT},
    {ROW_BEGINS, true, "earer", MISSPELT},
};

/* ---- Bearer, and then no space ------------------------------------------- */

static const text_row after[] = {
    {ROW_IS, false, "", "No token follows \"Bearer\" (a variable without a value?); " WANTED},
    {ROW_BEGINS, false, ":", "A colon stands behind \"Bearer\" (\"Bearer:\"); " WANTED},
    {ROW_BEGINS, false, "=", "An equals sign stands behind \"Bearer\"; " WANTED},
    {ROW_BEGINS, false, ",", "A comma stands behind \"Bearer\"; " WANTED},
    {ROW_IS, false, "\"\"", "No token stands in the quotation marks behind \"Bearer\"; " WANTED},
    {ROW_IS, false, "''", "No token stands in the quotation marks behind \"Bearer\"; " WANTED},
    {ROW_BEGINS, false, "\t", "A tab stands behind \"Bearer\" in place of a space; " WANTED},
    {ROW_BEGINS, false, "\n", "A line break stands behind \"Bearer\"; " WANTED},
    {ROW_BEGINS, false, "\r", "A line break stands behind \"Bearer\"; " WANTED},
    {ROW_BEGINS, false, "\xc2\xa0",
     "A non-breaking space stands behind \"Bearer\", which looks "
     "like a space: type it anew; " WANTED},
    {ROW_BEGINS, false, "\xe2\x80",
     "An invisible or typographic character stands behind "
     "\"Bearer\": type it anew; " WANTED},
    {ROW_BEGINS, false, "%20",
     "The value is percent-encoded, as a URL is and a header is not; " WANTED},
    {ROW_BEGINS, false, "%",
     "The value is percent-encoded, as a URL is and a header is not; " WANTED},
    {ROW_BEGINS, false, "+",
     "The value is encoded as a form is and a header is not (\"+\"); " WANTED},
    {ROW_BEGINS, false, "&nbsp;", "The value is escaped as HTML is (\"&nbsp;\"); " WANTED},
    {ROW_BEGINS, false, "\\", "A backslash stands behind \"Bearer\"; " WANTED},
    {ROW_BEGINS, false, "\"", "A quotation mark stands behind \"Bearer\"; " WANTED},
    {ROW_BEGINS, false, "'", "A quotation mark stands behind \"Bearer\"; " WANTED},
    {ROW_BEGINS, false, "-", "A hyphen stands behind \"Bearer\"; " WANTED},
    {ROW_BEGINS, false, "_", "An underscore stands behind \"Bearer\"; " WANTED},
    {ROW_BEGINS, false, ".", "A dot stands behind \"Bearer\"; " WANTED},
    {ROW_BEGINS, false, ";", "A semicolon stands behind \"Bearer\"; " WANTED},
    {ROW_BEGINS, false, "$", "No space stands between \"Bearer\" and what follows; " WANTED},
    {ROW_BEGINS, false, "{", "No space stands between \"Bearer\" and what follows; " WANTED},
    {ROW_BEGINS, false, "<", "No space stands between \"Bearer\" and what follows; " WANTED},
    {ROW_BEGINS, false, "eyJ", "No space stands between \"Bearer\" and the token; " WANTED},
    {ROW_BEGINS, true, "token ", SCHEME("no word that is known", "")},
    {ROW_BEGINS, true, "bearer", "\"Bearer\" stands there twice; " WANTED},
    {ROW_BEGINS, false, "s ", MISSPELT},
    {ROW_BEGINS, false, "e ", MISSPELT},
    {ROW_BEGINS, false, "r ", MISSPELT},
};

/* Bearer, a space, and then no token. */
static const text_row twice[] = {
    {ROW_BEGINS, true, "bearer:", "\"Bearer\" stands there twice; " WANTED},
    {ROW_BEGINS, true, "bearer", "\"Bearer\" stands there twice; " WANTED},
    {ROW_BEGINS, true, "basic ", "Two schemes stand there, Bearer and Basic; " WANTED},
    {ROW_BEGINS, true, "jwt ", "Two schemes stand there, Bearer and JWT; " WANTED},
    {ROW_BEGINS, true, "authorization", "The name of the header stands in its value; " WANTED},
    {ROW_BEGINS, true, "realm=",
     "This is what a service sends with a 401, and not what it is "
     "sent; " WANTED},
    {ROW_BEGINS, true, "error=",
     "This is what a service sends with a 401, and not what it is "
     "sent; " WANTED},
    {ROW_IS, false, "\"\"", "No token stands in the quotation marks behind \"Bearer\"; " WANTED},
    {ROW_IS, false, "''", "No token stands in the quotation marks behind \"Bearer\"; " WANTED},
    {ROW_BEGINS, false, "\t", "A tab stands behind \"Bearer\"; " WANTED},
    {ROW_BEGINS, false, ",",
     "No token follows \"Bearer\", but a comma, as between two headers; " WANTED},
    {ROW_BEGINS, false, ":", "A colon stands before the token; " WANTED},
};

/* RFC 6750, 2.1 */
static bool is_of_token(piece text)
{
    static const char others[] = "-._~+/=";
    for (size_t i = 0; i < text.len; i++)
        if (!piece_is_letter_or_digit(text.at[i]) && memchr(others, text.at[i], 7) == NULL)
            return false;
    return true;
}

static const char *bearer_hint(piece rest)
{
    size_t spaces = 0;
    while (spaces < rest.len && rest.at[spaces] == ' ')
        spaces++;
    piece token = piece_from(rest, spaces);
    if (token.len == 0 || spaces == 0) {
        const char *known = rows_find(after, COUNT(after), token);
        return known != NULL ? known : "The header's scheme is none that is known; " WANTED;
    }
    const char *known = rows_find(twice, COUNT(twice), token);
    if (known == NULL)
        known = token_hint(token.at, token.len);
    if (known != NULL || is_of_token(token))
        return known; /* of one word that may be a token the library tells what is wrong in it */
    return piece_holds(token, ",", false)
               ? "A comma stands in the value, as between two headers; " WANTED
           : piece_holds(token, " ", false)
               ? "More than one word follows \"Bearer\"; " WANTED
               : "What follows \"Bearer\" holds a character that no token has; " WANTED;
}

static bool is_ascii(piece text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((text.at[i] & 0x80) != 0)
            return false;
    return true;
}

const char *header_hint(const char *text, size_t len)
{
    size_t begin = 0, end = 0, word = 0;
    piece all = {text, len};
    if (len == 0)
        return NULL;
    if (piece_begins(all, "bearer", true))
        return bearer_hint(piece_from(all, 6));
    if (piece_find_token(all, &begin, &end) && begin == 0)
        return "The scheme is missing: the token stands alone; " WANTED;
    const char *known = rows_find(schemes, COUNT(schemes), all);
    if (known == NULL)
        known = begin > 0 ? NULL : token_hint(text, len);
    if (known != NULL)
        return known;
    while (word < len && text[word] != ' ')
        word++;
    if (word == len)
        return "The scheme is missing, or no space follows it; " WANTED;
    return is_ascii((piece){text, word})
               ? "The header's scheme is none that is known; " WANTED
               : "The header's scheme holds a character that is not ASCII, though it may look "
                 "so; " WANTED;
}
