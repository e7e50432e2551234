/* SPDX-License-Identifier: MIT */
#include "iam/lint/catalogue.h"

static const char error[] = "error", warning[] = "warning";

/* Every rule, those of loading first. The names are part of the interface: they are printed,
 * searched for and silenced by. */
static const struct {
    const char *name, *kind, *sentence;
} rules[] = {
    {"malformed", error, "The text is no JSON, or JSON that two readers could read differently"},
    {"api-version", error, "apiVersion is missing, or nearly ours: iam.openfaas.com/v1"},
    {"unknown-kind", error, "Of iam.openfaas.com/v1 there are JwtIssuer, Policy and Role"},
    {"nested-list", error, "A List of objects is nested more than once"},
    {"name", error, "A name or namespace is not one that Kubernetes takes"},
    {"duplicate-object", error, "Two objects have one kind, name and namespace"},
    {"missing-field", error, "A field that is required is not there"},
    {"unknown-field", error, "A field that nobody reads: probably a typing error"},
    {"misplaced-field", error,
     "A field stands where it does not belong, as principal under condition or tokenExpiry outside "
     "spec"},
    {"wrong-type", error, "A value is of another type than is expected"},
    {"empty", error, "An array, object or string is empty"},
    {"unquoted-value", error,
     "A value is neither a string nor a plain integer below 2^53: what was written cannot be told "
     "any "
     "more"},
    {"unknown-operator", error, "A condition's operator is none of those that there are"},
    {"condition-key", error, "A condition's key is not jwt: and the name of a claim"},
    {"open-role", error, "A Role has neither principal nor condition: everybody would have it"},
    {"deny", error, "A statement's effect is Deny, which is not supported"},
    {"unknown-effect", error, "A statement's effect is not Allow"},
    {"resource", error,
     "A resource holds spaces, control or other characters that no resource has"},
    {"issuer-url", error, "An issuer is no http or https URL without query and fragment"},
    {"duplicate-issuer", error, "Two JwtIssuers have one iss"},
    {"token-expiry", error, "tokenExpiry is no length of time between a second and a year"},
    {"authorized-party", error,
     "The annotation fntoken/authorized-party is neither \"true\" nor \"false\""},
    {"unknown-action", warning, "An action that nobody knows allows nothing"},
    {"old-action", warning, "An action of old files that allows nothing any more"},

    {"unknown-policy", error, "A Role names a Policy that is not there"},
    {"account-audience", error,
     "A JwtIssuer accepts \"account\", which every client of a Keycloak realm has in its tokens"},
    {"other-namespace", warning,
     "An object is of another namespace than openfaas: OpenFaaS does not read it, here it counts"},
    {"cluster-audience", warning,
     "A JwtIssuer accepts tokens that were made for the issuer itself"},
    {"http-issuer", warning, "A JwtIssuer's keys would be fetched without TLS"},
    {"long-expiry", warning, "tokenExpiry is longer than the gateway's usual maximum"},
    {"issuer-slash", warning, "Two issuers differ by the slash at the end alone"},
    {"unused-policy", warning, "No Role names the Policy"},
    {"star-granted", warning, "A statement allows everything"},
    {"resource-without-namespace", warning, "A resource is not NAMESPACE:NAME"},
    {"impossible-resource", warning, "A resource that no function can have"},
    {"covered-pattern", warning, "A resource is covered by another of the same Policy"},
    {"looks-like-invoke", warning,
     "A statement looks as if it allowed calls, but has no Function:Invoke"},
    {"duplicate-sid", warning,
     "Two statements of a Policy have one sid: explanations cannot tell them apart"},
    {"unsatisfiable-role", warning, "No claims can satisfy the Role"},
    {"issuer-only", warning, "A Role matches everybody of an issuer"},
    {"shared-client-id", warning,
     "A Role asks for a client id alone: everybody who gets tokens through that client has it"},
    {"any-issuer", warning,
     "A Role does not say whose claims it means, and there are several issuers"},
    {"unknown-issuer", warning, "A Role asks for an issuer that no JwtIssuer has"},
    {"claim-type", warning, "A claim that usually is of another type than the operator is for"},
    {"literal-star", warning,
     "A star in a value is compared as it is: only StringLike has wildcards"},
    {"crd-schema", warning,
     "A value that the schema of OpenFaaS's own CRDs refuses: it takes arrays of strings alone"},
    {"not-portable", warning, "A claim inside a claim, which OpenFaaS itself does not know"},
    {"github-pull-request", warning, "A Role matches workflows of pull requests"},
    {"github-every-repository", warning, "A Role matches workflows of every repository on GitHub"},
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
        return span_of(rules[index].kind);
    case FNT_FIELD_SENTENCE:
        return span_of(rules[index].sentence);
    default:
        return SPAN_NONE;
    }
}

const char *catalogue_kind(const char *rule)
{
    for (size_t i = 0; i < RULES; i++)
        if (span_equal(span_of(rules[i].name), span_of(rule)))
            return rules[i].kind;
    return error;
}
