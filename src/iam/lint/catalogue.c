/* SPDX-License-Identifier: MIT */
#include "iam/lint/catalogue.h"

#include <assert.h>

/* Every rule, those of loading first. The names are part of the interface: they are printed,
 * searched for and silenced by. */
static const struct {
    const char *name;
    severity severity;
    const char *sentence;
} rules[] = {
    {"malformed", FINDING_ERROR,
     "The text is no JSON, or JSON that two readers could read differently"},
    {"api-version", FINDING_ERROR, "apiVersion is missing, or nearly ours: iam.openfaas.com/v1"},
    {"unknown-kind", FINDING_ERROR,
     "The kind is none of iam.openfaas.com/v1: JwtIssuer, Policy, Role"},
    {"nested-list", FINDING_ERROR, "A List of objects is nested more than once"},
    {"name", FINDING_ERROR, "A name or namespace is not one that Kubernetes takes"},
    {"duplicate-object", FINDING_ERROR, "Two objects have one kind, name and namespace"},
    {"missing-field", FINDING_ERROR, "A field that is required is not there"},
    {"unknown-field", FINDING_ERROR, "A field that nobody reads: probably it is misspelled"},
    {"misplaced-field", FINDING_ERROR,
     "A field stands where it does not belong, as principal under condition or tokenExpiry outside "
     "spec"},
    {"wrong-type", FINDING_ERROR, "A value is of another type than the one that is expected"},
    {"empty", FINDING_ERROR, "An array, object or string is empty"},
    {"unquoted-value", FINDING_ERROR,
     "A value is neither a string nor a plain integer below 2^53: a reader may have changed it"},
    {"unknown-operator", FINDING_ERROR, "A condition's operator is none that is known"},
    {"condition-key", FINDING_ERROR, "A condition's key is not jwt: and the name of a claim"},
    {"open-role", FINDING_ERROR,
     "A Role has neither principal nor condition: everybody would have it"},
    {"deny", FINDING_ERROR, "A statement's effect is Deny, which is not supported"},
    {"unknown-effect", FINDING_ERROR, "A statement's effect is not Allow"},
    {"resource", FINDING_ERROR,
     "A resource holds spaces, control or other characters that no resource has"},
    {"issuer-text", FINDING_ERROR, "An issuer holds white space or control characters"},
    {"internal-url", FINDING_ERROR,
     "issInternal is no http or https URL without query and fragment"},
    {"duplicate-issuer", FINDING_ERROR, "Two JwtIssuers have one iss"},
    {"token-expiry", FINDING_ERROR, "tokenExpiry is no length of time between a second and a year"},
    {"authorized-party", FINDING_ERROR,
     "The annotation fntoken/authorized-party is neither \"true\" nor \"false\""},
    {"any-tenant", FINDING_ERROR,
     "The annotation fntoken/any-tenant is neither \"true\" nor \"false\""},
    {"limit", FINDING_ERROR, "Something is longer, or stands more often, than is read"},
    {"issuer-url", FINDING_WARNING,
     "An issuer is no http or https URL without query and fragment: its keys can't be discovered"},
    {"no-policy", FINDING_WARNING, "A Role names no Policy: it grants nothing"},
    {"unknown-action", FINDING_WARNING, "An unknown action, which allows nothing"},
    {"old-action", FINDING_WARNING, "An action of old files that allows nothing any more"},

    {"unknown-policy", FINDING_ERROR, "A Role names a Policy that is not there"},
    {"account-audience", FINDING_ERROR,
     "A JwtIssuer accepts \"account\", which every client of a Keycloak realm has in its tokens"},
    {"shared-issuer", FINDING_ERROR,
     "A Role lets in every tenant of an issuer that many share, as GitHub's, GitLab.com's or "
     "Google's"},
    {"other-namespace", FINDING_WARNING,
     "An object is of another namespace than openfaas: OpenFaaS does not read it, here it counts"},
    {"odd-character", FINDING_WARNING,
     "A value holds invisible or typographic characters, or quotation marks of its own"},
    {"placeholder", FINDING_WARNING, "A value looks like a place that was to be filled in"},
    {"white-space", FINDING_WARNING, "A value begins or ends with a blank"},
    {"regular-expression", FINDING_WARNING,
     "A value looks like a regular expression, of which there are none"},
    {"cluster-audience", FINDING_WARNING,
     "A JwtIssuer accepts tokens that were made for the issuer itself"},
    {"foreign-audience", FINDING_WARNING,
     "A JwtIssuer accepts tokens that were made for somebody else"},
    {"impossible-issuer", FINDING_WARNING, "A JwtIssuer has an iss that no token has"},
    {"http-issuer", FINDING_WARNING, "A JwtIssuer's keys would be fetched without TLS"},
    {"long-expiry", FINDING_WARNING, "tokenExpiry is longer than the gateway's usual maximum"},
    {"issuer-slash", FINDING_WARNING, "Two issuers differ by the slash at the end alone"},
    {"unused-policy", FINDING_WARNING, "No Role names the Policy"},
    {"star-granted", FINDING_WARNING, "A statement allows everything"},
    {"resource-without-namespace", FINDING_WARNING, "A resource is not NAMESPACE:NAME"},
    {"impossible-resource", FINDING_WARNING, "A resource that no function can have"},
    {"covered-pattern", FINDING_WARNING, "A resource is covered by another of the same Policy"},
    {"looks-like-invoke", FINDING_WARNING,
     "A statement looks as if it allowed calls, but has no Function:Invoke"},
    {"duplicate-sid", FINDING_WARNING,
     "Two statements of a Policy have one sid: explanations cannot tell them apart"},
    {"unsatisfiable-role", FINDING_WARNING, "No claims can satisfy the Role"},
    {"issuer-only", FINDING_WARNING, "A Role matches everybody of an issuer"},
    {"shared-client-id", FINDING_WARNING,
     "A Role asks for a client id alone: everybody who gets tokens through that client has it"},
    {"any-issuer", FINDING_WARNING,
     "A Role does not say whose claims it means, and there are several issuers"},
    {"unknown-issuer", FINDING_WARNING, "A Role asks for an issuer that no JwtIssuer has"},
    {"claim-type", FINDING_WARNING,
     "A claim that is of another type than the operator is for, at that issuer or everywhere"},
    {"claim-path", FINDING_WARNING,
     "A claim's name is a path as other products write it; here it begins with a slash"},
    {"sub-shape", FINDING_WARNING, "A sub in a shape that the issuer does not send"},
    {"star-in-name", FINDING_WARNING,
     "A star beside a name: whoever has a longer name matches too"},
    {"scope-substring", FINDING_WARNING,
     "A pattern on scope takes words that only hold the one that is meant"},
    {"literal-star", FINDING_WARNING,
     "A star in a value is compared as it is: only StringLike has wildcards"},
    {"crd-schema", FINDING_WARNING,
     "A value that the schema of OpenFaaS's own CRDs refuses: it takes arrays of strings alone"},
    {"not-portable", FINDING_WARNING,
     "Something that OpenFaaS itself does not know: a claim inside a claim, ForAnyValue on text"},
    {"github-pull-request", FINDING_WARNING, "A Role matches workflows of pull requests"},
};

enum { RULES = sizeof rules / sizeof *rules };

span catalogue_rule(size_t index, int32_t field)
{
    if (index >= RULES)
        return SPAN_NONE;
    switch (field) {
    case FNT_FIELD_RULE:
        return span_of(rules[index].name);
    case FNT_FIELD_KIND:
        return span_of(severity_name(rules[index].severity));
    case FNT_FIELD_SENTENCE:
        return span_of(rules[index].sentence);
    default:
        return SPAN_NONE;
    }
}

severity catalogue_severity(const char *rule)
{
    size_t i = 0;
    while (i < RULES && !span_equal(span_of(rules[i].name), span_of(rule)))
        i++;
    assert(i < RULES);
    return i < RULES ? rules[i].severity : FINDING_ERROR;
}
